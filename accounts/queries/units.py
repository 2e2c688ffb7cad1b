"""Units in the order of the bureau, and how they follow one another."""

from collections.abc import Sequence

from sqlalchemy import func, select

from accounts.lineage import Lineage, UnitFact
from accounts.models import OrgUnit, Person
from core.db import db


def units() -> Sequence[OrgUnit]:
    """Every unit that ever was, in the order of the bureau, older names after newer ones."""
    return db.session.scalars(
        select(OrgUnit).order_by(OrgUnit.position, OrgUnit.valid_from.desc(), OrgUnit.id)
    ).all()


def units_now() -> Sequence[OrgUnit]:
    return [unit for unit in units() if unit.valid_to is None]


def unit(unit_id: int) -> OrgUnit:
    return db.session.scalars(select(OrgUnit).where(OrgUnit.id == unit_id)).one()


def lineage() -> Lineage:
    return Lineage(
        UnitFact(
            each.id,
            each.name,
            each.short_name,
            each.valid_from,
            each.valid_to,
            each.predecessor_id,
            each.merged_into_id,
        )
        for each in units()
    )


def people_by_unit() -> dict[int, int]:
    """How many people there are by the unit that they count in; those who left not counted."""
    rows = db.session.execute(
        select(Person.stat_unit_id, func.count())
        .where(Person.left_on.is_(None))
        .group_by(Person.stat_unit_id)
        .order_by(Person.stat_unit_id)
    )
    return {row[0]: row[1] for row in rows}


def divisions(unit_id: int) -> Sequence[tuple[str, int]]:
    """The divisions of a unit as its people name them, with how many they are."""
    rows = db.session.execute(
        select(Person.division, func.count())
        .where(Person.stat_unit_id == unit_id, Person.left_on.is_(None), Person.division != "")
        .group_by(Person.division)
        .order_by(Person.division)
    )
    return [(row[0], row[1]) for row in rows]


def forerunners() -> dict[int, frozenset[int]]:
    """Each unit and those that became it, by renaming or merger; units without any are left out."""
    line = lineage()
    found = {unit.id: frozenset(each.id for each in line.before(unit.id)) for unit in units()}
    return {unit_id: before for unit_id, before in found.items() if before}
