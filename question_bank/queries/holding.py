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
#: Ids of the items whose keys are not to be given away yet: a query without order.
Withholder = Callable[[], Select[int]]


def _everything(_account_id: int | None) -> Select[int]:
    return select(Item.id)


def _every_key() -> Select[int]:
    return select(Item.id)


_holder: Holder = _everything
_withholder: Withholder = _every_key


def wire(holder: Holder, withholder: Withholder) -> None:
    """Say who knows which items are held back, and which keys; app.py does."""
    global _holder, _withholder
    _holder, _withholder = holder, withholder


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


def open_to_all() -> ColumnElement[bool]:
    """Item and key may be shown to everybody.

    Never what is kept secret until its exam, never what a sealed paper holds, and no key that the
    candidates of a paper may not see yet; for whomever.
    """
    secret = Item.secrecy == Secrecy.UNTIL_EXAM
    return and_(~secret, free(None), Item.id.not_in(_withholder()))


def may_practise(on: date) -> ColumnElement[bool]:
    """The item may be practised on the day; for queries that join Item to its current revision."""
    return and_(drawable(on, FOR_PRACTICE), open_to_all())


def practisable(on: date) -> Select[int]:
    """Ids of the items that may be practised on the day, in order."""
    return (
        select(Item.id)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .where(may_practise(on))
        .order_by(Item.id)
    )
