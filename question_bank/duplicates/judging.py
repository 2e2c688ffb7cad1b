"""Whether two items ask the same. Pure.

Nearly the same letters are not the same item where another figure stands (六十日, 三十日) or where
one says 应当 and the other 不得: those are shown, and never merged. Where the stem only asks
(下列说法正确的是), the options decide.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

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
#: Stems less alike than this are not near, whatever the options say.
_STEMS = (NEAR - _OPTIONS) / (1 - _OPTIONS)
#: Words that turn what is said.
_TURNS = re.compile(
    r"(?<![相适响对反效供])应(?!用|急|诉|答)|(?<![许认])可(?!能)|不得|不|未|无|非|免|以上|(?<=[\d元日年月岁人%倍级上中刑罚关位者])以下|超过|除外|错误|有误"
)


_Marks = tuple[Collection[tuple[tuple[str, str], int]], Collection[tuple[str, int]]]


@dataclass(frozen=True)
class Compared:
    """What of an item is compared, folded once however often it is."""

    stem: str
    options: Sequence[str] = ()
    #: The right options in words; 正确 or 错误 for a statement.
    right: Sequence[str] = ()

    @cached_property
    def said(self) -> str:
        return folded(self.stem)

    @cached_property
    def content(self) -> str:
        return content(self.stem)

    @cached_property
    def offered(self) -> Sequence[str]:
        return list(map(folded, self.options))

    @cached_property
    def whole(self) -> tuple[str, Sequence[str]]:
        return self.said, sorted(self.offered)

    @cached_property
    def marks(self) -> _Marks:
        return _marks([self.stem])

    @cached_property
    def marks_of_right(self) -> _Marks:
        return _marks(self.right)


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


@dataclass(frozen=True, slots=True)
class NearTo:
    """What something is near to: an item of the bank, or an earlier one of the same file."""

    verdict: Verdict
    item_id: int | None = None
    #: Of the item of the bank.
    revision_id: int | None = None
    #: Place in the sequence that was asked about, from 0.
    index: int | None = None


def judge(one: Compared, other: Compared) -> Verdict | None:
    """How near the two are; None where they are different items."""
    same = one.whole == other.whole
    likeness = 1.0 if same else _likeness(one, other)
    if likeness < NEAR:
        return None
    if same:
        return Verdict(Nearness.SAME, 1.0, other_key=_said(one.right) != _said(other.right))
    return Verdict(Nearness.TURNED if _turned(one, other) else Nearness.NEAR, likeness)


def _likeness(one: Compared, other: Compared) -> float:
    says = min(len(one.content), len(other.content))
    stems = _texts(one.said, other.said)
    if says > _ONLY_ASKS:
        stems = max(stems, _texts(one.content, other.content))
    if not one.options or not other.options:
        return stems if says > _ONLY_ASKS else 0.0
    if says <= _ONLY_ASKS:
        return _options(one.offered, other.offered) if stems > 0.5 else 0.0
    if stems < _STEMS:
        return 0.0
    return (1 - _OPTIONS) * stems + _OPTIONS * _options(one.offered, other.offered)


def _texts(one: str, other: str) -> float:
    """Likeness of two folded texts, whatever the order of their parts."""
    if one == other:
        return 1.0 if one else 0.0
    if not one or not other:
        return 0.0
    mine, yours = pieces(one), pieces(other)
    dice = 2 * len(mine & yours) / (len(mine) + len(yours))
    return max(Indel.normalized_similarity(one, other), dice)


def _options(one: Sequence[str], other: Sequence[str]) -> float:
    """Likeness of two sets of folded options: each with its nearest, in any order."""
    mine, yours = list(one), list(other)
    if len(mine) < len(yours):
        mine, yours = yours, mine
    count, total, left = len(mine), 0.0, []
    for option in mine:
        if option in yours:
            total += 1
            yours.remove(option)
        else:
            left.append(option)
    for option in left:
        if not yours:
            break
        best = max(yours, key=lambda each: fuzz.ratio(option, each))
        total += _texts(option, best)
        yours.remove(best)
    return total / count


def _turned(one: Compared, other: Compared) -> bool:
    """Another figure or the opposite, in what is asked or in what is right."""
    return one.marks != other.marks or (
        bool(one.right and other.right) and one.marks_of_right != other.marks_of_right
    )


def _said(texts: Sequence[str]) -> list[str]:
    return sorted(map(folded, texts))


def _marks(texts: Sequence[str]) -> _Marks:
    figures = Counter(
        (figure.value, figure.unit) for text in texts for figure, _ in figure_check.figures(text)
    )
    turns = Counter(turn for text in texts for turn in _TURNS.findall(folded(text)))
    return sorted(figures.items()), sorted(turns.items())
