"""Templates of blueprints: papers as organs usually set them, each coming to 100 marks. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from exam.assembling.assembly import SectionPlan
from exam.assembling.plans import SCENE_PERCENT, Conditions
from exam.kinds import ExamKind
from question_bank.item_types import ItemType


@dataclass(frozen=True)
class Preset:
    #: 年度考试 …
    name: str
    kind: ExamKind
    sections: Sequence[SectionPlan]
    scene_percent: int = 0

    @property
    def structure(self) -> str:
        return "、".join(
            f"{each.item_type.label.removesuffix('题')} {each.count}×{each.marks:f}"
            for each in self.sections
        )

    @property
    def conditions(self) -> Conditions:
        return Conditions(scene_percent=self.scene_percent, full_marks=Decimal(100))


def _rows(*rows: tuple[ItemType, int, str]) -> Sequence[SectionPlan]:
    return [SectionPlan(item_type, count, Decimal(marks)) for item_type, count, marks in rows]


_S, _M, _T = ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE
_SHORT, _CASE = ItemType.SHORT_ANSWER, ItemType.CASE_ANALYSIS
#: By the word in the address; the first is where one begins.
PRESETS: Mapping[str, Preset] = {
    "annual": Preset("年度考试", ExamKind.ANNUAL,
                     _rows((_S, 40, "1"), (_M, 20, "2"), (_T, 20, "1")), SCENE_PERCENT),
    "annual_50": Preset("年度考试（45 题）", ExamKind.ANNUAL,
                        _rows((_S, 25, "2"), (_M, 10, "3"), (_T, 10, "2")), SCENE_PERCENT),
    "pre_appointment": Preset("任前考试", ExamKind.PRE_APPOINTMENT,
                              _rows((_S, 20, "2"), (_M, 10, "2"), (_T, 10, "2"), (_SHORT, 1, "8"),
                                    (_CASE, 1, "12"))),
    "thematic": Preset("专题考试", ExamKind.THEMATIC,
                       _rows((_S, 20, "2.5"), (_M, 10, "2.5"), (_T, 10, "2.5")), SCENE_PERCENT),
    "short": Preset("专题测试（20 题）", ExamKind.THEMATIC,
                    _rows((_S, 10, "4"), (_M, 5, "8"), (_T, 5, "4")), SCENE_PERCENT),
    "new_law": Preset("新法测试", ExamKind.NEW_LAW, _rows((_S, 10, "5"), (_T, 10, "5"))),
    "pre_test": Preset("训前测试", ExamKind.PRE_TEST,
                       _rows((_S, 10, "5"), (_M, 5, "6"), (_T, 10, "2"))),
    "post_test": Preset("训后测试", ExamKind.POST_TEST,
                        _rows((_S, 10, "5"), (_M, 5, "6"), (_T, 10, "2"))),
    "party_rules": Preset("党内法规考试", ExamKind.PARTY_RULES,
                          _rows((_S, 30, "1"), (_M, 20, "2"), (_T, 30, "1"))),
}  # fmt: skip
