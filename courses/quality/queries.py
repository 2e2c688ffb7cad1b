"""Reads of surveys and tests. Nothing here joins a person to what was answered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from sqlalchemy import Select, bindparam, exists, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from accounts.models import Account, Person, RoleGrant
from accounts.permissions import Role
from core import clock
from core.db import db
from courses.classes import standing
from courses.classes.kinds import Stage
from courses.classes.models import ClassUnit, Enrolment, Teacher, TrainingClass
from courses.classes.queries import people
from courses.models import Course
from courses.quality import measuring
from courses.quality.measuring import Gain, Survey
from courses.quality.models import SurveyMark, SurveySheet
from courses.quality.questions import (
    FOLLOW_UP_DAYS,
    FOLLOW_UP_MONTHS,
    QUESTIONS,
    REACTION_DAYS,
    Question,
    SurveyKind,
    teacher_key,
    window,
)
from exam.models import ExamSession
from exam.papers import snapshot
from exam.queries.sessions import overview as exams

#: Nobody is asked about a class that ended longer ago than this.
LONGEST = timedelta(days=31 * FOLLOW_UP_MONTHS + FOLLOW_UP_DAYS)
_TOOK_PART = (Stage.SEATED, Stage.COMPLETED, Stage.FAILED)


@dataclass(frozen=True)
class Asked:
    """Somebody is to answer: of themselves, or as a superior about somebody."""

    person_id: int
    about_id: int


def asked(owner: TrainingClass, kind: SurveyKind) -> list[Asked]:
    """Whom the survey asks: feedback of all who took part; later those who completed, and for each
    the head of their unit."""
    listed = people.participants(owner.id)
    if kind is SurveyKind.REACTION:
        return [Asked(each.person_id, each.person_id) for each in listed
                if standing.stage(each) in _TOOK_PART]  # fmt: skip
    done = [each for each in listed if standing.stage(each) is Stage.COMPLETED
            and each.person.left_on is None]  # fmt: skip
    if kind is SurveyKind.FOLLOW_UP:
        return [Asked(each.person_id, each.person_id) for each in done]
    heads = heads_of({each.person.stat_unit_id for each in done})
    return [
        Asked(head, each.person_id)
        for each in done
        for head in heads.get(each.person.stat_unit_id, ())
        if head != each.person_id
    ]


def heads_of(unit_ids: set[int]) -> dict[int, list[int]]:
    """By unit, the people who hold the role of its head."""
    rows = db.session.execute(
        select(Person.stat_unit_id, Person.id)
        .join(Account, Account.person_id == Person.id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Person.stat_unit_id.in_(unit_ids),
            RoleGrant.role == Role.UNIT_HEAD,
            Account.disabled_at.is_(None),
            Person.left_on.is_(None),
        )
        .order_by(Person.stat_unit_id, Person.id)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for unit_id, person_id in rows:
        found[unit_id].append(person_id)
    return dict(found)


def answered(class_id: int, kind: SurveyKind) -> set[tuple[int, int]]:
    """(who, about whom) has answered."""
    rows = db.session.execute(
        select(SurveyMark.person_id, SurveyMark.about_id)
        .where(SurveyMark.class_id == class_id, SurveyMark.kind == kind)
        .order_by(SurveyMark.id)
    )
    return {(row[0], row[1]) for row in rows}


def sheets(class_id: int, kind: SurveyKind) -> Sequence[SurveySheet]:
    """In the order of ids drawn by lot."""
    return db.session.scalars(
        select(SurveySheet)
        .where(SurveySheet.class_id == class_id, SurveySheet.kind == kind)
        .order_by(SurveySheet.id)
    ).all()


def questions_of(owner: TrainingClass, kind: SurveyKind) -> list[Question]:
    """Those of the kind; feedback asks about each teacher, too."""
    found = list(QUESTIONS[kind])
    if kind is SurveyKind.REACTION:
        found += [
            Question(teacher_key(each.id), f"授课人{each.name}", f"对{each.full_name}授课的评价")
            for each in owner.teachers
        ]
    return found


def survey(owner: TrainingClass, kind: SurveyKind, today: date) -> Survey:
    found = sheets(owner.id, kind)
    return measuring.survey(
        questions_of(owner, kind),
        [each.scores for each in found],
        [each.comment for each in found],
        asked=len({each.about_id for each in asked(owner, kind)}),
        over=window(kind, owner.ends_on).over(today),
    )


def pairs(owner: TrainingClass) -> list[tuple[Fraction, Fraction]]:
    """(before, after) of whoever took part and sat both tests, on a scale of 100."""
    if owner.pre_session is None or owner.post_session is None:
        return []
    before, after = _scores(owner.pre_session), _scores(owner.post_session)
    took_part = {each.person_id for each in people.participants(owner.id)
                 if standing.stage(each) in _TOOK_PART}  # fmt: skip
    return [
        (before[each], after[each]) for each in sorted(took_part & before.keys() & after.keys())
    ]


def _scores(session: ExamSession) -> dict[int, Fraction]:
    total = Fraction(snapshot.load(session.form.snapshot or "").total)
    return {
        each.person_id: Fraction(outcome.score) * 100 / total
        for each in exams.candidates(session.id)
        if (outcome := exams.outcome_of(session, each)).score is not None and not outcome.voided
    }


@dataclass(frozen=True)
class Report:
    """The quality of one class, or of several together."""

    title: str
    classes: Sequence[TrainingClass]
    surveys: Sequence[tuple[SurveyKind, Survey]]
    gain: Gain


def of_class(owner: TrainingClass, today: date) -> Report:
    return Report(
        owner.title,
        [owner],
        [(kind, survey(owner, kind, today)) for kind in SurveyKind],
        measuring.gain(pairs(owner)),
    )


def of_several(
    title: str,
    classes: Sequence[TrainingClass],
    today: date,
    *,
    only: Sequence[Question] | None = None,
) -> Report:
    """Classes together: a survey of which nothing may be shown by itself is left out, so that no
    small class can be told by subtraction. ``only``: questions instead of the usual ones."""
    together = []
    for kind in SurveyKind if only is None else (SurveyKind.REACTION,):
        shown = [each for each in classes if survey(each, kind, today).shown]
        found = [sheet for each in shown for sheet in sheets(each.id, kind)]
        together.append(
            (
                kind,
                measuring.survey(
                    QUESTIONS[kind] if only is None else only,
                    [each.scores for each in found],
                    [each.comment for each in found] if only is None else [],
                    asked=sum(survey(each, kind, today).asked for each in shown),
                    over=True,
                ),
            )
        )
    sat = [pairs(each) for each in classes]
    both = [pair for found in sat if len(found) >= measuring.FEWEST for pair in found]
    return Report(title, classes, together, measuring.gain(both))


_WITH = (selectinload(TrainingClass.units).joinedload(ClassUnit.teacher),)


def concluded() -> Select[TrainingClass]:
    """Concluded classes, the latest first."""
    return (
        select(TrainingClass)
        .where(TrainingClass.concluded_at.is_not(None), TrainingClass.cancelled_at.is_(None))
        .options(*_WITH)
        .order_by(TrainingClass.ends_on.desc(), TrainingClass.id.desc())
    )


def concluded_class(class_id: int) -> TrainingClass:
    return db.session.scalars(concluded().where(TrainingClass.id == class_id)).one()


def classes_of_course(course_id: int) -> Sequence[TrainingClass]:
    return db.session.scalars(concluded().where(TrainingClass.course_id == course_id)).all()


def classes_of_teacher(teacher_id: int) -> Sequence[TrainingClass]:
    taught = select(ClassUnit.class_id).where(ClassUnit.teacher_id == teacher_id)
    return db.session.scalars(concluded().where(TrainingClass.id.in_(taught))).all()


def course(course_id: int) -> Course:
    return db.session.scalars(select(Course).where(Course.id == course_id)).one()


def teacher(teacher_id: int) -> Teacher:
    return db.session.scalars(select(Teacher).where(Teacher.id == teacher_id)).one()


def courses_taught() -> Select[Course]:
    """Courses that concluded classes belong to, by title."""
    held = select(concluded().subquery().c.course_id)
    return select(Course).where(Course.id.in_(held)).order_by(Course.title, Course.id)


def teachers() -> Select[Teacher]:
    """Teachers of concluded classes, by name."""
    over = select(concluded().subquery().c.id)
    taught = select(ClassUnit.teacher_id).where(ClassUnit.class_id.in_(over))
    return select(Teacher).where(Teacher.id.in_(taught)).order_by(Teacher.name, Teacher.id)


@dataclass(frozen=True)
class Due:
    """A survey that somebody is to answer."""

    owner: TrainingClass
    kind: SurveyKind
    about: Person
    last: date
    ending: bool


def due(person: Person, at: datetime) -> list[Due]:
    """The surveys that the person is to answer today, those that end first at the top."""
    found, today = [], clock.local(at).date()
    for owner in _recent(person, at):
        for kind in SurveyKind:
            days = window(kind, owner.ends_on)
            if not days.open(today):
                continue
            done = answered(owner.id, kind)
            about = {each.about_id for each in asked(owner, kind) if each.person_id == person.id}
            about -= {one for _, one in done}
            found += [
                Due(owner, kind, each, days.last, days.ending(today))
                for each in people.people_named(sorted(about), None)
            ]
    return sorted(found, key=lambda each: (each.last, each.owner.id, each.about.id))


#: Classes of which some survey may be open.
_ASKING = (
    TrainingClass.ends_on.between(bindparam("asked_from"), bindparam("today")),
    # Between the feedback and the follow-ups, three months later, nobody is asked.
    or_(TrainingClass.ends_on >= bindparam("feedback_from"),
        TrainingClass.ends_on <= bindparam("followed_until")),
    TrainingClass.cancelled_at.is_(None),
    TrainingClass.published_at.is_not(None),
    # On its last day nobody is asked before the last lesson has begun.
    ~exists().where(ClassUnit.class_id == TrainingClass.id, ClassUnit.starts_at > bindparam("at")),
)  # fmt: skip
_COLLEAGUE = aliased(Person)
#: … in which somebody, or somebody of their unit, took part.
_CONCERNING = (
    *_ASKING,
    TrainingClass.id.in_(
        select(Enrolment.class_id)
        .join(_COLLEAGUE, _COLLEAGUE.id == Enrolment.person_id)
        .where(
            Enrolment.seated_at.is_not(None),
            Enrolment.withdrawn_at.is_(None),
            or_(_COLLEAGUE.id == bindparam("person_id"),
                _COLLEAGUE.stat_unit_id == bindparam("unit_id")),
        )
    ),
)  # fmt: skip
_IN_TIME = TrainingClass.ends_on, TrainingClass.id
#: SQL: ``due`` has classes to look at for somebody; without ``unit_id``, of their own alone.
ANY_CONCERNING = exists(select(TrainingClass.id).where(*_CONCERNING))


def moments(at: datetime) -> Mapping[str, date | datetime]:
    """What ANY_CONCERNING has to be told besides whom it concerns."""
    today = clock.local(at).date()
    return {
        "at": at,
        "today": today,
        "asked_from": today - LONGEST,
        "feedback_from": today - timedelta(days=REACTION_DAYS),
        # No three months are shorter.
        "followed_until": today - timedelta(days=28 * FOLLOW_UP_MONTHS),
    }


def _recent(person: Person, at: datetime) -> Sequence[TrainingClass]:
    """Classes that ended not long ago in which the person, or somebody of their unit, took part."""
    return db.session.scalars(
        select(TrainingClass).where(*_CONCERNING).order_by(*_IN_TIME),
        {"person_id": person.id, "unit_id": person.stat_unit_id, **moments(at)},
    ).all()


def lately_ended(at: datetime) -> Sequence[TrainingClass]:
    """Classes about which somebody may be asked today, those that ended first at the top."""
    return db.session.scalars(
        select(TrainingClass).where(*_ASKING).order_by(*_IN_TIME), moments(at)
    ).all()


def answering(class_id: int) -> TrainingClass:
    """A class about which people may be asked. Raises NoResultFound."""
    return db.session.scalars(
        select(TrainingClass)
        .where(
            TrainingClass.id == class_id,
            TrainingClass.cancelled_at.is_(None),
            TrainingClass.published_at.is_not(None),
        )
        .options(*_WITH, joinedload(TrainingClass.course))
    ).one()
