"""A sealed form as frozen content: everything a candidate, a marker or a reviewer will ever see.

Pure. ``dump`` is canonical: the same paper gives the same text, and its SHA-256 is the seal.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from core import figures
from exam.marking.rubric import needs_person
from laws.numerals import to_chinese
from question_bank.item_types import ItemType, MultiRule
from question_bank.types import kind_of


@dataclass(frozen=True)
class Quote:
    """An article as it read when the form was sealed."""

    law: str
    version: str
    article: str
    text: str
    article_id: int


@dataclass(frozen=True)
class Slot:
    slot: int
    #: Index into the sections.
    section: int
    revision_id: int
    item_type: ItemType
    stem: str
    #: As shown, in the order written; 正确 and 错误 for true/false.
    options: Sequence[str]
    #: As the type keeps it (question_bank.types).
    key: Any
    marks: Decimal
    rationale: str
    citations: Sequence[Quote]
    #: The sub-questions of a case.
    parts: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Section:
    title: str
    instructions: str


@dataclass(frozen=True)
class Paper:
    title: str
    multi_rule: MultiRule
    total: Decimal
    sections: Sequence[Section]
    slots: Sequence[Slot]
    #: The share of an item's marks that a wrong choice costs (倒扣); 0 for none.
    penalty: Decimal = Decimal(0)
    #: How many slots in turn stand ready for one place (exam.papers.drawing).
    alternatives: int = 1

    @cached_property
    def by_hand(self) -> Sequence[Slot]:
        """Items with a question that persons mark."""
        return [each for each in self.slots if needs_person(each)]

    @property
    def count(self) -> int:
        """How many items a candidate is asked, of a paper as it was sealed."""
        return len(self.slots) // self.alternatives


def section(
    position: int,
    item_type: ItemType,
    count: int,
    marks: Decimal,
    rule: MultiRule,
    penalty: Decimal = Decimal(0),
) -> Section:
    """一、单选题（每题 2 分，共 40 分）: title and instructions, made from the scoring rule."""
    each, total = figures.plain(marks), figures.plain(marks * count)
    kind = kind_of(item_type)
    how = kind.instruction(rule)
    if penalty and (note := kind.penalty_note(penalty, marks)):
        how = f"{how}；{note}，全卷扣至 0 分为止"
    return Section(
        title=f"{to_chinese(position)}、{item_type.label}",
        instructions=f"共 {count} 题，每题 {each} 分，共 {total} 分。{how}。",
    )


def dump(paper: Paper) -> str:
    return json.dumps(
        asdict(paper), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )


def load(text: str) -> Paper:
    data = json.loads(text)
    return Paper(
        title=data["title"],
        multi_rule=MultiRule.of(data["multi_rule"]),
        total=Decimal(data["total"]),
        sections=[Section(**each) for each in data["sections"]],
        slots=[
            Slot(
                **{
                    **each,
                    "item_type": ItemType.of(each["item_type"]),
                    "marks": Decimal(each["marks"]),
                    "citations": [Quote(**quote) for quote in each["citations"]],
                }
            )
            for each in data["slots"]
        ],
        penalty=Decimal(data.get("penalty", 0)),
        alternatives=data["alternatives"],
    )


def digest(text: str) -> str:
    """SHA-256 of a dumped paper, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
