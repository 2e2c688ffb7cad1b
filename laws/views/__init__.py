"""Pages of the register: list, search, reading, correcting, importing."""

from laws.views import citing, comparing, correcting, finding, importing, reading
from laws.views.base import bp

__all__ = ["bp", "citing", "comparing", "correcting", "finding", "importing", "reading"]
