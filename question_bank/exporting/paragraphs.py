"""Items as paragraphs, for text files and Word documents. Pure."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import docx

from core import ooxml
from question_bank import markup
from question_bank.exporting import wording, words
from question_bank.exporting.records import ExportItem, cells
from question_bank.exporting.wording import Unwritable
from question_bank.importing.columns import Field
from question_bank.item_types import LETTERS, ItemType
from question_bank.markup import Table
from question_bank.types import Content, Written

_NOT_HERE = {ItemType.MATCHING: Unwritable.MATCHING, ItemType.ORDERING: Unwritable.ORDERING}
_AFTER = (
    Field.RATIONALE, Field.DIFFICULTY, Field.TOPIC, Field.COGNITIVE_LEVEL, Field.SOURCE,
    Field.VALID_UNTIL, Field.SCENE, Field.AUDIENCE, Field.WRITER, Field.SECRECY, Field.MARKS,
    Field.ORIGINAL_NUMBER,
)  # fmt: skip


def unfit(item: ExportItem) -> Unwritable | None:
    """Why the item cannot be written as paragraphs, parts included."""
    kinds = [item.item_type, *(ItemType.of(part["item_type"]) for part in item.content.parts)]
    return next((_NOT_HERE[each] for each in kinds if each in _NOT_HERE), None)


def text(items: Sequence[ExportItem]) -> bytes:
    """UTF-8 with a mark, so that every program shows it as it is."""
    return "\r\n".join([*lines(items), ""]).encode("utf-8-sig")


def document(items: Sequence[ExportItem]) -> bytes:
    made = docx.Document()
    ooxml.bring_up_to_date(made.settings.element)
    for number, item in enumerate(items, 1):
        for block in markup.parse("\n".join(_item(number, item))):
            words.put(made, block, item.pictures)
        made.add_paragraph("")
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def lines(items: Sequence[ExportItem]) -> Iterator[str]:
    for number, item in enumerate(items, 1):
        yield from _item(number, item)
        yield ""


def _item(number: int, item: ExportItem) -> Iterator[str]:
    yield from _split(f"{number}.【{item.item_type.label}】", item.content.stem)
    if not item.content.parts:
        yield from _answer(item.content)
    yield from _described(item)
    # What describes a case stands before its questions: after the last it would belong to that.
    for place, part in enumerate(item.content.parts, 1):
        yield from _part(place, part)


def _described(item: ExportItem) -> Iterator[str]:
    values = cells(item)
    for field in _AFTER:
        if value := values.get(field) or item.extra.get(field.label):
            yield from _split(f"【{field.label}】", str(value))
    if item.cited:
        yield f"【法律依据】{wording.cited(item)}"


def _part(place: int, part: Mapping[str, Any]) -> Iterator[str]:
    kind = ItemType.of(part["item_type"])
    content = Content(kind, part["stem"], part.get("options", ()), part["key"])
    yield from _split(f"（{place}）【{kind.label}】", content.stem)
    yield from _answer(content)
    if part.get("rationale"):
        yield from _split("【解析】", part["rationale"])
    if part.get("weight", 1) != 1:
        yield f"【分值】{part['weight']}"


def _answer(content: Written) -> Iterator[str]:
    for letter, option in zip(LETTERS, content.options, strict=False):
        yield from _split(f"{letter}.", option)
    yield from _split("【答案】", wording.key(content))


def _split(head: str, written: str) -> list[str]:
    """The lines; a table does not begin in the line of its head."""
    begins_so = isinstance(markup.parse(written)[0], Table)
    return f"{head}\n{written}".split("\n") if begins_so else f"{head}{written}".split("\n")
