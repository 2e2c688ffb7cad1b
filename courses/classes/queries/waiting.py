"""What waits for somebody in training classes: to sign up, to check in, to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
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
    """Classes that are open for sign-up and are for the person."""
    return [each for each in classes.offered(person.id, at, today) if audience.fits(each, person)]


def to_check_in(person: Person, at: datetime) -> Sequence[ClassUnit]:
    """Units of the person's classes that can be checked in to now."""
    there = select(Attendance.unit_id).where(
        Attendance.enrolment_id == Enrolment.id, Attendance.mark.in_(THERE)
    )
    return db.session.scalars(
        select(ClassUnit)
        .join(ClassUnit.owner)
        .join(Enrolment, Enrolment.class_id == ClassUnit.class_id)
        .where(
            Enrolment.person_id == person.id,
            Enrolment.seated_at.is_not(None),
            Enrolment.withdrawn_at.is_(None),
            Enrolment.dismissed_at.is_(None),
            Enrolment.completed.is_(None),
            TrainingClass.cancelled_at.is_(None),
            TrainingClass.concluded_at.is_(None),
            TrainingClass.published_at.is_not(None),
            ClassUnit.starts_at <= at + attending.OPENS_BEFORE,
            ClassUnit.ends_at > at,
            ClassUnit.id.not_in(there),
        )
        .options(joinedload(ClassUnit.owner))
        .order_by(ClassUnit.starts_at, ClassUnit.id)
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


def to_opine(unit_id: int, person: Person) -> list[Waiting]:
    """Sign-ups of the unit's people that wait for its head's opinion; not their own."""
    rows = db.session.execute(
        select(TrainingClass.id, TrainingClass.title, func.count())
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Person.stat_unit_id == unit_id,
            Person.id != person.id,
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
