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
]
