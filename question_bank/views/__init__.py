"""Pages of the bank: browsing, writing, reviewing, importing and exporting items."""

from question_bank.tasks import views as tasks
from question_bank.views import (
    amending,
    browsing,
    bulk,
    calibrated,
    coverage,
    drafting,
    duplicates,
    importing,
    law_coverage,
    pictures,
    restoring,
    reviewing,
    writing,
)
from question_bank.views.base import bp

__all__ = [
    "amending",
    "bp",
    "browsing",
    "bulk",
    "calibrated",
    "coverage",
    "drafting",
    "duplicates",
    "importing",
    "law_coverage",
    "pictures",
    "restoring",
    "reviewing",
    "tasks",
    "writing",
]
