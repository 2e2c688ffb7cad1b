"""Pages of training plans."""

from courses.plans.views import following, writing
from courses.plans.views.base import bp

__all__ = ["bp", "following", "writing"]
