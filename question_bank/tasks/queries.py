"""Tasks of writing items, and what the bank has gained for them since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Account, RoleGrant
from accounts.permissions import Role
from core.db import db
from laws.models import Article, LawVersion
from laws.numerals import Key
from question_bank.life import ReviewAct
from question_bank.models import Citation, Item, ItemRevision, ItemState, ReviewStep
from question_bank.queries.requirements import required
from question_bank.tasks import cells
from question_bank.tasks.cells import Cell, TaskState
from question_bank.tasks.models import WritingTask, WritingTaskLaw


@dataclass(frozen=True)
class Progress:
    task: WritingTask
    #: Items of its kind that were published since it was set.
    done: int
    state: TaskState

    @property
    def left(self) -> int:
        return max(0, self.task.count - self.done)


def tasks(writer_id: int | None = None) -> Select[WritingTask]:
    """Tasks, the newest first; those of a writer and those of every writer."""
    query = (
        select(WritingTask)
        .options(
            joinedload(WritingTask.writer).joinedload(Account.person),
            selectinload(WritingTask.laws).joinedload(WritingTaskLaw.law),
        )
        .order_by(WritingTask.created_at.desc(), WritingTask.id.desc())
    )
    if writer_id is not None:
        mine = or_(WritingTask.writer_id.is_(None), WritingTask.writer_id == writer_id)
        query = query.where(mine)
    return query


def task(task_id: int) -> WritingTask:
    """NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(tasks().where(WritingTask.id == task_id)).one()


def task_for(writer_id: int, task_id: int) -> WritingTask:
    """One that a writer may see. NoResultFound, shown as 404, for any other."""
    return db.session.scalars(tasks(writer_id).where(WritingTask.id == task_id)).one()


def progress(task: WritingTask, today: date) -> Progress:
    done = _gained(task, today)
    state = cells.state_of(
        count=task.count,
        done=done,
        due_on=task.due_on,
        cancelled=task.cancelled_at is not None,
        today=today,
    )
    return Progress(task, done, state)


def unfilled(today: date, writer_id: int | None = None) -> list[Progress]:
    """What is still to be written, those due first at the top."""
    query = tasks(writer_id).where(WritingTask.cancelled_at.is_(None)).order_by(None)
    rows = db.session.scalars(query.order_by(WritingTask.due_on, WritingTask.id))
    found = (progress(each, today) for each in rows)
    return [each for each in found if each.left]


def cell_of(task: WritingTask) -> Cell:
    return Cell(
        count=task.count,
        item_type=task.item_type,
        difficulty_min=task.difficulty_min,
        difficulty_max=task.difficulty_max,
        cognitive_level=task.cognitive_level,
        topic=task.topic,
        requirement=task.requirement,
        is_scene=task.is_scene,
        law_ids=frozenset(each.law_id for each in task.laws),
        article=next((each.article for each in task.laws), None),
    )


def _gained(task: WritingTask, today: date) -> int:
    """Published items of the task's kind that were written, or passed, since it was set."""
    passed = exists().where(
        ReviewStep.revision_id == ItemRevision.id,
        ReviewStep.act != ReviewAct.RETURNED,
        ReviewStep.at > task.created_at,
    )
    query = (
        select(func.count(Item.id))
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .where(
            Item.state == ItemState.PUBLISHED,
            or_(Item.created_at > task.created_at, passed),
            *_of_kind(cell_of(task), today),
        )
    )
    return db.session.scalar(query) or 0


def _of_kind(cell: Cell, today: date) -> list[ColumnElement[bool]]:
    revision = ItemRevision
    wanted: list[ColumnElement[bool]] = [
        revision.difficulty.between(cell.difficulty_min, cell.difficulty_max)
    ]
    if cell.item_type is not None:
        wanted.append(revision.item_type == cell.item_type)
    if cell.cognitive_level is not None:
        wanted.append(revision.cognitive_level == cell.cognitive_level)
    if cell.topic:
        wanted.append(revision.topic == cell.topic)
    if cell.is_scene:
        wanted.append(revision.scene.is_not(None))
    if cell.law_ids:
        wanted.append(_cites(and_(LawVersion.law_id.in_(cell.law_ids), _numbered(cell.article))))
    if cell.requirement is not None:
        wanted.append(_cites(required(today).cited_as(cell.requirement)))
    return wanted


def _cites(what: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(Citation.id)
        .join(Article, Article.id == Citation.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .where(Citation.revision_id == ItemRevision.id, what)
        .exists()
    )


def _numbered(key: Key | None) -> ColumnElement[bool]:
    if key is None:
        return true()
    return and_(Article.number_main == key.main, Article.number_sub == key.sub)


def writers() -> Sequence[Account]:
    """Open accounts of people who write items, by staff number."""
    rows = db.session.scalars(
        select(Account)
        .where(
            Account.disabled_at.is_(None),
            Account.grants.any(RoleGrant.role == Role.ITEM_WRITER),
        )
        .options(joinedload(Account.person))
        .order_by(Account.username, Account.id)
    )
    return rows.all()
