"""Items leave the house, and the trail says which."""

from collections.abc import Sequence
from datetime import datetime

from core.audit.trail import record
from question_bank.exporting import records, tables
from question_bank.exporting.records import ExportItem
from question_bank.importing.formats import Format
from question_bank.item_types import ItemType, letters
from question_bank.models import Item


def written(items: Sequence[Item], format_: Format) -> bytes:
    """The items as a file that our import reads. Changes nothing: note the export beside it."""
    return tables.write([_record(item) for item in items if item.current is not None], format_)


def note_export(*, items: int, format_: Format, narrowed: Sequence[str], at: datetime) -> None:
    """Enter into the trail that so many items left; ``narrowed`` says how they were chosen."""
    record(
        "item.export",
        object_type="Item",
        at=at,
        format=format_.value,
        items=items,
        narrowed=list(narrowed),
    )


def _record(item: Item) -> ExportItem:
    revision = item.current
    assert revision is not None  # noqa: S101 - written asks first
    is_true_false = revision.item_type is ItemType.TRUE_FALSE
    key = ("正确", "错误")[revision.key[0]] if is_true_false else letters(revision.key)
    return ExportItem(
        number=item.id,
        item_type=revision.item_type,
        stem=revision.stem,
        options=revision.options,
        key=key,
        rationale=revision.rationale,
        difficulty=revision.difficulty,
        cognitive_level=revision.cognitive_level,
        topic=revision.topic,
        source=revision.source,
        valid_until=revision.valid_until,
        state=item.state.label,
        writer=item.writer.person.name if item.writer else "",
        cited=records.together(
            (each.article.version.law.short_title, each.article.version.promulgated_on,
             each.article.number)
            for each in revision.citations
        ),
        extra=revision.extra,
    )  # fmt: skip
