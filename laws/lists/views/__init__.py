"""The pages of those who keep the lists."""

from laws.lists.views import entries, exchanging, versions
from laws.lists.views.base import bp

__all__ = ["bp", "entries", "exchanging", "versions"]
