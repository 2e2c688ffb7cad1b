"""Reads of who takes part in classes, with attendance and leave."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.models import OrgUnit, Person
from accounts.queries import people as register
from accounts.queries.people import Wanted
from accounts.standing import StaffCategory
from core.db import db
from courses.classes import attending
from courses.classes.attending import Tally, Unit
from courses.classes.kinds import Mark
from courses.classes.models import (
    Attendance,
    CheckInMiss,
    ClassCredit,
    ClassLeave,
    ClassUnit,
    Enrolment,
    TrainingClass,
)
from courses.models import CreditEntry

_WITH = (
    joinedload(Enrolment.person).joinedload(Person.stat_unit),
    joinedload(Enrolment.unit),
    joinedload(Enrolment.asked_by),
)


def _all(unit_id: int | None) -> Select[Enrolment]:
    """In the order of the bureau; with a unit only those whose people are of it now."""
    query = (
        select(Enrolment)
        .join(Enrolment.person)
        .join(OrgUnit, OrgUnit.id == Enrolment.unit_id)
        .options(*_WITH)
        .order_by(OrgUnit.position, OrgUnit.id, Person.staff_number, Enrolment.id)
    )
    return query if unit_id is None else query.where(Person.stat_unit_id == unit_id)


def of_class(class_id: int, unit_id: int | None = None) -> Sequence[Enrolment]:
    return db.session.scalars(_all(unit_id).where(Enrolment.class_id == class_id)).all()


def participants(class_id: int) -> Sequence[Enrolment]:
    """Those who had a seat and did not give it up before the class, in the order of the bureau."""
    return db.session.scalars(
        _all(None).where(
            Enrolment.class_id == class_id,
            Enrolment.seated_at.is_not(None),
            Enrolment.withdrawn_at.is_(None),
        )
    ).all()


def enrolment(enrolment_id: int, unit_id: int | None = None) -> Enrolment:
    """Somebody in a class; for readers limited to a unit only its people. Raises NoResultFound."""
    return db.session.scalars(
        _all(unit_id).where(Enrolment.id == enrolment_id).options(joinedload(Enrolment.owner))
    ).one()


def own(person_id: int, class_id: int) -> Enrolment | None:
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.class_id == class_id)
        .options(joinedload(Enrolment.owner).selectinload(TrainingClass.units))
    ).one_or_none()


def own_all(person_id: int) -> Select[Enrolment]:
    """The person's classes, the latest first, cancelled ones included."""
    return (
        select(Enrolment)
        .join(Enrolment.owner)
        .where(Enrolment.person_id == person_id)
        .options(contains_eager(Enrolment.owner).selectinload(TrainingClass.units))
        .order_by(TrainingClass.starts_on.desc(), Enrolment.id.desc())
    )


def places(class_id: int) -> Sequence[Enrolment]:
    """The approved who have or await a seat, by the moment at which they signed up."""
    return db.session.scalars(
        select(Enrolment)
        .where(
            Enrolment.class_id == class_id,
            Enrolment.granted.is_(True),
            Enrolment.withdrawn_at.is_(None),
            Enrolment.dismissed_at.is_(None),
        )
        .order_by(Enrolment.asked_at, Enrolment.id)
    ).all()


def place_in_queue(each: Enrolment) -> int:
    """How many wait before somebody who waits, and one."""
    waiting = [one.id for one in places(each.class_id) if one.seated_at is None]
    return waiting.index(each.id) + 1 if each.id in waiting else 0


def nominees(owner: TrainingClass, unit_id: int | None, text: str) -> Select[Person]:
    """People whom the class is for and who are on none of its lists, in the order of the bureau."""
    there = select(Enrolment.person_id).where(
        Enrolment.class_id == owner.id,
        Enrolment.withdrawn_at.is_(None),
        or_(Enrolment.granted.is_(None), Enrolment.granted.is_(True)),
    )
    wanted = Wanted(
        unit_id=unit_id, rank=owner.rank_group, category=owner.staff_category, text=text
    )
    return register.people(wanted).where(
        Person.id.not_in(there),
        Person.left_on.is_(None),
        Person.staff_category != StaffCategory.OPERATOR,
    )


def people_named(person_ids: Sequence[int], unit_id: int | None) -> Sequence[Person]:
    query = select(Person).where(Person.id.in_(person_ids)).order_by(Person.id)
    if unit_id is not None:
        query = query.where(Person.stat_unit_id == unit_id)
    return db.session.scalars(query).all()


def marks(class_ids: Sequence[int]) -> dict[int, dict[int, Attendance]]:
    """By enrolment, by unit of the timetable."""
    rows = db.session.scalars(
        select(Attendance)
        .join(Attendance.unit)
        .where(ClassUnit.class_id.in_(class_ids))
        .order_by(Attendance.id)
    )
    found: defaultdict[int, dict[int, Attendance]] = defaultdict(dict)
    for each in rows:
        found[each.enrolment_id][each.unit_id] = each
    return found


def mark_of(enrolment_id: int, unit_id: int) -> Attendance | None:
    return db.session.scalars(
        select(Attendance).where(
            Attendance.enrolment_id == enrolment_id, Attendance.unit_id == unit_id
        )
    ).one_or_none()


def units_of(owner: TrainingClass) -> list[Unit]:
    return [Unit(each.id, each.hours, each.is_law, each.starts_at) for each in owner.units]


def tallies(owner: TrainingClass) -> dict[int, Tally]:
    """By enrolment, what was attended; those without any mark are left out."""
    units = units_of(owner)
    return {
        enrolment_id: attending.tally(units, _only_marks(of_units))
        for enrolment_id, of_units in marks([owner.id]).items()
    }


def tally_of(owner: TrainingClass, enrolment_id: int) -> Tally:
    return tallies(owner).get(enrolment_id) or attending.tally(units_of(owner), {})


def _only_marks(of_units: dict[int, Attendance]) -> dict[int, Mark]:
    return {unit_id: each.mark for unit_id, each in of_units.items()}


def misses_since(enrolment_id: int, since: datetime) -> int:
    query = select(func.count()).where(
        CheckInMiss.enrolment_id == enrolment_id, CheckInMiss.at > since
    )
    return db.session.scalar(query) or 0


def leaves(class_id: int, unit_id: int | None = None) -> Sequence[ClassLeave]:
    """Leave asked for in a class, the latest first; with a unit only of its people."""
    query = (
        select(ClassLeave)
        .join(ClassLeave.enrolment)
        .join(Enrolment.person)
        .where(Enrolment.class_id == class_id)
        .options(contains_eager(ClassLeave.enrolment).contains_eager(Enrolment.person))
        .order_by(ClassLeave.from_at.desc(), ClassLeave.id.desc())
    )
    if unit_id is not None:
        query = query.where(Person.stat_unit_id == unit_id)
    return db.session.scalars(query).all()


def leave(leave_id: int, person_id: int | None = None) -> ClassLeave:
    """Leave that was asked for; with a person only theirs. Raises NoResultFound."""
    query = (
        select(ClassLeave)
        .join(ClassLeave.enrolment)
        .where(ClassLeave.id == leave_id)
        .options(
            contains_eager(ClassLeave.enrolment)
            .joinedload(Enrolment.owner)
            .selectinload(TrainingClass.units)
        )
    )
    if person_id is not None:
        query = query.where(Enrolment.person_id == person_id)
    return db.session.scalars(query).one()


def leaves_of(enrolment_id: int) -> Sequence[ClassLeave]:
    return db.session.scalars(
        select(ClassLeave)
        .where(ClassLeave.enrolment_id == enrolment_id)
        .order_by(ClassLeave.from_at, ClassLeave.id)
    ).all()


def credits(enrolment_id: int) -> Sequence[CreditEntry]:
    """Register entries that the completion made and nobody has reversed."""
    counter = select(CreditEntry.reverses_id).where(CreditEntry.reverses_id.is_not(None))
    return db.session.scalars(
        select(CreditEntry)
        .join(ClassCredit, ClassCredit.entry_id == CreditEntry.id)
        .where(ClassCredit.enrolment_id == enrolment_id, CreditEntry.id.not_in(counter))
        .order_by(CreditEntry.id)
    ).all()


def numbered(year: int) -> int:
    """How many certificates of completion bear a number of the year."""
    query = select(func.count()).where(Enrolment.number.startswith(f"PX{year}-"))
    return db.session.scalar(query) or 0


def completed_between(first: date, last: date) -> Sequence[Enrolment]:
    """What was decided in classes that ended between two days, by class and the bureau's order."""
    return db.session.scalars(
        _all(None)
        .join(Enrolment.owner)
        .where(
            TrainingClass.ends_on >= first,
            TrainingClass.ends_on <= last,
            TrainingClass.concluded_at.is_not(None),
            TrainingClass.cancelled_at.is_(None),
            Enrolment.completed.is_not(None),
        )
        .options(contains_eager(Enrolment.owner))
        .order_by(None)
        .order_by(TrainingClass.starts_on, TrainingClass.id, OrgUnit.position, Person.staff_number)
    ).all()
