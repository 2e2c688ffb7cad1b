"""Items by full text. Whose items a reader finds is part of every query."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from core.db import db
from core.fulltext.index import REF_ID, Hits
from core.paging import Page
from laws import search
from question_bank.models import Item, ItemRevision, ItemState
from question_bank.queries.browsing import ITEM, within
from question_bank.reach import Reach


def matching(
    text: str, reach: Reach, *, state: ItemState | None = None, number: int = 1, per_page: int = 20
) -> Page[Item]:
    """The items within the reach that hold every word, best first, with current revisions."""
    seen = select(Item.id).where(Item.id == REF_ID, within(reach))
    if state is not None:
        seen = seen.where(Item.state == state)
    found = Hits(db.session, [ITEM], search.texts(text), search.better_texts(text))
    page = found.where(seen.exists()).page(number=number, per_page=per_page)
    rows = db.session.scalars(_with_revisions([ref_id for _, ref_id in page.items]))
    by_id = {each.id: each for each in rows}
    shown = [by_id[ref_id] for _, ref_id in page.items if ref_id in by_id]
    return page.of(shown)


def _with_revisions(ids: Sequence[int]) -> Select[Item]:
    return (
        select(Item)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .where(Item.id.in_(ids))
        .options(contains_eager(Item.current))
        .order_by(Item.id)
    )
