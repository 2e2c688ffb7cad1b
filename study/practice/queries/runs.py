"""Runs and their answers: each person's own."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Person
from core import clock
from core.db import db
from laws.models import Article, LawVersion
from question_bank.models import Citation, Item, ItemRevision
from question_bank.queries import holding
from study.practice.kinds import RunKind
from study.practice.models import PracticeAnswer, PracticeEntry, PracticeRun

#: Seeds up to here are days, of 今日五题.
LAST_SEED = 99_999_999


def run(person: Person, run_id: int) -> PracticeRun:
    """A run of the person's with its items and answers. NoResultFound for anybody else's."""
    cited = selectinload(ItemRevision.citations).joinedload(Citation.article)
    return db.session.scalars(
        select(PracticeRun)
        .where(PracticeRun.id == run_id, PracticeRun.person_id == person.id)
        .options(
            selectinload(PracticeRun.entries).options(
                joinedload(PracticeEntry.answer),
                joinedload(PracticeEntry.essay),
                joinedload(PracticeEntry.revision).options(
                    cited.joinedload(Article.version).joinedload(LawVersion.law)
                ),
            )
        )
    ).one()


def run_of(person: Person, seed: int) -> PracticeRun | None:
    return db.session.scalars(
        select(PracticeRun).where(PracticeRun.person_id == person.id, PracticeRun.seed == seed)
    ).one_or_none()


def runs(person: Person) -> Select[PracticeRun]:
    """The person's runs with how far they came, the newest first."""
    return (
        select(PracticeRun)
        .where(PracticeRun.person_id == person.id)
        .options(
            selectinload(PracticeRun.entries).options(
                joinedload(PracticeEntry.answer), joinedload(PracticeEntry.essay)
            )
        )
        .order_by(PracticeRun.started_at.desc(), PracticeRun.id.desc())
    )


def log(person: Person) -> Select[PracticeAnswer]:
    """The person's answers, the newest first."""
    return (
        select(PracticeAnswer)
        .where(PracticeAnswer.person_id == person.id)
        .options(
            joinedload(PracticeAnswer.revision),
            joinedload(PracticeAnswer.entry).joinedload(PracticeEntry.run),
            joinedload(PracticeAnswer.article)
            .joinedload(Article.version)
            .joinedload(LawVersion.law),
        )
        .order_by(PracticeAnswer.at.desc(), PracticeAnswer.id.desc())
    )


def shown(revision_ids: Collection[int]) -> set[int]:
    """Those of the revisions that may be looked at: no paper holds them back."""
    query = (
        select(ItemRevision.id)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(ItemRevision.id.in_(revision_ids), holding.open_to_all())
    )
    return set(db.session.scalars(query.order_by(ItemRevision.id)))


def askable(revision_ids: Collection[int], on: date) -> set[int]:
    """Those of the revisions that are current and may be asked in practice on the day."""
    query = (
        select(ItemRevision.id)
        .join(Item, Item.current_id == ItemRevision.id)
        .where(ItemRevision.id.in_(revision_ids), holding.may_practise(on))
    )
    return set(db.session.scalars(query.order_by(ItemRevision.id)))


def last_answered(person: Person) -> dict[int, datetime]:
    """When the person last practised each item, by item id."""
    rows = db.session.execute(
        select(ItemRevision.item_id, func.max(PracticeAnswer.at))
        .join(ItemRevision, ItemRevision.id == PracticeAnswer.revision_id)
        .where(PracticeAnswer.person_id == person.id)
        .group_by(ItemRevision.item_id)
        .order_by(ItemRevision.item_id)
    )
    return {row[0]: row[1] for row in rows}


def drawn_on(person: Person, day: date) -> int:
    """How many items the person was given on the day."""
    rows = db.session.execute(
        select(PracticeRun.started_at, func.count())
        .join(PracticeEntry, PracticeEntry.run_id == PracticeRun.id)
        .where(PracticeRun.person_id == person.id)
        .group_by(PracticeRun.id, PracticeRun.started_at)
        .order_by(PracticeRun.started_at.desc(), PracticeRun.id)
        .limit(200)
    )
    return sum(count for at, count in rows if clock.local(at).date() == day)


def daily_seed(day: date) -> int:
    """今日五题 are one run a day; the seeds of all other runs are beyond LAST_SEED."""
    return day.year * 10_000 + day.month * 100 + day.day


def new_seed() -> int:
    """Of one press of a button that begins a run."""
    return LAST_SEED + 1 + secrets.randbelow(2**52)


#: SQL: ``of_today`` finds the run, whose seed is that of the day.
ANY_OF_TODAY = exists().where(
    PracticeRun.person_id == bindparam("person_id"),
    PracticeRun.kind == RunKind.DAILY,
    PracticeRun.seed == bindparam("daily_seed"),
)


def of_today(person: Person, day: date) -> PracticeRun | None:
    """The person's 今日五题, if they were begun."""
    query = runs(person).where(
        PracticeRun.kind == RunKind.DAILY, PracticeRun.seed == daily_seed(day)
    )
    return db.session.scalars(query).one_or_none()


def people_of(item_ids: Sequence[int]) -> int:
    """How many people were shown one of the items in practice."""
    query: Select[Any] = (
        select(func.count(PracticeRun.person_id.distinct()))
        .join(PracticeEntry, PracticeEntry.run_id == PracticeRun.id)
        .join(ItemRevision, ItemRevision.id == PracticeEntry.revision_id)
        .where(ItemRevision.item_id.in_(item_ids))
    )
    return db.session.scalar(query) or 0
