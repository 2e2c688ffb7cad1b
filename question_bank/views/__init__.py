"""Pages of the bank: browsing, writing, reviewing, importing and exporting items."""

from question_bank.views import browsing, importing, reviewing, writing
from question_bank.views.base import bp

__all__ = ["bp", "browsing", "importing", "reviewing", "writing"]
