"""Pages of the board."""

from analytics.board.views import base
from analytics.board.views.base import bp

__all__ = ["base", "bp"]
