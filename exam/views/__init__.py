"""Pages: building forms, running sessions, taking an exam."""

from exam.views import (
    admission,
    blueprints,
    building,
    candidates,
    door,
    exposure,
    marking,
    marking_progress,
    monitor,
    notices,
    planning,
    requests,
    sessions,
    taking,
)
from exam.views.base import bp

__all__ = [
    "admission",
    "blueprints",
    "bp",
    "building",
    "candidates",
    "door",
    "exposure",
    "marking",
    "marking_progress",
    "monitor",
    "notices",
    "planning",
    "requests",
    "sessions",
    "taking",
]
