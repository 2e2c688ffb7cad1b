"""Whom a course is required of. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date


def covers(
    unit_id: int | None, stat_unit_id: int, forerunners: Mapping[int, Collection[int]]
) -> bool:
    """Whether an assignment to ``unit_id`` (None: the whole bureau) binds people of a unit.

    ``forerunners`` maps a unit to those that became it, by renaming or merger, so that a course
    assigned to a unit stays required of its people wherever they went with it.
    """
    return unit_id in (None, stat_unit_id) or unit_id in forerunners.get(stat_unit_id, ())


@dataclass(frozen=True)
class Demand:
    """A course is required of a unit, or of the whole bureau for None, by a day."""

    course_id: int
    unit_id: int | None
    due_on: date


def due_dates(
    demands: Iterable[Demand], stat_unit_id: int, forerunners: Mapping[int, Collection[int]]
) -> dict[int, date]:
    """Course id → by when, for people of the unit; the earliest day where several bind them.

    In the order of the days.
    """
    found: dict[int, date] = {}
    for each in sorted(demands, key=lambda demand: (demand.due_on, demand.course_id)):
        if covers(each.unit_id, stat_unit_id, forerunners):
            found.setdefault(each.course_id, each.due_on)
    return found
