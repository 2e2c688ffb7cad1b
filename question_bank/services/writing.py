"""Writing items: each change is a new revision."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from question_bank import drafts
from question_bank.drafts import ItemDraft
from question_bank.duplicates import wording
from question_bank.models import (
    BulkChange,
    Citation,
    DuplicateDecision,
    Item,
    ItemComment,
    ItemRevision,
    ItemState,
    NearPair,
    ReviewStep,
)
from question_bank.pictures import services as pictures
from question_bank.pictures.models import PictureUse
from question_bank.services import comparing, indexing
from question_bank.types import kind_of


class Faulty(Refused):
    """The item is not well formed; the message lists what is wrong."""


class Unchanged(Refused):
    """The revision would say what the current one says."""

    message = "内容没有改动，未生成新版本"


class NotOwn(Refused):
    """Only its writer deletes an item."""

    message = "只能删除本人编写的试题"


class NotUntouched(Refused):
    """Only a draft that nobody has looked at is deleted."""

    message = "试题已经修改、审题、有人提过意见或被试卷使用，不能删除；可以请审题人停用"


def create_item(*, draft: ItemDraft, at: datetime, by: Account | None) -> Item:
    """A new item in its first revision, as a draft. Raises Faulty, NoSuchPicture."""
    _must_be_sound(draft)
    item = Item(state=ItemState.DRAFT, writer_id=by.id if by else None, created_at=at)
    db.session.add(item)
    _add_revision(item, draft, number=1, at=at, by=by)
    record("item.create", item, at=at)
    return item


def revise_item(*, item: Item, draft: ItemDraft, at: datetime, by: Account | None) -> ItemRevision:
    """A new revision; a published item goes back to draft until it is passed again.

    Papers keep the revision that they were made with. Raises Faulty, NoSuchPicture, Unchanged.
    """
    _must_be_sound(draft)
    lock(item)
    values = _values(draft)
    if item.current is not None and _says(item.current, values, draft):
        raise Unchanged
    number = max((each.number for each in item.revisions), default=0) + 1
    item.state, item.published_citation_id, item.used_until = ItemState.DRAFT, None, None
    revision = _add_revision(item, draft, number=number, at=at, by=by)
    record("item.revise", item, at=at, revision=number)
    return revision


def _must_be_sound(draft: ItemDraft) -> None:
    if found := drafts.faults(draft):
        raise Faulty("；".join(found))
    pictures.must_be_there(draft, draft.rationale)


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
        "scene": draft.scene,
        "topic": draft.topic,
        "source": draft.source,
        "valid_until": draft.valid_until,
        "extra": dict(draft.extra),
    }


def _says(revision: ItemRevision, values: dict[str, object], draft: ItemDraft) -> bool:
    same = all(getattr(revision, name) == value for name, value in values.items())
    return same and _cites(revision, frozenset(draft.article_ids))


def _cites(revision: ItemRevision, article_ids: frozenset[int]) -> bool:
    """Whether these are the articles that the revision cites.

    Where it was carried over from version to version, the article of any of them stands for all.
    """
    by_id = {each.id: each for each in revision.citations}

    def root(citation: Citation) -> int:
        while citation.carried_from_id in by_id:
            citation = by_id[citation.carried_from_id]
        return citation.id

    named = {root(each) for each in revision.citations if each.article_id in article_ids}
    known = {each.article_id for each in revision.citations}
    return article_ids <= known and named == {root(each) for each in revision.citations}


def _add_revision(
    item: Item, draft: ItemDraft, *, number: int, at: datetime, by: Account | None
) -> ItemRevision:
    revision = ItemRevision(
        item=item,
        number=number,
        **_values(draft),
        fingerprint=drafts.fingerprint_of(draft),
        sketch=wording.sketch_of(wording.compared(draft)),
        created_at=at,
        created_by_id=by.id if by else None,
        citations=[Citation(article_id=number) for number in dict.fromkeys(draft.article_ids)],
    )
    db.session.add(revision)
    db.session.flush()
    item.current = revision
    db.session.flush()
    pictures.note_uses([(revision.id, revision, revision.rationale)])
    comparing.note_near(revision)
    indexing.put_items([item.id])
    return revision


def deletable(item: Item) -> bool:
    """Whether the item is a draft as first written, of which nobody has said anything."""
    if item.state is not ItemState.DRAFT or len(item.revisions) != 1:
        return False
    said = select(ItemComment.id).where(ItemComment.item_id == item.id)
    done = select(BulkChange.id).where(BulkChange.item_id == item.id)
    passed = select(ReviewStep.id).where(ReviewStep.revision_id == item.current_id)
    return not any(db.session.scalar(each.limit(1)) for each in (said, done, passed))


def delete_item(*, item: Item, at: datetime, by: Account) -> None:
    """Delete one's own untouched draft for good. Raises NotOwn, NotUntouched."""
    lock(item)
    if item.writer_id != by.id:
        raise NotOwn
    if not deletable(item):
        raise NotUntouched
    record("item.delete", item, at=at, stem=item.revisions[0].stem[:100])
    try:
        with db.session.begin_nested():
            _delete(item.id, item.revisions[0].id)
    except IntegrityError:
        raise NotUntouched from None
    indexing.remove_items([item.id])
    db.session.expire_all()


def _delete(item_id: int, revision_id: int) -> None:
    pair = or_(NearPair.first_id == revision_id, NearPair.second_id == revision_id)
    decided = or_(DuplicateDecision.first_id == item_id, DuplicateDecision.second_id == item_id)
    for statement in (
        update(Item).where(Item.id == item_id).values(current_id=None, published_citation_id=None),
        delete(NearPair).where(pair),
        delete(DuplicateDecision).where(decided),
        delete(Citation).where(Citation.revision_id == revision_id),
        delete(PictureUse).where(PictureUse.revision_id == revision_id),
        delete(ItemRevision).where(ItemRevision.id == revision_id),
        delete(Item).where(Item.id == item_id),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})
