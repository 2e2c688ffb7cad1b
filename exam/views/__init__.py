"""Pages: building forms, running sessions, taking an exam."""

from exam.views import (
    blueprints,
    building,
    candidates,
    exposure,
    marking,
    marking_progress,
    planning,
    sessions,
    taking,
)
from exam.views.base import bp

__all__ = [
    "blueprints",
    "bp",
    "building",
    "candidates",
    "exposure",
    "marking",
    "marking_progress",
    "planning",
    "sessions",
    "taking",
]
