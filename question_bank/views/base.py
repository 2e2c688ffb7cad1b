"""The blueprint that the pages of this package hang on, and what they share."""

from typing import Any

from flask import Blueprint

from accounts.guards import account, can, scope
from accounts.permissions import Permission, Scope
from question_bank import figure_check, item_types
from question_bank.figure_check import Hint
from question_bank.models import ItemRevision
from question_bank.reach import Reach
from question_bank.types import kind_of, letter

bp = Blueprint("bank", __name__, url_prefix="/bank")


def reach() -> Reach:
    """Whose items the reader sees."""
    return Reach(
        account().id,
        others=scope(Permission.ITEM_READ) is Scope.ALL,
        drafts=can(Permission.ITEM_REVIEW),
    )


def hints(revision: ItemRevision) -> list[Hint]:
    """Figures of the revision that its articles do not have."""
    articles = [each.article for each in revision.citations]
    days = {day for each in articles
            for day in (each.version.promulgated_on, each.version.effective_on) if day}  # fmt: skip
    return figure_check.hints(
        item_type=revision.item_type,
        stem=revision.stem,
        options=revision.options,
        key=revision.key,
        parts=revision.parts,
        rationale=revision.rationale,
        articles=[(each.number, each.text) for each in articles],
        days=days,
    )


@bp.context_processor
def item_words() -> dict[str, Any]:
    return {"difficulties": item_types.DIFFICULTIES}


bp.app_template_global("kind_of")(kind_of)
bp.app_template_global("letter")(letter)
