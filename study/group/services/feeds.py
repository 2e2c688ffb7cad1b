"""Private calendar addresses: made and revoked."""

from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from study.group.models.groups import CalendarFeed
from study.group.queries import feeds as queries

#: Addresses that somebody may have at a time.
MOST = 5


def create(*, account: Account, token_hash: str, at: datetime) -> CalendarFeed:
    """Raises Refused beyond MOST."""
    lock(account)
    if len(queries.live(account.id)) >= MOST:
        raise Refused(f"订阅地址最多 {MOST} 个，请先作废不用的")
    feed = CalendarFeed(account_id=account.id, token_hash=token_hash, created_at=at)
    db.session.add(feed)
    db.session.flush()
    record("group_feed.create", feed, at=at)
    return feed


def revoke(*, feed: CalendarFeed, at: datetime) -> None:
    lock(feed)
    if feed.revoked_at is None:
        feed.revoked_at = at
        record("group_feed.revoke", feed, at=at)
