"""Whom a course is required of. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


def covers(unit_id: int | None, stat_unit_id: int, predecessors: Mapping[int, int | None]) -> bool:
    """Whether an assignment to ``unit_id`` (None: the whole bureau) binds people of a unit.

    ``predecessors`` maps each unit to the one that it continues, so that a course assigned to a
    unit stays required of its people after the unit was renamed or merged.
    """
    if unit_id is None:
        return True
    seen: set[int] = set()
    current: int | None = stat_unit_id
    while current is not None and current not in seen:
        if current == unit_id:
            return True
        seen.add(current)
        current = predecessors.get(current)
    return False


@dataclass(frozen=True)
class Demand:
    """A course is required of a unit, or of the whole bureau for None, by a day."""

    course_id: int
    unit_id: int | None
    due_on: date


def due_dates(
    demands: Iterable[Demand], stat_unit_id: int, predecessors: Mapping[int, int | None]
) -> dict[int, date]:
    """Course id → by when, for people of the unit; the earliest day where several bind them.

    In the order of the days.
    """
    found: dict[int, date] = {}
    for each in sorted(demands, key=lambda demand: (demand.due_on, demand.course_id)):
        if covers(each.unit_id, stat_unit_id, predecessors):
            found.setdefault(each.course_id, each.due_on)
    return found
