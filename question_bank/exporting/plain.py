"""Items as GIFT and as Aiken. Pure."""

import re
from collections.abc import Sequence

from question_bank.exporting import wording
from question_bank.exporting.records import ExportItem
from question_bank.exporting.wording import CHOICES, Unwritable
from question_bank.importing.paragraphs import rubric
from question_bank.importing.paragraphs.kinds import BLANK
from question_bank.item_types import LETTERS, TRUE_FALSE_OPTIONS, ItemType


def gift_unfit(item: ExportItem) -> Unwritable | None:
    match item.item_type:
        case ItemType.CASE_ANALYSIS:
            return Unwritable.CASE
        case ItemType.ORDERING:
            return Unwritable.ORDERING
        case ItemType.FILL_BLANK if len(item.content.key["blanks"]) != 1:
            return Unwritable.FILL
        case _:
            return None


def gift(items: Sequence[ExportItem]) -> bytes:
    return "\n\n".join(
        [*(_gift(number, each) for number, each in enumerate(items, 1)), ""]
    ).encode()


def _gift(number: int, item: ExportItem) -> str:
    tags = "".join(f" [tag:{_tag(each)}]" for each in wording.tags(item))
    head = f"// {tags.strip()}\n" if tags else ""
    general = f"\n####{_safe(item.rationale)}" if item.rationale else ""
    stem, inside = _safe(item.content.stem), ""
    content = item.content
    match item.item_type:
        case ItemType.TRUE_FALSE:
            inside = "FALSE" if content.key[0] else "TRUE"
        case ItemType.SHORT_ANSWER:
            inside = f"####{_safe(rubric.write(content.key))}"
        case ItemType.FILL_BLANK:
            inside = "".join(f"\n\t={_safe(each)}" for each in content.key["blanks"][0])
            before, after = _around(content.stem)
            return f"{head}::试题 {number}::{_safe(before)}{{{inside}{general}\n}}{_safe(after)}"
        case ItemType.MATCHING:
            inside = _pairs(item)
        case _:
            inside = _choices(item)
    return f"{head}::试题 {number}::{stem}{{{inside}{general}\n}}"


def _around(stem: str) -> tuple[str, str]:
    match = BLANK.search(stem)
    return (stem[: match.start()], stem[match.end() :]) if match else (stem, "")


def _choices(item: ExportItem) -> str:
    key = set(item.content.key)
    share = f"%{100 / len(key):.5f}".rstrip("0").rstrip(".") + "%"
    signs = {True: "=" if item.item_type is ItemType.SINGLE_CHOICE else f"~{share}",
             False: "~" if item.item_type is ItemType.SINGLE_CHOICE else "~%-100%"}  # fmt: skip
    return "".join(
        f"\n\t{signs[n in key]}{_safe(each)}" for n, each in enumerate(item.content.options)
    )


def _pairs(item: ExportItem) -> str:
    content = item.content
    pairs = content.key["pairs"]
    lines = [f"\n\t={_safe(left)} -> {_safe(content.options[at])}"
             for left, at in zip(content.key["left"], pairs, strict=True)]  # fmt: skip
    lines += [f"\n\t= -> {_safe(each)}" for n, each in enumerate(content.options) if n not in pairs]
    return "".join(lines)


def _safe(text: str) -> str:
    escaped = re.sub(r"([\\~=#{}:])", r"\\\1", text)
    return escaped.replace("\n", "\\n")


def _tag(text: str) -> str:
    return text.replace("]", "\\]").replace("\n", " ")


def aiken_unfit(item: ExportItem) -> Unwritable | None:
    if item.item_type is ItemType.TRUE_FALSE or item.item_type is ItemType.SINGLE_CHOICE:
        return None
    return {
        ItemType.MULTIPLE_CHOICE: Unwritable.SEVERAL,
        ItemType.FILL_BLANK: Unwritable.FILL,
        ItemType.SHORT_ANSWER: Unwritable.WORDED,
        ItemType.MATCHING: Unwritable.MATCHING,
        ItemType.ORDERING: Unwritable.ORDERING,
    }.get(item.item_type, Unwritable.CASE)


def aiken(items: Sequence[ExportItem]) -> bytes:
    return "\n\n".join([*map(_aiken, items), ""]).encode()


def _aiken(item: ExportItem) -> str:
    options = item.content.options if item.item_type in CHOICES else TRUE_FALSE_OPTIONS
    lines = [_on_one_line(item.content.stem)]
    lines += [
        f"{letter}) {_on_one_line(each)}" for letter, each in zip(LETTERS, options, strict=False)
    ]
    return "\n".join([*lines, f"ANSWER: {LETTERS[item.content.key[0]]}"])


def _on_one_line(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text).strip()
