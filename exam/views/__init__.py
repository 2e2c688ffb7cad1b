"""Pages: building forms, running sessions, taking an exam."""

from exam.views import building, sessions, taking
from exam.views.base import bp

__all__ = ["bp", "building", "sessions", "taking"]
