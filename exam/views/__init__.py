"""Pages: building forms, running sessions, taking an exam."""

from exam.views import (
    blueprints,
    building,
    candidates,
    exposure,
    marking,
    planning,
    requests,
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
    "planning",
    "requests",
    "sessions",
    "taking",
]
