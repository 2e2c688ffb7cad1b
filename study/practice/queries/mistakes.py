"""错题本: read from the practice log and from exams whose key the person may see. Kept nowhere."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Person
from core import clock
from core.db import db
from exam import scoring
from exam.models import Attempt, AttemptVector, FormItem
from exam.queries.building import practice_pool, versions_for
from exam.queries.taking import shown_of
from laws.models import Article, LawVersion
from question_bank.amendment import footing
from question_bank.models import Citation, Item, ItemRevision
from study.practice.mistakes import Answered, Mistake, open_mistakes
from study.practice.models import PracticeAnswer


def of(person: Person, at: datetime) -> dict[int, Mistake]:
    """What the person still gets wrong, by item id; some of it may be held back at the moment."""
    return open_mistakes([each for _, each in sorted(_practised(person) + _sat(person, at),
                                                     key=lambda one: one[0])])  # fmt: skip


def _practised(person: Person) -> list[tuple[datetime, Answered]]:
    rows = db.session.execute(
        select(PracticeAnswer.at, ItemRevision.item_id, PracticeAnswer.fraction)
        .join(ItemRevision, ItemRevision.id == PracticeAnswer.revision_id)
        .where(PracticeAnswer.person_id == person.id)
        .order_by(PracticeAnswer.at, PracticeAnswer.id)
    )
    return [(at, Answered(item, clock.local(at).date(), share)) for at, item, share in rows]


def _sat(person: Person, at: datetime) -> list[tuple[datetime, Answered]]:
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
        for item, percent in zip(items[attempt.form_id], shares, strict=True):
            if percent not in (scoring.UNMARKED, scoring.NOT_ASKED):
                day, share = clock.local(handed_in).date(), Decimal(percent) / 100
                found.append((handed_in, Answered(item, day, share)))
    return found


def _is_released(attempt: Attempt, at: datetime) -> bool:
    shown = shown_of(attempt, at)
    return shown.paper and shown.key


def _items(form_ids: Collection[int]) -> dict[int, list[int]]:
    """The items of each form, in the order of its slots."""
    rows = db.session.execute(
        select(FormItem.form_id, ItemRevision.item_id)
        .join(ItemRevision, ItemRevision.id == FormItem.revision_id)
        .where(FormItem.form_id.in_(form_ids))
        .order_by(FormItem.form_id, FormItem.slot)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for form_id, item_id in rows:
        found[form_id].append(item_id)
    return found


@dataclass(frozen=True)
class Weak:
    """An article, and the items on it that the person still gets wrong."""

    article: Article
    items: Sequence[tuple[ItemRevision, Mistake]]


def by_article(mistakes: dict[int, Mistake], on: date) -> list[Weak]:
    """Those that may be practised on the day, by the article that they rest on."""
    may = [each.revision_id for each in practice_pool(on, Item.id.in_(mistakes))]
    rows = db.session.scalars(
        select(ItemRevision)
        .where(ItemRevision.id.in_(may))
        .options(
            selectinload(ItemRevision.citations)
            .joinedload(Citation.article)
            .joinedload(Article.version)
            .joinedload(LawVersion.law)
        )
        .order_by(ItemRevision.id)
    ).all()
    versions = versions_for(on)
    found: dict[int, tuple[Article, list[tuple[ItemRevision, Mistake]]]] = {}
    for each in rows:
        article = footing(each.citations, versions)[0].article
        items = found.setdefault(article.id, (article, []))[1]
        items.append((each, mistakes[each.item_id]))
    return sorted(
        (Weak(article, items) for article, items in found.values()),
        key=lambda weak: (weak.article.version.law.short_title, weak.article.position,
                          weak.article.id),
    )  # fmt: skip
