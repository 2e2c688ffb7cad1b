"""What the report on a new law counts, as of a day."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from core import clock
from core.db import db
from courses import awareness
from courses.awareness import Member, Row
from courses.queries import amending, following
from exam.models import Candidate, ExamSession
from exam.queries import passing


def report(version_id: int, *, day: date, at: datetime) -> list[Row]:
    """By department as of the end of the day: who has studied every course on the version that is
    required of them, and who passed a test on it. ``at`` bounds what is known at all."""
    until = min(datetime.combine(day + timedelta(days=1), time(), clock.LOCAL), at)
    study_due, studied = _study(version_id, day)
    test_due, passed = _tests(amending.tests_on(version_id), until)
    return awareness.by_unit(
        _members(study_due | test_due, day),
        study_due=study_due, studied=studied, test_due=test_due, passed=passed,
    )  # fmt: skip


def _study(version_id: int, day: date) -> tuple[set[int], set[int]]:
    """Whom a course on the version is required of on the day, and who had completed all by then."""
    courses = [each.id for each in amending.courses_on(version_id)]
    due: set[int] = set()
    left: set[int] = set()
    for learners in following.learners(courses, day=day, unit_id=None).values():
        for each in learners:
            if each.required:
                due.add(each.person_id)
                if each.completed_on is None or each.completed_on > day:
                    left.add(each.person_id)
    return due, due - left


def _tests(sessions: Sequence[ExamSession], until: datetime) -> tuple[set[int], set[int]]:
    """Who was to sit the tests that had opened, and who of them had passed by then."""
    open_by_then = [each.id for each in sessions if each.opens_at < until]
    due = set(
        db.session.scalars(
            select(Candidate.person_id)
            .where(Candidate.session_id.in_(open_by_then), Candidate.status != "exempt")
            .order_by(Candidate.person_id)
        )
    )
    passed = {
        person
        for each in open_by_then
        for person, moment in passing.passed_at(each, until).items()
        if moment < until
    }
    return due, due & passed


def _members(person_ids: set[int], day: date) -> list[Member]:
    """The people with the department in whose figures they counted on the day."""
    people: list[Person] = []
    wanted = sorted(person_ids)
    for start in range(0, len(wanted), 500):
        people += db.session.scalars(
            select(Person)
            .where(Person.id.in_(wanted[start : start + 500]))
            .options(joinedload(Person.stat_unit))
            .order_by(Person.id)
        ).all()
    units = following.units_on(people, day)
    return [
        Member(each.id, units[each.id].id, units[each.id].name, units[each.id].position)
        for each in people
    ]
