"""Reads about the papers of sessions: which belong together, and what must not meet on one."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from accounts.models import RosterEntry
from accounts.standing import RankGroup
from core.db import db
from exam.kinds import CandidateStatus
from exam.models import Candidate, ExamSession, Form, SessionForm
from exam.queries.assembling.building import sealed_forms
from exam.queries.papers import contacts


def drawn_together(forms: Sequence[Form]) -> dict[int, list[int]]:
    """Of each form that was drawn with others (A卷, B卷 …) the ids of all that are sealed."""
    seeds = {each.seed for each in forms}
    rows = db.session.execute(
        select(Form.blueprint_id, Form.seed, Form.id)
        .where(Form.seed.in_(seeds), Form.sealed_at.is_not(None), Form.replaces_id.is_(None))
        .order_by(Form.id)
    ).all()
    alike = {
        each.id: [row.id for row in rows if (row[0], row[1]) == (each.blueprint_id, each.seed)]
        for each in forms
    }
    return {form_id: ids for form_id, ids in alike.items() if len(ids) > 1 and form_id in ids}


def addable(session: ExamSession) -> Sequence[Form]:
    """Sealed forms of the session's blueprints that it does not give out, the newest first."""
    own = session.forms
    return db.session.scalars(
        sealed_forms()
        .where(
            Form.blueprint_id.in_({each.blueprint_id for each in own}),
            Form.id.not_in({each.id for each in own}),
        )
        .limit(50)
    ).all()


def waiting_for(form: Form, at: datetime) -> Sequence[tuple[ExamSession, int]]:
    """Sessions to be sat that give out papers of the form's blueprint, but not this one, with how
    many people on their lists wait for a paper that is free of their items."""
    rows = db.session.execute(
        select(ExamSession, func.count(Candidate.id))
        .join(Candidate, Candidate.session_id == ExamSession.id)
        .where(*_waits(form, at))
        .group_by(ExamSession.id)
        .order_by(ExamSession.opens_at, ExamSession.id)
    )
    return [(row[0], row[1]) for row in rows]


def _waits(form: Form, at: datetime) -> list[ColumnElement[bool]]:
    alike = (
        select(SessionForm.session_id)
        .join(Form, Form.id == SessionForm.form_id)
        .where(Form.blueprint_id == form.blueprint_id)
    )
    having = select(SessionForm.session_id).where(SessionForm.form_id == form.id)
    return [
        ExamSession.id.in_(alike),
        ExamSession.id.not_in(having),
        ExamSession.closes_at > at,
        ExamSession.cancelled_at.is_(None),
        Candidate.form_id.is_(None),
        Candidate.status == CandidateStatus.DUE,
    ]


def kept_free_of(form: Form, slot: int, at: datetime) -> set[int]:
    """Items that must not come into a slot of a form for the sake of those who wait for a paper:
    what they touched who could sit the form but for that slot.

    None where each place has alternatives, of which everybody's own are left out.
    """
    if form.alternatives > 1:
        return set()
    waiting = db.session.scalars(
        select(Candidate.person_id)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(*_waits(form, at))
        .distinct()
        .order_by(Candidate.person_id)
    ).all()
    beside = {each.revision.item_id for each in form.slots if each.slot != slot}
    touched = contacts.items_by(waiting) if waiting else {}
    return {item for items in touched.values() if not items & beside for item in items}


def given(session: ExamSession) -> Counter[tuple[int, RankGroup | None]]:
    """How many candidates have each paper, by the form and whom it is for."""
    own = {(each.form_id, each.rank_group) for each in session.papers}
    keys = (Candidate.form_id, RosterEntry.rank_group)
    rows = db.session.execute(
        select(*keys, func.count())
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(Candidate.session_id == session.id)
        .group_by(*keys)
        .order_by(*keys)
    )
    found: Counter[tuple[int, RankGroup | None]] = Counter()
    for form_id, group, count in rows:
        if form_id is not None:
            found[form_id, group if (form_id, group) in own else None] += count
    return found


def undecided(session_id: int) -> Sequence[Candidate]:
    """Who is due but has no paper that they may sit: 批准免考 or 另抽回避卷."""
    return db.session.scalars(
        select(Candidate)
        .where(
            Candidate.session_id == session_id,
            Candidate.form_id.is_(None),
            Candidate.status == CandidateStatus.DUE,
        )
        .options(joinedload(Candidate.entry))
        .order_by(Candidate.id)
    ).all()
