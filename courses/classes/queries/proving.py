"""Who completed which kind of training, for whoever asks it: exams do (app.py wires it)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select

from core.db import db
from courses.classes.models import Enrolment, TrainingClass
from courses.hours.deadlines import Done
from courses.hours.kinds import TrainingKind


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
