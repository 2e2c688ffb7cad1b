"""Pages: building forms, running sessions, taking an exam."""

from exam.views import (
    blueprints,
    building,
    candidates,
    exposure,
    marking,
    papers,
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
    "papers",
    "planning",
    "sessions",
    "taking",
]
