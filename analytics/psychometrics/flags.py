"""What an item's figures say a person should look at. Pure; bounds from DOMAIN 5.4."""

from collections.abc import Sequence
from math import sqrt

from analytics.psychometrics.classical import Choice, ItemFigures
from core.labels import Labelled

#: Fewer people than this prove nothing about an item.
ENOUGH = 30
EASY, HARD = 0.85, 0.30
GOOD, POOR = 0.30, 0.15
RARE = 0.05


class Flag(Labelled):
    WRONG_KEY = "suspected_wrong_key", "答案存疑"
    NEGATIVE = "negative_discrimination", "区分度为负"
    POOR = "low_discrimination", "区分度低"
    EASY = "too_easy", "过易"
    HARD = "too_hard", "过难"
    IDLE = "weak_distractor", "干扰项少有人选"


def flags_of(item: ItemFigures) -> list[Flag]:
    """In the order of their weight; none where too few were asked to say anything."""
    if item.n < ENOUGH:
        return []
    found = []
    if better_key(item) is not None:
        found.append(Flag.WRONG_KEY)
    if item.r_rest is not None and item.r_rest < -noise(item.n):
        found.append(Flag.NEGATIVE)
    elif item.upper_lower is not None and item.upper_lower < POOR:
        found.append(Flag.POOR)
    if item.p > EASY:
        found.append(Flag.EASY)
    if item.p < HARD:
        found.append(Flag.HARD)
    if any(not each.is_key and each.share < RARE for each in item.choices):
        found.append(Flag.IDLE)
    return found


def noise(n: int) -> float:
    """A correlation that chance alone exceeds once in twenty times, among n people."""
    return 2 / sqrt(n)


def better_key(item: ItemFigures) -> Choice | None:
    """The option that the able chose instead of the key, if there is one."""
    key = next((each for each in item.choices if each.is_key), None)
    if key is None:
        return None
    rivals: Sequence[Choice] = [
        each for each in item.choices if not each.is_key and each.r_rest is not None
    ]
    best = max(rivals, key=lambda each: each.r_rest or 0.0, default=None)
    if best is None or best.r_rest is None or best.r_rest <= noise(item.n):
        return None
    # Nobody at all chose the key, or those who did know less.
    return best if key.r_rest is None or key.r_rest < noise(item.n) / 2 else None
