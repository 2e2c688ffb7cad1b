"""Pages of the rates."""

from analytics.views import circulars, exams, learning, mastery, papers, quality
from analytics.views.base import bp

__all__ = ["bp", "circulars", "exams", "learning", "mastery", "papers", "quality"]
