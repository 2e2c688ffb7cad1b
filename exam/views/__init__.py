"""Pages: building forms, running sessions, taking an exam."""

from exam.views import (
    admission,
    blueprints,
    building,
    candidates,
    exposure,
    marking,
    notices,
    paper_import,
    paper_scores,
    planning,
    printing,
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
    "exposure",
    "marking",
    "notices",
    "paper_import",
    "paper_scores",
    "planning",
    "printing",
    "requests",
    "sessions",
    "taking",
]
