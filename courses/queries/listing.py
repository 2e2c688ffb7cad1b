"""What the must-know lists say of a law that changes."""

from collections.abc import Sequence
from datetime import date

from laws.lists import queries as list_queries
from laws.lists.models import MustKnowAudience, MustKnowEntry
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


def audience(law_id: int, day: date) -> Sequence[MustKnowAudience]:
    """The rules by which the lists say whom the law is asked of, each kind once, in the order of
    the units; none (everybody) where no list has it, or where one binds everybody."""
    versions = {each.version.id: each.version for each in list_queries.entries_on(law_id, day)}
    found: dict[tuple[object, ...], MustKnowAudience] = {}
    for version in versions.values():
        for rule in version.audience:
            found.setdefault((rule.unit_id, rule.rank_group, rule.post), rule)
        if not version.audience or (None, None, "") in found:
            return []
    return sorted(found.values(), key=_place)


def _place(rule: MustKnowAudience) -> tuple[int, int, int]:
    return (rule.unit.position if rule.unit else 0, rule.unit_id or 0, rule.id)


def words(rule: MustKnowAudience) -> str:
    """Whom the rule names: 办信司处级处长."""
    unit = rule.unit.short_name if rule.unit else ""
    return f"{unit}{rule.rank_group.label if rule.rank_group else ''}{rule.post}"
