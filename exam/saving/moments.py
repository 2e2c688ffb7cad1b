"""Moments as the database writes them, in text: UTC, to the microsecond. Pure.

In this form they compare as they are, and cost a save nothing to read and to tell.
"""

from datetime import datetime


def stored(at: datetime) -> str:
    """``2026-03-01 04:00:00.000000``, of a moment that is in UTC, as the clock's and the database's
    are."""
    return at.isoformat(" ", "microseconds")[:26]


def told(moment: str) -> str:
    """A stored moment as the protocol has it: ``2026-03-01T04:00:00.000+00:00``"""
    return f"{moment[:10]}T{moment[11:23]}+00:00"
