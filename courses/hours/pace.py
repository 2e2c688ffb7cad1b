"""How far a period has come, and whether what is asked of it is kept up with. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core import figures
from core.labels import Labelled


class State(Labelled):
    """Where somebody stands with what is asked of a period: nobody fails before it is over."""

    MET = "met", "达标"
    PACED = "paced", "进行中，按进度"
    BEHIND = "behind", "进行中，慢于进度"
    FAILED = "failed", "期满未达标"


@dataclass(frozen=True)
class Elapsed:
    """Days that are over by the end of a day, that day included, of all of a period."""

    gone: int
    whole: int

    def part(self, asked: Decimal) -> Decimal:
        """What is asked by now: the same part of it, half up to hundredths."""
        return figures.half_up(asked * self.gone / self.whole)

    def kept(self, done: Decimal, asked: Decimal) -> bool:
        return done * self.whole >= asked * self.gone


def elapsed(first: date, last: date, day: date) -> Elapsed:
    whole = (last - first).days + 1
    return Elapsed(max(0, min(whole, (day - first).days + 1)), whole)


def state(*, met: bool, kept: bool, over: bool) -> State:
    if met:
        return State.MET
    if over:
        return State.FAILED
    return State.PACED if kept else State.BEHIND
