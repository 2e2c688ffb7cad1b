"""Marks earned on each item of a form in a session, by unit: summed in the database."""

from collections import Counter
from collections.abc import Collection, Mapping

import pandas as pd
from sqlalchemy import ColumnElement, func, or_, select

from accounts.models import RosterEntry
from accounts.standing import Line
from analytics.frames.mastery import COUNTED
from analytics.frames.shape import frame
from analytics.items import Scored
from analytics.tables import hundredths
from core.db import db
from exam.models import Answer, Attempt, AttemptVector, Candidate, ExamSession, Form
from exam.scoring import NOT_ASKED

#: One row a unit and slot. ``earned`` is hundredths of a mark.
EARNED = {"unit_id": "int64", "slot": "int64", "earned": "int64"}
PAPERS = {"unit_id": "int64", "papers": "int64"}


def scored(session_id: int, form: Form, unit_ids: Collection[int] | None = None) -> Scored:
    """The valid papers of a form (handed in, not voided), of everybody who counts or of some units'
    own lines."""
    handed_in: tuple[ColumnElement[bool], ...] = (
        Attempt.session_id == session_id,
        Attempt.form_id == form.id,
        Attempt.earned.is_not(None),
        *COUNTED,
        # Of a script of which only the total is known, nothing is known of its items.
        or_(Attempt.session.has(~ExamSession.on_paper), _has_vector()),
    )
    if unit_ids is not None:
        handed_in += (RosterEntry.unit_id.in_(unit_ids), RosterEntry.line == Line.RANKED)
    joined = (
        select(RosterEntry.unit_id)
        .join(Candidate, Candidate.entry_id == RosterEntry.id)
        .join(Attempt, Attempt.candidate_id == Candidate.id)
        .where(*handed_in)
        .group_by(RosterEntry.unit_id)
        .order_by(RosterEntry.unit_id)
    )
    papers = frame(db.session.execute(joined.add_columns(func.count())), PAPERS)
    rows = db.session.execute(
        joined.join(Answer, Answer.attempt_id == Attempt.id)
        .add_columns(Answer.slot, func.sum(Answer.earned))
        .group_by(Answer.slot)
        .order_by(Answer.slot)
    )
    earned = frame(
        [(unit_id, slot, int((marks or 0) * 100)) for unit_id, slot, marks in rows], EARNED
    )
    return _scored(papers, earned, _asked(handed_in) if form.alternatives > 1 else {})


def _has_vector() -> ColumnElement[bool]:
    own = AttemptVector.attempt_id == Attempt.id
    return select(AttemptVector.id).where(own).correlate(Attempt).exists()


def _asked(handed_in: tuple[ColumnElement[bool], ...]) -> Mapping[int, int]:
    """How many of the papers held each slot."""
    shares = db.session.scalars(
        select(AttemptVector.share)
        .join(Attempt, Attempt.id == AttemptVector.attempt_id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(*handed_in)
        .order_by(AttemptVector.id)
    )
    return Counter(
        slot for share in shares for slot, byte in enumerate(share, 1) if byte != NOT_ASKED
    )


def _scored(papers: pd.DataFrame, earned: pd.DataFrame, asked: Mapping[int, int]) -> Scored:
    sums = earned.groupby("slot")["earned"].sum()
    return Scored(
        papers=int(papers["papers"].sum()),
        earned={
            slot: hundredths(marks)
            for slot, marks in zip(sums.index.tolist(), sums.tolist(), strict=True)
        },
        asked=asked,
    )
