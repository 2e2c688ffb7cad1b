"""Pages: building forms, running sessions, taking an exam."""

from exam.views import (
    blueprints,
    building,
    candidates,
    certificates,
    corrections,
    exposure,
    finals,
    marking,
    planning,
    rechecks,
    sessions,
    taking,
)
from exam.views.base import bp
from exam.views.certificates import verify_bp

__all__ = [
    "blueprints",
    "bp",
    "building",
    "candidates",
    "certificates",
    "corrections",
    "exposure",
    "finals",
    "marking",
    "planning",
    "rechecks",
    "sessions",
    "taking",
    "verify_bp",
]
