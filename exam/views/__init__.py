"""Pages: building forms, running sessions, taking an exam."""

from exam.views import (
    admission,
    blueprints,
    building,
    candidates,
    enemies,
    exposure,
    marking,
    notices,
    planning,
    requests,
    sessions,
    taking,
    tasks,
)
from exam.views.base import bp

__all__ = [
    "admission",
    "blueprints",
    "bp",
    "building",
    "candidates",
    "enemies",
    "exposure",
    "marking",
    "notices",
    "planning",
    "requests",
    "sessions",
    "taking",
    "tasks",
]
