"""Items that sealed papers hold back, and what may be drawn for what.

Papers belong to exam, which lies above the bank: app.py says where to ask. Without an answer
nothing is shown at all, so that a forgotten wire hides too much and never too little.
"""

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select

from question_bank.life import FOR_PRACTICE, Pool, Secrecy
from question_bank.models import Item, ItemRevision, ItemState

#: Ids of the items that are held back from an account: a query without order.
Holder = Callable[[int | None], Select[int]]


def _everything(_account_id: int | None) -> Select[int]:
    return select(Item.id)


_holder: Holder = _everything


def wire(holder: Holder) -> None:
    """Say who knows which items are held back; app.py does."""
    global _holder
    _holder = holder


def free(account_id: int | None) -> ColumnElement[bool]:
    """The item is on no sealed paper that is hidden from the account."""
    return Item.id.not_in(_holder(account_id))


def drawable(on: date, pools: Sequence[Pool]) -> ColumnElement[bool]:
    """The item is published, of one of the pools, and valid on the day.

    For queries that join Item to its current revision.
    """
    valid = or_(ItemRevision.valid_until.is_(None), ItemRevision.valid_until >= on)
    used = or_(Item.used_until.is_(None), Item.used_until >= on)
    return and_(Item.state == ItemState.PUBLISHED, Item.pool.in_(pools), valid, used)


def practisable(on: date) -> Select[int]:
    """Ids of the items that may be practised on the day, in order.

    Never what is kept secret until its exam, and never what a sealed paper holds, for whomever.
    """
    return (
        select(Item.id)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .where(drawable(on, FOR_PRACTICE), Item.secrecy != Secrecy.UNTIL_EXAM, free(None))
        .order_by(Item.id)
    )
