"""What is required of whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import contains_eager, joinedload

from accounts import standing
from accounts.models import Person, Posting
from accounts.queries import units as unit_queries
from accounts.standing import Grade, RankGroup, StaffCategory
from core import clock
from core.db import UTCDateTime, db
from core.prepared import Prepared, often
from courses.assigning.models import LearningException, LearningRule, LearningRuleUnit
from courses.audience import Demand, ListRule, Requirements, Scope, Stand, Who
from courses.models import Assignment, Course, Lesson
from laws.lists import queries as list_queries


def is_open() -> ColumnElement[bool]:
    """SQL: the course is published and not withdrawn."""
    return and_(Course.published_at.is_not(None), Course.withdrawn_at.is_(None))


def is_taught() -> ColumnElement[bool]:
    """SQL: the lesson is one of its course, which is no working copy; no revision dropped it."""
    working_copy = select(Course.id).where(Course.revises_id.is_not(None))
    return and_(Lesson.retired_at.is_(None), Lesson.course_id.not_in(working_copy))


def assignments() -> Select[Assignment]:
    """Assignments with their course, and with the rule that they come from, if one."""
    return (
        select(Assignment)
        .join(Assignment.course)
        .options(contains_eager(Assignment.course), joinedload(Assignment.rule))
        .order_by(*_ORDER)
    )


class Assigned(NamedTuple):
    """An assignment and what the rule asks for that it comes from, read with no object behind it.

    Without a rule all from ``rule_id`` on is None.
    """

    course_id: int
    title: str
    starts_on: date
    due_on: date | None
    unit_id: int | None
    rule_id: int | None
    due_days: int | None
    list_id: int | None
    rank_group: RankGroup | None
    grade: Grade | None
    post: str
    staff_category: StaffCategory | None
    joined_from: date | None


_ORDER = (Course.title, Course.id, Assignment.id)
_ASSIGNED = (
    select(
        Assignment.course_id, Course.title, Assignment.starts_on, Assignment.due_on,
        Assignment.unit_id, Assignment.rule_id, LearningRule.due_days, LearningRule.list_id,
        LearningRule.rank_group, LearningRule.grade, LearningRule.post,
        LearningRule.staff_category, LearningRule.joined_from,
    )
    .join(Assignment.course)
    .outerjoin(Assignment.rule)
    .order_by(*_ORDER)
)  # fmt: skip
_BINDING = Prepared(
    _ASSIGNED.where(
        is_open(), Assignment.ended_at.is_(None), Assignment.starts_on <= bindparam("day")
    )
)


def assigned(*conditions: ColumnElement[bool]) -> list[Assigned]:
    """The assignments that fulfil the conditions, in the order of ``assignments``."""
    return [Assigned._make(row) for row in db.session.execute(_ASSIGNED.where(*conditions))]


def demands(day: date) -> list[Demand]:
    """The assignments of open courses that bind on the day."""
    return made([Assigned._make(row) for row in _BINDING.rows(day=day)], day)


def made(rows: Sequence[Assigned], day: date, *, as_of: datetime | None = None) -> list[Demand]:
    """The demands of assignments, with must-know lists as they stand on the day and the exceptions
    that held at the moment ``as_of``; for None those that hold."""
    lists = _audiences(day) if any(each.list_id is not None for each in rows) else {}
    reach = _reach(as_of) if any(each.rule_id is not None for each in rows) else {}
    return [
        Demand(each.course_id, each.starts_on, each.due_on, each.due_days,
               _scope(each, lists, reach))
        for each in rows
    ]  # fmt: skip


def _audiences(day: date) -> dict[int, tuple[ListRule, ...]]:
    return {
        version.list_id: tuple(
            ListRule(each.rank_group, each.unit_id, each.post) for each in version.audience
        )
        for version in list_queries.audiences(day)
    }


class _Reach(NamedTuple):
    """Units that a rule names, and people excepted from it."""

    unit_ids: set[int]
    excepted: set[int]


_REACH: CompoundSelect[Any] = often(union_all(
    select(
        LearningRuleUnit.rule_id.label("rule_id"), LearningRuleUnit.unit_id.label("unit_id"),
        null().label("person_id"), type_coerce(null(), UTCDateTime).label("created_at"),
        type_coerce(null(), UTCDateTime).label("ended_at"),
    ),
    select(
        LearningException.rule_id, null(), LearningException.person_id,
        LearningException.created_at, LearningException.ended_at,
    ),
))  # fmt: skip


def _reach(as_of: datetime | None) -> Mapping[int, _Reach]:
    """By rule, its units and those excepted from it at a moment; for None those that are."""
    found: defaultdict[int, _Reach] = defaultdict(lambda: _Reach(set(), set()))
    for rule_id, unit_id, person_id, created_at, ended_at in db.session.execute(_REACH):
        if unit_id is not None:
            found[rule_id].unit_ids.add(unit_id)
        elif _holds(created_at, ended_at, as_of):
            found[rule_id].excepted.add(person_id)
    return found


def _holds(created_at: datetime, ended_at: datetime | None, as_of: datetime | None) -> bool:
    if as_of is None:
        return ended_at is None
    return created_at < as_of and (ended_at is None or ended_at >= as_of)


def _scope(
    assigned: Assigned, lists: Mapping[int, Sequence[ListRule]], reach: Mapping[int, _Reach]
) -> Scope:
    if assigned.rule_id is None:
        return Scope(frozenset({assigned.unit_id} - {None}))  # type: ignore[arg-type]
    unit_ids, excepted = reach[assigned.rule_id]
    audience = lists.get(assigned.list_id) if assigned.list_id is not None else None
    return scope_of(assigned, unit_ids, audience, excepted)


def scope_of(
    rule: LearningRule | Assigned,
    unit_ids: Iterable[int],
    audience: Sequence[ListRule] | None,
    excepted: Iterable[int],
) -> Scope:
    return Scope(
        unit_ids=frozenset(unit_ids),
        rank_group=rule.rank_group,
        grade=rule.grade,
        post=rule.post,
        category=rule.staff_category,
        joined_from=rule.joined_from,
        audience=audience,
        dormant=rule.list_id is not None and audience is None,
        excepted=frozenset(excepted),
    )


def audience_of(list_id: int, day: date) -> Sequence[ListRule] | None:
    """Whom a must-know list binds on the day; None where no version of it is in force."""
    return _audiences(day).get(list_id)


def whos(
    people: Sequence[Person],
    wanted: Collection[Demand],
    day: date | None = None,
    pasts: Mapping[int, Sequence[Posting]] | None = None,
) -> list[Who]:
    """The people as the demands see them, on a past ``day`` as they stood then; their history only
    where it is needed. ``pasts``: as ``pasts_of`` has them, from somebody who asked before."""
    past = day if day is not None and day < clock.today() else None
    history = past is not None or any(each.due_days is not None for each in wanted)
    if not history:
        pasts = {}
    elif pasts is None or past is not None:
        pasts = pasts_of([each.id for each in people], past)
    return [_who(each, stands_in(pasts.get(each.id, ())), past) for each in people]


def _who(person: Person, stands: Sequence[Stand], past: date | None) -> Who:
    since = stands[0].since if stands else person.joined_on
    present = Stand(since, person.stat_unit_id, person.rank_group, person.grade)
    if past is not None and stands:
        present = stands[0]
    return Who(
        person.id,
        person.joined_on,
        (present, *stands[1:]),
        person.post_title,
        person.staff_category,
    )


def stands_of(person_ids: Sequence[int], until: date | None = None) -> dict[int, list[Stand]]:
    """Where each of the people stood, the latest first; as known on ``until``."""
    pasts = pasts_of(person_ids, until)
    return {each: stands_in(pasts[each]) for each in person_ids}


def stands_in(past: Iterable[Posting]) -> list[Stand]:
    return [
        Stand(each.valid_from, each.stat_unit_id,
              standing.rank_group(each.leader_level, each.grade), each.grade)
        for each in past
    ]  # fmt: skip


def pasts_of(
    person_ids: Sequence[int], until: date | None = None
) -> defaultdict[int, list[Posting]]:
    """The postings of each of the people, the latest first; as known on ``until``."""
    found: defaultdict[int, list[Posting]] = defaultdict(list)
    for start in range(0, len(person_ids), 500):
        query = (
            select(Posting)
            .where(Posting.person_id.in_(person_ids[start : start + 500]))
            .order_by(Posting.person_id, Posting.valid_from.desc(), Posting.id.desc())
        )
        if until is not None:
            query = query.where(Posting.valid_from <= until)
        for each in db.session.scalars(query):
            found[each.person_id].append(each)
    return found


def due_of(
    people: Sequence[Person],
    day: date,
    pasts: Mapping[int, Sequence[Posting]] | None = None,
) -> dict[int, dict[int, date]]:
    """Person id → the open courses required of them on the day, by when, earliest first."""
    wanted = demands(day)
    asked = Requirements(wanted, unit_queries.forerunners())
    return {each.person_id: asked.due_dates(each) for each in whos(people, wanted, day, pasts)}


def due_dates(person: Person, day: date, past: Sequence[Posting] | None = None) -> dict[int, date]:
    """Course id → by when; the open courses required of the person on the day, earliest first.

    ``past``: the person's postings, the latest first, from somebody who asked for them before.
    """
    return due_of([person], day, None if past is None else {person.id: past})[person.id]
