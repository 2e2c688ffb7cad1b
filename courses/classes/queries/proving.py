"""Who completed which kind of training, for whoever asks it: exams do (app.py wires it)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from accounts.models import OrgUnit, Person
from accounts.standing import GONE, StaffCategory
from core.db import db
from courses.classes.models import Enrolment, TrainingClass
from courses.hours.deadlines import Done
from courses.hours.kinds import TrainingKind
from exam.appointment import KEPT_DAYS, Countdown, countdown


def completed_since(kind: TrainingKind, since: Mapping[int, date]) -> dict[int, date]:
    """By person, the first day on or after theirs on which a class of the kind that they completed
    ended; those without one are left out."""
    rows = db.session.execute(
        select(Enrolment.person_id, TrainingClass.ends_on)
        .join(Enrolment.owner)
        .where(
            Enrolment.person_id.in_(since),
            Enrolment.completed.is_(True),
            Enrolment.revoked_at.is_(None),
            TrainingClass.training_kind == kind,
            TrainingClass.cancelled_at.is_(None),
        )
        .order_by(TrainingClass.ends_on, Enrolment.id)
    )
    found: dict[int, date] = {}
    for person_id, ended in rows:
        if ended >= since[person_id]:
            found.setdefault(person_id, ended)
    return found


def appointment_training(since: Mapping[int, date]) -> Mapping[int, date]:
    """任职培训 completed since each person's day."""
    return completed_since(TrainingKind.APPOINTMENT, since)


def completed(person_ids: Collection[int]) -> Sequence[Done]:
    """Every class of a kind of training that the people completed, for their deadlines."""
    rows = db.session.execute(
        select(
            Enrolment.person_id,
            TrainingClass.training_kind,
            TrainingClass.ends_on,
            TrainingClass.title,
        )
        .join(Enrolment.owner)
        .where(
            Enrolment.person_id.in_(person_ids),
            Enrolment.completed.is_(True),
            Enrolment.revoked_at.is_(None),
            TrainingClass.cancelled_at.is_(None),
        )
        .order_by(TrainingClass.ends_on, Enrolment.id)
    )
    return [Done(*row) for row in rows]


#: 试用期: a year from the day of joining, as long as the countdown runs.
PROBATION = timedelta(days=366)


def on_probation(today: date) -> list[Person]:
    """Who joined within the probation, or whose ended not long ago, those with least time first."""
    oldest = today - PROBATION - timedelta(days=KEPT_DAYS)
    return list(
        db.session.scalars(
            select(Person)
            .join(OrgUnit, OrgUnit.id == Person.stat_unit_id)
            .where(
                Person.joined_on >= oldest,
                Person.joined_on <= today,
                or_(Person.left_on.is_(None), Person.left_on > today),
                Person.duty_status.not_in(GONE),
                Person.staff_category == StaffCategory.CADRE,
            )
            .options(joinedload(Person.stat_unit))
            .order_by(Person.joined_on, OrgUnit.position, Person.id)
        )
    )


@dataclass(frozen=True)
class OnProbation:
    person: Person
    countdown: Countdown
    #: When an initial class that they completed ended; None without one.
    completed_on: date | None


def initial_training(today: date) -> list[OnProbation]:
    """Whose initial training is due within the probation, those with least time first."""
    people = on_probation(today)
    completed = completed_since(TrainingKind.INITIAL, {each.id: each.joined_on for each in people})
    return [
        OnProbation(each, countdown(each.joined_on, today), completed.get(each.id))
        for each in people
    ]
