"""Moments as the database writes them, in text: UTC, to the microsecond. Pure.

In this form they compare as they are, and cost a save nothing to read and to tell.
"""

from datetime import datetime
from functools import lru_cache


def stored(at: datetime) -> str:
    """``2026-03-01 04:00:00.000000``, of a moment that is in UTC, as the clock's and the database's
    are."""
    second = _second(at.year, at.month, at.day, at.hour, at.minute, at.second)
    return f"{second}.{at.microsecond:06d}"


@lru_cache(maxsize=8)
def _second(year: int, month: int, day: int, hour: int, minute: int, second: int) -> str:
    """Written once for all that arrives in it."""
    return f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"


def told(moment: str) -> str:
    """A stored moment as the protocol has it: ``2026-03-01T04:00:00.000+00:00``"""
    return f"{moment[:10]}T{moment[11:23]}+00:00"
