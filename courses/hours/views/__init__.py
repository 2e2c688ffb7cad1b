"""Pages of credit hours: one's own, others', the rules, and claims."""

from courses.hours.views import claims, others, own, rules
from courses.hours.views.base import bp

__all__ = ["bp", "claims", "others", "own", "rules"]
