"""Departments over time: added, renamed, closed."""

from datetime import date, datetime

from sqlalchemy import select, update

from accounts.models import Account, OrgUnit, Person, UnitKind
from core.audit.trail import record
from core.db import db
from core.errors import Refused


class NameTaken(Refused):
    """A unit of this name exists at present."""

    message = "同名机构已存在"


class UnitClosed(Refused):
    """The unit no longer exists; what is past is not changed."""

    message = "该机构已终止，不能再作变更"


class StillStaffed(Refused):
    """People still belong to the unit."""

    message = "机构内仍有人员，请先调整其部门"


def add_unit(
    *,
    name: str,
    short_name: str,
    kind: UnitKind,
    position: int,
    valid_from: date,
    at: datetime,
    by: Account | None,
) -> OrgUnit:
    """A new unit. Raises NameTaken."""
    _must_be_free(name)
    unit = OrgUnit(
        name=name,
        short_name=short_name or name,
        kind=kind,
        position=position,
        valid_from=valid_from,
    )
    db.session.add(unit)
    db.session.flush()
    record("unit.add", unit, at=at, name=name, actor=_number(by))
    return unit


def rename_unit(
    *, unit: OrgUnit, name: str, short_name: str, on: date, at: datetime, by: Account | None
) -> OrgUnit:
    """End the unit on a day and let one of the new name continue it, with all its people.

    What was published before names the old unit and stays so. Raises NameTaken, UnitClosed.
    """
    if unit.valid_to is not None:
        raise UnitClosed
    if on <= unit.valid_from:
        raise Refused("更名日期应晚于原机构的生效日期", field="on")
    _must_be_free(name)
    unit.valid_to = on
    new = OrgUnit(
        name=name,
        short_name=short_name or name,
        kind=unit.kind,
        position=unit.position,
        valid_from=on,
        predecessor_id=unit.id,
    )
    db.session.add(new)
    db.session.flush()
    for column in (Person.home_unit_id, Person.work_unit_id, Person.stat_unit_id):
        db.session.execute(update(Person).where(column == unit.id).values({column.key: new.id}))
    record("unit.rename", new, at=at, old=unit.name, new=name, on=str(on), actor=_number(by))
    return new


def close_unit(*, unit: OrgUnit, on: date, at: datetime, by: Account | None) -> None:
    """End a unit that nobody belongs to any more. Raises StillStaffed, UnitClosed."""
    if unit.valid_to is not None:
        raise UnitClosed
    if on <= unit.valid_from:
        raise Refused("终止日期应晚于生效日期", field="on")
    staffed = db.session.scalar(
        select(Person.id)
        .where(
            (Person.home_unit_id == unit.id)
            | (Person.work_unit_id == unit.id)
            | (Person.stat_unit_id == unit.id)
        )
        .limit(1)
    )
    if staffed is not None:
        raise StillStaffed
    unit.valid_to = on
    db.session.flush()
    record("unit.close", unit, at=at, name=unit.name, on=str(on), actor=_number(by))


def _must_be_free(name: str) -> None:
    taken = db.session.scalar(
        select(OrgUnit.id).where(OrgUnit.name == name, OrgUnit.valid_to.is_(None))
    )
    if taken is not None:
        raise NameTaken(f"机构“{name}”已存在", field="name")


def _number(by: Account | None) -> str | None:
    return None if by is None else by.person.staff_number
