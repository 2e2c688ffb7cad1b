"""Pages of the rates."""

from analytics.views import exams, learning, mastery, papers, quality
from analytics.views.base import bp

__all__ = ["bp", "exams", "learning", "mastery", "papers", "quality"]
