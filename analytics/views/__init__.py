"""Pages of the rates."""

from analytics.views import (
    calibration,
    circulars,
    exams,
    exports,
    integrity,
    learning,
    mastery,
    needs,
    papers,
    quality,
    quality_books,
    quality_model,
)
from analytics.views.base import bp

__all__ = [
    "bp",
    "calibration",
    "circulars",
    "exams",
    "exports",
    "integrity",
    "learning",
    "mastery",
    "needs",
    "papers",
    "quality",
    "quality_books",
    "quality_model",
]
