"""Tasks of writing items: set, and taken back. Nobody closes them: the bank's items do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from accounts.models import Account
from core import clock
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from question_bank.tasks import queries
from question_bank.tasks.cells import Cell
from question_bank.tasks.models import WritingTask, WritingTaskLaw


class AlreadyOver(Refused):
    message = "完成日期应在今天或以后"


class NotAWriter(Refused):
    message = "所选的人不是命题人"


def set_tasks(
    *,
    cells: Sequence[Cell],
    due_on: date,
    writer_id: int | None,
    purpose: str,
    at: datetime,
    by: Account,
) -> list[WritingTask]:
    """A task for each kind of items of which no unfilled task asks for as many; those made.

    One that asks for fewer stays: the same items count for both. Raises AlreadyOver, NotAWriter.
    """
    today = clock.local(at).date()
    if due_on < today:
        raise AlreadyOver(field="due_on")
    if writer_id is not None and writer_id not in {each.id for each in queries.writers()}:
        raise NotAWriter(field="writer_id")
    lock(by)
    asked: dict[Cell, int] = {}
    for each in queries.unfilled(today):
        kind = _kind(queries.cell_of(each.task))
        asked[kind] = max(asked.get(kind, 0), each.left)
    made = [
        _task(cell, due_on, writer_id, purpose, at, by)
        for cell in cells
        if asked.get(_kind(cell), 0) < cell.count
    ]
    db.session.add_all(made)
    db.session.flush()
    for task in made:
        record("writing_task.create", task, at=at, title=purpose, rows=task.count)
    return made


def _kind(cell: Cell) -> Cell:
    return replace(cell, count=0)


def _task(
    cell: Cell, due_on: date, writer_id: int | None, purpose: str, at: datetime, by: Account
) -> WritingTask:
    return WritingTask(
        item_type=cell.item_type,
        difficulty_min=cell.difficulty_min,
        difficulty_max=cell.difficulty_max,
        cognitive_level=cell.cognitive_level,
        topic=cell.topic,
        requirement=cell.requirement,
        is_scene=cell.is_scene,
        laws=[
            WritingTaskLaw(
                law_id=each,
                number_main=cell.article.main if cell.article else None,
                number_sub=cell.article.sub if cell.article else None,
            )
            for each in sorted(cell.law_ids)
        ],
        count=cell.count,
        due_on=due_on,
        writer_id=writer_id,
        purpose=purpose,
        created_at=at,
        created_by_id=by.id,
    )


def cancel(*, task: WritingTask, at: datetime, by: Account) -> None:
    """Once; a second time changes nothing."""
    lock(task)
    if task.cancelled_at is None:
        task.cancelled_at, task.cancelled_by_id = at, by.id
        db.session.flush()
        record("writing_task.cancel", task, at=at, title=task.purpose)
