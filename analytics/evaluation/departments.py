"""The index of departments, made of the stored inputs of their people. Pure.

Rates are made of people; of a department's own line only. What has no denominator is left out and
its weight shared out, as with people.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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


def of_group(people: Iterable[Mapping[str, Any]], group: Group, rules: Rules) -> list[Index]:
    """The same of one of the two groups alone."""
    return indices([each for each in people if each["group"] == group.value], rules)


#: Numerator, denominator, and why it is looked at.
MEANT: Mapping[Measure, tuple[str, str, str]] = {
    Measure.STUDIED: ("有有效学习记录的人", "应参学的人", "该学的人学了没有"),
    Measure.SAT: ("年度考试已参考的人", "应参考的人", "应考的人考了没有"),
    Measure.PASSED: ("年度考试合格的人", "应参考的人", "应考的人过了没有，防止劝不考"),
    Measure.MEAN: ("年度考试成绩（满分 100）之和", "已有成绩的人 × 100", "考得怎样；不含缺考"),
    Measure.EXCELLENT: ("年度考试优秀的人", "应参考的人", "学得好的人有多少"),
    Measure.NEW_LAW: ("新法测试合格的人次", "应测的人次", "新法是否知道"),
    Measure.ATTAINED: ("学时达到个人目标的人", "有学时目标的人", "学时够不够"),
    Measure.BALANCE: ("1 − 各月学习分钟的基尼系数", "1", "是否月月在学，不是年底突击"),
    Measure.PLAN: ("学完的必修（人·课）", "应学的必修（人·课）", "布置的任务完成了几成"),
    Measure.USAGE: ("用法评分之和", "已评分的人 × 5", "学了会不会用"),
    Measure.MEETINGS: ("集体学法出席人次", "应到人次", "集体学法参加了没有"),
    Measure.MENDED: ("—", "—", "没有数据来源，剔除"),
}


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
    months = zip(*(each["minutes"] for each in own), strict=True)
    balance = gini([sum(month) for month in months])
    found = {each: _summed(own, each, rules) for each in Measure}
    found[Measure.BALANCE] = (None, None) if balance is None else (1 - balance, Fraction(1))
    return found


def _summed(own: Sequence[Mapping[str, Any]], measure: Measure, rules: Rules) -> _Pair:
    parts = [part(each, measure, rules) for each in own]
    denominator = sum((each for _, each in parts), Fraction(0))
    if not denominator:
        return None, None
    return sum((each for each, _ in parts), Fraction(0)), denominator


_Part = tuple[Fraction, Fraction]
_NOTHING: _Part = (Fraction(0), Fraction(0))


def part(each: Mapping[str, Any], measure: Measure, rules: Rules) -> _Part:
    """What somebody adds to numerator and denominator of a measure; 0 and 0 for who has no part.

    月度均衡度 is of all together, and nothing in the system records 问题整改.
    """
    found = _PARTS.get(measure)
    return found(each, rules) if found is not None else _NOTHING


def _of(numerator: int | Fraction, denominator: int) -> tuple[Fraction, Fraction]:
    return Fraction(numerator), Fraction(denominator)


def _sat(key: str) -> Callable[[Mapping[str, Any], Rules], _Part]:
    """Of the yearly exam, whether somebody did what ``key`` says."""

    def counted(each: Mapping[str, Any], _rules: Rules) -> _Part:
        sat = each["annual"]
        return _of(sat[key], 1) if sat and not sat["exempt"] else _NOTHING

    return counted


def _mean(each: Mapping[str, Any], _rules: Rules) -> _Part:
    sat = each["annual"]
    if not sat or sat["exempt"] or sat["score"] is None:
        return _NOTHING
    return _of(Fraction(sat["score"], 100), 100)


def _fresh(each: Mapping[str, Any], _rules: Rules) -> _Part:
    asked = [one for one in each["thematic"] if one["new_law"] and not one["exempt"]]
    return _of(sum(one["passed"] for one in asked), len(asked))


def _attained(each: Mapping[str, Any], rules: Rules) -> _Part:
    if wanted_hours(each, _weights(each, rules)) <= 0:
        return _NOTHING
    return _of(_attains(each, rules), 1)


_PARTS: Mapping[Measure, Callable[[Mapping[str, Any], Rules], _Part]] = {
    Measure.STUDIED: lambda each, _: _of(each["studied"], 1),
    Measure.SAT: _sat("taken"),
    Measure.PASSED: _sat("passed"),
    Measure.EXCELLENT: _sat("excellent"),
    Measure.MEAN: _mean,
    Measure.NEW_LAW: _fresh,
    Measure.ATTAINED: _attained,
    Measure.PLAN: lambda each, _: _of(each["done"], each["required"]),
    Measure.USAGE: lambda each, _: _NOTHING if each["usage"] is None else _of(each["usage"], 5),
    Measure.MEETINGS: lambda each, _: _of(each["present"], each["expected"]),
}


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
