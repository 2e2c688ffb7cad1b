"""Who has seen which items in the bank, alone or in a list: one row a person and wording."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, insert, literal, select

from accounts.models import Account
from core.db import db, lock
from question_bank.models import ItemRevision, ItemSight
from question_bank.queries import sights


def note_opened(*, revision_ids: Collection[int], at: datetime, by: Account) -> None:
    """Note that the account opened the revisions; a second time changes nothing."""
    _note(select(ItemRevision.id).where(ItemRevision.id.in_(revision_ids)), False, at, by)


def note_exported(*, revision_ids: Select[int | None], at: datetime, by: Account) -> None:
    """Note that the account took the revisions that the query gives out in a file.

    All in one statement, however many there are.
    """
    chosen = ItemRevision.id.in_(revision_ids.order_by(None))
    _note(select(ItemRevision.id).where(chosen), True, at, by)


def _note(revisions: Select[int], exported: bool, at: datetime, by: Account) -> None:
    lock(by)
    fresh = revisions.where(~sights.noted(by.id, exported=exported).exists())
    rows = fresh.add_columns(
        literal(by.id), literal(exported), literal(at, ItemSight.at.type)
    ).order_by(ItemRevision.id)
    columns = ["revision_id", "account_id", "exported", "at"]
    db.session.execute(insert(ItemSight).from_select(columns, rows))
