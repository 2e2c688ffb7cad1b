"""Reads for the home page and the learning record. Everybody gets their own and nothing else."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Select, and_, extract, func, or_, select
from sqlalchemy.orm import joinedload

from accounts.models import Person, Posting
from accounts.permissions import Role
from accounts.queries.accounts import Identity
from core import clock
from core.db import db
from core.prepared import Prepared
from courses.classes.queries import waiting
from courses.models import (
    Bucket,
    Course,
    CourseCompletion,
    CreditEntry,
    Lesson,
    LessonProgress,
    StudyDay,
)
from courses.quality import queries as quality
from courses.queries import amending, requiring, studying
from courses.queries.requiring import is_open
from courses.reminding import queries as reminding
from courses.standing import Standing
from exam.kinds import ExamKind
from exam.models import Attempt, ExamSession, ScoreChange
from exam.queries.attempts import listing, taking
from exam.queries.marking import corrections, rechecks
from exam.queries.sessions import requests
from exam.results.outcomes import GradeLevel, level_of
from question_bank.models import Item, ItemState
from study import training
from study.group.queries import meetings as group_meetings
from study.group.queries import tasks as group_tasks
from study.group.reminders import BEHIND
from study.practice.queries import runs as practice
from study.record import Month, months_of
from study.tasks import CourseTask, ExamTask, TrainingTask

#: How long the home page tells of an answer or of a changed score.
NEWS = timedelta(days=30)
#: How long it tells those who run exams that one is over and its results are not published.
UNPUBLISHED = timedelta(days=60)
#: Nobody waits for these to be published.
_INFORMAL = (ExamKind.PRE_TEST, ExamKind.POST_TEST, ExamKind.PRACTICE)


class AtHand(NamedTuple):
    """What there is for the reader of the home page besides exams and courses; asked at once,
    because of most of it there usually is nothing."""

    rechecks: bool
    score_changes: bool
    #: Requests for 免考, 缓考 and accommodations.
    requests: bool
    #: Of study groups: sessions of theirs, and plans that wait for them as a head.
    sessions: bool
    plans: bool
    #: Of training classes: units to check in to, and classes about which they may be asked.
    check_ins: bool
    surveys: bool
    #: Lessons that a change of law brought up to date.
    restudies: bool
    #: 今日五题 were begun.
    practised: bool
    #: Reminders that came lately.
    notices: int


_AT_HAND = Prepared(
    select(
        rechecks.ANY_OWN, corrections.ANY_OWN_CHANGES, requests.ANY_RECENT,
        group_meetings.ANY_OWN_LINES, group_tasks.ANY_TO_APPROVE,
        waiting.ANY_TO_CHECK_IN, quality.ANY_CONCERNING, amending.ANY_RESTUDIES,
        practice.ANY_OF_TODAY, reminding.FRESH,
    )
)  # fmt: skip


def at_hand(reader: Identity, at: datetime) -> AtHand:
    today = clock.local(at).date()
    moments = {**waiting.moments(at), **quality.moments(at), "today": today}
    [[*any_, notices]] = _AT_HAND.rows(
        person_id=reader.person_id,
        # Of their people's classes heads alone are asked.
        unit_id=reader.stat_unit_id if Role.UNIT_HEAD in reader.roles else None,
        since=at - NEWS,
        sessions_after=at - BEHIND,
        daily_seed=practice.daily_seed(today),
        **moments,
    )
    return AtHand._make([*map(bool, any_), notices])


def exam_tasks(person_id: int, at: datetime) -> list[ExamTask]:
    """Exams that the person still owes or is sitting, those that end first at the top."""
    tasks = [
        ExamTask(
            session_id=each.session_id,
            title=each.title,
            opens_at=each.opens_at,
            closes_at=each.shown_end,
            minutes=each.minutes,
            running_until=each.shown_running_until,
            paused=each.paused_at is not None,
            remind_at=each.closes_at - timedelta(hours=each.remind_hours)
            if each.remind_hours
            else None,
            at=at,
        )
        for each in listing.owed(person_id, at)
    ]
    # A session that stands still is shown to end later than it was planned to.
    return sorted(tasks, key=lambda task: (task.closes_at, task.session_id))


def course_tasks(person: Person, today: date, past: Sequence[Posting]) -> list[CourseTask]:
    """Required courses that the person has not completed, those due first at the top.

    ``past``: the person's postings, the latest first.
    """
    due = requiring.due_dates(person, today, past)
    found = {each.course_id: each for each in studying.studied(person, due, due)}
    return [
        CourseTask(
            course_id=each,
            title=found[each].title,
            due_on=due_on,
            done=standing.done,
            lessons=standing.lessons,
            started=standing.started,
            next_lesson_id=standing.next_lesson_id,
            today=today,
        )
        for each, due_on in due.items()
        if not (standing := found[each].standing).completed
    ]


def score_changes(person_id: int, at: datetime) -> Sequence[ScoreChange]:
    """Scores of the person that were changed lately and that they may see, the newest first."""
    found = corrections.own_changes(person_id, at - NEWS)
    told = taking.open_among([each.attempt.session for each in found], at)
    return [
        each
        for each in found
        if _exam_record(each.attempt, shown=each.attempt.session_id in told).score is not None
    ]


def sessions_in_hand(at: datetime) -> Sequence[ExamSession]:
    """Sessions that run, and those lately over whose results are still to be published."""
    over = and_(
        ExamSession.closes_at > at - UNPUBLISHED,
        ExamSession.published_at.is_(None),
        ExamSession.exam_kind.not_in(_INFORMAL),
    )
    return db.session.scalars(
        select(ExamSession)
        .where(
            ExamSession.opens_at <= at,
            or_(ExamSession.closes_at > at, over),
            ExamSession.cancelled_at.is_(None),
        )
        .order_by(ExamSession.closes_at, ExamSession.id)
    ).all()


def drafts_waiting() -> int:
    count = select(func.count()).select_from(Item).where(Item.state == ItemState.DRAFT)
    return db.session.scalar(count) or 0


@dataclass(frozen=True)
class OwnCourse:
    course: Course
    standing: Standing


def own_courses(person: Person, today: date) -> tuple[list[OwnCourse], list[OwnCourse]]:
    """The courses required of the person, by due date; the others that they study or completed."""
    due = requiring.due_dates(person, today)
    opened = (
        select(LessonProgress.id)
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .where(Lesson.course_id == Course.id, LessonProgress.person_id == person.id)
        .exists()
    )
    found = db.session.scalars(
        select(Course)
        .where(is_open(), or_(Course.id.in_(due), opened))
        .order_by(Course.title, Course.id)
    ).all()
    standings = studying.standings(person, [each.id for each in found], due)
    own = [OwnCourse(each, standings[each.id]) for each in found]
    required = sorted(
        (each for each in own if each.course.id in due),
        key=lambda each: list(due).index(each.course.id),
    )
    return required, [each for each in own if each.course.id not in due]


def years(person: Person, today: date) -> list[int]:
    """The years of the person's record, newest first; this year in any case."""
    first = db.session.scalar(select(func.min(StudyDay.day)).where(StudyDay.person_id == person.id))
    earned = db.session.scalar(
        select(func.min(CreditEntry.earned_on)).where(CreditEntry.person_id == person.id)
    )
    oldest = min((each.year for each in (first, earned) if each), default=today.year)
    return list(range(today.year, oldest - 1, -1))


@dataclass(frozen=True)
class Hours:
    """Credit hours of a year, reversals taken off."""

    by_bucket: dict[Bucket, Decimal]
    law: Decimal

    @property
    def total(self) -> Decimal:
        return sum(self.by_bucket.values(), Decimal(0))


def hours(person: Person, year: int) -> Hours:
    """Every bucket by itself: hours of one never stand in for another's."""
    by_bucket: defaultdict[Bucket, Decimal] = defaultdict(Decimal)
    law = Decimal(0)
    for entry in db.session.scalars(ledger(person, year)):
        by_bucket[entry.bucket] += entry.hours
        law += entry.hours if entry.is_law else 0
    return Hours({each: by_bucket[each] for each in Bucket}, law)


def ledger(person: Person, year: int) -> Select[CreditEntry]:
    """The person's credit entries of a year, newest first."""
    return (
        select(CreditEntry)
        .where(
            CreditEntry.person_id == person.id,
            CreditEntry.earned_on >= date(year, 1, 1),
            CreditEntry.earned_on <= date(year, 12, 31),
        )
        .options(joinedload(CreditEntry.course))
        .order_by(CreditEntry.earned_on.desc(), CreditEntry.id.desc())
    )


def months(person: Person, year: int, today: date) -> list[Month]:
    """Study time of each month of the year, up to this one."""
    rows = db.session.execute(
        select(extract("month", StudyDay.day), func.sum(StudyDay.seconds), func.count())
        .where(
            StudyDay.person_id == person.id,
            StudyDay.seconds > 0,
            StudyDay.day >= date(year, 1, 1),
            StudyDay.day <= date(year, 12, 31),
        )
        .group_by(extract("month", StudyDay.day))
        .order_by(extract("month", StudyDay.day))
    )
    last = today.month if year == today.year else 12
    return months_of({int(row[0]): (int(row[1]), int(row[2])) for row in rows}, last)


def completions(person: Person, year: int) -> Sequence[CourseCompletion]:
    """The courses that the person completed in a year, newest first, withdrawn ones included."""
    rows = db.session.scalars(
        select(CourseCompletion)
        .where(CourseCompletion.person_id == person.id)
        .options(joinedload(CourseCompletion.course))
        .order_by(CourseCompletion.completed_at.desc(), CourseCompletion.id.desc())
    )
    return [each for each in rows if clock.local(each.completed_at).year == year]


@dataclass(frozen=True)
class ExamRecord:
    attempt: Attempt
    #: None until the session shows scores, and until what persons mark of it is final.
    score: Decimal | None
    level: GradeLevel | None
    #: Scores are shown, but some of it waits for persons.
    pending: bool = False


def exam_records(person: Person, year: int, at: datetime) -> list[ExamRecord]:
    """The person's handed-in attempts of a year, newest first, with what they may see of them."""
    rows = db.session.scalars(
        select(Attempt)
        .where(Attempt.person_id == person.id, Attempt.submitted_at.is_not(None))
        .options(joinedload(Attempt.session))
        .order_by(Attempt.submitted_at.desc(), Attempt.id.desc())
    )
    own = [
        each for each in rows if each.submitted_at and clock.local(each.submitted_at).year == year
    ]
    told = taking.open_among([each.session for each in own], at)
    return [_exam_record(each, shown=each.session_id in told) for each in own]


def _exam_record(attempt: Attempt, *, shown: bool) -> ExamRecord:
    session = attempt.session
    if not shown or attempt.score is None or attempt.voided_at is not None:
        return ExamRecord(attempt, None, None, pending=shown and not attempt.settled)
    level = level_of(
        attempt.score,
        session.pass_score,
        session.excellent_score,
        makeup=session.makeup_of_id is not None,
    )
    return ExamRecord(attempt, attempt.score, level)


def training_tasks(person: Person, at: datetime, there: AtHand) -> list[TrainingTask]:
    """What the person is to do in training: check in, answer surveys, sign up."""
    today = clock.local(at).date()
    units = waiting.to_check_in(person.id, at) if there.check_ins else []
    tasks = [training.check_in(each.id, each.topic, each.owner.title, each.ends_at)
             for each in units]  # fmt: skip
    for due in quality.due(person, at) if there.surveys else []:
        about = None if due.about.id == person.id else (due.about.id, due.about.name)
        tasks.append(
            training.survey(due.owner.id, due.owner.title, due.kind.value, due.kind.label, about,
                            due.last, ending=due.ending)
        )  # fmt: skip
    return tasks + training.sign_up(waiting.to_sign_up(person, at, today), at)


def classes_to_decide(
    reader_id: int, at: datetime, today: date, *, manages: bool, unit_id: int | None
) -> list[TrainingTask]:
    """Classes in which something waits for the reader: for those who keep them, or, with a unit,
    for its head."""
    if manages:
        found = waiting.to_decide(at, today)
    elif unit_id is not None:
        found = waiting.to_opine(unit_id, reader_id)
    else:
        return []
    return [
        training.decide(
            each.class_id, each.title, each.sign_ups, each.leaves, over=each.to_conclude
        )
        for each in found
    ]
