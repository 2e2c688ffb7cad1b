"""Pages: building forms, running sessions, taking an exam."""

from exam.views import (
    admission,
    blueprints,
    building,
    candidates,
    door,
    enemies,
    exposure,
    marking,
    marking_progress,
    monitor,
    notices,
    papers,
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
    "door",
    "enemies",
    "exposure",
    "marking",
    "marking_progress",
    "monitor",
    "notices",
    "papers",
    "planning",
    "requests",
    "sessions",
    "taking",
    "tasks",
]
