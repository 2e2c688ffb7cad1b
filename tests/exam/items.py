"""One item of each type, with an answer that is right and one that is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from question_bank.item_types import ItemType

T = ItemType


@dataclass(frozen=True)
class Example:
    item_type: ItemType
    stem: str
    key: Any
    options: list[str] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    right: Mapping[str, Any] = field(default_factory=dict)
    wrong: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a revision."""
        return {
            "stem": self.stem, "key": self.key, "options": self.options, "parts": self.parts,
        }  # fmt: skip


def part(example: Example, weight: int = 1, rationale: str = "") -> dict[str, Any]:
    return {
        "item_type": example.item_type.value,
        "stem": example.stem,
        "options": example.options,
        "key": example.key,
        "weight": weight,
        "rationale": rationale,
    }


SINGLE = Example(
    T.SINGLE_CHOICE, "单选题干", [1], ["甲", "乙", "丙", "丁"],
    right={"choice": ["B"]}, wrong={"choice": ["A"]},
)  # fmt: skip
MULTIPLE = Example(
    T.MULTIPLE_CHOICE, "多选题干", [0, 2], ["甲", "乙", "丙", "丁"],
    right={"choice": ["A", "C"]}, wrong={"choice": ["B"]},
)  # fmt: skip
TRUE_FALSE = Example(
    T.TRUE_FALSE, "判断题干", [1], right={"choice": ["B"]}, wrong={"choice": ["A"]}
)
BLANKS = Example(
    T.FILL_BLANK, "信访事项应当自受理之日起____内办结，延长不超过（　）。",
    {"blanks": [["六十日"], ["三十日", "30天"]], "any_order": False},
    right={"texts": ["60日", "30天"]}, wrong={"texts": ["九十日", ""]},
)  # fmt: skip
SHORT = Example(
    T.SHORT_ANSWER, "简述信访工作格局。",
    {
        "points": [
            {"text": "党委统一领导", "weight": 2, "words": ["统一领导"]},
            {"text": "政府组织落实", "weight": 1, "words": ["组织落实"]},
            {"text": "各方齐抓共管", "weight": 1, "words": []},
        ],
        "reference": "参考：党委统一领导，政府组织落实，各方齐抓共管。",
    },
    right={"text": "党委统一领导、政府组织落实"}, wrong={"text": ""},
)  # fmt: skip
MATCHING = Example(
    T.MATCHING, "把途径与机关对应起来。",
    {"left": ["复查", "复核"], "pairs": [2, 0]}, ["上一级机关", "本级政协", "原办理机关的上一级"],
    right={"choice": ["C", "A"]}, wrong={"choice": ["B", ""]},
)  # fmt: skip
ORDERING = Example(
    T.ORDERING, "排列办理步骤。", [2, 0, 1], ["受理", "办结", "登记"],
    right={"choice": ["C", "A", "B"]}, wrong={"choice": ["A", "B", "C"]},
)  # fmt: skip
CASE = Example(
    T.CASE_ANALYSIS, "某日，来访人到接待大厅反映拆迁补偿。", {},
    parts=[part(SINGLE, 1, "小题解析"), part(SHORT, 3)],
    right={"parts": [SINGLE.right, SHORT.right]}, wrong={"parts": [SINGLE.wrong, None]},
)  # fmt: skip

#: In the order of a paper.
EXAMPLES = (SINGLE, MULTIPLE, TRUE_FALSE, BLANKS, MATCHING, ORDERING, SHORT, CASE)
