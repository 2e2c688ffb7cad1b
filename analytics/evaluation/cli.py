"""`xuefa analytics evaluate`: the departments of the last edition, and whether it recomputes."""

import click
from flask.cli import with_appcontext

from analytics.evaluation import departments, queries
from analytics.evaluation.services import running
from core import clock, figures
from core.cli import report


@click.command()
@click.option("--year", type=int, help="年度；默认最近一版的年度")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def evaluate(year: int | None, as_json: bool) -> None:
    """最近一版评价的部门指数，并由存下的输入重算核对。

    \b
    JSON：{"edition": {"id", "title", "year", "state", "digest", "rules", "roster"} | null,
     "differing": 重算不同的人数, "levels": {等次: 人数},
     "units": [{"unit", "people", "index", "rank"}]}。重算不同时退出码为 1。
    """
    run = queries.latest(year)
    if run is None:
        report({"edition": None, "units": []}, ["还没有评价"], as_json=as_json)
        return
    scores = queries.all_scores(run.id)
    rows = departments.indices([each.inputs for each in scores], run.rules_row.rules)
    differing = len(running.differing(run))
    if run.digest and running.digest_of(run) != run.digest:
        differing = max(differing, 1)
    levels: dict[str, int] = {}
    for each in scores:
        levels[each.said] = levels.get(each.said, 0) + 1
    state = run.state(clock.now())
    data = {
        "edition": {
            "id": run.id, "title": run.title, "year": run.year, "state": state.value,
            "digest": run.digest, "rules": run.rules_row.title, "roster": run.roster_id,
        },
        "differing": differing,
        "levels": levels,
        "units": [
            {"unit": each.unit, "people": each.people,
             "index": None if each.total is None else float(each.total), "rank": each.rank}
            for each in rows
        ],
    }  # fmt: skip
    said = [
        f"{run.title}（{state.label}），重算不同 {differing} 人",
        "部门\t人数\t指数\t名次",
        *(f"{each.unit}\t{each.people}\t{figures.fixed(each.total)}\t{each.rank or figures.NONE}"
          for each in rows),
    ]  # fmt: skip
    report(data, said, as_json=as_json)
    if differing:
        raise SystemExit(1)
