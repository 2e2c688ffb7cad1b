"""Pages of the board."""

from analytics.board.views import charts, comparing, dashboard, outputs, people
from analytics.board.views.base import bp

__all__ = ["bp", "charts", "comparing", "dashboard", "outputs", "people"]
