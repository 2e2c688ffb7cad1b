"""Rows of a file become drafts, and a whole import is taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from question_bank.drafts import ItemDraft
from question_bank.duplicates import wording
from question_bank.importing.plan import Accepted, Plan
from question_bank.models import (
    AmendmentCase,
    Citation,
    DuplicateDecision,
    ImportBatch,
    Item,
    ItemRevision,
    ItemState,
    NearPair,
)
from question_bank.pictures import services as pictures
from question_bank.pictures.models import PictureUse
from question_bank.queries import browsing
from question_bank.services import comparing, indexing, writing


class NothingToImport(Refused):
    """No row of the file can be taken."""

    message = "没有可以导入的试题"


class NotUntouched(Refused):
    """Some item of the import has been changed, passed or used since."""


class TakenBack(Refused):
    """The import was taken back before."""

    message = "这次导入已经撤回过了"


def take_in(*, plan: Plan, file_name: str, at: datetime, by: Account | None) -> ImportBatch:
    """Every accepted row as a draft, with its citations. Raises NothingToImport."""
    if not plan.accepted:
        raise NothingToImport
    batch = ImportBatch(
        file_name=file_name[-200:],
        imported_at=at,
        imported_by_id=by.id if by else None,
        accepted=len(plan.accepted),
        rejected=len(plan.rejected),
    )
    db.session.add(batch)
    db.session.flush()
    item: dict[str, Any] = {"state": ItemState.DRAFT, "writer_id": batch.imported_by_id}
    item |= {"batch_id": batch.id, "created_at": at}
    items = _insert(Item, [item] * len(plan.accepted))
    rows = [_revision(each, number, at=at, by=by)
            for each, number in zip(plan.accepted, items, strict=True)]  # fmt: skip
    revisions = _insert(ItemRevision, rows)
    _cite(plan.accepted, revisions)
    _show(plan.accepted, revisions, at=at, by=by)
    newest = select(ItemRevision.id).where(ItemRevision.item_id == Item.id).scalar_subquery()
    db.session.execute(
        update(Item).where(Item.batch_id == batch.id).values(current_id=newest),
        execution_options={"synchronize_session": False},
    )
    comparing.note_all_near(since=revisions[0])
    indexing.put_items(items)
    record(
        "item.import",
        batch,
        at=at,
        file=batch.file_name,
        accepted=batch.accepted,
        rejected=batch.rejected,
        duplicates=sum(not each.taken for each in plan.duplicates),
        items=[items[0], items[-1]],
    )
    return batch


def _insert(table: type[Item] | type[ItemRevision], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Add the rows; their ids, in order."""
    added = insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(db.session.scalars(added, rows))


def _revision(
    accepted: Accepted, item_id: int, *, at: datetime, by: Account | None
) -> dict[str, Any]:
    draft: ItemDraft = accepted.draft
    return {
        "item_id": item_id,
        "number": 1,
        "item_type": draft.item_type,
        **writing.kept(draft),
        "rationale": draft.rationale,
        "difficulty": draft.difficulty,
        "cognitive_level": draft.cognitive_level,
        "scene": draft.scene,
        "topic": draft.topic,
        "source": draft.source,
        "valid_until": draft.valid_until,
        "fingerprint": accepted.fingerprint,
        "sketch": wording.sketch_of(wording.compared(draft)),
        "extra": dict(draft.extra),
        "created_at": at,
        "created_by_id": by.id if by else None,
    }


def _cite(accepted: Sequence[Accepted], revisions: Sequence[int]) -> None:
    rows = [
        {"revision_id": revision, "article_id": article}
        for each, revision in zip(accepted, revisions, strict=True)
        for article in each.draft.article_ids
    ]
    if rows:
        db.session.execute(insert(Citation), rows)


def _show(
    accepted: Sequence[Accepted], revisions: Sequence[int], *, at: datetime, by: Account | None
) -> None:
    """Keep the pictures that the rows carry, and note which revisions show them."""
    drafts = [each.draft for each in accepted]
    carried = {
        address: picture
        for each in accepted
        if each.row.raw is not None
        for address, picture in each.row.raw.pictures.items()
    }
    shown = [(each, each.rationale) for each in drafts]
    if carried:
        pictures.take_in(carried, shown, at=at, by=by)
    pictures.note_uses((number, *each) for number, each in zip(revisions, shown, strict=True))


def take_back(*, batch: ImportBatch, at: datetime) -> int:
    """Delete every item of the import, if all are as they were imported; how many those were.

    Raises TakenBack, NotUntouched.
    """
    lock(batch)
    items = browsing.batch_items(batch.id)
    if not items:
        raise TakenBack
    touched = [each.id for each in items
               if each.state is not ItemState.DRAFT or len(each.revisions) > 1]  # fmt: skip
    if touched:
        named = "、".join(map(str, touched[:10]))
        more = f"等 {len(touched)} 道" if len(touched) > 10 else ""
        raise NotUntouched(f"试题 {named}{more}已经修改、发布或停用过，不能整批撤回；可以逐题停用")
    try:
        with db.session.begin_nested():
            indexing.remove_items([each.id for each in items])
            _delete(batch.id)
    except IntegrityError:
        raise NotUntouched("这次导入的试题已被试卷使用，不能整批撤回；可以逐题停用") from None
    db.session.expire_all()
    record("item.import.take_back", batch, at=at, file=batch.file_name, items=len(items))
    return len(items)


def _delete(batch_id: int) -> None:
    items = select(Item.id).where(Item.batch_id == batch_id)
    revisions = select(ItemRevision.id).where(ItemRevision.item_id.in_(items))
    for statement in (
        update(Item)
        .where(Item.batch_id == batch_id)
        .values(current_id=None, published_citation_id=None),
        delete(NearPair).where(
            or_(NearPair.first_id.in_(revisions), NearPair.second_id.in_(revisions))
        ),
        delete(DuplicateDecision).where(
            or_(DuplicateDecision.first_id.in_(items), DuplicateDecision.second_id.in_(items))
        ),
        delete(AmendmentCase).where(AmendmentCase.item_id.in_(items)),
        delete(Citation).where(Citation.revision_id.in_(revisions)),
        delete(PictureUse).where(PictureUse.revision_id.in_(revisions)),
        delete(ItemRevision).where(ItemRevision.item_id.in_(items)),
        delete(Item).where(Item.batch_id == batch_id),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})
