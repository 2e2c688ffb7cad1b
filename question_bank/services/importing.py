"""Rows of a file become drafts, and a whole import is taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from accounts.models import Account
from core.audit.trail import record
from core.db import Turn, db, lock, wait_turn
from core.errors import Refused
from core.progress import Say, silent
from question_bank.drafts import ItemDraft
from question_bank.duplicates import wording
from question_bank.importing.plan import Accepted, Plan
from question_bank.models import (
    AmendmentCase,
    Citation,
    DuplicateDecision,
    ImportBatch,
    Item,
    ItemComment,
    ItemRevision,
    ItemState,
    NearPair,
    ReviewStep,
)
from question_bank.pictures import services as pictures
from question_bank.pictures.models import PictureUse
from question_bank.queries import imported, nearness
from question_bank.queries.importing import in_bank
from question_bank.services import bundles, comparing, indexing, writing

#: Rows of one statement.
_ROWS = 1_000


class NothingToImport(Refused):
    """No row of the file can be taken."""

    message = "没有可以导入的试题"


class NotUntouched(Refused):
    """Some item of the import has been changed, passed or used since."""


class TakenBack(Refused):
    """The import was taken back before."""

    message = "这次导入已经撤回过了"


def take_in(
    *, plan: Plan, file_name: str, at: datetime, by: Account | None, say: Say = silent
) -> ImportBatch:
    """Every accepted row as a draft, with its citations. Raises NothingToImport.

    Rows that somebody else imported since the plan was made are left out.
    """
    if not plan.accepted:
        raise NothingToImport
    wait_turn(Turn.IMPORTS)
    if plan.stand is None or plan.stand != nearness.stand():
        plan = plan.without(in_bank([each.fingerprint for each in plan.accepted]))
        if not plan.accepted:
            raise NothingToImport("这些试题刚刚已经导入题库，没有可以再导入的")
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
    revisions: list[int] = []
    for start in range(0, len(items), _ROWS):
        say("写入", start, len(items))
        some = zip(plan.accepted[start : start + _ROWS], items[start : start + _ROWS], strict=True)
        rows = [_revision(each, number, at=at, by=by) for each, number in some]
        revisions += _insert(ItemRevision, rows)
    _cite(plan.accepted, revisions)
    _show(plan.accepted, revisions, at=at, by=by)
    newest = select(ItemRevision.id).where(ItemRevision.item_id == Item.id).scalar_subquery()
    db.session.execute(
        update(Item).where(Item.batch_id == batch.id).values(current_id=newest),
        execution_options={"synchronize_session": False},
    )
    _note_near(plan, revisions)
    indexing.put_items(items, say=say)
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


def _note_near(plan: Plan, revisions: Sequence[int]) -> None:
    """Note what the plan found to be near; compare anew where the bank is not as it was."""
    if plan.near is None:
        comparing.note_all_near(since=revisions[0])
        return
    places = {each.row.place: revision
              for each, revision in zip(plan.accepted, revisions, strict=True)}  # fmt: skip
    made = [places.get(place) for place in plan.near.places]
    comparing.note([
        (other, revision, near.verdict)
        for revision, some in zip(made, plan.near.found, strict=True) if revision
        for near in some
        if (other := near.revision_id if near.index is None else made[near.index])
    ])  # fmt: skip


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
    items = imported.batch_items(batch.id)
    if not items:
        raise TakenBack
    if batch.left_hash is not None and bundles.digest(items) != batch.left_hash:
        raise NotUntouched("恢复的试题之后又有变动，不能整批撤回；可以逐题停用")
    touched = [each.id for each in items if batch.left_hash is None and not _as_imported(each)]
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


def _as_imported(item: Item) -> bool:
    return item.state is ItemState.DRAFT and len(item.revisions) == 1


def _delete(batch_id: int) -> None:
    items = select(Item.id).where(Item.batch_id == batch_id)
    revisions = select(ItemRevision.id).where(ItemRevision.item_id.in_(items))
    for statement in (
        update(Item)
        .where(Item.batch_id == batch_id)
        .values(state=ItemState.DRAFT, current_id=None, published_citation_id=None),
        delete(NearPair).where(
            or_(NearPair.first_id.in_(revisions), NearPair.second_id.in_(revisions))
        ),
        delete(DuplicateDecision).where(
            or_(DuplicateDecision.first_id.in_(items), DuplicateDecision.second_id.in_(items))
        ),
        delete(AmendmentCase).where(AmendmentCase.item_id.in_(items)),
        delete(ItemComment).where(ItemComment.item_id.in_(items)),
        delete(ReviewStep).where(ReviewStep.revision_id.in_(revisions)),
        delete(Citation).where(Citation.revision_id.in_(revisions)),
        delete(PictureUse).where(PictureUse.revision_id.in_(revisions)),
        delete(ItemRevision).where(ItemRevision.item_id.in_(items)),
        delete(Item).where(Item.batch_id == batch_id),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})
