"""The index of departments, made of the stored inputs of their people. Pure.

Rates are made of people; of a department's own line only. What has no denominator is left out and
its weight shared out, as with people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from analytics import tables
from analytics.evaluation.kinds import Group, Measure
from analytics.evaluation.rules import FULL, Rules
from analytics.evaluation.scoring import rounded, wanted_hours


@dataclass(frozen=True)
class Share:
    """One measure of an index."""

    measure: Measure
    weight: Decimal
    numerator: Fraction | None
    denominator: Fraction | None
    share: Fraction = Fraction(0)
    points: Fraction = Fraction(0)

    @property
    def value(self) -> Fraction | None:
        if self.numerator is None or not self.denominator:
            return None
        return min(Fraction(1), self.numerator / self.denominator)


@dataclass(frozen=True)
class Index:
    unit_id: int
    unit: str
    people: int
    shares: Sequence[Share]
    total: Decimal | None
    rank: int | None = None
    #: 领导班子与普通干部分列: how many of each group, and the index of them alone.
    groups: Mapping[Group, tuple[int, Decimal | None]] = field(default_factory=dict)


def indices(people: Iterable[Mapping[str, Any]], rules: Rules) -> list[Index]:
    """One a department, in the order given, ranked 1, 2, 2, 4; small ones listed without a rank."""
    units: dict[int, list[Mapping[str, Any]]] = {}
    for each in people:
        if each["line"] == tables.RANKED:
            units.setdefault(each["unit_id"], []).append(each)
    return ranked([_index(unit_id, own, rules) for unit_id, own in units.items()], rules)


def ranked(rows: Sequence[Index], rules: Rules) -> list[Index]:
    totals = [
        each.total for each in rows if each.total is not None and each.people >= rules.smallest
    ]
    return [
        replace(each, rank=1 + sum(one > each.total for one in totals))
        if each.total is not None and each.people >= rules.smallest
        else replace(each, rank=None)
        for each in rows
    ]


def _index(unit_id: int, own: Sequence[Mapping[str, Any]], rules: Rules) -> Index:
    shares, total = _scored(own, rules)
    split = {group: [each for each in own if each["group"] == group.value] for group in Group}
    groups = {group: (len(some), _scored(some, rules)[1]) for group, some in split.items()}
    return Index(unit_id, own[0]["unit"], len(own), shares, total, groups=groups)


def _scored(own: Sequence[Mapping[str, Any]], rules: Rules) -> tuple[list[Share], Decimal | None]:
    found = _values(own, rules)
    shares = [
        Share(each, rules.measures[each], *found[each])
        for each in Measure
        if rules.measures[each] > 0
    ]
    there = sum((Fraction(each.weight) for each in shares if each.value is not None), Fraction(0))
    if not there:
        return shares, None
    shares = [_shared(each, there) for each in shares]
    return shares, rounded(sum((each.points for each in shares), Fraction(0)))


def _shared(each: Share, there: Fraction) -> Share:
    if each.value is None:
        return each
    share = Fraction(each.weight) * FULL / there
    return replace(each, share=share, points=share * each.value)


_Pair = tuple[Fraction | None, Fraction | None]


def _values(own: Sequence[Mapping[str, Any]], rules: Rules) -> dict[Measure, _Pair]:
    sat = [each["annual"] for each in own if each["annual"] and not each["annual"]["exempt"]]
    taken = [each for each in sat if each["score"] is not None]
    fresh = [
        one for each in own for one in each["thematic"] if one["new_law"] and not one["exempt"]
    ]
    asked = [each for each in own if wanted_hours(each, _weights(each, rules)) > 0]
    rated = [each["usage"] for each in own if each["usage"] is not None]
    months = zip(*(each["minutes"] for each in own), strict=True)
    balance = gini([sum(month) for month in months])
    return {
        Measure.STUDIED: _of(sum(each["studied"] for each in own), len(own)),
        Measure.SAT: _of(sum(each["taken"] for each in sat), len(sat)),
        Measure.PASSED: _of(sum(each["passed"] for each in sat), len(sat)),
        Measure.MEAN: _of(Fraction(sum(each["score"] for each in taken), 100), 100 * len(taken)),
        Measure.EXCELLENT: _of(sum(each["excellent"] for each in sat), len(sat)),
        Measure.NEW_LAW: _of(sum(each["passed"] for each in fresh), len(fresh)),
        Measure.ATTAINED: _of(sum(_attains(each, rules) for each in asked), len(asked)),
        Measure.BALANCE: (None, None) if balance is None else (1 - balance, Fraction(1)),
        Measure.PLAN: _of(sum(each["done"] for each in own), sum(each["required"] for each in own)),
        Measure.USAGE: _of(sum(rated), 5 * len(rated)),
        Measure.MEETINGS: _of(
            sum(each["present"] for each in own), sum(each["expected"] for each in own)
        ),
        # Nothing in the system records it; its weight is shared out.
        Measure.MENDED: (None, None),
    }


def _of(numerator: int | Fraction, denominator: int) -> _Pair:
    return (Fraction(numerator), Fraction(denominator)) if denominator else (None, None)


def _weights(each: Mapping[str, Any], rules: Rules) -> Any:
    return rules.weights[Group.of(each["group"])]


def _attains(each: Mapping[str, Any], rules: Rules) -> bool:
    own = _weights(each, rules)
    return Fraction(each["hours"][own.basis.value], 100) >= wanted_hours(each, own)


def gini(amounts: Sequence[int]) -> Fraction | None:
    """0 for the same every month, up to (n - 1) / n for all in one; None where nothing is."""
    total, size = sum(amounts), len(amounts)
    if not total:
        return None
    ordered = sorted(amounts)
    weighed = sum((2 * place - size - 1) * each for place, each in enumerate(ordered, 1))
    return Fraction(weighed, size * total)
