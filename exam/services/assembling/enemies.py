"""互斥题: pairs of items that must not be on one form."""

from datetime import datetime

from sqlalchemy import select

from accounts.models import Account
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from exam.models import ItemEnemy
from exam.queries.assembling import drawing
from exam.services.turns import take_turn


class SameItem(Refused):
    message = "两个编号是同一道题"


class UnknownItem(Refused):
    """The message names the number."""


def set_apart(
    *, first: int, second: int, reason: str, at: datetime, by: Account | None
) -> ItemEnemy:
    """The pair, whichever is named first; set once. Raises SameItem, UnknownItem."""
    if first == second:
        raise SameItem
    for unknown in sorted({first, second} - drawing.known([first, second])):
        raise UnknownItem(f"题库中没有试题 {unknown}")
    take_turn(by)
    first, second = sorted((first, second))
    found = db.session.scalars(
        select(ItemEnemy).where(ItemEnemy.first_id == first, ItemEnemy.second_id == second)
    ).one_or_none()
    if found is not None:
        return found
    made = ItemEnemy(
        first_id=first,
        second_id=second,
        reason=reason,
        made_at=at,
        made_by_id=by.id if by else None,
    )
    db.session.add(made)
    db.session.flush()
    record("item.set_apart", made, at=at, title=f"{first}、{second}", reason=reason)
    return made


def let_together(*, pair: ItemEnemy, at: datetime, by: Account | None) -> None:
    record("item.let_together", pair, at=at, title=f"{pair.first_id}、{pair.second_id}")
    db.session.delete(pair)
    db.session.flush()
