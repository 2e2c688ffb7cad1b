"""Units in the order of the bureau, and how they follow one another."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from accounts import lineage as rules
from accounts.lineage import Lineage, UnitFact
from accounts.models import OrgUnit, Person
from core.db import db, table
from core.prepared import Prepared


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


_UNIT = table(OrgUnit)
_FOLLOWING = Prepared(
    select(_UNIT.c.id, _UNIT.c.predecessor_id, _UNIT.c.merged_into_id)
    .where(or_(_UNIT.c.predecessor_id.is_not(None), _UNIT.c.merged_into_id.is_not(None)))
    .order_by(_UNIT.c.id)
)


def forerunners() -> dict[int, frozenset[int]]:
    """Each unit and those that became it, by renaming or merger; units without any are left out."""
    return rules.forerunners(_FOLLOWING.rows())
