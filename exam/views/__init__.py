"""Pages: building forms, running sessions, taking an exam."""

from exam.views.assembling import blueprints, building, enemies, tasks
from exam.views.attempts import away, taking
from exam.views.base import bp
from exam.views.marking import corrections, marks, progress, rechecks
from exam.views.on_paper import printing, scores, sheets
from exam.views.papers import exposure
from exam.views.results import certificates, finals, standards
from exam.views.results.certificates import verify_bp
from exam.views.sessions import (
    admission,
    candidates,
    dealing,
    door,
    monitor,
    notices,
    overview,
    planning,
    requests,
)

__all__ = [
    "admission",
    "away",
    "blueprints",
    "bp",
    "building",
    "candidates",
    "certificates",
    "corrections",
    "dealing",
    "door",
    "enemies",
    "exposure",
    "finals",
    "marks",
    "monitor",
    "notices",
    "overview",
    "planning",
    "printing",
    "progress",
    "rechecks",
    "requests",
    "scores",
    "sheets",
    "standards",
    "taking",
    "tasks",
    "verify_bp",
]
