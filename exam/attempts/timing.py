"""When an attempt may begin and when it ends. Pure; only the server's clock counts."""

from datetime import datetime, timedelta
from typing import Protocol

from core.labels import Labelled

#: How long after its deadline an attempt is left alone: answers that arrived in time may still wait
#: to be written.
SETTLE = timedelta(seconds=5)


#: A pause puts the ends off by this much at once and takes back what was not used when the exam
#: goes on, so that nothing that asks for an end has to know of pauses. Longer it cannot last.
HOLD = timedelta(days=7)


def shown_end(closes_at: datetime, paused_at: datetime | None) -> datetime:
    """The window's end as people know it: without what a pause holds."""
    return closes_at if paused_at is None else closes_at - HOLD


class SessionState(Labelled):
    UPCOMING = "upcoming", "未开始"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"
    PUBLISHED = "published", "已公布"
    CANCELLED = "cancelled", "已取消"


class Window(Protocol):
    """A session, as far as its state goes."""

    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


def state_of(session: Window, at: datetime) -> SessionState:
    if session.cancelled_at is not None:
        return SessionState.CANCELLED
    if at < session.opens_at:
        return SessionState.UPCOMING
    if at < session.closes_at:
        return SessionState.OPEN
    return SessionState.CLOSED if session.published_at is None else SessionState.PUBLISHED


def deadline(
    started_at: datetime,
    *,
    minutes: int,
    extra_minutes: int,
    closes_at: datetime,
    added_seconds: int = 0,
) -> datetime:
    """The end of an attempt: its own minutes, but never past the window (extra time is).

    ``added_seconds`` are of its own minutes; the window has moved by as much.
    """
    extra = timedelta(minutes=extra_minutes)
    own = timedelta(minutes=minutes, seconds=added_seconds)
    return min(started_at + own + extra, closes_at + extra)
