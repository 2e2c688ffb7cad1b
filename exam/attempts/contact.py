"""Whether the page of an attempt is in contact with the server. Pure."""

from datetime import datetime, timedelta

#: A page tells that it is there this often (static/js/attempt.js); hidden ones once a minute.
PULSE_EVERY = timedelta(seconds=20)
#: Unheard of for longer than this, contact counts as lost.
LOST_AFTER = timedelta(seconds=75)


def is_lost(seen_at: datetime, at: datetime) -> bool:
    return at - seen_at > LOST_AFTER


def gap(before: datetime, saved_at: datetime | None, now: datetime) -> timedelta | None:
    """How long a page was out of contact that is heard of again ``now``; None if it never was.

    ``saved_at``: its last saved answer, which is a sign of life, too.
    """
    last = before if saved_at is None else max(before, min(saved_at, now))
    return now - last if is_lost(last, now) else None
