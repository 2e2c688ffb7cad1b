"""Pages of study groups."""

from study.group.views import (
    attending,
    calendars,
    groups,
    meetings,
    papers,
    planning,
    records,
    signing,
)
from study.group.views.base import bp
from study.group.views.calendars import feed_bp

__all__ = [
    "attending", "bp", "calendars", "feed_bp", "groups", "meetings", "papers", "planning",
    "records", "signing",
]  # fmt: skip
