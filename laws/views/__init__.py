"""Pages of the register: list, search, reading, correcting, importing."""

from laws.views import correcting, finding, importing, reading
from laws.views.base import bp

__all__ = ["bp", "correcting", "finding", "importing", "reading"]
