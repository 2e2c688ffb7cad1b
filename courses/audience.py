"""Whom a course is required of. Pure."""

from collections.abc import Mapping


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
