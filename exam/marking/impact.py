"""What changed scores mean for those whose they are: who crosses a line, which way. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.labels import Labelled
from exam.marking.corrections import Change
from exam.results.outcomes import Outcome


class Crossing(Labelled):
    PASSED = "passed", "变为合格"
    FAILED = "failed", "变为不合格"
    EXCELLENT = "excellent", "变为优秀"
    NOT_EXCELLENT = "not_excellent", "不再优秀"


@dataclass(frozen=True)
class Effect:
    """A changed score, with what its candidate's result was and will be."""

    change: Change
    before: Outcome
    after: Outcome

    @property
    def crossing(self) -> Crossing | None:
        if self.before.passed != self.after.passed:
            return Crossing.PASSED if self.after.passed else Crossing.FAILED
        if self.before.excellent != self.after.excellent:
            return Crossing.EXCELLENT if self.after.excellent else Crossing.NOT_EXCELLENT
        return None


@dataclass(frozen=True)
class Summary:
    changed: int
    up: int
    down: int
    crossings: dict[Crossing, int]


def summary(effects: Sequence[Effect]) -> Summary:
    pairs = [
        (each.change.old, each.change.new)
        for each in effects
        if each.change.old is not None and each.change.new is not None
    ]
    return Summary(
        changed=len(effects),
        up=sum(new > old for old, new in pairs),
        down=sum(new < old for old, new in pairs),
        crossings={kind: sum(each.crossing is kind for each in effects) for kind in Crossing},
    )
