"""Pairs of items that say nearly the same: noted as items come in, decided by people, undone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from question_bank.duplicates import wording
from question_bank.duplicates.judging import Verdict
from question_bank.life import DuplicateAct
from question_bank.models import DuplicateDecision, Item, ItemRevision, ItemState, NearPair
from question_bank.queries import nearness


class SameItem(Refused):
    """A decision is about two items."""

    message = "请选择两道不同的试题"


class AlreadyDecided(Refused):
    """Somebody else has decided about the two meanwhile."""

    message = "这两道试题已经处理过了"


class AlreadyRetired(Refused):
    """The item that is to be taken out of use is out of use."""

    message = "其中一道试题已经停用，不必再处理"


class AlreadyUndone(Refused):
    """A decision is undone once."""

    message = "这次处理已经撤销过了"


class ChangedSince(Refused):
    """The retired item is not as the merge left it."""

    message = "停用的那道试题之后又有变动，不能撤销；可以在试题页恢复"


def note_near(revision: ItemRevision) -> None:
    """Note which current items the new revision is near to."""
    item = wording.compared(revision)
    found = nearness.near_to(item, besides=revision.item_id)
    note([(each.revision_id, revision.id, each.verdict) for each in found])


def note_all_near(since: int = 0) -> int:
    """Note every pair whose newer revision is ``since`` or later; how many there are.

    Pairs noted before are judged anew. For imports, and for the whole bank by command.
    """
    found = nearness.pairs_since(since)
    db.session.execute(
        delete(NearPair).where(NearPair.second_id >= since),
        execution_options={"synchronize_session": False},
    )
    note(found)
    return len(found)


def note(found: Sequence[tuple[int, int, Verdict]]) -> None:
    """Note pairs of revisions that were found to be near, and were not noted before."""
    rows: list[dict[str, Any]] = [
        {
            "first_id": min(first, second),
            "second_id": max(first, second),
            "kind": verdict.kind,
            "likeness": round(verdict.likeness * 1000),
            "other_key": verdict.other_key,
        }
        for first, second, verdict in found
    ]
    if rows:
        # Of tens of thousands of pairs none is needed as an object: straight into the table.
        db.session.execute(insert(NearPair.metadata.tables[NearPair.__tablename__]), rows)


def keep_both(*, one: Item, other: Item, at: datetime, by: Account | None) -> DuplicateDecision:
    """Both stay, and nobody is asked about them again. Raises SameItem, AlreadyDecided."""
    return _decide(one, other, None, at=at, by=by)


def merge(*, kept: Item, retired: Item, at: datetime, by: Account | None) -> DuplicateDecision:
    """One stays; the other is taken out of use and stays in the papers that hold it.

    Raises SameItem, AlreadyDecided, AlreadyRetired.
    """
    lock(retired)
    if retired.state is ItemState.RETIRED or kept.state is ItemState.RETIRED:
        raise AlreadyRetired
    made = _decide(kept, retired, kept, at=at, by=by)
    made.state_before, retired.state = retired.state, ItemState.RETIRED
    db.session.flush()
    return made


def _decide(
    one: Item, other: Item, kept: Item | None, *, at: datetime, by: Account | None
) -> DuplicateDecision:
    if one.id == other.id:
        raise SameItem
    if other.id in nearness.kept_apart(one.id):
        raise AlreadyDecided
    made = DuplicateDecision(
        first_id=min(one.id, other.id),
        second_id=max(one.id, other.id),
        act=DuplicateAct.MERGED if kept else DuplicateAct.KEPT,
        kept_id=kept.id if kept else None,
        at=at,
        by_id=by.id if by else None,
    )
    db.session.add(made)
    db.session.flush()
    record("item.merge" if kept else "item.keep_both", one, at=at, other=other.id)
    return made


def undo(*, decision: DuplicateDecision, at: datetime, by: Account | None) -> None:
    """A decision is taken back; a merged item is as before. Raises AlreadyUndone, ChangedSince."""
    lock(decision)
    if decision.undone_at is not None:
        raise AlreadyUndone
    if decision.kept_id is not None:
        gone = {decision.first_id, decision.second_id} - {decision.kept_id}
        retired = db.session.scalars(select(Item).where(Item.id == gone.pop())).one()
        lock(retired)
        if retired.state is not ItemState.RETIRED or decision.state_before is None:
            raise ChangedSince
        retired.state = decision.state_before
    decision.undone_at, decision.undone_by_id = at, by.id if by else None
    db.session.flush()
    record("item.undo_decision", decision, at=at,
           items=[decision.first_id, decision.second_id])  # fmt: skip
