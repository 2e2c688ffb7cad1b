"""Pages of training classes."""

from courses.classes.views import (
    arranging,
    attendance,
    concluding,
    own,
    papers,
    people,
    testing,
)
from courses.classes.views.base import bp

__all__ = ["arranging", "attendance", "bp", "concluding", "own", "papers", "people", "testing"]
