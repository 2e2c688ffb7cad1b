"""Pages of the evaluation."""

from analytics.evaluation.views import editions, entering, people, rules, trying
from analytics.evaluation.views.base import bp

__all__ = ["bp", "editions", "entering", "people", "rules", "trying"]
