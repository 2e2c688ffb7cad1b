"""Whether two items ask the same. Pure.

Nearly the same letters are not the same item where another figure stands (六十日, 三十日) or where
one says 应当 and the other 不得: those are shown, and never merged. Where the stem only asks
(下列说法正确的是), the options decide.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from question_bank import figure_check
from question_bank.duplicates.folding import content, folded
from question_bank.duplicates.sketching import pieces
from question_bank.life import Nearness

#: From this likeness on two items are worth a look; 1 is the same.
NEAR = 0.68
#: A stem that says no more than so many characters only asks.
_ONLY_ASKS = 5
#: Options count for this share where stems say something.
_OPTIONS = 0.35
#: Words that turn what is said.
_TURNS = re.compile(
    r"(?<![相适响对反效供])应(?!用|急|诉|答)|(?<![许认])可(?!能)|不得|不|未|无|非|免|以上|(?<=[\d元日年月岁人%倍级上中刑罚关位者])以下|超过|除外|错误|有误"
)


@dataclass(frozen=True)
class Compared:
    """What of an item is compared."""

    stem: str
    options: Sequence[str] = ()
    #: The right options in words; 正确 or 错误 for a statement.
    right: Sequence[str] = ()


@dataclass(frozen=True)
class Verdict:
    kind: Nearness
    #: Between 0 and 1.
    likeness: float
    #: The wording is the same, the answer is not.
    other_key: bool = False

    @property
    def percent(self) -> str:
        return f"{self.likeness * 100:.0f}%"


@dataclass(frozen=True)
class NearTo:
    """What something is nearest to: an item of the bank, or an earlier one of the same file."""

    verdict: Verdict
    item_id: int | None = None
    #: Place in the sequence that was asked about, from 0.
    index: int | None = None


def judge(one: Compared, other: Compared) -> Verdict | None:
    """How near the two are; None where they are different items."""
    same = _whole(one) == _whole(other)
    likeness = 1.0 if same else _likeness(one, other)
    if likeness < NEAR:
        return None
    if same:
        return Verdict(Nearness.SAME, 1.0, other_key=_said(one.right) != _said(other.right))
    return Verdict(Nearness.TURNED if _turned(one, other) else Nearness.NEAR, likeness)


def _whole(item: Compared) -> tuple[str, tuple[str, ...]]:
    return folded(item.stem), tuple(_said(item.options))


def _likeness(one: Compared, other: Compared) -> float:
    says = min(len(content(one.stem)), len(content(other.stem)))
    stems = _texts(folded(one.stem), folded(other.stem))
    if says > _ONLY_ASKS:
        stems = max(stems, _texts(content(one.stem), content(other.stem)))
    if not one.options or not other.options:
        return stems if says > _ONLY_ASKS else 0.0
    options = _options(one.options, other.options)
    if says <= _ONLY_ASKS:
        return options if stems > 0.5 else 0.0
    return (1 - _OPTIONS) * stems + _OPTIONS * options


def _texts(one: str, other: str) -> float:
    """Likeness of two folded texts, whatever the order of their parts."""
    if not one or not other:
        return 0.0
    mine, yours = pieces(one), pieces(other)
    dice = 2 * len(mine & yours) / (len(mine) + len(yours))
    return max(Indel.normalized_similarity(one, other), dice)


def _options(one: Sequence[str], other: Sequence[str]) -> float:
    """Likeness of two sets of options: each with its nearest, in any order."""
    mine, yours = list(map(folded, one)), list(map(folded, other))
    if len(mine) < len(yours):
        mine, yours = yours, mine
    total = 0.0
    for option in mine:
        if not yours:
            break
        best = max(yours, key=lambda each: fuzz.ratio(option, each))
        total += _texts(option, best) or float(option == best)
        yours.remove(best)
    return total / len(mine)


def _turned(one: Compared, other: Compared) -> bool:
    """Another figure or the opposite, in what is asked or in what is right."""
    return _marks([one.stem]) != _marks([other.stem]) or (
        bool(one.right and other.right) and _marks(one.right) != _marks(other.right)
    )


def _said(texts: Sequence[str]) -> list[str]:
    return sorted(map(folded, texts))


def _marks(texts: Sequence[str]) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    figures = Counter(
        (figure.value, figure.unit) for text in texts for figure, _ in figure_check.figures(text)
    )
    return figures, Counter(turn for text in texts for turn in _TURNS.findall(folded(text)))
