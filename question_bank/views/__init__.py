"""Pages of the bank: browsing, writing, reviewing, importing and exporting items."""

from question_bank.views import browsing, drafting, importing, reviewing, writing
from question_bank.views.base import bp

__all__ = ["bp", "browsing", "drafting", "importing", "reviewing", "writing"]
