"""What is required of whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from accounts import standing
from accounts.models import Person, Posting
from accounts.queries import units as unit_queries
from core import clock
from core.db import db
from courses.assigning.models import LearningRule
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
        .options(
            contains_eager(Assignment.course),
            joinedload(Assignment.rule).options(
                selectinload(LearningRule.units), selectinload(LearningRule.exceptions)
            ),
        )
        .order_by(Course.title, Course.id, Assignment.id)
    )


def demands(day: date) -> list[Demand]:
    """The assignments of open courses that bind on the day."""
    rows = db.session.scalars(
        assignments().where(is_open(), Assignment.ended_at.is_(None), Assignment.starts_on <= day)
    ).all()
    return made(rows, day)


def made(rows: Iterable[Assignment], day: date, *, as_of: datetime | None = None) -> list[Demand]:
    """The demands of assignments, with must-know lists as they stand on the day and the exceptions
    that held at the moment ``as_of``; for None those that hold."""
    rows = list(rows)
    lists = _audiences(day) if any(each.rule and each.rule.list_id for each in rows) else {}
    return [
        Demand(
            each.course_id,
            each.starts_on,
            each.due_on,
            each.rule.due_days if each.rule else None,
            _scope(each, lists, as_of),
        )
        for each in rows
    ]


def _audiences(day: date) -> dict[int, tuple[ListRule, ...]]:
    return {
        version.list_id: tuple(
            ListRule(each.rank_group, each.unit_id, each.post) for each in version.audience
        )
        for version in list_queries.current(day)
    }


def _scope(
    assignment: Assignment,
    lists: dict[int, tuple[ListRule, ...]],
    as_of: datetime | None,
) -> Scope:
    rule = assignment.rule
    if rule is None:
        return Scope(frozenset({assignment.unit_id} - {None}))  # type: ignore[arg-type]
    return scope_of(
        rule,
        lists.get(rule.list_id) if rule.list_id is not None else None,
        frozenset(
            each.person_id
            for each in rule.exceptions
            if (each.ended_at is None if as_of is None
                else each.created_at < as_of and (each.ended_at is None or each.ended_at >= as_of))
        ),
    )  # fmt: skip


def scope_of(
    rule: LearningRule, audience: Sequence[ListRule] | None, excepted: frozenset[int]
) -> Scope:
    return Scope(
        unit_ids=frozenset(each.unit_id for each in rule.units),
        rank_group=rule.rank_group,
        grade=rule.grade,
        post=rule.post,
        category=rule.staff_category,
        joined_from=rule.joined_from,
        audience=audience,
        dormant=rule.list_id is not None and audience is None,
        excepted=excepted,
    )


def audience_of(list_id: int, day: date) -> Sequence[ListRule] | None:
    """Whom a must-know list binds on the day; None where no version of it is in force."""
    return _audiences(day).get(list_id)


def whos(
    people: Sequence[Person], wanted: Collection[Demand], day: date | None = None
) -> list[Who]:
    """The people as the demands see them, on a past ``day`` as they stood then; their history only
    where it is needed."""
    past = day if day is not None and day < clock.today() else None
    history = past is not None or any(each.due_days is not None for each in wanted)
    earlier = stands_of([each.id for each in people], past) if history else {}
    return [_who(each, earlier.get(each.id, []), past) for each in people]


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
    found: defaultdict[int, list[Stand]] = defaultdict(list)
    for start in range(0, len(person_ids), 500):
        query = (
            select(Posting)
            .where(Posting.person_id.in_(person_ids[start : start + 500]))
            .order_by(Posting.person_id, Posting.valid_from.desc(), Posting.id.desc())
        )
        if until is not None:
            query = query.where(Posting.valid_from <= until)
        for each in db.session.scalars(query):
            group = standing.rank_group(each.leader_level, each.grade)
            stand = Stand(each.valid_from, each.stat_unit_id, group, each.grade)
            found[each.person_id].append(stand)
    return found


def due_of(people: Sequence[Person], day: date) -> dict[int, dict[int, date]]:
    """Person id → the open courses required of them on the day, by when, earliest first."""
    wanted = demands(day)
    asked = Requirements(wanted, unit_queries.forerunners())
    return {each.person_id: asked.due_dates(each) for each in whos(people, wanted, day)}


def due_dates(person: Person, day: date) -> dict[int, date]:
    """Course id → by when; the open courses required of the person on the day, earliest first."""
    return due_of([person], day)[person.id]
