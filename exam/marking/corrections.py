"""What a correction makes of a sealed paper, and of its scores. Pure.

The snapshot is never touched: corrections are laid over it whenever something is scored or shown.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal
from typing import Any

from core.labels import Labelled
from exam.papers.snapshot import Paper, Slot
from question_bank.types import Content, Unclear, kind_of

CENT = Decimal("0.01")


class Remedy(Labelled):
    """How a wrong item is put right."""

    NEW_KEY = "new_key", "更换正确答案"
    ALSO = "also", "增加一种可接受的答案"
    EVERYBODY = "everybody", "本题全体给满分"
    SPREAD = "spread", "删去本题，分值摊入其余各题"
    STRUCK = "struck", "删去本题，总分相应降低"


#: Remedies that name a key.
KEYED = (Remedy.NEW_KEY, Remedy.ALSO)


class Stage(Labelled):
    PROPOSED = "proposed", "待批准"
    APPLIED = "applied", "已更正"
    DECLINED = "declined", "未批准"
    UNDONE = "undone", "已撤销"


@dataclass(frozen=True)
class Ruling:
    """A correction in force."""

    slot: int
    remedy: Remedy
    key: Any = None


@dataclass(frozen=True)
class Ruled:
    """A paper as corrections make it."""

    paper: Paper
    #: By slot, wordings of it with further keys that are accepted, too.
    also: Mapping[int, Sequence[Slot]] = field(default_factory=dict)
    #: Slots for which everybody earns all the marks, and those for which nobody earns any.
    free: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()

    def blank(self, slot: Slot) -> Decimal:
        """What an answer earns that was never given."""
        return slot.marks if slot.slot in self.free else Decimal(0)


def remedies_of(slot: Slot) -> list[Remedy]:
    """The remedies that make sense for an item; a key that persons apply is marked again instead.

    Neither does one key stand for the parts of a case.
    """
    kind = kind_of(slot.item_type)
    keyed = not kind.by_hand and not kind.parts(slot)
    return [each for each in Remedy if keyed or each not in KEYED]


def read_key(slot: Slot, written: str) -> Any:
    """The key as people write it in a cell of a file. Raises Unclear with what is wrong."""
    kind = kind_of(slot.item_type)
    key = kind.read_key(written, list(kind.options(slot)), slot.stem)
    content = kind.clean(Content(slot.item_type, slot.stem, _options(slot), key, []))
    for fault in kind.faults(content):
        raise Unclear(fault.text)
    return content.key


def _options(slot: Slot) -> list[str]:
    """The options as a revision keeps them: a true/false item has none of its own."""
    kind = kind_of(slot.item_type)
    bare = Content(slot.item_type, slot.stem)
    return [] if kind.options(bare) else list(slot.options)


def key_text(slot: Slot, key: Any) -> str:
    return kind_of(slot.item_type).key_text(replace(slot, key=key))


def ruled(paper: Paper, rulings: Sequence[Ruling]) -> Ruled:
    """The paper under all rulings, in the order in which they came into force.

    Rulings about items that were not drawn for it change nothing. Marks are spread in the order of
    the sealed paper, in whatever order its items were met.
    """
    slots = {each.slot: each for each in sorted(paper.slots, key=lambda each: each.slot)}
    also: dict[int, list[Slot]] = {}
    free: set[int] = set()
    gone: dict[int, Remedy] = {}
    for each in rulings:
        if each.slot not in slots:
            continue
        if each.remedy is Remedy.NEW_KEY:
            slots[each.slot] = replace(slots[each.slot], key=each.key)
            also.pop(each.slot, None)
        elif each.remedy is Remedy.ALSO:
            also.setdefault(each.slot, []).append(replace(slots[each.slot], key=each.key))
        elif each.remedy is Remedy.EVERYBODY:
            free.add(each.slot)
        else:
            gone[each.slot] = each.remedy
    total = paper.total - sum(
        (slots[n].marks for n, how in gone.items() if how is Remedy.STRUCK), Decimal(0)
    )
    kept = [each for each in slots.values() if each.slot not in gone]
    marks = spread([each.marks for each in kept], total)
    slots |= {each.slot: replace(each, marks=new) for each, new in zip(kept, marks, strict=True)}
    slots |= {n: replace(slots[n], marks=Decimal(0)) for n in gone}
    return Ruled(
        replace(paper, total=total, slots=[slots[each.slot] for each in paper.slots]),
        {n: wordings for n, wordings in also.items() if n not in gone},
        frozenset(free - gone.keys()),
        frozenset(gone),
    )


def spread(marks: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """The marks scaled to a total, each to two places, so that they add up to it exactly."""
    whole = sum(marks, Decimal(0))
    if whole in (0, total):
        return list(marks)
    new = [(each * total / whole).quantize(CENT, ROUND_DOWN) for each in marks]
    short = int((total - sum(new, Decimal(0))) / CENT)
    return [each + CENT if n < short else each for n, each in enumerate(new)]


@dataclass(frozen=True)
class Change:
    """What a correction makes of one attempt's score; None while some of it is not marked."""

    attempt_id: int
    old: Decimal | None
    new: Decimal | None


def digest(scores: Iterable[tuple[int, Decimal | None]]) -> str:
    """SHA-256 over (attempt, marks): equal for equal scores."""
    lines = [[number, None if marks is None else f"{marks:.2f}"] for number, marks in scores]
    return hashlib.sha256(json.dumps(sorted(lines, key=_first)).encode()).hexdigest()


def _first(line: list[Any]) -> int:
    number: int = line[0]
    return number


def seen(changes: Sequence[Change]) -> str:
    """What names a preview, so that nothing else is applied than what was looked at."""
    text = json.dumps(
        [[each.attempt_id, str(each.old), str(each.new)] for each in changes],
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()
