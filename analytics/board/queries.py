"""Reads of editions. They never change, so that what was read of one is kept."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, case, func, literal, literal_column, select
from sqlalchemy.orm import undefer

from accounts.models import OrgUnit, Person, RosterEntry
from accounts.standing import RankGroup, StaffCategory
from analytics import mastery, tables
from analytics.board import facts
from analytics.board.facts import FACTS, GROUP
from analytics.board.models import BoardEdition, BoardTopic
from analytics.frames.shape import frame
from analytics.mastery import MOMENTS, Subject
from analytics.periods import Period
from analytics.tables import Row
from core.db import db
from laws.categories import Category
from laws.models import Law, LawCategory


@dataclass(frozen=True)
class Filter:
    rank: RankGroup | None = None
    category: StaffCategory | None = None
    #: Of laws.
    law: Category | None = None

    @property
    def of_people(self) -> bool:
        return bool(self.rank or self.category)

    @property
    def words(self) -> list[str]:
        return [each.label for each in (self.rank, self.category, self.law) if each]


@dataclass(frozen=True)
class Whole:
    """An edition as it was read."""

    edition_id: int
    digest: str
    content: Mapping[str, Any]
    cells: pd.DataFrame


def editions(period: Period, limit: int = 60) -> Sequence[BoardEdition]:
    """Of a period, the newest first."""
    return db.session.scalars(
        select(BoardEdition)
        .where(BoardEdition.first_day == period.first, BoardEdition.last_day == period.last)
        .order_by(BoardEdition.made_on.desc(), BoardEdition.id.desc())
        .limit(limit)
    ).all()


def newest(period: Period) -> BoardEdition | None:
    return next(iter(editions(period, 1)), None)


def before(edition: BoardEdition) -> BoardEdition | None:
    """The one of the same period that was made on an earlier day."""
    return db.session.scalars(
        select(BoardEdition)
        .where(
            BoardEdition.first_day == edition.first_day,
            BoardEdition.last_day == edition.last_day,
            BoardEdition.made_on < edition.made_on,
        )
        .order_by(BoardEdition.made_on.desc(), BoardEdition.id.desc())
        .limit(1)
    ).first()


def periods_made() -> set[tuple[date, date]]:
    rows = db.session.execute(
        select(BoardEdition.first_day, BoardEdition.last_day)
        .distinct()
        .order_by(BoardEdition.first_day, BoardEdition.last_day)
    )
    return {(first, last) for first, last in rows}


#: By (id, digest): an id may be given anew after an edition was made again on its day.
_whole: dict[tuple[int, str], Whole] = {}
KEPT = 24


def whole(edition: BoardEdition) -> Whole:
    key = (edition.id, edition.digest)
    if key not in _whole:
        content = db.session.scalars(
            select(BoardEdition.content).where(BoardEdition.id == edition.id)
        ).one()
        while len(_whole) >= KEPT:
            _whole.pop(next(iter(_whole)), None)
        _whole[key] = Whole(*key, content, facts.frame(content["cells"], content["units"]))
    return _whole[key]


def rows(edition: BoardEdition, narrow: Filter) -> list[Row]:
    """The department table; 合计 is the last."""
    return list(_rows(_Key(whole(edition)), narrow.rank, narrow.category))


@dataclass(frozen=True)
class _Key:
    """An edition for a cache: the same digest, the same figures."""

    whole: Whole

    def __hash__(self) -> int:
        return hash((self.whole.edition_id, self.whole.digest))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and hash(self) == hash(other)


@lru_cache(maxsize=64)
def _rows(key: _Key, rank: RankGroup | None, category: StaffCategory | None) -> tuple[Row, ...]:
    return tuple(facts.rows(facts.narrowed(key.whole.cells, rank, category)))


def people(edition: BoardEdition, keys: Collection[str] = tuple(FACTS)) -> pd.DataFrame | None:
    """Whom the figures count: who they are, and the values named; None where a newer edition took
    its place."""
    data = db.session.scalars(
        select(BoardEdition.people).where(BoardEdition.id == edition.id)
    ).one()
    if data is None:
        return None
    return facts.unpacked(data, dict.fromkeys(("person_id", *GROUP, "excluded", *keys)))


def subjects(edition: BoardEdition, narrow: Filter) -> list[Subject]:
    """The laws that were asked about, the one known worst first."""
    return list(_subjects(_Key(whole(edition)), narrow, True))


def articles(edition: BoardEdition, narrow: Filter) -> list[Subject]:
    return list(_subjects(_Key(whole(edition)), narrow, False))


@lru_cache(maxsize=64)
def _subjects(key: _Key, narrow: Filter, by_law: bool) -> tuple[Subject, ...]:
    group: Any = _group() if by_law else literal(0)
    query = (
        select(
            BoardTopic.law,
            BoardTopic.article,
            group,
            func.sum(BoardTopic.people),
            func.sum(BoardTopic.shares),
            func.sum(BoardTopic.squares),
            func.sum(BoardTopic.items),
            func.max(BoardTopic.most),
        )
        .where(BoardTopic.edition_id == key.whole.edition_id, *_narrowed(narrow, by_law))
        .group_by(BoardTopic.law, BoardTopic.article, *([group] if by_law else []))
        .order_by(BoardTopic.law, BoardTopic.article, *([group] if by_law else []))
    )
    found = [
        (law if by_law else f"《{law}》{article}", *numbers)
        for law, article, *numbers in db.session.execute(query)
    ]
    return tuple(mastery.of_moments(frame(found, MOMENTS)))


def _group() -> ColumnElement[int]:
    """mastery.group of a row."""
    # Not as parameters: grouped by, an expression must be the same text as the one selected.
    own: ColumnElement[str] = literal_column(f"'{tables.RANKED}'")
    apart: ColumnElement[int] = literal_column(str(mastery.APART))
    return case((BoardTopic.line == own, BoardTopic.unit_id), else_=apart)


def _narrowed(narrow: Filter, by_law: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        BoardTopic.article == "" if by_law else BoardTopic.article != ""
    ]
    if narrow.rank:
        conditions.append(BoardTopic.rank_group == narrow.rank)
    if narrow.category:
        conditions.append(BoardTopic.staff_category == narrow.category)
    if narrow.law:
        titles = (
            select(Law.title)
            .join(LawCategory, LawCategory.law_id == Law.id)
            .where(LawCategory.category == narrow.law)
        )
        conditions.append(BoardTopic.law.in_(titles))
    return conditions


def entries(snapshot_id: int, person_ids: Sequence[int]) -> dict[int, RosterEntry]:
    """By person, for those on a page."""
    rows_ = db.session.scalars(
        select(RosterEntry)
        .where(RosterEntry.snapshot_id == snapshot_id, RosterEntry.person_id.in_(person_ids))
        .order_by(RosterEntry.id)
    )
    return {each.person_id: each for each in rows_}


def unit(unit_id: int) -> OrgUnit:
    return db.session.scalars(select(OrgUnit).where(OrgUnit.id == unit_id)).one()


def person(person_id: int) -> Person:
    return db.session.scalars(
        select(Person).where(Person.id == person_id).options(undefer("*"))
    ).one()
