"""`xuefa exam …`: what the timer and the operator run. Safe to run twice."""

import click
from flask.cli import with_appcontext

from core import clock
from core.db import db
from exam.services import taking


@click.group("exam")
def cli() -> None:
    """考试。"""


def hand_in_overdue() -> int:
    """Hand in and score every attempt whose time is over; a job of the server, too."""
    closed = 0
    while done := taking.close_overdue(at=clock.now()):
        db.session.commit()
        closed += done
    db.session.rollback()
    return closed


@cli.command()
@with_appcontext
def close_overdue() -> None:
    """为已到截止时间的作答自动交卷并评分。"""
    click.echo(f"已自动交卷 {hand_in_overdue()} 份。")
