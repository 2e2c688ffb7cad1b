"""Marks earned on each item of a session, by unit: summed in the database."""

from collections.abc import Collection

import pandas as pd
from sqlalchemy import ColumnElement, func, or_, select

from accounts.models import RosterEntry
from analytics.frames.shape import frame
from analytics.items import Scored
from analytics.tables import hundredths
from core.db import db
from exam.models import Answer, Attempt, AttemptVector, Candidate, ExamSession

#: One row a unit and slot. ``earned`` is hundredths of a mark.
EARNED = {"unit_id": "int64", "slot": "int64", "earned": "int64"}
PAPERS = {"unit_id": "int64", "papers": "int64"}


def scored(session_id: int, unit_ids: Collection[int] | None = None) -> Scored:
    """The valid papers of a session (handed in, not voided), of everybody or of some units."""
    handed_in = (
        Attempt.session_id == session_id,
        Attempt.earned.is_not(None),
        Attempt.voided_at.is_(None),
        # Of a script of which only the total is known, nothing is known of its items.
        or_(Attempt.session.has(~ExamSession.on_paper), _has_vector()),
    )
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
    if unit_ids is not None:
        papers = papers[papers["unit_id"].isin(unit_ids)]
        earned = earned[earned["unit_id"].isin(unit_ids)]
    return _scored(papers, earned)


def _has_vector() -> ColumnElement[bool]:
    return select(AttemptVector.id).where(AttemptVector.attempt_id == Attempt.id).exists()


def _scored(papers: pd.DataFrame, earned: pd.DataFrame) -> Scored:
    sums = earned.groupby("slot")["earned"].sum()
    return Scored(
        papers=int(papers["papers"].sum()),
        earned={
            slot: hundredths(marks)
            for slot, marks in zip(sums.index.tolist(), sums.tolist(), strict=True)
        },
    )
