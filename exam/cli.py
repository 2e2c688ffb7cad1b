"""`xuefa exam …`: what the timer and the operator run. Safe to run twice."""

from datetime import datetime

import click
import structlog
from flask.cli import with_appcontext

from core import clock
from core.db import db
from exam import timing
from exam.queries import taking as queries
from exam.services import taking

log = structlog.get_logger()


@click.group("exam")
def cli() -> None:
    """考试。"""


def hand_in_overdue() -> int:
    """Hand in and score every attempt whose time is over; a job of the server, too.

    Each in a transaction of its own: none waits long for it, and one that cannot be scored keeps
    nobody else's from being. How many were handed in.
    """
    at = clock.now()
    due = queries.overdue(at - timing.SETTLE)
    db.session.rollback()
    return sum(_handed_in(attempt_id, at) for attempt_id in due)


def _handed_in(attempt_id: int, at: datetime) -> bool:
    try:
        taking.close(attempt_id=attempt_id, at=at)
        db.session.commit()
    except Exception:
        db.session.rollback()
        log.exception("overdue attempt not handed in", attempt=attempt_id)
        return False
    return True


@cli.command()
@with_appcontext
def close_overdue() -> None:
    """为已到截止时间的作答自动交卷并评分。"""
    click.echo(f"已自动交卷 {hand_in_overdue()} 份。")
