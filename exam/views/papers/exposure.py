"""Who has met which item: of one item, and over the bank."""

from typing import Any

from flask import render_template, request

from accounts.guards import account, can, requires
from accounts.permissions import Permission
from core import paging
from exam.queries.papers import exposure as queries
from exam.views.base import bp
from question_bank.queries import browsing
from question_bank.reach import Reach
from question_bank.views.base import noted_as_seen

#: Readers of the page: those who draw papers, and those who look after items.
READERS = (Permission.FORM_BUILD, Permission.ITEM_REVIEW)


def _reach() -> Reach:
    return Reach(account().id, others=True, drafts=can(Permission.ITEM_REVIEW), confidential=True)


@bp.get("/exposure")
@requires(*READERS)
def exposure() -> str:
    """Items that no paper ever held, and items that many people met."""
    least = min(max(1, request.args.get("people", 100, type=int)), 1_000_000)
    shown = "over" if request.args.get("show") == "over" else "never"
    page = _page(shown, least)
    if noted_as_seen([row[1].id for row in page.items]):
        page = _page(shown, least)
    return render_template(
        "exam/papers/exposure.html",
        page=page,
        shown=shown,
        least=least,
    )


def _page(shown: str, least: int) -> paging.Page[Any]:
    number, size = paging.asked()
    if shown == "over":
        return paging.of(queries.over_exposed(least), number=number, per_page=size)
    return paging.select_rows(queries.never_used(), number=number, per_page=size)


@bp.get("/exposure/<int:item_id>")
@requires(*READERS)
def item_exposure(item_id: int) -> str:
    """Papers, sessions and people that met one item."""
    found = browsing.item(item_id, _reach())
    if noted_as_seen([found.current_id] if found.current_id else []):
        found = browsing.item(item_id, _reach())
    uses = queries.uses_of(item_id)
    return render_template(
        "exam/papers/item_exposure.html",
        item=found,
        uses=uses,
        met=sum(each.met for each in uses),
        practised=queries.practised_by(found.id),
        builds=can(Permission.FORM_BUILD),
    )
