"""Seats are given out, under the lock of the class."""

from datetime import datetime

from core import clock
from core.audit.trail import record
from core.db import db
from courses.classes import seats, standing
from courses.classes.kinds import ClassState
from courses.classes.models import Enrolment, TrainingClass
from courses.classes.queries import people as queries
from courses.classes.seats import Place

#: A class fills up until it is over; nobody is called into one that is.
FILLING = (ClassState.DRAFT, ClassState.SIGN_UP, ClassState.UPCOMING, ClassState.RUNNING)


def fill(*, owner: TrainingClass, at: datetime) -> list[Enrolment]:
    """Give the free seats to those who wait, in the order of the queue; whoever got one. The class
    must be locked."""
    if standing.class_state(owner, at, clock.local(at).date()) not in FILLING:
        return []
    rows = {each.id: each for each in queries.places(owner.id)}
    chosen = seats.to_seat(
        owner.capacity,
        [Place(each.id, each.asked_at, each.seated_at is not None) for each in rows.values()],
    )
    for enrolment_id in chosen:
        rows[enrolment_id].seated_at = at
    db.session.flush()
    for enrolment_id in chosen:
        each = rows[enrolment_id]
        record("enrolment.seat", each, at=at, person=each.person_id, title=owner.title)
    return [rows[each] for each in chosen]
