"""What of the bank can be found by full text: each item as its current revision says it.

Drafts are indexed, too; whose items a reader finds is a matter of reach, which every query asks.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.db import db
from core.fulltext import index
from core.fulltext.index import Document, Source
from core.progress import Say, silent
from question_bank import markup
from question_bank.models import Item, ItemRevision
from question_bank.queries.browsing import ITEM


def put_items(ids: Sequence[int], *, say: Say = silent) -> None:
    """Index the items as they are now."""
    for start in range(0, len(ids), index.BATCH):
        say("登记检索", start, len(ids))
        some = ids[start : start + index.BATCH]
        index.put(db.session, documents(db.session, Item.id.in_(some)))


def remove_items(ids: Sequence[int]) -> None:
    """Take out items that are deleted."""
    index.remove(db.session, ITEM, ids)


def documents(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Document]:
    rows = session.execute(
        select(
            Item.id,
            ItemRevision.topic,
            ItemRevision.stem,
            ItemRevision.options,
            ItemRevision.key,
            ItemRevision.parts,
            ItemRevision.rationale,
        )
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .where(*conditions)
        .order_by(Item.id)
    )
    for item_id, topic, *said in rows:
        yield Document(ITEM, item_id, title=topic, body="\n".join(_strings(said)))


def _strings(value: Any) -> Iterator[str]:
    """The words of every text inside of lists and mappings, in order."""
    if isinstance(value, str):
        yield markup.plain(value)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


SOURCES = (Source(ITEM, "试题", documents),)
