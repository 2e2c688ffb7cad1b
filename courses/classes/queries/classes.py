"""Reads of classes and their timetables. Drafts are for those who manage classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Person
from core.db import db
from core.prepared import often
from courses.classes.kinds import ClassKind, ClassState
from courses.classes.models import (
    ClassUnit,
    ClassUnitLaw,
    Enrolment,
    Teacher,
    TrainingClass,
)
from courses.models import Course
from courses.queries.requiring import is_open
from exam.kinds import ExamKind
from exam.models import Blueprint, ExamSession, Form, FormItem
from question_bank.models import ItemRevision

TESTS = (ExamKind.PRE_TEST, ExamKind.POST_TEST)
_WHOLE = (
    selectinload(TrainingClass.units).options(
        joinedload(ClassUnit.teacher),
        selectinload(ClassUnit.laws).joinedload(ClassUnitLaw.law),
    ),
    joinedload(TrainingClass.course),
)


def in_state(
    state: ClassState, at: datetime | BindParameter[Any], today: date | BindParameter[Any]
) -> ColumnElement[bool]:
    """SQL: the class stands so (courses.classes.standing.class_state)."""
    table = TrainingClass
    alive = and_(
        table.cancelled_at.is_(None), table.concluded_at.is_(None), table.published_at.is_not(None)
    )
    before = and_(alive, table.ends_on >= today, table.starts_on > today)
    return {
        ClassState.CANCELLED: table.cancelled_at.is_not(None),
        ClassState.CONCLUDED: and_(table.cancelled_at.is_(None), table.concluded_at.is_not(None)),
        ClassState.DRAFT: and_(
            table.cancelled_at.is_(None), table.concluded_at.is_(None), table.published_at.is_(None)
        ),
        ClassState.OVER: and_(alive, table.ends_on < today),
        ClassState.RUNNING: and_(alive, table.ends_on >= today, table.starts_on <= today),
        ClassState.SIGN_UP: and_(before, table.signup_until > at),
        ClassState.UPCOMING: and_(before, table.signup_until <= at),
    }[state]


def classes(
    *,
    drafts: bool,
    text: str = "",
    kind: ClassKind | None = None,
    state: ColumnElement[bool] | None = None,
) -> Select[TrainingClass]:
    """Classes, the latest first; drafts only for those who manage them."""
    query = select(TrainingClass).order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())
    if not drafts:
        query = query.where(TrainingClass.published_at.is_not(None))
    if text:
        query = query.where(
            or_(
                TrainingClass.title.contains(text, autoescape=True),
                TrainingClass.organiser.contains(text, autoescape=True),
            )
        )
    if kind is not None:
        query = query.where(TrainingClass.class_kind == kind)
    return query if state is None else query.where(state)


def training_class(class_id: int, *, drafts: bool) -> TrainingClass:
    """A class with its timetable. Raises NoResultFound."""
    query = classes(drafts=drafts).where(TrainingClass.id == class_id).options(*_WHOLE)
    return db.session.scalars(query).one()


_OFFERED = (
    select(TrainingClass)
    .where(
        in_state(ClassState.SIGN_UP, bindparam("at"), bindparam("today")),
        TrainingClass.signup_from <= bindparam("at"),
        TrainingClass.id.not_in(
            select(Enrolment.class_id).where(
                Enrolment.person_id == bindparam("person_id"), Enrolment.withdrawn_at.is_(None)
            )
        ),
    )
    .order_by(TrainingClass.signup_until, TrainingClass.id)
)
_OFFERED_OFTEN, _OFFERED_WHOLE = often(_OFFERED), _OFFERED.options(*_WHOLE)


def offered(
    person_id: int, at: datetime, today: date, *, whole: bool = True
) -> Sequence[TrainingClass]:
    """Published classes that are not over and that the person is in no list of, the next first.

    ``whole``: with their timetables.
    """
    query = _OFFERED_WHOLE if whole else _OFFERED_OFTEN
    asked = {"person_id": person_id, "at": at, "today": today}
    return db.session.scalars(query, asked).all()


def unit(unit_id: int) -> ClassUnit:
    """A unit of a published class, with the class. Raises NoResultFound."""
    return db.session.scalars(
        select(ClassUnit)
        .join(ClassUnit.owner)
        .where(ClassUnit.id == unit_id, TrainingClass.published_at.is_not(None))
        .options(joinedload(ClassUnit.owner).options(*_WHOLE), joinedload(ClassUnit.teacher))
    ).one()


def unit_of(unit_id: int, class_id: int) -> ClassUnit:
    """A unit of the class, published or not. Raises NoResultFound."""
    return db.session.scalars(
        select(ClassUnit).where(ClassUnit.id == unit_id, ClassUnit.class_id == class_id)
    ).one()


def teacher(name: str, employer: str) -> Teacher | None:
    return db.session.scalars(
        select(Teacher).where(Teacher.name == name, Teacher.employer == employer)
    ).one_or_none()


def teacher_of(person_id: int) -> Teacher | None:
    return db.session.scalars(select(Teacher).where(Teacher.person_id == person_id)).one_or_none()


def colleague(staff_number: str) -> Person | None:
    return db.session.scalars(
        select(Person)
        .where(Person.staff_number == staff_number)
        .options(joinedload(Person.stat_unit))
    ).one_or_none()


@dataclass(frozen=True)
class Count:
    """Of a class: seats taken, people who wait for one, and decisions that are due."""

    seated: int = 0
    waiting: int = 0
    asked: int = 0
    completed: int = 0


def counts(class_ids: Sequence[int]) -> dict[int, Count]:
    row = Enrolment
    here = and_(row.withdrawn_at.is_(None), row.dismissed_at.is_(None))

    def total(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    rows = db.session.execute(
        select(
            row.class_id,
            total(and_(here, row.seated_at.is_not(None))),
            total(and_(here, row.seated_at.is_(None), row.granted.is_(True))),
            total(and_(here, row.granted.is_(None))),
            total(and_(row.completed.is_(True), row.revoked_at.is_(None))),
        )
        .where(row.class_id.in_(class_ids))
        .group_by(row.class_id)
        .order_by(row.class_id)
    )
    return {each[0]: Count(*(int(value or 0) for value in each[1:])) for each in rows}


def courses() -> Sequence[tuple[int, str]]:
    """Open courses that a class may belong to, by title."""
    rows = db.session.execute(
        select(Course.id, Course.title).where(is_open()).order_by(Course.title, Course.id)
    )
    return [(row[0], row[1]) for row in rows]


def test_sessions(kind: ExamKind) -> Sequence[ExamSession]:
    """Sessions of 训前 or 训后 tests that were not cancelled, the newest first."""
    return db.session.scalars(
        select(ExamSession)
        .where(ExamSession.exam_kind == kind, ExamSession.cancelled_at.is_(None))
        .order_by(ExamSession.opens_at.desc(), ExamSession.id.desc())
    ).all()


def session(session_id: int) -> ExamSession:
    return db.session.scalars(select(ExamSession).where(ExamSession.id == session_id)).one()


def sealed_forms() -> Sequence[Form]:
    """Sealed forms of blueprints for 训前 and 训后 tests, the newest first."""
    return db.session.scalars(
        select(Form)
        .join(Form.blueprint)
        .where(Form.sealed_at.is_not(None), Blueprint.exam_kind.in_(TESTS))
        .options(joinedload(Form.blueprint))
        .order_by(Form.sealed_at.desc(), Form.id.desc())
    ).all()


def form(form_id: int) -> Form:
    return db.session.scalars(select(Form).where(Form.id == form_id)).one()


def items_of(form_ids: Sequence[int]) -> set[int]:
    """The items on the forms, whichever revision of them."""
    return set(
        db.session.scalars(
            select(ItemRevision.item_id)
            .join(FormItem, FormItem.revision_id == ItemRevision.id)
            .where(FormItem.form_id.in_(form_ids))
            .order_by(ItemRevision.item_id)
        )
    )
