"""Exports that are due are made: by the timer, by a command, and at once when asked for."""

import click
import structlog
from flask.cli import with_appcontext

from analytics.exports import frames, queries, services, sheets
from core import clock
from core.cli import report
from core.db import db, reading

log = structlog.get_logger()


def make_due() -> int:
    """Make what is due; a job of the server, too. How many were made."""
    due = queries.due(clock.now())
    db.session.rollback()
    return sum(_made(each) for each in due)


def _made(export_id: int) -> bool:
    try:
        return make(export_id)
    except Exception:
        db.session.rollback()
        log.exception("export not made", export=export_id)
        return False


def make(export_id: int) -> bool:
    """In three steps, so that nobody's answers wait while figures are worked out; safe to repeat.

    False if it was made or cancelled before.
    """
    at = clock.now()
    services.give_roster(export=queries.export(export_id), at=at)
    db.session.commit()
    with reading():
        found = queries.export(export_id)
        if found.roster is None:
            return False
        tables = frames.tables(found.kind, found.year, found.roster, at)
        about = {"kind": found.kind.value, "year": found.year, "roster": found.roster_id,
                 "at": at.isoformat()}  # fmt: skip
        content, rows = sheets.packed(tables, about), sheets.rows_of(tables)
    done = services.finish(export=queries.export(export_id), content=content, rows=rows, at=at)
    db.session.commit()
    return done


@click.command("make-exports")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def make_exports(as_json: bool) -> None:
    """生成到期的年度统计和干部系统对接表；可重复执行。"""
    count = make_due()
    report({"made": count}, [f"已生成 {count} 份"], as_json=as_json)
