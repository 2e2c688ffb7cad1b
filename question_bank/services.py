"""What people do to items. Each function is one act; the caller commits."""

from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from question_bank import drafts
from question_bank.drafts import ItemDraft
from question_bank.models import Citation, Item, ItemRevision, ItemState


class Faulty(Refused):
    """The item is not well formed; the message lists what is wrong."""


class NotCited(Refused):
    """An item without an article behind it is not published."""

    message = "试题须引用至少一条法律条文才能发布"


class OwnItem(Refused):
    """Whoever wrote an item does not pass it."""

    message = "命题人不能审定自己编写的试题，请由其他审题人发布"


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

    Papers keep the revision that they were made with. Raises Faulty.
    """
    _must_be_sound(draft)
    db.session.refresh(item, with_for_update=True)
    number = max((each.number for each in item.revisions), default=0) + 1
    item.state, item.published_citation_id = ItemState.DRAFT, None
    revision = _add_revision(item, draft, number=number, at=at, by=by)
    record("item.revise", item, at=at, revision=number)
    return revision


def publish(*, item: Item, at: datetime, by: Account | None) -> None:
    """Pass an item. Raises OwnItem, NotCited."""
    if by is not None and item.writer_id == by.id:
        raise OwnItem
    if item.current is None or not item.current.citations:
        raise NotCited
    item.published_citation_id = item.current.citations[0].id
    item.state = ItemState.PUBLISHED
    db.session.flush()
    record("item.publish", item, at=at, revision=item.current.number)


def retire(*, item: Item, at: datetime, by: Account | None) -> None:
    """Take an item out of use; it stays in the papers that hold it."""
    item.state = ItemState.RETIRED
    db.session.flush()
    record("item.retire", item, at=at)


def restore(*, item: Item, at: datetime, by: Account | None) -> None:
    """Bring a retired item back as a draft, to be passed again."""
    item.state, item.published_citation_id = ItemState.DRAFT, None
    db.session.flush()
    record("item.restore", item, at=at)


def _must_be_sound(draft: ItemDraft) -> None:
    if found := drafts.faults(draft):
        raise Faulty("；".join(found))


def _add_revision(
    item: Item, draft: ItemDraft, *, number: int, at: datetime, by: Account | None
) -> ItemRevision:
    revision = ItemRevision(
        item=item,
        number=number,
        item_type=draft.item_type,
        stem=draft.stem.strip(),
        options=[option.strip() for option in draft.options],
        key=sorted(set(draft.key)),
        rationale=draft.rationale,
        difficulty=draft.difficulty,
        cognitive_level=draft.cognitive_level,
        topic=draft.topic,
        source=draft.source,
        valid_until=draft.valid_until,
        fingerprint=drafts.fingerprint(draft.stem, draft.options),
        extra=dict(draft.extra),
        created_at=at,
        created_by_id=by.id if by else None,
        citations=[Citation(article_id=number) for number in dict.fromkeys(draft.article_ids)],
    )
    db.session.add(revision)
    db.session.flush()
    item.current = revision
    db.session.flush()
    return revision
