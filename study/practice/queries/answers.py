"""What somebody answered, in practice and in exams whose key they may see, in the order of time."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from core.db import db
from exam.marking import scoring
from exam.models import Attempt, AttemptVector, FormItem
from exam.queries.attempts.taking import shown_of
from question_bank.models import ItemRevision
from study.practice.models import PracticeAnswer


@dataclass(frozen=True)
class Given:
    """One answer; ``seconds`` is how long it took at most, None where that is not known."""

    at: datetime
    revision_id: int
    item_id: int
    share: Decimal
    seconds: int | None
    exam: bool = False


def of(person: Person, at: datetime) -> list[Given]:
    return sorted(practised(person) + sat(person, at), key=lambda each: each.at)


def practised(person: Person) -> list[Given]:
    rows = db.session.execute(
        select(
            PracticeAnswer.at,
            PracticeAnswer.revision_id,
            ItemRevision.item_id,
            PracticeAnswer.fraction,
            PracticeAnswer.seconds,
        )
        .join(ItemRevision, ItemRevision.id == PracticeAnswer.revision_id)
        .where(PracticeAnswer.person_id == person.id)
        .order_by(PracticeAnswer.at, PracticeAnswer.id)
    )
    return [Given(*row) for row in rows]


def sat(person: Person, at: datetime) -> list[Given]:
    """Answers of exams; of attempts that are void, and before the key is released, none."""
    attempts = db.session.scalars(
        select(Attempt)
        .where(
            Attempt.person_id == person.id,
            Attempt.submitted_at.is_not(None),
            Attempt.voided_at.is_(None),
        )
        .options(joinedload(Attempt.session))
        .order_by(Attempt.submitted_at, Attempt.id)
    ).all()
    released = {each.id: each for each in attempts if _is_released(each, at)}
    rows = db.session.execute(
        select(AttemptVector.attempt_id, AttemptVector.share)
        .where(AttemptVector.attempt_id.in_(released))
        .order_by(AttemptVector.attempt_id)
    ).all()
    items = _items({each.form_id for each in released.values()})
    found = []
    for attempt_id, shares in rows:
        attempt = released[attempt_id]
        handed_in = attempt.submitted_at or at
        for (revision, item), percent in zip(items[attempt.form_id], shares, strict=True):
            if percent not in (scoring.UNMARKED, scoring.NOT_ASKED):
                share = Decimal(percent) / 100
                found.append(Given(handed_in, revision, item, share, None, exam=True))
    return found


def _is_released(attempt: Attempt, at: datetime) -> bool:
    shown = shown_of(attempt, at)
    return shown.paper and shown.key


def _items(form_ids: Collection[int]) -> dict[int, list[tuple[int, int]]]:
    """Revision and item of each form, in the order of its slots."""
    rows = db.session.execute(
        select(FormItem.form_id, FormItem.revision_id, ItemRevision.item_id)
        .join(ItemRevision, ItemRevision.id == FormItem.revision_id)
        .where(FormItem.form_id.in_(form_ids))
        .order_by(FormItem.form_id, FormItem.slot)
    )
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for form_id, revision_id, item_id in rows:
        found[form_id].append((revision_id, item_id))
    return found
