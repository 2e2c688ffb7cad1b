"""Rule sets: weights, lines, bottom lines. Pure; stored as JSON, never changed once approved."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from analytics.evaluation.kinds import Group, Indicator, Measure
from analytics.learning import Basis

FULL = 100


@dataclass(frozen=True)
class Weights:
    """Of one group of people: a weight for each indicator, 0 for one that is not scored, and the
    hours asked of a year."""

    points: Mapping[Indicator, Decimal]
    hours: Decimal
    basis: Basis
    #: So many kinds of 述 are worth all of its points.
    reports: int
    #: Without 述法 the 述 counts nothing.
    must_report: bool


@dataclass(frozen=True)
class Rules:
    weights: Mapping[Group, Weights]
    measures: Mapping[Measure, Decimal]
    excellent: Decimal = Decimal(90)
    good: Decimal = Decimal(80)
    passed: Decimal = Decimal(60)
    #: A makeup counts no more than this.
    makeup_cap: Decimal = Decimal(60)
    #: Departments with fewer people are listed, not ranked.
    smallest: int = 5
    #: 优秀比例上限 in percent, said as a prompt; None for none.
    excellent_share: Decimal | None = None
    #: 作弊 → 不合格; 缺考又不补考 → not 优秀.
    cheating_fails: bool = True
    absence_bars: bool = True
    #: 最低有效权重: whoever has data for less of the 100 has a score but no level; 0 for no bound.
    least_weight: Decimal = Decimal(60)

    def faults(self) -> dict[str, str]:
        """What is wrong, by the form's field."""
        found = {}
        for group, own in self.weights.items():
            total = sum(own.points.values(), Decimal(0))
            if total != FULL:
                found[f"{group.value}_{Indicator.REQUIRED.value}"] = (
                    f"{group.label}各项权重合计为 {total.normalize():f}，应为 100"
                )
        total = sum(self.measures.values(), Decimal(0))
        if total != FULL:
            found[f"measure_{Measure.STUDIED.value}"] = (
                f"部门指数各项权重合计为 {total.normalize():f}，应为 100"
            )
        if not self.excellent > self.good > self.passed:
            found["excellent"] = "等次分数线应从高到低：优秀、良好、合格"
        return found

    def as_json(self) -> dict[str, Any]:
        return {
            "weights": {
                group.value: {
                    "points": {each.value: str(own.points[each]) for each in Indicator},
                    "hours": str(own.hours),
                    "basis": own.basis.value,
                    "reports": own.reports,
                    "must_report": own.must_report,
                }
                for group, own in self.weights.items()
            },
            "measures": {each.value: str(self.measures[each]) for each in Measure},
            "excellent": str(self.excellent),
            "good": str(self.good),
            "passed": str(self.passed),
            "makeup_cap": str(self.makeup_cap),
            "smallest": self.smallest,
            "excellent_share": None if self.excellent_share is None else str(self.excellent_share),
            "cheating_fails": self.cheating_fails,
            "absence_bars": self.absence_bars,
            "least_weight": str(self.least_weight),
        }

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> Self:
        share = content["excellent_share"]
        return cls(
            weights={
                Group.of(name): Weights(
                    {Indicator.of(key): Decimal(value) for key, value in own["points"].items()},
                    Decimal(own["hours"]),
                    Basis.of(own["basis"]),
                    own["reports"],
                    own["must_report"],
                )
                for name, own in content["weights"].items()
            },
            measures={Measure.of(key): Decimal(v) for key, v in content["measures"].items()},
            excellent=Decimal(content["excellent"]),
            good=Decimal(content["good"]),
            passed=Decimal(content["passed"]),
            makeup_cap=Decimal(content["makeup_cap"]),
            smallest=content["smallest"],
            excellent_share=None if share is None else Decimal(share),
            cheating_fails=content["cheating_fails"],
            absence_bars=content["absence_bars"],
            # Rule sets from before there was one have no bound.
            least_weight=Decimal(content.get("least_weight", "0")),
        )


def _points(*values: int) -> dict[Indicator, Decimal]:
    return {each: Decimal(value) for each, value in zip(Indicator, values, strict=True)}


#: The proposal that the form begins with until 人事司 decides.
PRESET = Rules(
    weights={
        Group.STAFF: Weights(
            _points(15, 15, 10, 0, 25, 10, 15, 10), Decimal(40), Basis.LAW, 2, False
        ),
        Group.LEADER: Weights(
            _points(10, 10, 5, 10, 20, 10, 20, 15), Decimal(40), Basis.LAW, 2, True
        ),
    },
    measures={
        each: Decimal(value)
        for each, value in zip(Measure, (10, 15, 15, 10, 5, 5, 10, 5, 5, 10, 5, 5), strict=True)
    },
)


def shifted(points: Mapping[Any, Decimal], key: Any, by: Decimal) -> dict[Any, Decimal] | None:
    """The weights with one raised by so many points and the others lowered in proportion, so that
    they add up as before; None where that cannot be."""
    rest = sum((value for each, value in points.items() if each != key), Decimal(0))
    moved = points[key] + by
    if moved < 0 or rest - by < 0 or not rest:
        return None
    return {
        each: moved if each == key else value * (rest - by) / rest for each, value in points.items()
    }
