"""Departments over time: added, renamed, merged, closed, put in order."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from accounts.models import Account, OrgUnit, Person, UnitKind
from accounts.services.people import repost
from core import clock
from core.audit.trail import record
from core.db import db
from core.errors import Refused

#: The columns by which somebody belongs to a unit.
_BELONGING = (Person.home_unit_id, Person.work_unit_id, Person.stat_unit_id)


class NameTaken(Refused):
    """A unit of this name exists at present."""

    message = "同名机构已存在"


class UnitClosed(Refused):
    """The unit no longer exists; what is past is not changed."""

    message = "该机构已终止，不能再作变更"


class StillStaffed(Refused):
    """People still belong to the unit."""

    message = "机构内仍有人员，请先调整其部门，或将机构并入其他机构"


class WrongDay(Refused):
    """The unit cannot end on that day."""


class OrderStale(Refused):
    """The units to put in order are not those that exist."""

    message = "机构在此期间有变动，请重新调整次序"


class NotACode(Refused):
    """What is no 单位编码, or not of one unit alone."""


#: 单位编码.
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,29}")


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
    _must_be_free(name, valid_from)
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


def add_unit_last(*, name: str, kind: UnitKind, valid_from: date, at: datetime) -> OrgUnit:
    """A new unit behind all others, as commands make it. Raises NameTaken."""
    return add_unit(
        name=name,
        short_name="",
        kind=kind,
        position=next_position(),
        valid_from=valid_from,
        at=at,
        by=None,
    )


def next_position() -> int:
    """The place behind all units that there are."""
    return (db.session.scalar(select(func.max(OrgUnit.position))) or 0) + 1


def rename_unit(
    *, unit: OrgUnit, name: str, short_name: str, on: date, at: datetime, by: Account | None
) -> OrgUnit:
    """End the unit on a day and let one of the new name continue it, with all its people.

    What was published before names the old unit and stays so. Raises NameTaken, UnitClosed,
    WrongDay.
    """
    _must_be_able_to_end(unit, on, at)
    _must_be_free(name, on)
    unit.valid_to = on
    new = OrgUnit(
        name=name,
        short_name=short_name or name,
        kind=unit.kind,
        code=unit.code,
        position=unit.position,
        valid_from=on,
        predecessor_id=unit.id,
    )
    db.session.add(new)
    db.session.flush()
    people = _hand_over(unit, new, on)
    record(
        "unit.rename",
        new,
        at=at,
        old=unit.name,
        new=name,
        on=str(on),
        people=people,
        actor=_number(by),
    )
    return new


def merge_unit(*, unit: OrgUnit, into: OrgUnit, on: date, at: datetime, by: Account | None) -> None:
    """End the unit on a day; its people and its name's meaning pass to another one.

    What was published before names the old unit and stays so. Raises UnitClosed, WrongDay.
    """
    _must_be_able_to_end(unit, on, at)
    if into.id == unit.id or into.valid_to is not None:
        raise UnitClosed("请选择另一个现有机构", field="into")
    if into.valid_from > on:
        raise WrongDay(f"“{into.name}”自 {into.valid_from} 起才设立", field="on")
    unit.valid_to, unit.merged_into_id = on, into.id
    db.session.flush()
    people = _hand_over(unit, into, on)
    record(
        "unit.merge",
        unit,
        at=at,
        old=unit.name,
        new=into.name,
        on=str(on),
        people=people,
        actor=_number(by),
    )


def close_unit(*, unit: OrgUnit, on: date, at: datetime, by: Account | None) -> None:
    """End a unit that nobody belongs to any more. Raises StillStaffed, UnitClosed, WrongDay."""
    _must_be_able_to_end(unit, on, at)
    staffed = db.session.scalar(select(Person.id).where(_belongs_to(unit)).limit(1))
    if staffed is not None:
        raise StillStaffed
    unit.valid_to = on
    db.session.flush()
    record("unit.close", unit, at=at, name=unit.name, on=str(on), actor=_number(by))


def order_units(*, units: Sequence[OrgUnit], at: datetime, by: Account | None) -> None:
    """Give the units of today this order in every list; past reports keep theirs.

    Raises OrderStale unless ``units`` are all that exist.
    """
    present = set(db.session.scalars(select(OrgUnit.id).where(OrgUnit.valid_to.is_(None))))
    if present != {unit.id for unit in units}:
        raise OrderStale
    for position, unit in enumerate(units, 1):
        unit.position = position
    db.session.flush()
    names = [unit.name for unit in units]
    record("unit.order", object_type="OrgUnit", at=at, order=names, actor=_number(by))


def set_codes(*, codes: Mapping[OrgUnit, str], at: datetime, by: Account | None) -> int:
    """单位编码 of the personnel system for units of today; returns how many changed.

    Raises NotACode for one that cannot be, or that two units would have.
    """
    for unit, code in codes.items():
        if code and not CODE.fullmatch(code):
            raise NotACode(f"“{unit.name}”的编码“{code}”不合规则：1 至 30 位字母、数字、点、横线")
    given = [code for code in codes.values() if code]
    twice = next((code for code in given if given.count(code) > 1), None)
    if twice is not None:
        named = "、".join(unit.name for unit, code in codes.items() if code == twice)
        raise NotACode(f"{named}的编码相同（{twice}），每个机构的编码各不相同")
    changed = [(unit, code) for unit, code in codes.items() if unit.code != code]
    for unit, code in changed:
        record("unit.code", unit, at=at, name=unit.name, old=unit.code, new=code,
               actor=_number(by))  # fmt: skip
        unit.code = code
    db.session.flush()
    return len(changed)


def _belongs_to(unit: OrgUnit) -> ColumnElement[bool]:
    return or_(*(column == unit.id for column in _BELONGING))


def _hand_over(unit: OrgUnit, to: OrgUnit, on: date) -> int:
    """Move everybody who belongs to the unit, each with a new posting; returns how many."""
    people = db.session.scalars(
        select(Person)
        .where(_belongs_to(unit))
        .order_by(Person.id)
        .options(selectinload(Person.postings))
    ).all()
    for person in people:
        for column in _BELONGING:
            if getattr(person, column.key) == unit.id:
                setattr(person, column.key, to.id)
        repost(person, since=on)
    db.session.flush()
    for person in people:
        db.session.expire(person)
    return len(people)


def _must_be_able_to_end(unit: OrgUnit, on: date, at: datetime) -> None:
    if unit.valid_to is not None:
        raise UnitClosed
    if on <= unit.valid_from:
        raise WrongDay(f"日期应晚于该机构的设立日期 {unit.valid_from}", field="on")
    if on > clock.local(at).date():
        raise WrongDay("日期不能晚于今天；到时再登记", field="on")


def _must_be_free(name: str, since: date) -> None:
    """No unit bears the name now, and none began to on that very day."""
    taken = db.session.scalar(
        select(OrgUnit.id).where(
            OrgUnit.name == name,
            or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_from == since),
        )
    )
    if taken is not None:
        raise NameTaken(f"机构“{name}”已存在", field="name")


def _number(by: Account | None) -> str | None:
    return None if by is None else by.person.staff_number
