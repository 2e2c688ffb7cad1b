"""Bulk acts that were done."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from accounts.models import Account
from core.db import db
from question_bank.models import BulkAct, BulkChange


def acts() -> Select[BulkAct]:
    """The newest first."""
    return (
        select(BulkAct)
        .options(joinedload(BulkAct.by).joinedload(Account.person))
        .order_by(BulkAct.at.desc(), BulkAct.id.desc())
    )


def act(act_id: int) -> BulkAct:
    """NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(select(BulkAct).where(BulkAct.id == act_id)).one()


def acts_on(item_id: int) -> Sequence[BulkAct]:
    """Bulk acts that changed the item, the newest first."""
    return db.session.scalars(
        acts()
        .join(BulkChange, BulkChange.act_id == BulkAct.id)
        .where(BulkChange.item_id == item_id)
    ).all()
