"""What the report on a new law counts, as of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from core import clock
from core.db import db
from courses import awareness
from courses.awareness import Counted, Member, Number, Row
from courses.queries import amending, following
from exam.kinds import CandidateStatus
from exam.models import Candidate, ExamSession
from exam.queries.results import passing

NOT_ASSIGNED, NOT_LISTED = "学习任务没有布置给本人", "不在新法测试的名单上"


@dataclass(frozen=True)
class Report:
    """The figures of a law on a day, and everybody behind them."""

    members: Sequence[Member]
    counted: Counted
    rows: list[Row]

    def people(self, number: Number, unit_id: int | None) -> list[tuple[Member, str]]:
        """Whom a number counts in a department, or in all; of those left out, why."""
        of = self.counted[number]
        return [
            (each, of[each.person_id])
            for each in self.members
            if each.person_id in of and unit_id in (None, each.unit_id)
        ]


def report(version_id: int, *, day: date, at: datetime) -> Report:
    """By department as of the end of the day: who has studied every course on the version that is
    required of them, and who passed a test on it. ``at`` bounds what is known at all."""
    until = min(datetime.combine(day + timedelta(days=1), time(), clock.LOCAL), at)
    study_due, studied = _study(version_id, day)
    test_due, passed, exempt = _tests(amending.tests_on(version_id), until)
    there = following.everybody(day)
    tested = bool(test_due or exempt)
    found = awareness.counted(
        study_due=study_due,
        studied=studied,
        study_out={each: why or NOT_ASSIGNED for each, why in there.items()},
        test_due=test_due,
        passed=passed,
        test_out=({each: why or NOT_LISTED for each, why in there.items()} if tested else {})
        | {each: f"免考：{why}" for each, why in exempt.items()},
    )
    members = _members({each for ids in found.values() for each in ids}, day)
    return Report(members, found, awareness.by_unit(members, found))


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


def _tests(
    sessions: Sequence[ExamSession], until: datetime
) -> tuple[set[int], set[int], dict[int, str]]:
    """Who was to sit the tests that had opened, who of them had passed by then, and why others on
    the lists were exempt."""
    open_by_then = [each.id for each in sessions if each.opens_at < until]
    listed = db.session.execute(
        select(Candidate.person_id, Candidate.status, Candidate.reason)
        .where(Candidate.session_id.in_(open_by_then))
        .order_by(Candidate.person_id, Candidate.id)
    ).all()
    due = {row.person_id for row in listed if row.status is not CandidateStatus.EXEMPT}
    exempt = {row.person_id: row.reason for row in listed if row.person_id not in due}
    passed = {
        person
        for each in open_by_then
        for person, moment in passing.passed_at(each, until).items()
        if moment < until
    }
    return due, due & passed, exempt


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
    found = [
        Member(
            each.id, units[each.id].id, units[each.id].name, units[each.id].position,
            each.name, each.staff_number, each.post_title,
        )
        for each in people
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.unit_position, each.unit_id, each.staff_number))
