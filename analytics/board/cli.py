"""`xuefa analytics board …`: make editions, check them, and the job that keeps them up."""

import click
from flask.cli import with_appcontext

from analytics.board import queries, services, spans
from analytics.board.models import BoardEdition
from analytics.board.spans import Span
from analytics.periods import Period
from core import clock
from core.cli import report
from core.db import Turn, db, reading, wait_turn


def make_due() -> None:
    """Make what is due anew, one edition a run, so that nobody waits long."""
    for span in services.due(clock.now())[:1]:
        _make(span, if_due=True)


def _make(span: Span, *, if_due: bool = False) -> BoardEdition | None:
    """None while there is no roster; nor, ``if_due``, where another process was quicker."""
    at = clock.now()
    try:
        with reading():
            made = services.prepare(span.period, at)
    except services.NoRoster:
        return None
    wait_turn(Turn.BOARD)
    if if_due and span not in services.due(at):
        db.session.rollback()
        return None
    edition = services.keep(made, at=at, asked=False)
    db.session.commit()
    return edition


@click.group("board")
def board() -> None:
    """全局看板。"""


@board.command()
@click.argument("period", required=False)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def rebuild(period: str | None, as_json: bool) -> None:
    """重新计算看板；PERIOD 如 2026、2026Q4、2026-11、2026-03-01_2026-05-31，默认本年、本季、本月。

    JSON：{"editions": [{"period", "people", "seconds", "digest"}]}。
    """
    today = clock.today()
    wanted = spans.named(period, today) if period else None
    if period and wanted is None:
        raise click.UsageError(
            f"没有 {period} 这个统计期；写法如 2026、2026Q4、2026-11、2026-03-01_2026-05-31"
        )
    every = [wanted] if wanted else spans.running(today)
    data, lines = [], []
    for span in every:
        edition = _make(span)
        if edition is None:
            raise click.UsageError("还没有名单快照，先冻结名单再计算")
        people = int(queries.rows(edition, queries.Filter())[-1].values["due"] or 0)
        data.append({"period": span.key, "people": people, "seconds": edition.took / 1000,
                     "digest": edition.digest})  # fmt: skip
        lines.append(f"{span.title}：应参学 {people} 人，用时 {edition.took / 1000:.1f} 秒")
    report({"editions": data}, lines, as_json=as_json)


@board.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def check(as_json: bool) -> None:
    """核对看板：摘要、由人员重算的各格，以及与现在重新计算的差别。

    JSON：{"editions": [{"period", "made_at", "whole", "agrees", "moved"}]}；有损坏时退出码为 1。
    """
    at, data, lines = clock.now(), [], []
    made = [Period(*each) for each in sorted(queries.periods_made(), reverse=True)]
    for span in (spans.of(each, clock.today()) for each in made):
        edition = queries.newest(span.period)
        if edition is None:
            continue
        found = services.check(edition, at)
        data.append({"period": span.key, "made_at": edition.made_at.isoformat(),
                     "whole": found.whole, "agrees": found.agrees,
                     "moved": found.moved})  # fmt: skip
        state = "一致" if found.whole and found.agrees else "损坏，请重新计算"
        lines.append(f"{span.title}：{state}；此后有变化的格 {found.moved} 个")
    report({"editions": data}, lines or ["还没有计算过看板"], as_json=as_json)
    if any(not (each["whole"] and each["agrees"]) for each in data):
        raise SystemExit(1)
