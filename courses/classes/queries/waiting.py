"""What waits for somebody in training classes: to sign up, to check in, to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from core.db import db
from courses.classes import attending, audience
from courses.classes.kinds import THERE, ClassState
from courses.classes.models import (
    Attendance,
    ClassLeave,
    ClassUnit,
    Enrolment,
    TrainingClass,
)
from courses.classes.queries import classes


def to_sign_up(person: Person, at: datetime, today: date) -> list[TrainingClass]:
    """Classes that are open for sign-up and are for the person, without their timetables."""
    offered = classes.offered(person.id, at, today, whole=False)
    return [each for each in offered if audience.fits(each, person)]


_TO_CHECK_IN = (
    select(ClassUnit)
    .join(ClassUnit.owner)
    .join(Enrolment, Enrolment.class_id == ClassUnit.class_id)
    .where(
        Enrolment.person_id == bindparam("person_id"),
        Enrolment.seated_at.is_not(None),
        Enrolment.withdrawn_at.is_(None),
        Enrolment.dismissed_at.is_(None),
        Enrolment.completed.is_(None),
        TrainingClass.cancelled_at.is_(None),
        TrainingClass.concluded_at.is_(None),
        TrainingClass.published_at.is_not(None),
        ClassUnit.starts_at <= bindparam("units_until"),
        ClassUnit.ends_at > bindparam("at"),
        ClassUnit.id.not_in(
            select(Attendance.unit_id).where(
                Attendance.enrolment_id == Enrolment.id,
                or_(*(Attendance.mark == each for each in THERE)),
            )
        ),
    )
)
#: SQL: ``to_check_in`` finds some.
ANY_TO_CHECK_IN = exists(_TO_CHECK_IN.with_only_columns(ClassUnit.id))


def moments(at: datetime) -> Mapping[str, datetime]:
    """What ANY_TO_CHECK_IN has to be told besides whose units they are."""
    return {"at": at, "units_until": at + attending.OPENS_BEFORE}


def to_check_in(person_id: int, at: datetime) -> Sequence[ClassUnit]:
    """Units of somebody's classes that can be checked in to now."""
    return db.session.scalars(
        _TO_CHECK_IN.options(joinedload(ClassUnit.owner)).order_by(
            ClassUnit.starts_at, ClassUnit.id
        ),
        {"person_id": person_id, **moments(at)},
    ).all()


@dataclass(frozen=True)
class Waiting:
    """Of one class: sign-ups and requests for leave that somebody is to decide."""

    class_id: int
    title: str
    sign_ups: int
    leaves: int
    #: The class is over and not concluded.
    to_conclude: bool = False


def to_opine(unit_id: int, head_id: int) -> list[Waiting]:
    """Sign-ups of the unit's people that wait for its head's opinion; not their own."""
    rows = db.session.execute(
        select(TrainingClass.id, TrainingClass.title, func.count())
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Person.stat_unit_id == unit_id,
            Person.id != head_id,
            Enrolment.opinion.is_(None),
            Enrolment.granted.is_(None),
            Enrolment.withdrawn_at.is_(None),
            TrainingClass.cancelled_at.is_(None),
            TrainingClass.concluded_at.is_(None),
        )
        .group_by(TrainingClass.id, TrainingClass.title, TrainingClass.starts_on)
        .order_by(TrainingClass.starts_on, TrainingClass.id)
    )
    return [Waiting(row[0], row[1], row[2], 0) for row in rows]


def to_decide(at: datetime, today: date) -> list[Waiting]:
    """Classes with sign-ups or leave to decide on, and those to be concluded."""
    asked = (
        select(Enrolment.class_id, func.count().label("n"))
        .where(Enrolment.granted.is_(None), Enrolment.withdrawn_at.is_(None))
        .group_by(Enrolment.class_id)
        .subquery()
    )
    leaves = (
        select(Enrolment.class_id, func.count().label("n"))
        .join(ClassLeave, ClassLeave.enrolment_id == Enrolment.id)
        .where(ClassLeave.granted.is_(None), ClassLeave.withdrawn_at.is_(None))
        .group_by(Enrolment.class_id)
        .subquery()
    )
    over = classes.in_state(ClassState.OVER, at, today)
    rows = db.session.execute(
        select(TrainingClass.id, TrainingClass.title, asked.c.n, leaves.c.n, TrainingClass.ends_on)
        .outerjoin(asked, asked.c.class_id == TrainingClass.id)
        .outerjoin(leaves, leaves.c.class_id == TrainingClass.id)
        .where(
            TrainingClass.cancelled_at.is_(None),
            TrainingClass.concluded_at.is_(None),
            TrainingClass.published_at.is_not(None),
            or_(asked.c.n > 0, leaves.c.n > 0, over),
        )
        .order_by(TrainingClass.starts_on, TrainingClass.id)
    )
    return [
        Waiting(row[0], row[1], row[2] or 0, row[3] or 0, to_conclude=row[4] < today)
        for row in rows
    ]
