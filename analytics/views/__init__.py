"""Pages of the rates."""

from analytics.views import exams, learning, papers, quality
from analytics.views.base import bp

__all__ = ["bp", "exams", "learning", "papers", "quality"]
