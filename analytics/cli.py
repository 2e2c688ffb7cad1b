"""`xuefa analytics …`: the figures of the pages, for operators and programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import NoResultFound

from accounts.queries import snapshots
from analytics import learning as learning_rules
from analytics import periods, queries
from analytics import rates as exam_rules
from analytics.board.cli import board
from analytics.evaluation.cli import evaluate
from analytics.exports.cli import make_exports
from analytics.frames import exam as exam_frames
from analytics.frames import learning as learning_frames
from analytics.learning import Basis, Target
from analytics.measures import EXAM, LEARNING, Measures, Value
from analytics.periods import Period, Preset
from analytics.psychometrics.cli import items
from analytics.tables import Row
from core import clock, figures
from core.cli import ROW, report

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("analytics")
def cli() -> None:
    """统计分析。"""


cli.add_command(items)
cli.add_command(evaluate)
cli.add_command(make_exports)
cli.add_command(board)


@cli.command()
@click.option("--session", "session_id", type=ROW, help="场次编号；默认最近结束的场次")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def rates(session_id: int | None, as_json: bool) -> None:
    """一场考试的部门汇总表（含其补考）。

    \b
    JSON：{"session": {"id", "title"} | null, "roster": id, "roster_digest": SHA-256,
     "at": ISO 时间, "makeups": [{"id", "title"}], "rows": [行]}；
    行：{"row": 键, "unit": 名称, "kind": "ranked|apart|others|own-sum|apart-sum|total",
     "values": {指标: 数}, "figures": {指标: 数或 null}, "rank": 名次或 null}。
    百分比为 0–100 的数，两位小数；指标名见 docs/metrics.md。
    """
    at = clock.now()
    try:
        session = queries.session(session_id, at) if session_id else queries.latest(at)
    except NoResultFound:
        raise click.UsageError(f"没有编号为 {session_id} 的已开始场次") from None
    if session is None:
        report({"session": None, "rows": []}, ["还没有可统计的考试"], as_json=as_json)
        return
    rows = exam_rules.department_table(exam_frames.counted(session, at))
    makeups = exam_frames.makeups_of(session, at)
    data = {
        "session": {"id": session.id, "title": session.title},
        "roster": session.roster_id,
        "roster_digest": snapshots.digest(session.roster),
        "at": at.isoformat(),
        "makeups": [{"id": each.id, "title": each.title} for each in makeups],
        "rows": [_row(row) for row in rows],
    }
    shown = ("due", "taken", "participation", "passed", "pass_due", "mean", "rank")
    report(data, [session.title, *_lines(EXAM, rows, shown)], as_json=as_json)


@cli.command()
@click.option("--roster", "roster_id", type=ROW, help="名单快照编号；默认最新的")
@click.option("--from", "first", type=DAY, help="统计期起（含），如 2026-01-01；默认本年初")
@click.option("--to", "last", type=DAY, help="统计期止（含）；默认本年末")
@click.option("--target", type=click.FloatRange(0, 2000), help="年学时目标；默认不判达标")
@click.option(
    "--basis",
    type=click.Choice([each.value for each in Basis]),
    default=Basis.ONLINE.value,
    show_default=True,
    help="目标看哪一类学时",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def learning(
    roster_id: int | None,
    first: datetime | None,
    last: datetime | None,
    target: float | None,
    basis: str,
    as_json: bool,
) -> None:
    """一份名单在一段时间的学习汇总表。

    \b
    JSON：{"roster": {"id", "title", "digest"} | null, "from": 日期, "to": 日期,
     "target": {"hours": 数, "basis": 类} | null, "rows": [行]}；行同 analytics rates，没有名次。
    """
    known = queries.snapshots()
    try:
        snapshot = queries.snapshot(roster_id) if roster_id else next(iter(known), None)
    except NoResultFound:
        raise click.UsageError(f"没有编号为 {roster_id} 的名单快照") from None
    period = _period(first, last)
    if snapshot is None:
        report({"roster": None, "rows": []}, ["还没有名单快照"], as_json=as_json)
        return
    wanted = None if target is None else Target(Decimal(str(target)), Basis.of(basis))
    found = learning_frames.counted(snapshot, period, wanted)
    rows = learning_rules.department_table(found, wanted)
    data = {
        "roster": {
            "id": snapshot.id,
            "title": snapshot.title,
            "digest": snapshots.digest(snapshot),
        },
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "target": {"hours": target, "basis": basis} if wanted else None,
        "rows": [_row(row) for row in rows],
    }
    shown = ("due", "studied", "participation", "completion", "attainment", "hours_each")
    heading = f"{snapshot.title}，{period.label}"
    report(data, [heading, *_lines(LEARNING, rows, shown)], as_json=as_json)


def _period(first: datetime | None, last: datetime | None) -> Period:
    year = periods.preset(Preset.YEAR, clock.today())
    period = Period(_day(first) or year.first, _day(last) or year.last)
    if period.last < period.first:
        raise click.UsageError("--to 不能早于 --from")
    return period


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _row(row: Row) -> dict[str, Any]:
    return {
        "row": row.key,
        "unit": row.title,
        "kind": row.kind,
        "values": {key: _number(value) for key, value in row.values.items()},
        "figures": {key: _number(value) for key, value in row.figures.items()},
        "rank": row.rank,
    }


def _number(value: Value) -> int | float | None:
    return float(value) if isinstance(value, Decimal) else value


def _lines(measures: Measures, rows: list[Row], keys: tuple[str, ...]) -> list[str]:
    """A head and the rows, tab-separated."""
    titles = measures.titles | {"rank": "名次"}
    return [
        "\t".join(["部门", *(titles[key] for key in keys)]),
        *("\t".join([row.title, *(_cell(row, key) for key in keys)]) for row in rows),
    ]


def _cell(row: Row, key: str) -> str:
    if key in row.figures:
        return figures.fixed(row.figures[key])
    return figures.plain(row.rank if key == "rank" else row.values.get(key))
