"""What a blueprint asks for, before it is a row: the usual papers and the limits. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from exam.assembly import SectionPlan
from question_bank.item_types import ItemType
from question_bank.types import kinds

MAX_SECTIONS = 60
MAX_ITEMS = 300
#: The share of scenes (来访、来信、网上件) that the trade asks for, in percent.
SCENE_PERCENT = 30


@dataclass(frozen=True)
class Preset:
    label: str
    sections: Sequence[SectionPlan]


def _sections(*rows: tuple[ItemType, int, int]) -> Sequence[SectionPlan]:
    return [SectionPlan(item_type, count, Decimal(marks)) for item_type, count, marks in rows]


_S, _M, _T = ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE
#: Papers as organs usually set them, by the word in the address; the first is where one begins.
PRESETS: Mapping[str, Preset] = {
    "annual": Preset("年度考试：单选 40×1、多选 20×2、判断 20×1", _sections(
        (_S, 40, 1), (_M, 20, 2), (_T, 20, 1)
    )),
    "short": Preset("专题测试：单选 10×4、多选 5×8、判断 5×4", _sections(
        (_S, 10, 4), (_M, 5, 8), (_T, 5, 4)
    )),
    "new_law": Preset("新法测试：单选 10×5、判断 10×5", _sections((_S, 10, 5), (_T, 10, 5))),
}  # fmt: skip


def total_items(sections: Sequence[SectionPlan]) -> int:
    return sum(section.count for section in sections)


def scenes(percent: int, items: int) -> int:
    """How many of so many items have to tell of a scene: the share, rounded up."""
    return -(-percent * items // 100)


def total_marks(sections: Sequence[SectionPlan]) -> Decimal:
    return sum((section.count * section.marks for section in sections), Decimal(0))


def marked_at_once() -> list[ItemType]:
    """The types that no person marks; a case may hold a question that one does."""
    return [
        each.item_type
        for each in kinds()
        if not each.by_hand and each.item_type is not ItemType.CASE_ANALYSIS
    ]


def faults(sections: Sequence[SectionPlan]) -> list[str]:
    """What is wrong with the sections together; each by itself is the form's to check."""
    found = []
    if not sections:
        found.append("组卷方案至少要有一行")
    if len(sections) > MAX_SECTIONS:
        found.append(f"最多 {MAX_SECTIONS} 行，请合并相同条件的行")
    if (items := total_items(sections)) > MAX_ITEMS:
        found.append(f"全卷共 {items} 题，最多 {MAX_ITEMS} 题")
    return found


def named(slots: Sequence[int]) -> str:
    """1、2、3 for messages; the first ten of many."""
    more = f" 等 {len(slots)}" if len(slots) > 10 else ""
    return "、".join(map(str, slots[:10])) + more
