"""Writing items: each change is a new revision."""

from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from question_bank import drafts
from question_bank.drafts import ItemDraft
from question_bank.models import Citation, Item, ItemRevision, ItemState
from question_bank.types import kind_of


class Faulty(Refused):
    """The item is not well formed; the message lists what is wrong."""


class Unchanged(Refused):
    """The revision would say what the current one says."""

    message = "内容没有改动，未生成新版本"


def create_item(*, draft: ItemDraft, at: datetime, by: Account | None) -> Item:
    """A new item in its first revision, as a draft. Raises Faulty."""
    _must_be_sound(draft)
    item = Item(state=ItemState.DRAFT, writer_id=by.id if by else None, created_at=at)
    db.session.add(item)
    _add_revision(item, draft, number=1, at=at, by=by)
    record("item.create", item, at=at)
    return item


def revise_item(*, item: Item, draft: ItemDraft, at: datetime, by: Account | None) -> ItemRevision:
    """A new revision; a published item goes back to draft until it is passed again.

    Papers keep the revision that they were made with. Raises Faulty, Unchanged.
    """
    _must_be_sound(draft)
    lock(item)
    values = _values(draft)
    if item.current is not None and _says(item.current, values, draft):
        raise Unchanged
    number = max((each.number for each in item.revisions), default=0) + 1
    item.state, item.published_citation_id = ItemState.DRAFT, None
    revision = _add_revision(item, draft, number=number, at=at, by=by)
    record("item.revise", item, at=at, revision=number)
    return revision


def _must_be_sound(draft: ItemDraft) -> None:
    if found := drafts.faults(draft):
        raise Faulty("；".join(found))


def kept(draft: ItemDraft) -> dict[str, object]:
    """The columns that are the type's own, in its canonical form."""
    clean = kind_of(draft.item_type).clean(draft)
    return {
        "stem": clean.stem,
        "options": list(clean.options),
        "key": clean.key,
        "parts": [dict(part) for part in clean.parts],
    }


def _values(draft: ItemDraft) -> dict[str, object]:
    """The columns of a revision that the draft fills."""
    return {
        "item_type": draft.item_type,
        **kept(draft),
        "rationale": draft.rationale,
        "difficulty": draft.difficulty,
        "cognitive_level": draft.cognitive_level,
        "topic": draft.topic,
        "source": draft.source,
        "valid_until": draft.valid_until,
        "extra": dict(draft.extra),
    }


def _says(revision: ItemRevision, values: dict[str, object], draft: ItemDraft) -> bool:
    same = all(getattr(revision, name) == value for name, value in values.items())
    return same and {each.article_id for each in revision.citations} == set(draft.article_ids)


def _add_revision(
    item: Item, draft: ItemDraft, *, number: int, at: datetime, by: Account | None
) -> ItemRevision:
    revision = ItemRevision(
        item=item,
        number=number,
        **_values(draft),
        fingerprint=drafts.fingerprint_of(draft),
        created_at=at,
        created_by_id=by.id if by else None,
        citations=[Citation(article_id=number) for number in dict.fromkeys(draft.article_ids)],
    )
    db.session.add(revision)
    db.session.flush()
    item.current = revision
    db.session.flush()
    return revision
