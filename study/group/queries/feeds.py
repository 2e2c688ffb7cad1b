"""Reads of private calendar addresses."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Account
from core.db import db
from study.group.models.groups import CalendarFeed


def live(account_id: int) -> Sequence[CalendarFeed]:
    """Somebody's addresses that are in use, oldest first."""
    return db.session.scalars(
        select(CalendarFeed)
        .where(CalendarFeed.account_id == account_id, CalendarFeed.revoked_at.is_(None))
        .order_by(CalendarFeed.created_at, CalendarFeed.id)
    ).all()


def own(feed_id: int, account_id: int) -> CalendarFeed:
    """Raises NoResultFound for another's."""
    return db.session.scalars(
        select(CalendarFeed).where(
            CalendarFeed.id == feed_id, CalendarFeed.account_id == account_id
        )
    ).one()


def by_hash(token_hash: str) -> CalendarFeed | None:
    return db.session.scalars(
        select(CalendarFeed)
        .where(CalendarFeed.token_hash == token_hash, CalendarFeed.revoked_at.is_(None))
        .options(
            joinedload(CalendarFeed.account).options(
                joinedload(Account.person), selectinload(Account.grants)
            )
        )
    ).one_or_none()
