"""Items leave the house, and the trail says which."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.audit.trail import record
from question_bank.exporting import records, writing
from question_bank.exporting.records import ExportItem, ExportPart
from question_bank.exporting.writing import Exported
from question_bank.importing.formats import Format
from question_bank.models import Item
from question_bank.pictures import queries as pictures
from question_bank.pictures import uses
from question_bank.types import Content, kind_of


def written(items: Sequence[Item], format_: Format) -> Exported:
    """The items as a file that our import reads, and what of them the format does not hold.

    Changes nothing: note the export beside it.
    """
    written = [item for item in items if item.current is not None]
    shown = {item.id: _shown(item) for item in written}
    known = pictures.contents({address for each in shown.values() for address in each})
    return writing.write(
        [
            replace(
                _record(item),
                pictures={each: known[each] for each in shown[item.id] if each in known},
            )
            for item in written
        ],
        format_,
    )


def _shown(item: Item) -> set[str]:
    """The addresses of the pictures of an item."""
    revision = item.current
    return set(uses.of(revision, revision.rationale)) if revision is not None else set()


def note_export(
    *,
    items: int,
    format_: Format,
    narrowed: Sequence[str],
    at: datetime,
    taker: str = "",
    file: str = "",
) -> None:
    """Enter into the trail that so many items left; ``narrowed`` says how they were chosen.

    ``taker`` is whom a command made the ``file`` for, where it says so.
    """
    record(
        "item.export",
        object_type="Item",
        at=at,
        format=format_.value,
        items=items,
        narrowed=list(narrowed),
        **({"taker": taker or "未写明", "file": file} if file else {}),
    )


def _record(item: Item) -> ExportItem:
    revision = item.current
    assert revision is not None  # noqa: S101 - written asks first
    kind = kind_of(revision.item_type)
    return ExportItem(
        number=item.id,
        item_type=revision.item_type,
        stem=revision.stem,
        options=revision.options,
        key=kind.key_cell(revision),
        rationale=revision.rationale,
        difficulty=revision.difficulty,
        cognitive_level=revision.cognitive_level,
        scene=revision.scene,
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
        content=Content(
            revision.item_type, revision.stem, revision.options, revision.key, revision.parts
        ),
        parts=[
            ExportPart(
                part.content.item_type,
                part.content.stem,
                part.content.options,
                part.kind.key_cell(part.content),
                int(part.weight),
                part.rationale,
            )
            for part in kind.parts(revision)
        ],
    )  # fmt: skip
