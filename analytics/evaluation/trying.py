"""What other weights would do: who moves, and which departments change places. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from analytics.evaluation import departments, rules, scoring
from analytics.evaluation.kinds import Group, Indicator, Level, Measure
from analytics.evaluation.rules import Rules
from analytics.evaluation.scoring import Score

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

    @property
    def said_before(self) -> str:
        return scoring.worded(self.before, self.score_before)

    @property
    def said_after(self) -> str:
        return scoring.worded(self.after, self.score_after)


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
    #: Who would have another level, or which departments another rank.
    moves: Sequence[Move] = ()
    places: Sequence[Place] = ()

    @property
    def changed(self) -> int:
        return len(self.moves) + len(self.places)

    @property
    def most(self) -> int:
        """Ranks that a department moves at most."""
        return max((abs((each.before or 0) - (each.after or 0)) for each in self.places), default=0)


def sensitivity(people: People, now: Rules) -> list[Sensed]:
    """Each weight ±5 points, the others in proportion. Values are read once and weighed anew."""
    return [*_of_people(people, now), *_of_departments(people, now)]


def _of_people(people: People, now: Rules) -> Iterator[Sensed]:
    scored = [(each, scoring.score(each, now)) for each in people]
    for group, own in now.weights.items():
        mine = [pair for pair in scored if pair[0]["group"] == group.value]
        for key, by, points in _shifts(own.points):
            moved = [_move(inputs, made, points, now) for inputs, made in mine]
            yield Sensed(group, key, by, [each for each in moved if each is not None])


def _move(
    inputs: Mapping[str, Any], made: Score, points: Mapping[Any, Decimal], now: Rules
) -> Move | None:
    known = [(points[each.indicator], each.value) for each in made.parts if not each.missing]
    total = scoring.weighed(known)
    there = Fraction(sum((weight for weight, _ in known), Decimal(0)))
    level = None if total is None else scoring.level_of(total, there, inputs, now)[0]
    if level is made.level:
        return None
    return Move(inputs["person_id"], made.level, level, made.total, total)


def _of_departments(people: People, now: Rules) -> Iterator[Sensed]:
    rows = departments.indices(people, now)
    for key, by, points in _shifts(now.measures):
        again = departments.ranked(
            [
                replace(
                    each,
                    total=scoring.weighed((points[one.measure], one.value) for one in each.shares),
                )
                for each in rows
            ],
            now,
        )
        found = [
            Place(old.unit_id, old.unit, old.rank, new.rank, old.total, new.total)
            for old, new in zip(rows, again, strict=True)
        ]
        yield Sensed(None, key, by, places=[each for each in found if each.moved])


def _shifts(
    points: Mapping[Any, Decimal],
) -> Iterator[tuple[Any, Decimal, Mapping[Any, Decimal]]]:
    for key, weight in points.items():
        for by in (STEP, -STEP):
            moved = rules.shifted(points, key, by) if weight else None
            if moved is not None:
                yield key, by, moved
