"""Imports that were made, and what is left of them."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from core.db import db
from question_bank.models import ImportBatch, Item, ItemRevision, ItemState


def batches(account_id: int) -> Select[ImportBatch]:
    """The imports of an account, newest first."""
    return (
        select(ImportBatch)
        .where(ImportBatch.imported_by_id == account_id)
        .order_by(ImportBatch.imported_at.desc(), ImportBatch.id.desc())
    )


def batch(batch_id: int, account_id: int) -> ImportBatch:
    """One import of the account. NoResultFound for anybody else's."""
    return db.session.scalars(
        select(ImportBatch).where(
            ImportBatch.id == batch_id, ImportBatch.imported_by_id == account_id
        )
    ).one()


def batch_items(batch_id: int) -> Sequence[Item]:
    return db.session.scalars(
        select(Item)
        .where(Item.batch_id == batch_id)
        .options(selectinload(Item.revisions))
        .order_by(Item.id)
    ).all()


def states_in(batch_id: int) -> dict[ItemState, int]:
    """How many items of an import there are in each state."""
    rows = db.session.execute(
        select(Item.state, func.count(Item.id))
        .where(Item.batch_id == batch_id)
        .group_by(Item.state)
        .order_by(Item.state)
    )
    return {row[0]: row[1] for row in rows}


def edited_in(batch_id: int) -> bool:
    """Whether an item of an import has a revision besides the first."""
    later = (
        select(ItemRevision.id)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(Item.batch_id == batch_id, ItemRevision.number > 1)
        .exists()
    )
    return bool(db.session.scalar(select(later)))


def items_in(batch_ids: Sequence[int]) -> dict[int, int]:
    """How many items of each import are still there."""
    rows = db.session.execute(
        select(Item.batch_id, func.count(Item.id))
        .where(Item.batch_id.in_(batch_ids))
        .group_by(Item.batch_id)
        .order_by(Item.batch_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}
