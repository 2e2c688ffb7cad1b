"""Whom a list binds: rank × unit × post. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from accounts.standing import RankGroup


class Rule(Protocol):
    """None and "" ask for nothing."""

    @property
    def rank_group(self) -> RankGroup | None: ...

    @property
    def unit_id(self) -> int | None: ...

    @property
    def post(self) -> str: ...


@dataclass(frozen=True)
class Place:
    """Where somebody stands."""

    rank_group: RankGroup
    unit_id: int
    post: str


def binds(rules: Iterable[Rule], place: Place, forerunners: Mapping[int, Collection[int]]) -> bool:
    """Whether some rule fits; no rules at all bind everybody.

    ``forerunners`` maps a unit to those that became it, so that a rule goes with its people.
    """
    rules = list(rules)
    return not rules or any(_fits(rule, place, forerunners) for rule in rules)


def _fits(rule: Rule, place: Place, forerunners: Mapping[int, Collection[int]]) -> bool:
    here = {place.unit_id, *forerunners.get(place.unit_id, ())}
    return (
        rule.rank_group in (None, place.rank_group)
        and (rule.unit_id is None or rule.unit_id in here)
        and rule.post in place.post
    )
