"""A person's score from inputs and rules. Pure: the same inputs give the same score for ever.

Everything is reckoned in fractions; the score alone is rounded, half up, at two places, and the
level is that of the rounded score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from analytics.evaluation.kinds import (
    DIMENSIONS,
    Dimension,
    Group,
    Indicator,
    Level,
    ReportItem,
)
from analytics.evaluation.rules import FULL, Rules, Weights
from core import figures
from courses.hours import duties

#: Marks of the rubric.
USAGE_MARKS = 5
#: A month with as many credited minutes is one of study.
STUDY_MINUTES = 3
#: Below so many points that could be scored, the score stands on little.
THIN = 50


@dataclass(frozen=True)
class Part:
    """One indicator of a score."""

    indicator: Indicator
    weight: Decimal
    #: Of the value; None where there is nothing to score.
    numerator: Fraction | None
    denominator: Fraction | None
    #: What the two are, or why there is nothing.
    note: str
    #: The weight after that of missing indicators was shared out, and the points earned of it.
    share: Fraction = Fraction(0)
    points: Fraction = Fraction(0)

    @property
    def missing(self) -> bool:
        return self.numerator is None

    @property
    def value(self) -> Fraction:
        """0–1."""
        if self.numerator is None or not self.denominator:
            return Fraction(0)
        return min(Fraction(1), max(Fraction(0), self.numerator / self.denominator))

    @property
    def dimension(self) -> Dimension:
        return DIMENSIONS[self.indicator]


@dataclass(frozen=True)
class Score:
    parts: Sequence[Part]
    #: None where nothing could be scored.
    total: Decimal | None
    level: Level | None
    #: Bottom lines that were met, and what else is to be known.
    notes: Sequence[str]

    @property
    def explained(self) -> str:
        """How the weight of missing indicators was shared out."""
        missing = [each for each in self.parts if each.missing]
        if not missing:
            return ""
        there = sum((each.weight for each in self.parts if not each.missing), Decimal(0))
        names = "、".join(each.indicator.label for each in missing)
        if not there:
            return f"{names}没有数据，本年度不评分。"
        return (
            f"{names}没有数据，不按 0 分也不按满分计；其余各项权重合计 {figures.plain(there)}，"
            f"各乘以 100 ÷ {figures.plain(there)}。"
        )


def score(inputs: Mapping[str, Any], rules: Rules) -> Score:
    """``inputs``: one person's, as frames.gathered() makes them."""
    own = rules.weights[Group.of(inputs["group"])]
    parts = [_part(each, inputs, rules, own) for each in Indicator if own.points[each] > 0]
    there = sum((Fraction(each.weight) for each in parts if not each.missing), Fraction(0))
    if there:
        parts = [_shared(each, there) for each in parts]
    if not there:
        return Score(parts, None, None, [])
    total = rounded(sum((each.points for each in parts), Fraction(0)))
    level, said = level_of(total, there, inputs, rules)
    return Score(parts, total, level, said)


def _shared(part: Part, there: Fraction) -> Part:
    if part.missing:
        return part
    share = Fraction(part.weight) * FULL / there
    return Part(
        part.indicator, part.weight, part.numerator, part.denominator, part.note,
        share, share * part.value,
    )  # fmt: skip


def level_of(
    total: Decimal, there: Fraction, inputs: Mapping[str, Any], rules: Rules
) -> tuple[Level | None, list[str]]:
    """The level and what is to be known of it; ``there``: the weight of what there is data for."""
    lines = ((rules.excellent, Level.EXCELLENT), (rules.good, Level.GOOD),
             (rules.passed, Level.PASSED))  # fmt: skip
    level = next((each for line, each in lines if total >= line), Level.FAILED)
    annual = inputs["annual"] or {}
    if rules.cheating_fails and any(each["cheated"] for each in _sittings(inputs)):
        return Level.FAILED, ["考试作弊：本年度不合格（底线项）"]
    weight = figures.plain(decimal(there))
    if there < rules.least_weight:
        least = figures.plain(rules.least_weight)
        return None, [f"有数据的权重只有 {weight}，低于最低有效权重 {least}，不定等次"]
    thin = [f"有数据的权重只有 {weight}，得分的依据不足"] if there < THIN else []
    if rules.absence_bars and annual.get("absent"):
        said = "年度考试缺考且未补考：不得评优秀（底线项）"
        return (Level.GOOD if level is Level.EXCELLENT else level), [*thin, said]
    return level, thin


def worded(level: Level | None, total: Decimal | None) -> str:
    """The level, or why there is none: nothing could be scored, or too little."""
    if level is not None:
        return level.label
    return "不评" if total is None else "不定等次"


def _sittings(inputs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*([inputs["annual"]] if inputs["annual"] else []), *inputs["thematic"]]


def _part(key: Indicator, inputs: Mapping[str, Any], rules: Rules, own: Weights) -> Part:
    numerator, denominator, note = _READERS[key](inputs, rules, own)
    weight = own.points[key]
    if numerator is None or not denominator:
        return Part(key, weight, None, None, note)
    return Part(key, weight, Fraction(numerator), Fraction(denominator), note)


_Read = tuple[Fraction | int | None, Fraction | int | None, str]


def _required(inputs: Mapping[str, Any], _rules: Rules, _own: Weights) -> _Read:
    if not inputs["required"]:
        return None, None, "本年度没有必修任务"
    return inputs["done"], inputs["required"], "已完成的必修课程 ÷ 必修课程"


def _hours(inputs: Mapping[str, Any], _rules: Rules, own: Weights) -> _Read:
    wanted = wanted_hours(inputs, own)
    if not wanted:
        return None, None, "没有学时要求"
    done = Fraction(inputs["hours"][own.basis.value], 100)
    return done, wanted, f"认定学时（{own.basis.label}）÷ 折算目标，超出的不再加分"


def wanted_hours(inputs: Mapping[str, Any], own: Weights) -> Fraction:
    """The hours of a year folded by the months on the books, each with the factor of the status in
    it, as duties fold theirs.

    Editions before that kept one factor for the whole year, and are reckoned by it for ever.
    """
    if "share" not in inputs:
        return Fraction(own.hours) * int(inputs["months"]) * int(inputs["factor"]) / 1200
    return Fraction(duties.target(own.hours, Decimal(inputs["share"]) / 100, 12))


def _regular(inputs: Mapping[str, Any], _rules: Rules, _own: Weights) -> _Read:
    if not inputs["months"]:
        return None, None, "本年度不在册"
    active = sum(each >= STUDY_MINUTES for each in inputs["minutes"])
    return active, inputs["months"], f"计入学习 {STUDY_MINUTES} 分钟以上的月数 ÷ 在册月数"


def _meetings(inputs: Mapping[str, Any], _rules: Rules, _own: Weights) -> _Read:
    if not inputs["expected"]:
        return None, None, "本年度没有应参加的集体学法"
    return inputs["present"], inputs["expected"], "出席 ÷ 应到"


def _annual(inputs: Mapping[str, Any], rules: Rules, _own: Weights) -> _Read:
    sitting = inputs["annual"]
    if sitting is None:
        return None, None, "不在年度考试名单"
    if sitting["exempt"]:
        return None, None, "批准免考，“考”不计"
    return _mark(sitting, rules, "年度考试成绩 ÷ 100")


def _thematic(inputs: Mapping[str, Any], rules: Rules, _own: Weights) -> _Read:
    annual = inputs["annual"]
    if annual is not None and annual["exempt"]:
        return None, None, "批准免考，“考”不计"
    marks = [
        mark for each in inputs["thematic"]
        if not each["exempt"] and (mark := counted_mark(each, rules)) is not None
    ]  # fmt: skip
    if not marks:
        return None, None, "没有应参加的专题、新法测试"
    return sum(marks, Fraction(0)), 100 * len(marks), f"{len(marks)} 场成绩之和 ÷ 满分之和"


def _mark(sitting: Mapping[str, Any], rules: Rules, note: str) -> _Read:
    mark = counted_mark(sitting, rules)
    if mark is None:
        return None, None, "缓考、待补考或待阅卷，尚无成绩"
    if sitting["absent"]:
        note += "；缺考，计 0 分"
    elif sitting["makeup"] and sitting["score"] > rules.makeup_cap * 100:
        note += f"；补考 {figures.plain(Decimal(sitting['score']) / 100)} 分，封顶计入"
    return mark, 100, note


def counted_mark(sitting: Mapping[str, Any], rules: Rules) -> Fraction | None:
    """0 for who was absent without leave, no more than the cap for a makeup, None for no mark."""
    if sitting["absent"]:
        return Fraction(0)
    if sitting["score"] is None:
        return None
    mark = Fraction(sitting["score"], 100)
    cap = Fraction(rules.makeup_cap)
    return cap if sitting["makeup"] and mark > cap else mark


def _usage(inputs: Mapping[str, Any], _rules: Rules, _own: Weights) -> _Read:
    if inputs["usage"] is None:
        return None, None, "单位负责人尚未登记"
    return inputs["usage"], USAGE_MARKS, "用法评分 ÷ 5"


def _reporting(inputs: Mapping[str, Any], _rules: Rules, own: Weights) -> _Read:
    if inputs["report"] is None:
        return None, None, "单位负责人尚未登记"
    if own.must_report and ReportItem.REPORT.value not in inputs["report"]:
        return 0, own.reports, "未述法，本项计 0 分（述法必备）"
    return len(inputs["report"]), own.reports, "已有的项数 ÷ 要求的项数，超出的不再加分"


_READERS = {
    Indicator.REQUIRED: _required,
    Indicator.HOURS: _hours,
    Indicator.REGULAR: _regular,
    Indicator.MEETINGS: _meetings,
    Indicator.ANNUAL: _annual,
    Indicator.THEMATIC: _thematic,
    Indicator.USAGE: _usage,
    Indicator.REPORTING: _reporting,
}


def weighed(values: Iterable[tuple[Decimal, Fraction | None]]) -> Decimal | None:
    """The score of (weight, value) pairs, those without a value left out; None for none."""
    known = [(Fraction(weight), value) for weight, value in values if value is not None]
    there = sum((weight for weight, _ in known), Fraction(0))
    if not there:
        return None
    earned = sum((weight * value for weight, value in known), Fraction(0))
    return rounded(FULL * earned / there)


def decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def rounded(value: Fraction) -> Decimal:
    """Half up at two places, exactly: no quotient is rounded before."""
    hundredths, rest = divmod(value.numerator * 100, value.denominator)
    return Decimal(hundredths + (2 * rest >= value.denominator)) / 100
