"""What the must-know lists say of a law that changes."""

from collections.abc import Sequence
from datetime import date

from accounts.models import OrgUnit
from laws.lists import queries as list_queries
from laws.lists.models import MustKnowEntry
from laws.models import LawVersion


def entries(version: LawVersion, day: date) -> tuple[list[MustKnowEntry], list[MustKnowEntry]]:
    """(all, left): the entries of lists in force, or to come, on the version's law, and those that
    still cite what the version replaced; all that cite a law which ended with it."""
    every = list_queries.entries_on(version.law_id, day)
    made = version.promulgated_on
    left = [
        each
        for each in every
        if each.law_version.promulgated_on < made
        or (version.repealed_on is not None and each.law_version_id == version.id)
    ]
    return every, left


def audience(law_id: int, day: date) -> Sequence[OrgUnit]:
    """The units that the lists ask the law of, in their order; nobody in particular (empty) where
    no list has it, or where one binds everybody or goes by rank or post."""
    versions = {each.version.id: each.version for each in list_queries.entries_on(law_id, day)}
    units: dict[int, OrgUnit] = {}
    for version in versions.values():
        if not version.audience:
            return []
        for rule in version.audience:
            if rule.unit is None or rule.rank_group is not None or rule.post:
                return []
            units[rule.unit.id] = rule.unit
    return sorted(units.values(), key=lambda each: (each.position, each.id))
