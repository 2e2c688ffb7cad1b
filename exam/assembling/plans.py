"""What a blueprint asks for, before it is a row: its conditions and the limits. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from exam.assembling.assembly import SectionPlan
from exam.kinds import ExamKind
from question_bank.difficulty import POINTS
from question_bank.item_types import CognitiveLevel, ItemType
from question_bank.types import kinds

MAX_SECTIONS = 60
MAX_ITEMS = 300
#: The share of scenes (来访、来信、网上件) that the trade asks for, in percent.
SCENE_PERCENT = 30
#: Between which an exam may be.
DAYS = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Conditions:
    """What a blueprint asks for beside its rows (Blueprint has the meaning of each)."""

    scene_percent: int = SCENE_PERCENT
    full_marks: Decimal | None = None
    mean_target: Decimal | None = None
    mean_tolerance: Decimal = Decimal(2)
    rest_sessions: int = 0
    exposure_most: int | None = None
    exposure_days: int = 365
    #: Abilities at which forms are made to tell equally much, ascending.
    points: Sequence[float] = POINTS
    #: Ids of items, ascending.
    must: Sequence[int] = ()

    @property
    def mean(self) -> tuple[Decimal, Decimal] | None:
        """From and to which expected mean."""
        if self.mean_target is None:
            return None
        return self.mean_target - self.mean_tolerance, self.mean_target + self.mean_tolerance


def is_day(day: date) -> bool:
    """Whether an exam may be on it; what is reckoned from it then is a date, too."""
    return DAYS[0] <= day <= DAYS[1]


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


def faults(sections: Sequence[SectionPlan], conditions: Conditions) -> list[str]:
    """What is wrong with the sections together; each by itself is the form's to check."""
    found = []
    if not sections:
        found.append("组卷方案至少要有一行")
    if len(sections) > MAX_SECTIONS:
        found.append(f"最多 {MAX_SECTIONS} 行，请合并相同条件的行")
    if (items := total_items(sections)) > MAX_ITEMS:
        found.append(f"全卷共 {items} 题，最多 {MAX_ITEMS} 题")
    total, wanted = total_marks(sections), conditions.full_marks
    if wanted is not None and sections and total != wanted:
        found.append(f"各行合计 {total.normalize():f} 分，与满分 {wanted.normalize():f} 分不符")
    if conditions.mean_target is not None and conditions.mean_target > total:
        found.append(f"预估平均分高于各行合计的 {total.normalize():f} 分")
    if len(conditions.must) > items:
        found.append(f"必选题 {len(conditions.must)} 题，多于全卷 {items} 题")
    return found


#: Exams that are about certain laws.
_OF_CERTAIN_LAWS = {ExamKind.NEW_LAW, ExamKind.PARTY_RULES}


def of_any_law(sections: Sequence[SectionPlan], kind: ExamKind) -> list[int]:
    """Rows, from 1, that name no law in an exam that is about certain laws."""
    if kind not in _OF_CERTAIN_LAWS:
        return []
    return [number for number, row in enumerate(sections, 1) if not row.law_ids]


@dataclass(frozen=True)
class Heading:
    """卷面大题: rows that follow one another with the same type and marks."""

    item_type: ItemType
    marks: Decimal
    count: int


def headings(sections: Sequence[SectionPlan]) -> list[Heading]:
    """What the paper is to be made of, in its order."""
    runs = groupby(sections, key=lambda row: (row.item_type, row.marks))
    return [Heading(*kind, sum(row.count for row in rows)) for kind, rows in runs]


def gathered(found: Sequence[Heading]) -> int:
    """How many there need be: rows written law by law make more, of which some could be one."""
    return len({(each.item_type, each.marks) for each in found})


@dataclass(frozen=True)
class Crossing:
    """Where a row of the two-way table (双向细目表) meets a level."""

    items: int
    marks: Decimal


@dataclass(frozen=True)
class CrossRow:
    content: str
    cells: Sequence[Crossing]
    total: Crossing


#: The columns of the two-way table; None is any level.
LEVELS: Sequence[CognitiveLevel | None] = (*CognitiveLevel, None)


def two_way(sections: Sequence[tuple[str, SectionPlan]]) -> list[CrossRow]:
    """Content against cognitive level; the last row is the sum. ``sections`` with their content."""
    contents = list(dict.fromkeys(content for content, _ in sections))
    rows = [(each, [plan for content, plan in sections if content == each]) for each in contents]
    rows.append(("合计", [plan for _, plan in sections]))
    return [
        CrossRow(
            content,
            [_crossing([one for one in some if one.cognitive_level is level]) for level in LEVELS],
            _crossing(some),
        )
        for content, some in rows
    ]


def _crossing(sections: Sequence[SectionPlan]) -> Crossing:
    return Crossing(total_items(sections), total_marks(sections))


def named(slots: Sequence[int]) -> str:
    """1、2、3 for messages; the first ten of many."""
    more = f" 等 {len(slots)}" if len(slots) > 10 else ""
    return "、".join(map(str, slots[:10])) + more
