"""Which papers, sessions and people have met an item: computed from the facts, never counted up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select

from core import clock
from core.db import db
from exam.kinds import Release
from exam.models import Attempt, Candidate, ExamSession, Form, FormItem, SessionForm
from exam.queries.papers import pool_draws
from question_bank.models import DuplicateDecision, Item, ItemRevision, ItemState
from question_bank.queries.browsing import PASSED


def held(account_id: int | None) -> Select[int]:
    """Ids of the items on sealed papers whose exams are not over, but for the setter's own papers.

    A paper is over once it was sat, none of its sessions is still to close and nobody still sits
    it, given more time than others; one without a session is still to come.
    """
    now = clock.now()
    given = and_(SessionForm.form_id == Form.id, SessionForm.session_id == ExamSession.id)
    live = and_(given, ExamSession.cancelled_at.is_(None))
    to_come = exists().where(live, ExamSession.closes_at > now)
    over = exists().where(live, ExamSession.closes_at <= now)
    hidden = and_(Form.sealed_at.is_not(None), or_(to_come, ~over, _sat_now()))
    query = (
        select(ItemRevision.item_id)
        .join(FormItem, FormItem.revision_id == ItemRevision.id)
        .join(Form, Form.id == FormItem.form_id)
        .where(hidden)
    )
    if account_id is not None:
        query = query.where(
            func.coalesce(Form.created_by_id, 0) != account_id,
            func.coalesce(Form.sealed_by_id, 0) != account_id,
        )
    return query


def withheld() -> Select[int]:
    """Ids of the items on papers that somebody still sits, or whose key is not released.

    What is never released is never given away by practice either.
    """
    unpublished = and_(
        ExamSession.key_release == Release.ON_PUBLICATION, ExamSession.published_at.is_(None)
    )
    closed = exists().where(
        SessionForm.form_id == Form.id,
        SessionForm.session_id == ExamSession.id,
        ExamSession.cancelled_at.is_(None),
        or_(ExamSession.key_release == Release.NEVER, unpublished),
    )
    return (
        select(ItemRevision.item_id)
        .join(FormItem, FormItem.revision_id == ItemRevision.id)
        .join(Form, Form.id == FormItem.form_id)
        .where(or_(closed, _sat_now()))
    )


def _sat_now() -> Any:
    """SQL: somebody sits the paper, whose time is not over."""
    return exists().where(
        Attempt.form_id == Form.id,
        Attempt.submitted_at.is_(None),
        Attempt.voided_at.is_(None),
        Attempt.deadline > clock.now(),
    )


#: How many people practised one of the items; study lies above and app.py says who knows.
Practised = Callable[[Sequence[int]], int]


def _nobody(_item_ids: Sequence[int]) -> int:
    return 0


_practised: Practised = _nobody


def wire(practised: Practised) -> None:
    """Say who knows how many people practised items; app.py does."""
    global _practised
    _practised = practised


def practised_by(item_id: int) -> int:
    """How many people met the item, or one that was merged into it, in practice."""
    return _practised(_with_merged(item_id))


@dataclass(frozen=True)
class Use:
    """One session in which an item was put to people, or a paper that no session uses yet."""

    form_id: int
    form: str
    sealed: bool
    session: str | None
    opens_at: datetime | None
    candidates: int
    #: People who started an attempt.
    met: int


def uses_of(item_id: int) -> Sequence[Use]:
    """Papers and sessions with the item or one that was merged into it, the newest first."""
    ids = _with_merged(item_id)
    drawn = pool_draws.drawn(ids)
    met = (
        select(func.count(Attempt.person_id.distinct()))
        .where(Attempt.session_id == ExamSession.id, Attempt.form_id == Form.id)
        .correlate(ExamSession, Form)
        .scalar_subquery()
    )
    dealt = (
        select(func.count(Candidate.id))
        .where(Candidate.session_id == ExamSession.id, Candidate.form_id == Form.id)
        .correlate(ExamSession, Form)
        .scalar_subquery()
    )
    given = select(SessionForm.id).where(
        SessionForm.form_id == Form.id, SessionForm.session_id == ExamSession.id
    )
    holds = select(FormItem.form_id).join(ItemRevision, ItemRevision.id == FormItem.revision_id)
    rows = db.session.execute(
        select(Form, ExamSession, met, dealt)
        .outerjoin(ExamSession, and_(given.exists(), ExamSession.cancelled_at.is_(None)))
        .where(Form.id.in_(holds.where(ItemRevision.item_id.in_(ids))))
        .order_by(ExamSession.opens_at.desc(), Form.id.desc(), ExamSession.id.desc())
    )  # fmt: skip
    return [
        Use(
            form_id=form.id,
            form=form.title,
            sealed=form.sealed_at is not None,
            session=session.title if session else None,
            opens_at=session.opens_at if session else None,
            candidates=people if session else 0,
            met=_met_in(drawn, form, session, count),
        )
        for form, session, count, people in rows
    ]


def _met_in(
    drawn: Mapping[tuple[int, int], set[int]],
    form: Form,
    session: ExamSession | None,
    started: int,
) -> int:
    """How many met an item in a session: whoever began the paper, or drew it from its pool."""
    if session is None:
        return 0
    if form.alternatives == 1:
        return started
    return len(drawn.get((form.id, session.id), ()))


def _with_merged(item_id: int) -> list[int]:
    """The item and those that were taken out of use in its favour."""
    found, waiting = {item_id}, [item_id]
    while waiting:
        rows = db.session.execute(
            select(DuplicateDecision.first_id, DuplicateDecision.second_id)
            .where(DuplicateDecision.kept_id.in_(waiting), DuplicateDecision.undone_at.is_(None))
            .order_by(DuplicateDecision.id)
        )
        waiting = [each for row in rows for each in row if each not in found]
        found.update(waiting)
    return sorted(found)


def _met() -> Any:
    """Item id, how many papers hold it, how many people met it: one row a used item."""
    people = (
        select(Attempt.form_id, func.count(Attempt.person_id.distinct()).label("people"))
        .group_by(Attempt.form_id)
        .subquery()
    )
    return (
        select(
            ItemRevision.item_id.label("item_id"),
            func.count(FormItem.form_id.distinct()).label("forms"),
            func.coalesce(func.sum(people.c.people), 0).label("people"),
        )
        .join(FormItem, FormItem.revision_id == ItemRevision.id)
        .outerjoin(people, people.c.form_id == FormItem.form_id)
        .group_by(ItemRevision.item_id)
        .subquery()
    )


def on_papers() -> Select[int]:
    """Ids of the items that any paper holds."""
    return select(ItemRevision.item_id).join(FormItem, FormItem.revision_id == ItemRevision.id)


def met_by(people: int) -> Select[int]:
    """Ids of the items that at least so many people met, counted once an exam."""
    met = _met()
    return select(met.c.item_id).where(met.c.people >= people)


def never_used() -> Any:
    """(Item, its current revision) that no paper ever held, the oldest first."""
    used = _met()
    return (
        select(Item, ItemRevision)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .outerjoin(used, used.c.item_id == Item.id)
        .where(Item.state == ItemState.PUBLISHED, used.c.item_id.is_(None), _shown())
        .order_by(Item.created_at, Item.id)
    )


def over_exposed(people: int) -> list[tuple[Item, ItemRevision, int, int]]:
    """(Item, revision, papers, people met) of at least so many, the most exposed first.

    Of a pool paper only what was drawn counts, so that there each attempt is drawn once more.
    """
    used = _met()
    rows = db.session.execute(
        select(Item, ItemRevision, used.c.forms, used.c.people)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .join(used, used.c.item_id == Item.id)
        .where(Item.state.in_(PASSED), used.c.people >= people, _shown())
        .order_by(Item.id)
    ).all()
    undrawn = pool_draws.undrawn() if rows else {}
    found = [(row[0], row[1], row[2], int(row[3]) - undrawn.get(row[0].id, 0)) for row in rows]
    found = [row for row in found if row[3] >= people]
    return sorted(found, key=lambda row: -row[3])


def _shown() -> Any:
    return Item.id.not_in(held(None))
