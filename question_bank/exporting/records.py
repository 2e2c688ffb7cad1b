"""An item as its file holds it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.pictures import Picture
from question_bank.importing.columns import Field
from question_bank.item_types import DIFFICULTIES, LETTERS, CognitiveLevel, ItemType, Scene
from question_bank.types import Content

#: Kept with an item by their labels, and columns of our template.
_KEPT = (Field.AUDIENCE, Field.WRITER, Field.SECRECY)


@dataclass(frozen=True)
class CitedLaw:
    """The articles of one version of a law."""

    law: str
    promulgated_on: date
    numbers: Sequence[str]


@dataclass(frozen=True)
class ExportItem:
    number: int
    item_type: ItemType
    stem: str
    #: Empty for true/false.
    options: Sequence[str]
    #: Letters, or 正确, 错误.
    key: str
    rationale: str
    difficulty: int
    cognitive_level: CognitiveLevel
    topic: str
    source: str
    valid_until: date | None
    state: str
    writer: str
    cited: Sequence[CitedLaw]
    extra: Mapping[str, Any]
    #: Stem, options, key and sub-questions as the bank keeps them.
    content: Content
    #: The sub-questions of a case, a row each; its stem is their passage.
    parts: Sequence["ExportPart"] = ()
    scene: Scene | None = None
    #: What its texts show, by address.
    pictures: Mapping[str, Picture] = field(default_factory=dict)


@dataclass(frozen=True)
class ExportPart:
    item_type: ItemType
    stem: str
    options: Sequence[str]
    key: str
    weight: int
    rationale: str


def together(articles: Iterable[tuple[str, date, str]]) -> list[CitedLaw]:
    """Citations (law, promulgated on, article number) by version, in the order given."""
    groups: dict[tuple[str, date], list[str]] = {}
    for law, day, number in articles:
        groups.setdefault((law, day), []).append(number)
    return [CitedLaw(law, day, numbers) for (law, day), numbers in groups.items()]


def cells(item: ExportItem) -> dict[Field, str | int | date | None]:
    """The item by our columns, options apart; several laws are divided by ；."""
    kept = {each: item.extra[each.label] for each in _KEPT if item.extra.get(each.label)}
    return {
        Field.NUMBER: item.number,
        Field.ITEM_TYPE: item.item_type.label,
        Field.STEM: item.stem,
        Field.KEY: item.key,
        Field.RATIONALE: item.rationale,
        Field.DIFFICULTY: DIFFICULTIES[item.difficulty],
        Field.TOPIC: item.topic,
        Field.LAW: "；".join(each.law for each in item.cited),
        Field.ARTICLE: "；".join("、".join(each.numbers) for each in item.cited),
        Field.VERSION: "；".join(each.promulgated_on.isoformat() for each in item.cited),
        Field.COGNITIVE_LEVEL: item.cognitive_level.label,
        Field.SCENE: item.scene.label if item.scene else "",
        Field.SOURCE: item.source,
        Field.VALID_UNTIL: item.valid_until,
        Field.STATE: item.state,
        **kept,
        Field.WRITER: item.writer or kept.get(Field.WRITER),
        **(_as_head(item) if item.parts else {}),
    }


def _as_head(item: ExportItem) -> dict[Field, str | int | date | None]:
    return {Field.STEM: "", Field.KEY: "", Field.PASSAGE: item.stem, Field.GROUP: item.number}


def part_cells(item: ExportItem, part: ExportPart) -> dict[Field, str | int | date | None]:
    """A sub-question by our columns, options apart."""
    return {
        Field.ITEM_TYPE: part.item_type.label,
        Field.STEM: part.stem,
        Field.KEY: part.key,
        Field.RATIONALE: part.rationale,
        Field.GROUP: item.number,
        Field.WEIGHT: part.weight,
    }


def others(item: ExportItem) -> dict[str, Any]:
    """What an import left with the item under headings that our template has no column for."""
    ours = {each.label for each in _KEPT}
    return {name: text for name, text in item.extra.items() if name not in ours}


def option_heading(index: int) -> str:
    return f"选项{LETTERS[index]}"
