"""Pages: building forms, running sessions, taking an exam."""

from exam.views import (
    admission,
    blueprints,
    building,
    candidates,
    certificates,
    corrections,
    exposure,
    finals,
    marking,
    notices,
    planning,
    rechecks,
    requests,
    sessions,
    taking,
)
from exam.views.base import bp
from exam.views.certificates import verify_bp

__all__ = [
    "admission",
    "blueprints",
    "bp",
    "building",
    "candidates",
    "certificates",
    "corrections",
    "exposure",
    "finals",
    "marking",
    "notices",
    "planning",
    "rechecks",
    "requests",
    "sessions",
    "taking",
    "verify_bp",
]
