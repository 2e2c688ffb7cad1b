"""What people were asked in exams, as others count it: whole papers, or the items drawn of one.

A fixed paper is known by its id; of one that each attempt draws from, minus the id of its place of
an item (FormItem) says that this item was drawn.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import case, select

from core.db import db
from exam.models import Attempt, Form, FormItem
from exam.papers import drawing


def key_of() -> Any:
    """SQL: the key under which a FormItem, joined to its Form, is asked."""
    return case((Form.alternatives > 1, -FormItem.id), else_=FormItem.form_id)


def asked(person_ids: Collection[int]) -> Iterator[tuple[int, int]]:
    """(person, key) of all valid attempts that they handed in, by attempt."""
    rows = db.session.execute(
        select(
            Attempt.person_id,
            Attempt.form_id,
            Attempt.draw_seed,
            Attempt.left_out,
            Form.alternatives,
        )
        .join(Form, Form.id == Attempt.form_id)
        .where(
            Attempt.person_id.in_(person_ids),
            Attempt.submitted_at.is_not(None),
            Attempt.voided_at.is_(None),
        )
        .order_by(Attempt.id)
    ).all()
    items = _items({row.form_id for row in rows if row.alternatives > 1})
    for row in rows:
        if row.alternatives == 1:
            yield row.person_id, row.form_id
            continue
        ids = items[row.form_id]
        places = drawing.places(range(1, len(ids) + 1), row.alternatives)
        for slot in drawing.chosen(places, row.draw_seed, row.left_out):
            yield row.person_id, -ids[slot - 1]


def _items(form_ids: Collection[int]) -> dict[int, list[int]]:
    rows = db.session.execute(
        select(FormItem.form_id, FormItem.id)
        .where(FormItem.form_id.in_(form_ids))
        .order_by(FormItem.form_id, FormItem.slot)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for form_id, place_id in rows:
        found[form_id].append(place_id)
    return found
