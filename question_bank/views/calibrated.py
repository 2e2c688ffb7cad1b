"""Items whose level is another than accepted calibrations say: changed by people, many at once."""

from collections import Counter

from flask import render_template, request

from accounts.guards import requires
from accounts.permissions import Permission
from core import paging
from question_bank.item_types import DIFFICULTIES
from question_bank.queries import calibrated as queries
from question_bank.views.base import bp, reach


@bp.get("/calibrated")
@requires(Permission.ITEM_REVIEW)
def calibrated() -> str:
    """The suggestions of one level at a time; the change itself is a bulk act, with undo."""
    found = queries.suggestions(reach())
    counts = Counter(each.level for each in found)
    wanted = request.args.get("level", min(counts, default=1), type=int)
    number, size = paging.asked()
    rows = [each for each in found if each.level == wanted]
    return render_template(
        "question_bank/calibrated.html",
        page=paging.of(rows, number=number, per_page=size),
        counts=[(level, name, counts[level]) for level, name in DIFFICULTIES.items()],
        level=wanted,
        known=len(queries.of()),
        difficulties=DIFFICULTIES,
    )
