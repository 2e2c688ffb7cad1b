"""What a correction makes of a sealed paper, and of its scores. Pure.

The snapshot is never touched: corrections are laid over it whenever something is scored or shown.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal
from itertools import product
from typing import Any

from core.figures import half_up
from core.labels import Labelled
from exam.marking import rubric
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

    def named(self, part: int | None) -> str:
        """What it is called for an item, or for a sub-question of one."""
        return self.label if part is None else self.label.replace("本题", "本小题")


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
    #: The sub-question of a case, counted from 1; None for the whole item.
    part: int | None = None


@dataclass(frozen=True)
class Ruled:
    """A paper as corrections make it."""

    paper: Paper
    #: By slot, wordings of it with further keys that are accepted, too.
    also: Mapping[int, Sequence[Slot]] = field(default_factory=dict)
    #: Slots for which everybody earns all the marks, and those for which nobody earns any.
    free: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    #: By slot, the parts for which everybody earns all the marks.
    free_parts: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def blank(self, slot: Slot) -> Decimal:
        """What an answer earns that was never given."""
        if slot.slot in self.free:
            return slot.marks
        free = rubric.share_of_parts(slot, self.free_parts.get(slot.slot, ()))
        return half_up(rubric.exact(slot.marks * free))


def question_of(slot: Slot, part: int | None) -> Content:
    """What a correction is about: the item, or a sub-question of a case. Raises LookupError."""
    if part is None:
        return Content(slot.item_type, slot.stem, slot.options, slot.key, slot.parts)
    parts = kind_of(slot.item_type).parts(slot)
    if not 1 <= part <= len(parts):
        raise LookupError(part)
    return parts[part - 1].content


def remedies_of(slot: Slot, part: int | None = None) -> list[Remedy]:
    """The remedies that make sense for an item, or for a part of it.

    A key that persons apply is marked again instead. One key does not stand for the parts of a
    case; a part is never taken out by itself.
    """
    asked = question_of(slot, part)
    kind = kind_of(asked.item_type)
    keyed = not kind.by_hand and not kind.parts(asked)
    every = Remedy if part is None else (*KEYED, Remedy.EVERYBODY)
    return [each for each in every if keyed or each not in KEYED]


def read_key(slot: Slot, written: str, part: int | None = None) -> Any:
    """The key as people write it in a cell of a file. Raises Unclear with what is wrong."""
    asked = question_of(slot, part)
    kind = kind_of(asked.item_type)
    key = kind.read_key(written, list(kind.options(asked)), asked.stem)
    content = kind.clean(Content(asked.item_type, asked.stem, _options(asked), key, []))
    for fault in kind.faults(content):
        raise Unclear(fault.text)
    return content.key


def _options(asked: Content) -> list[str]:
    """The options as a revision keeps them: a true/false item has none of its own."""
    kind = kind_of(asked.item_type)
    bare = Content(asked.item_type, asked.stem)
    return [] if kind.options(bare) else list(asked.options)


def key_text(slot: Slot, key: Any, part: int | None = None) -> str:
    asked = replace(question_of(slot, part), key=key)
    return kind_of(asked.item_type).key_text(asked)


def _keyed(slot: Slot, keys: Mapping[int | None, Any]) -> Slot:
    """The item with other keys, by part."""
    parts = [
        {**each, "key": keys[number]} if number in keys else each
        for number, each in enumerate(slot.parts, 1)
    ]
    return replace(slot, key=keys.get(None, slot.key), parts=parts)


def _wordings(slot: Slot, accepted: Mapping[int | None, Sequence[Any]]) -> list[Slot]:
    """The item with each choice of the keys that are accepted, the first ones first."""
    return [
        _keyed(slot, dict(zip(accepted, keys, strict=True))) for keys in product(*accepted.values())
    ]


def ruled(paper: Paper, rulings: Sequence[Ruling]) -> Ruled:
    """The paper under all rulings, in the order in which they came into force.

    Rulings about items that were not drawn for it change nothing. Marks are spread in the order of
    the sealed paper, in whatever order its items were met.
    """
    slots = {each.slot: each for each in sorted(paper.slots, key=lambda each: each.slot)}
    accepted: dict[int, dict[int | None, list[Any]]] = {}
    free: set[int] = set()
    free_parts: dict[int, frozenset[int]] = {}
    gone: dict[int, Remedy] = {}
    for each in rulings:
        if each.slot not in slots:
            continue
        if each.remedy is Remedy.NEW_KEY:
            accepted.setdefault(each.slot, {})[each.part] = [each.key]
        elif each.remedy is Remedy.ALSO:
            keys = accepted.setdefault(each.slot, {})
            first = [question_of(slots[each.slot], each.part).key]
            keys[each.part] = [*keys.get(each.part, first), each.key]
        elif each.remedy is Remedy.EVERYBODY and each.part is not None:
            free_parts[each.slot] = free_parts.get(each.slot, frozenset()) | {each.part}
        elif each.remedy is Remedy.EVERYBODY:
            free.add(each.slot)
        else:
            gone[each.slot] = each.remedy
    wordings = {n: _wordings(slots[n], keys) for n, keys in accepted.items()}
    slots |= {n: each[0] for n, each in wordings.items()}
    total = paper.total - sum(
        (slots[n].marks for n, how in gone.items() if how is Remedy.STRUCK), Decimal(0)
    )
    kept = [each for each in slots.values() if each.slot not in gone]
    marks = spread([each.marks for each in kept], total)
    slots |= {each.slot: replace(each, marks=new) for each, new in zip(kept, marks, strict=True)}
    slots |= {n: replace(slots[n], marks=Decimal(0)) for n in gone}
    return Ruled(
        replace(paper, total=total, slots=[slots[each.slot] for each in paper.slots]),
        {n: each[1:] for n, each in wordings.items() if each[1:] and n not in gone},
        frozenset(free - gone.keys()),
        frozenset(gone),
        {n: parts for n, parts in free_parts.items() if n not in gone},
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
