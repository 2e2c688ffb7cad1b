"""Pages: studying, following others' progress, managing the catalogue, writing lessons."""

from courses.views import following, learning, managing, writing
from courses.views.base import bp

__all__ = ["bp", "following", "learning", "managing", "writing"]
