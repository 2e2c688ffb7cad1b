"""`xuefa courses …`: what the timer and the operator run. Safe to run twice."""

import click
from flask.cli import with_appcontext

from core import clock
from core.db import db, only_reads
from courses.services import completing


@click.group("courses")
def cli() -> None:
    """课程。"""


def record_completions() -> int:
    """Record the courses that people completed by passing a closing test; a job of the server, too.

    Looks first, so that it takes the write lock only where there is something to write.
    """
    only_reads()
    waiting = completing.is_any_due(at=clock.now())
    db.session.rollback()
    if not waiting:
        return 0
    done = completing.record_completions(at=clock.now())
    db.session.commit()
    return done


@cli.command()
@with_appcontext
def complete() -> None:
    """登记已学完并通过结业测试的课程。"""
    click.echo(f"已登记 {record_completions()} 人次完成课程。")
