"""The demonstration's content as typed records: law outlines, items, courses. Pure.

Everything under ``content/`` is our own writing. An outline's gists say in our words what an
article is about; they stand in for the text until the official one is imported.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from core.labels import Labelled
from laws.categories import Category
from question_bank.item_types import TRUE_FALSE_OPTIONS, CognitiveLevel, ItemType, letters

FOLDER = Path(__file__).parent / "content"

Member = TypeVar("Member", bound=Labelled)


@dataclass(frozen=True)
class ArticleOutline:
    #: As written: 第三十四条.
    number: str
    #: 第四章 信访事项的办理.
    chapter: str
    #: 要旨, in our words.
    gist: str


@dataclass(frozen=True)
class LawOutline:
    """One version of a law, and those of its articles that our items and lessons cite."""

    title: str
    short_title: str
    categories: Sequence[Category]
    issuing_bodies: Sequence[str]
    promulgated_on: date
    effective_on: date
    label: str
    #: How many articles the official text has.
    article_count: int
    articles: Sequence[ArticleOutline]


@dataclass(frozen=True)
class Citation:
    law: str
    #: 公布日 of the version.
    version: date
    articles: Sequence[str]


@dataclass(frozen=True)
class DemoItem:
    code: str
    item_type: ItemType
    stem: str
    #: In the order written; empty for true/false.
    options: Sequence[str]
    #: Indices into the options as shown, ascending.
    key: Sequence[int]
    rationale: str
    difficulty: int
    cognitive_level: CognitiveLevel
    topic: str
    #: 情景题: set in a visit, a letter, an online petition or another scene of work.
    scenario: bool
    citation: Citation

    @property
    def key_text(self) -> str:
        """AC, or 正确: the key as an import file writes it."""
        if self.item_type is ItemType.TRUE_FALSE:
            return TRUE_FALSE_OPTIONS[self.key[0]]
        return letters(self.key)


@dataclass(frozen=True)
class DemoLesson:
    title: str
    minutes: int
    citations: Sequence[Citation]
    #: Markdown.
    body: str


@dataclass(frozen=True)
class DemoCourse:
    title: str
    #: A value of courses.models.CourseCategory.
    category: str
    summary: str
    credit_hours: Decimal
    required: bool
    #: Whom it is for, in Chinese.
    audience: str
    lessons: Sequence[DemoLesson]


def laws() -> list[LawOutline]:
    return [
        LawOutline(
            title=row["title"],
            short_title=row["short_title"],
            categories=[_member(Category, value) for value in row["categories"]],
            issuing_bodies=row["issuing_bodies"],
            promulgated_on=date.fromisoformat(row["promulgated_on"]),
            effective_on=date.fromisoformat(row["effective_on"]),
            label=row["label"],
            article_count=row["article_count"],
            articles=[ArticleOutline(**article) for article in row["articles"]],
        )
        for row in _json("laws.json")
    ]


def items() -> list[DemoItem]:
    lines = (FOLDER / "items.jsonl").read_text(encoding="utf-8").splitlines()
    return [_item(json.loads(line)) for line in lines]


def courses() -> list[DemoCourse]:
    return [
        DemoCourse(
            title=row["title"],
            category=row["category"],
            summary=row["summary"],
            credit_hours=Decimal(row["credit_hours"]),
            required=row["required"],
            audience=row["audience"],
            lessons=[_lesson(lesson) for lesson in row["lessons"]],
        )
        for row in _json("courses.json")
    ]


def _member(kind: type[Member], value: str) -> Member:
    return {member.value: member for member in kind}[value]


def _json(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return rows


def _item(row: dict[str, Any]) -> DemoItem:
    item_type = ItemType.of(row["item_type"])
    options = row.get("options", [])
    return DemoItem(
        code=row["code"],
        item_type=item_type,
        stem=row["stem"],
        options=options,
        key=_key(item_type, row["key"], len(options)),
        rationale=row["rationale"],
        difficulty=row["difficulty"],
        cognitive_level=_member(CognitiveLevel, row["cognitive_level"]),
        topic=row["topic"],
        scenario=row["scenario"],
        citation=_citation(row),
    )


def _key(item_type: ItemType, written: str, options: int) -> list[int]:
    if item_type is ItemType.TRUE_FALSE:
        return [TRUE_FALSE_OPTIONS.index(written)]
    shown = letters(range(options))
    return [shown.index(letter) for letter in written]


def _lesson(row: dict[str, Any]) -> DemoLesson:
    return DemoLesson(
        title=row["title"],
        minutes=row["minutes"],
        citations=[_citation(citation) for citation in row["citations"]],
        body="\n".join(row["body"]) + "\n",
    )


def _citation(row: dict[str, Any]) -> Citation:
    return Citation(row["law"], date.fromisoformat(row["version"]), row["articles"])
