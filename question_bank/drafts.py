"""An item as somebody writes it, before it is a row. Pure."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from question_bank import item_types, markup
from question_bank.item_types import CognitiveLevel, ItemType, Scene
from question_bank.types import OPTIONS, PARTS, STEM, Fault, Written, kind_of


@dataclass(frozen=True)
class ItemDraft:
    item_type: ItemType
    stem: str
    #: In the order written; empty for types without any.
    options: Sequence[str]
    #: As the type keeps it; for choices indices into the options as shown, ascending.
    key: Any
    rationale: str = ""
    difficulty: int = 3
    cognitive_level: CognitiveLevel = CognitiveLevel.REMEMBER
    #: The scene that it is set in; none for an item that asks for the text.
    scene: Scene | None = None
    topic: str = ""
    source: str = ""
    #: Rows of the articles that the item cites.
    article_ids: Sequence[int] = ()
    valid_until: date | None = None
    #: The sub-questions of a case.
    parts: Sequence[Mapping[str, Any]] = ()
    #: What an import carried that has no column.
    extra: dict[str, Any] = field(default_factory=dict)


#: The longest that each part may be, in characters.
MAX_STEM, MAX_OPTION, MAX_RATIONALE, MAX_TOPIC, MAX_SOURCE = 4000, 1000, 4000, 100, 200


def faults(draft: ItemDraft) -> list[str]:
    """What is wrong with the draft, in Chinese; empty if nothing is."""
    found = [] if draft.stem.strip() else ["题干不能为空"]
    if draft.difficulty not in item_types.DIFFICULTIES:
        found.append("难度应为 1 至 5")
    return [
        *found,
        *too_long(draft),
        *(fault.text for fault in kind_of(draft.item_type).faults(draft)),
        *(fault.text for fault in picture_faults(draft)),
        *markup.faults(draft.rationale),
    ]


def content_faults(written: Written) -> list[Fault]:
    """What is wrong with stem, options, key and sub-questions, and where."""
    found = kind_of(written.item_type).faults(written)
    if max(map(len, written.options), default=0) > MAX_OPTION:
        found.append(Fault(OPTIONS, f"选项不超过 {MAX_OPTION} 字"))
    return [*found, *picture_faults(written)]


def picture_faults(written: Written) -> list[Fault]:
    """Pictures that somebody wrote in by hand and that are none, and where."""
    texts = [(STEM, written.stem), *((OPTIONS, each) for each in written.options)]
    for part in written.parts:
        worded = (part["stem"], *part.get("options", ()), part.get("rationale", ""))
        texts += [(PARTS, each) for each in worded]
    return [Fault(place, fault) for place, text in texts for fault in markup.faults(text)]


def too_long(draft: ItemDraft) -> list[str]:
    longest_option = max(draft.options, key=len, default="")
    return [
        f"{name}超过 {limit} 字"
        for name, text, limit in (
            ("题干", draft.stem, MAX_STEM),
            ("选项", longest_option, MAX_OPTION),
            ("解析", draft.rationale, MAX_RATIONALE),
            ("知识点", draft.topic, MAX_TOPIC),
            ("题源", draft.source, MAX_SOURCE),
        )
        if len(text) > limit
    ]


def fingerprint(stem: str, options: Sequence[str]) -> str:
    """The same for items that differ only in width, spaces, punctuation and order of options."""
    return _digest([_bare(stem), *sorted(_bare(option) for option in options)])


def fingerprint_of(written: Written) -> str:
    """As ``fingerprint``, of an item of any type: of the words that its type says make it."""
    words = kind_of(written.item_type).words(written)
    return _digest([*map(_bare, words.ordered), *sorted(map(_bare, words.loose))])


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).lower()))
