"""A line a person for the list of a unit: the counts of the archives, read for all at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import Select, and_, distinct, func, or_, select

from accounts.models import Account, Person
from core import clock
from core.db import db
from courses.classes.models import Enrolment, TrainingClass
from courses.hours import queries as hours
from courses.hours.queries import Figures
from courses.models import CourseCompletion, CreditEntry
from exam.models import Attempt, Candidate, ExamSession
from study.cases.models import StudyCase
from study.group.kinds import MemberKind, Presence, SessionForm
from study.group.models.meetings import GroupAttendance, GroupMeeting


@dataclass(frozen=True)
class Line:
    person: Person
    figures: Figures
    #: Hours of law, whether any are asked of the person or not.
    law: Decimal
    courses: int
    classes: int
    #: None for who was on no list of a study group.
    expected: int | None
    present: int
    listed: int
    sat: int
    cases: int


def lines(people: Sequence[Person], year: int, today: date) -> list[Line]:
    """In the order of the people."""
    ids = [each.id for each in people]
    first = datetime.combine(date(year, 1, 1), time(), clock.LOCAL)
    end = datetime.combine(date(year + 1, 1, 1), time(), clock.LOCAL)
    stands = hours.figures_of(people, min(today, date(year, 12, 31)))
    courses = _counted(
        ids,
        select(CourseCompletion.person_id, func.count())
        .where(CourseCompletion.completed_at >= first, CourseCompletion.completed_at < end)
        .group_by(CourseCompletion.person_id)
        .order_by(CourseCompletion.person_id),
    )
    classes = _counted(
        ids,
        select(Enrolment.person_id, func.count())
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(
            TrainingClass.starts_on.between(date(year, 1, 1), min(today, date(year, 12, 31))),
            TrainingClass.cancelled_at.is_(None),
            Enrolment.completed.is_(True),
            Enrolment.revoked_at.is_(None),
        )
        .group_by(Enrolment.person_id)
        .order_by(Enrolment.person_id),
    )
    cases = _counted(
        ids,
        select(Account.person_id, func.count())
        .join(StudyCase, StudyCase.author_id == Account.id)
        .where(StudyCase.published_at >= first, StudyCase.published_at < end)
        .group_by(Account.person_id)
        .order_by(Account.person_id),
    )
    law = _law_hours(year)
    expected, present = _attendance(year)
    listed, sat = _exams(first, end)
    return [
        Line(
            each.person, each, law.get(each.person.id, Decimal(0)), courses[each.person.id],
            classes[each.person.id],
            expected.get(each.person.id), present[each.person.id], listed[each.person.id],
            sat[each.person.id], cases[each.person.id],
        )
        for each in stands
    ]  # fmt: skip


def _counted(ids: Sequence[int], query: Select[int, int]) -> Counter[int]:
    wanted = set(ids)
    return Counter({row[0]: row[1] for row in db.session.execute(query) if row[0] in wanted})


def _law_hours(year: int) -> dict[int, Decimal]:
    rows = db.session.execute(
        select(CreditEntry.person_id, func.sum(CreditEntry.hours))
        .where(
            CreditEntry.is_law.is_(True),
            CreditEntry.earned_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .group_by(CreditEntry.person_id)
        .order_by(CreditEntry.person_id)
    )
    return {row[0]: Decimal(row[1]) for row in rows}


def _attendance(year: int) -> tuple[Counter[int], Counter[int]]:
    rows = db.session.execute(
        select(GroupAttendance.person_id, GroupAttendance.presence)
        .join(GroupAttendance.meeting)
        .where(
            GroupAttendance.kind == MemberKind.REGULAR,
            GroupMeeting.year == year,
            GroupMeeting.closed_at.is_not(None),
            GroupMeeting.form != SessionForm.SELF_STUDY,
        )
        .order_by(GroupAttendance.id)
    ).all()
    expected = Counter[int](row[0] for row in rows)
    return expected, Counter(row[0] for row in rows if row[1] is Presence.PRESENT)


def _exams(first: datetime, end: datetime) -> tuple[Counter[int], Counter[int]]:
    rows = db.session.execute(
        select(
            Candidate.person_id,
            func.count(distinct(Candidate.id)),
            func.count(distinct(Attempt.candidate_id)),
        )
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .outerjoin(
            Attempt,
            and_(
                Attempt.candidate_id == Candidate.id,
                or_(Attempt.submitted_at.is_not(None), Attempt.voided_at.is_not(None)),
            ),
        )
        .where(
            ExamSession.cancelled_at.is_(None),
            ExamSession.opens_at >= first,
            ExamSession.opens_at < end,
        )
        .group_by(Candidate.person_id)
        .order_by(Candidate.person_id)
    ).all()
    return Counter({row[0]: row[1] for row in rows}), Counter({row[0]: row[2] for row in rows})
