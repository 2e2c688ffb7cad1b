"""Pages: building forms, running sessions, taking an exam."""

from exam.views import (
    blueprints,
    building,
    candidates,
    enemies,
    exposure,
    marking,
    planning,
    sessions,
    taking,
    tasks,
)
from exam.views.base import bp

__all__ = [
    "blueprints",
    "bp",
    "building",
    "candidates",
    "enemies",
    "exposure",
    "marking",
    "planning",
    "sessions",
    "taking",
    "tasks",
]
