"""Who has seen which items in the bank."""

from collections.abc import Collection

from sqlalchemy import Select, select

from core.db import db
from question_bank.models import ItemRevision, ItemSight


def unseen(revision_ids: Collection[int], account_id: int) -> list[int]:
    """Those of the revisions that the account has not opened before, in order."""
    query = select(ItemRevision.id).where(
        ItemRevision.id.in_(revision_ids), ~noted(account_id, exported=False).exists()
    )
    return list(db.session.scalars(query.order_by(ItemRevision.id)))


def noted(account_id: int, *, exported: bool) -> Select[int]:
    """Notes that the account has seen a revision so; inside a query of ItemRevision."""
    return select(ItemSight.id).where(
        ItemSight.revision_id == ItemRevision.id,
        ItemSight.account_id == account_id,
        ItemSight.exported.is_(exported),
    )
