"""What other weights would do: who moves, and which departments change places. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from analytics.evaluation import departments, rules, scoring
from analytics.evaluation.kinds import Group, Indicator, Level, Measure
from analytics.evaluation.rules import Rules

People = Sequence[Mapping[str, Any]]
STEP = Decimal(5)


@dataclass(frozen=True)
class Move:
    """A person whose level would be another one."""

    person_id: int
    before: Level | None
    after: Level | None
    score_before: Decimal | None
    score_after: Decimal | None


@dataclass(frozen=True)
class Place:
    unit_id: int
    unit: str
    before: int | None
    after: int | None
    index_before: Decimal | None
    index_after: Decimal | None

    @property
    def moved(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Outcome:
    moves: Sequence[Move]
    places: Sequence[Place]


def compare(people: People, before: Rules, after: Rules) -> Outcome:
    return Outcome(moves(people, before, after), places(people, before, after))


def moves(people: People, before: Rules, after: Rules) -> list[Move]:
    found = []
    for each in people:
        old, new = scoring.score(each, before), scoring.score(each, after)
        if old.level is not new.level:
            found.append(Move(each["person_id"], old.level, new.level, old.total, new.total))
    return found


def places(people: People, before: Rules, after: Rules) -> list[Place]:
    new = {each.unit_id: each for each in departments.indices(people, after)}
    return [
        Place(each.unit_id, each.unit, each.rank, new[each.unit_id].rank, each.total,
              new[each.unit_id].total)
        for each in departments.indices(people, before)
    ]  # fmt: skip


@dataclass(frozen=True)
class Sensed:
    """One weight, five points up or down."""

    group: Group | None
    key: Indicator | Measure
    by: Decimal
    #: People whose level changes, or departments whose rank does.
    changed: int
    most: int = 0


def sensitivity(people: People, now: Rules) -> list[Sensed]:
    """Each weight ±5 points, the others in proportion."""
    found = []
    for group, own in now.weights.items():
        mine = [each for each in people if each["group"] == group.value]
        for key in Indicator:
            for by in (STEP, -STEP):
                points = rules.shifted(own.points, key, by) if own.points[key] else None
                if points is not None:
                    other = rules.with_points(now, group, points)
                    found.append(Sensed(group, key, by, len(moves(mine, now, other))))
    for measure in Measure:
        for by in (STEP, -STEP):
            weights = rules.shifted(now.measures, measure, by) if now.measures[measure] else None
            if weights is not None:
                rows = places(people, now, replace(now, measures=weights))
                steps = [abs(each.before - each.after) for each in rows
                         if each.before is not None and each.after is not None]  # fmt: skip
                found.append(Sensed(None, measure, by, sum(each.moved for each in rows),
                                    max(steps, default=0)))  # fmt: skip
    return found
