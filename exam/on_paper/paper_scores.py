"""Scores of exams on paper: what may be entered, and what answers come to. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.figures import plain
from exam.kinds import PaperState
from exam.marking import rubric, scoring
from exam.marking.corrections import Remedy, Ruled, Ruling
from exam.marking.scoring import Score
from exam.papers.snapshot import Paper, Slot
from question_bank.item_types import ItemType
from question_bank.types import BadResponse, Response, kind_of
from question_bank.types.texts import split

_MARKS = re.compile(r"\d{1,4}(?:\.\d{1,2})?")
_STEPS = tuple(map(Decimal, ("0.5", "0.1", "0.05", "0.01")))
_TRUE, _FALSE = {"√", "对", "正确", "T", "A", "✓", "是"}, {"×", "错", "错误", "F", "B", "X", "否"}
_TICKED = {ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE}
_LETTERS = {*_TICKED, ItemType.ORDERING, ItemType.MATCHING}
_SEPARATORS = "；;|"
NOTHING: Mapping[str, Any] = {}


class Unreadable(ValueError):
    """What was entered cannot be taken; the text says why and what to write."""


@dataclass(frozen=True)
class Item:
    """What a script holds for a slot: an answer, or the marks that a person gave."""

    response: Response | None = None
    marks: Decimal | None = None


@dataclass(frozen=True)
class Entry:
    """What a script came to. ``sections`` and ``items`` are empty where only the total is known."""

    state: PaperState
    total: Decimal | None = None
    sections: Sequence[Decimal] = ()
    items: Mapping[int, Item] = field(default_factory=dict)
    reason: str = ""


def read_marks(text: str) -> Decimal:
    """Marks as written: 86, 86.5, ８６．５, 86分. Raises Unreadable."""
    plain_text = unicodedata.normalize("NFKC", text).strip().removesuffix("分").strip()
    if not _MARKS.fullmatch(plain_text):
        raise Unreadable(f"“{text.strip()}”不是分数；请填 0 以上的数，小数不超过两位")
    return Decimal(plain_text)


def step(paper: Paper) -> Decimal:
    """The finest difference between two scores: half a mark, or what the paper's marks ask for."""
    return next(each for each in _STEPS if all(not slot.marks % each for slot in paper.slots))


def section_marks(paper: Paper) -> list[Decimal]:
    return [
        sum((slot.marks for slot in paper.slots if slot.section == number), Decimal(0))
        for number in range(len(paper.sections))
    ]


def in_range(marks: Decimal, most: Decimal, by: Decimal) -> str:
    """Why so many marks of ``most`` cannot be; "" if they can."""
    if marks > most:
        return f"{plain(marks)} 分超过满分 {plain(most)} 分"
    if marks < 0:
        return "分数不能小于 0"
    if marks % by:
        return f"{plain(marks)} 分不是 {plain(by)} 分的整数倍"
    return ""


def faults(entry: Entry, paper: Paper) -> list[str]:
    """What is wrong with an entry, in Chinese; empty if nothing is."""
    if entry.state is PaperState.ABSENT:
        return ["缺考的不填分数"] if entry.total is not None or entry.items else []
    found = []
    if entry.state is PaperState.VOIDED and not entry.reason.strip():
        found.append("成绩无效须写明违纪事实")
    if entry.total is None:
        return [*found, "请填总分；缺考的，状态选“缺考”"]
    # Answers are scored by our own rules, whose shares need not fall on whole steps.
    by = Decimal("0.01") if entry.items else step(paper)
    if why := in_range(entry.total, paper.total, by):
        found.append(f"总分：{why}")
    return found + _section_faults(entry.sections, entry.total, paper, by)


def _section_faults(
    sections: Sequence[Decimal], total: Decimal, paper: Paper, by: Decimal
) -> list[str]:
    if not sections:
        return []
    places = zip(paper.sections, sections, section_marks(paper), strict=True)
    found = [
        f"{section.title}：{why}"
        for section, marks, most in places
        if (why := in_range(marks, most, by))
    ]
    added = sum(sections, Decimal(0))
    if added != total:
        found.append(f"各大题合计 {plain(added)} 分，与总分 {plain(total)} 分不符")
    return found


def takes_marks(slot: Slot) -> bool:
    """A person marks it: its marks are entered, not its answer."""
    return rubric.needs_person(slot) or bool(slot.parts)


def read_item(slot: Slot, text: str, by: Decimal) -> Item:
    """What a cell says of a slot: the answer, or marks where a person marks. Raises Unreadable.

    Blank is no answer, but marks that are not there were forgotten. Letters as printed; √ or ×;
    blanks apart by ；; in matching - for none.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    if takes_marks(slot):
        if not written:
            raise Unreadable("没有填得分；没有得分的填 0")
        marks = read_marks(written)
        if why := in_range(marks, slot.marks, by):
            raise Unreadable(why)
        return Item(marks=marks)
    if not written:
        return Item()
    kind = kind_of(slot.item_type)
    try:
        return Item(response=kind.read_response(_sent(slot, written), kind.shape(slot)))
    except BadResponse as bad:
        raise Unreadable(f"“{written}”{bad}") from None


def _sent(slot: Slot, written: str) -> dict[str, Any]:
    """The answer as a browser would send it. Raises Unreadable."""
    if slot.item_type is ItemType.TRUE_FALSE:
        word = written.upper()
        if word not in _TRUE | _FALSE:
            raise Unreadable(f"看不懂“{written}”；请填 √ 或 ×")
        return {"choice": ["A" if word in _TRUE else "B"]}
    if slot.item_type in _LETTERS:
        letters = re.sub(r"[\s,，、;|→>.\[\]]", "", written).upper()
        if not re.fullmatch(r"[A-J-]+", letters):
            raise Unreadable(f"看不懂“{written}”；请填选项字母")
        if slot.item_type is ItemType.SINGLE_CHOICE and len(letters) > 1:
            raise Unreadable(f"单选题填了“{written}”；多涂的按未作答，请留空")
        return {"choice": ["" if each == "-" else each for each in letters]}
    return {"texts": split(written, _SEPARATORS)}


def scored(paper: Paper, items: Mapping[int, Item], ruled: Ruled | None = None) -> Score:
    """What the answers of a script earn by our rules, and the marks that persons gave.

    ``ruled``: the paper under corrections; persons gave their marks by the paper as it was.
    """
    ruled = ruled or Ruled(paper)
    given = {slot: each.response for slot, each in items.items() if each.response is not None}
    found = scoring.score_ruled(ruled, given)
    shares = dict(found.shares)
    for slot in paper.slots:
        marks = items[slot.slot].marks if slot.slot in items else None
        if marks is not None and slot.slot not in ruled.free:
            shares[slot.slot] = marks / slot.marks
    return Score(
        {each.slot: scoring.marks(each, shares[each.slot]) for each in ruled.paper.slots}, shares
    )


#: Remedies by which nobody loses marks.
_GAINS = (Remedy.ALSO, Remedy.EVERYBODY)


def stays(paper: Paper, total: Decimal | None, items: Mapping[int, Item], ruling: Ruling) -> bool:
    """Whether marks stay as a person gave them that a ruling should perhaps change.

    ``scored`` lays rulings over answers, and over marks of whole items. What was answered to a
    part of a case it does not know, nor anything where ``items`` is empty.
    """
    if not items:
        return not (ruling.remedy in _GAINS and total == paper.total)
    item, most = items.get(ruling.slot), {each.slot: each.marks for each in paper.slots}
    if ruling.part is None or item is None or item.marks is None:
        return False
    return not (ruling.remedy in _GAINS and item.marks == most[ruling.slot])


def of_items(
    paper: Paper, items: Mapping[int, Item], *, state: PaperState, reason: str = ""
) -> Entry:
    """The entry of a script whose answers are known."""
    score = scored(paper, items)
    sections = [
        sum(
            (score.by_slot[slot.slot] or Decimal(0) for slot in paper.slots
             if slot.section == number),
            Decimal(0),
        )
        for number in range(len(paper.sections))
    ]  # fmt: skip
    return Entry(state, score.so_far, sections, items, reason)


def dump(items: Mapping[int, Item]) -> dict[str, Any]:
    """Items as JSON."""
    return {
        str(slot): {"response": dict(each.response)} if each.response is not None
        else {"marks": str(each.marks)} if each.marks is not None
        else {}
        for slot, each in sorted(items.items())
    }  # fmt: skip


def load(items: Mapping[str, Any]) -> dict[int, Item]:
    return {
        int(slot): Item(each.get("response"), Decimal(each["marks"]) if "marks" in each else None)
        for slot, each in items.items()
    }
