"""Pages of the register: list, search, reading, correcting, importing."""

from laws.views import comparing, correcting, finding, importing, reading
from laws.views.base import bp

__all__ = ["bp", "comparing", "correcting", "finding", "importing", "reading"]
