"""Reads of learning rules, and of whom they bind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Person
from accounts.queries import units as unit_queries
from core import clock
from core.db import db
from courses.assigning.models import LearningException, LearningRule, LearningRuleUnit
from courses.audience import Demand, Term
from courses.models import Assignment, Course, CourseCompletion
from courses.queries import following, requiring
from courses.queries.requiring import is_open
from laws.lists import queries as list_queries
from laws.lists.models import MustKnowList


def rules(*, ended: bool) -> Select[LearningRule]:
    """Rules in force, or those that were ended, the newest first."""
    over = LearningRule.ended_at.is_not(None) if ended else LearningRule.ended_at.is_(None)
    return (
        select(LearningRule)
        .where(over)
        .options(*_WHOLE)
        .order_by(LearningRule.created_at.desc(), LearningRule.id.desc())
    )


_WHOLE = (
    selectinload(LearningRule.units).joinedload(LearningRuleUnit.unit),
    selectinload(LearningRule.exceptions).joinedload(LearningException.person),
    joinedload(LearningRule.must_know),
    joinedload(LearningRule.created_by),
)


def rule(rule_id: int) -> LearningRule:
    return db.session.scalars(
        select(LearningRule).where(LearningRule.id == rule_id).options(*_WHOLE)
    ).one()


def exception(exception_id: int) -> LearningException:
    return db.session.scalars(
        select(LearningException)
        .where(LearningException.id == exception_id)
        .options(joinedload(LearningException.rule), joinedload(LearningException.person))
    ).one()


def courses_of(rule_ids: Sequence[int]) -> dict[int, list[Course]]:
    rows = db.session.execute(
        select(Assignment.rule_id, Course)
        .join(Course, Course.id == Assignment.course_id)
        .where(Assignment.rule_id.in_(rule_ids))
        .order_by(Course.title, Course.id)
    )
    found: dict[int, list[Course]] = {each: [] for each in rule_ids}
    for rule_id, course in rows:
        if rule_id is not None:
            found[rule_id].append(course)
    return found


def open_courses() -> Sequence[Course]:
    return db.session.scalars(
        select(Course).where(is_open()).order_by(Course.title, Course.id)
    ).all()


def courses(course_ids: Sequence[int]) -> Sequence[Course]:
    return db.session.scalars(
        select(Course).where(Course.id.in_(course_ids)).order_by(Course.id)
    ).all()


def lists(day: date) -> Sequence[MustKnowList]:
    """The must-know lists in force."""
    return [each.owner for each in list_queries.current(day)]


@dataclass(frozen=True)
class Hit:
    person: Person
    term: Term
    #: Course id → when it was completed.
    done: dict[int, date]


def hits(
    rule: LearningRule, day: date, *, course_ids: Sequence[int] = (), whatever: bool = False
) -> list[Hit]:
    """Everybody on the books whom the rule binds on the day, in the order of the bureau, with
    what they have completed of the courses. ``whatever``: those excepted, too."""
    excepted = {each.person_id for each in rule.exceptions if each.ended_at is None}
    audience = requiring.audience_of(rule.list_id, day) if rule.list_id is not None else None
    units = [each.unit_id for each in rule.units]
    scope = requiring.scope_of(rule, units, audience, set() if whatever else excepted)
    demand = Demand(0, rule.starts_on, rule.due_on, rule.due_days, scope)
    people, chain = following.on_the_books(day, None), unit_queries.forerunners()
    done = _done(course_ids)
    return [
        Hit(person, term, done.get(person.id, {}))
        for person, who in zip(people, requiring.whos(people, [demand]), strict=True)
        if (term := demand.term(who, chain))
    ]


def _done(course_ids: Sequence[int]) -> dict[int, dict[int, date]]:
    found: dict[int, dict[int, date]] = {}
    for row in db.session.execute(
        select(
            CourseCompletion.person_id, CourseCompletion.course_id, CourseCompletion.completed_at
        )
        .where(CourseCompletion.course_id.in_(course_ids))
        .order_by(CourseCompletion.id)
    ):
        found.setdefault(row[0], {})[row[1]] = clock.local(row[2]).date()
    return found


def person_numbered(staff_number: str) -> Person | None:
    return db.session.scalars(
        select(Person).where(Person.staff_number == staff_number.strip().upper())
    ).one_or_none()
