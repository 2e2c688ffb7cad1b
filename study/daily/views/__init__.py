"""Pages: today, the memory of articles, regularity, and the anomalies that liaisons look into."""

from study.daily.views import anomalies, departments, knowing, regular, today
from study.daily.views.base import bp

__all__ = ["anomalies", "bp", "departments", "knowing", "regular", "today"]
