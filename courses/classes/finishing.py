"""What completing a class asks, and what the rule proposes for somebody. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from courses.classes.attending import Tally


@dataclass(frozen=True)
class Rule:
    attend_share: Fraction
    full_time: bool
    #: The post-test has to be passed.
    needs_pass: bool


@dataclass(frozen=True)
class Proposal:
    complete: bool
    #: Why not; empty for those who complete.
    lacks: Sequence[str]


def propose(rule: Rule, tally: Tally, *, passed: bool | None) -> Proposal:
    """``passed``: the post-test; None for nobody's or an unknown result."""
    lacks = []
    if tally.attended_share is None or tally.attended_share < rule.attend_share:
        percent = rule.attend_share * 100
        lacks.append(f"出席学时不足 {percent.numerator // percent.denominator}%")
    if rule.full_time and tally.too_much_leave:
        lacks.append("请假超过总学时的 1/7")
    if rule.needs_pass and not passed:
        lacks.append("训后测试未合格" if passed is False else "没有训后测试成绩")
    return Proposal(not lacks, lacks)
