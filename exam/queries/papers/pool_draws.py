"""Pool papers: what was really drawn for those who began them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.db import db
from exam.models import Attempt, Form, FormItem
from exam.papers import drawing
from question_bank.models import ItemRevision


def drawn(item_ids: Collection[int]) -> dict[tuple[int, int], set[int]]:
    """By pool paper and session, who drew one of the items."""
    found: dict[tuple[int, int], set[int]] = {}
    for pool in _pools(item_ids):
        slots = {slot for slot, item_id in pool.items if item_id in item_ids}
        for attempt in _attempts_of(pool.form_id):
            if slots & set(drawing.chosen(pool.places, attempt.draw_seed, attempt.left_out)):
                found.setdefault((pool.form_id, attempt.session_id), set()).add(attempt.person_id)
    return found


@dataclass(frozen=True)
class _Pool:
    form_id: int
    #: (slot, item) in the order of the slots.
    items: Sequence[tuple[int, int]]
    places: Sequence[Sequence[int]]


def _pools(item_ids: Collection[int] | None = None) -> list[_Pool]:
    """Papers with several items a place that somebody began, those with some items or all."""
    query = (
        select(Form.id, Form.alternatives, FormItem.slot, ItemRevision.item_id)
        .join(FormItem, FormItem.form_id == Form.id)
        .join(ItemRevision, ItemRevision.id == FormItem.revision_id)
        .where(Form.alternatives > 1, Form.id.in_(select(Attempt.form_id)))
        .order_by(Form.id, FormItem.slot)
    )
    if item_ids is not None:
        holds = (
            select(FormItem.form_id)
            .join(ItemRevision, ItemRevision.id == FormItem.revision_id)
            .where(ItemRevision.item_id.in_(item_ids))
        )
        query = query.where(Form.id.in_(holds))
    rows: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for form_id, alternatives, slot, item_id in db.session.execute(query):
        rows.setdefault((form_id, alternatives), []).append((slot, item_id))
    return [
        _Pool(form_id, items, drawing.places([slot for slot, _ in items], alternatives))
        for (form_id, alternatives), items in rows.items()
    ]


def _attempts_of(form_id: int) -> Sequence[Any]:
    return db.session.execute(
        select(Attempt.person_id, Attempt.session_id, Attempt.draw_seed, Attempt.left_out)
        .where(Attempt.form_id == form_id)
        .order_by(Attempt.id)
    ).all()


def undrawn() -> dict[int, int]:
    """By item on a pool paper, how many began the paper that it was not drawn for."""
    found: Counter[int] = Counter()
    for pool in _pools():
        met: defaultdict[int, set[int]] = defaultdict(set)
        people = set()
        for attempt in _attempts_of(pool.form_id):
            people.add(attempt.person_id)
            for slot in drawing.chosen(pool.places, attempt.draw_seed, attempt.left_out):
                met[slot].add(attempt.person_id)
        for slot, item_id in pool.items:
            found[item_id] += len(people) - len(met[slot])
    return found
