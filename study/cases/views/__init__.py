"""Pages: the library for everybody, the desk for those who write and review."""

from study.cases.views import desk, library
from study.cases.views.base import bp

__all__ = ["bp", "desk", "library"]
