"""Marks earned on each item of a form in a session, by unit: summed in the database."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, and_, func, or_, select

from accounts.models import RosterEntry
from accounts.standing import Line
from analytics import tables
from analytics.frames.mastery import COUNTED
from analytics.frames.shape import frame
from analytics.items import Scored
from analytics.tables import hundredths
from core.db import db
from exam.marking.scoring import NOT_ASKED
from exam.models import Answer, Attempt, AttemptVector, Candidate, ExamSession, Form
from exam.papers.snapshot import Slot
from exam.queries.marking.marks import settled

#: One row a unit and slot. ``earned`` is hundredths of a mark.
EARNED = {"unit_id": "int64", "slot": "int64", "earned": "int64"}
PAPERS = {"unit_id": "int64", "papers": "int64"}


def scored(session_id: int, form: Form, unit_ids: Collection[int] | None = None) -> Scored:
    """The valid papers of a form (handed in, not voided), of everybody who counts or of some units'
    own lines."""
    handed_in = _handed_in(session_id, form, unit_ids)
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


def _handed_in(
    session_id: int, form: Form, unit_ids: Collection[int] | None
) -> tuple[ColumnElement[bool], ...]:
    known: tuple[ColumnElement[bool], ...] = (
        Attempt.session_id == session_id,
        Attempt.form_id == form.id,
        Attempt.earned.is_not(None),
        settled(),
        *COUNTED,
        # Of a script of which only the total is known, nothing is known of its items.
        or_(Attempt.session.has(~ExamSession.on_paper), _has_vector()),
    )
    if unit_ids is not None:
        known += (RosterEntry.unit_id.in_(unit_ids), RosterEntry.line == Line.RANKED)
    return known


def scripts(
    session_id: int, form: Form, slots: Sequence[Slot], unit_ids: Collection[int] | None = None
) -> list[dict[str, Any]]:
    """Each of those papers that held one of the slots: whose it is, and what they earned of what
    they could. In the order of the bureau."""
    handed_in = _handed_in(session_id, form, unit_ids)
    numbers = [each.slot for each in slots]
    rows = db.session.execute(
        select(
            Attempt.id, RosterEntry.person_id, RosterEntry.staff_number, RosterEntry.name,
            RosterEntry.unit_name, RosterEntry.line, RosterEntry.duty_status,
            func.sum(Answer.earned).label("earned"),
        )
        .join(Candidate, Candidate.entry_id == RosterEntry.id)
        .join(Attempt, Attempt.candidate_id == Candidate.id)
        .outerjoin(Answer, and_(Answer.attempt_id == Attempt.id, Answer.slot.in_(numbers)))
        .where(*handed_in)
        .group_by(
            Attempt.id, RosterEntry.person_id, RosterEntry.staff_number, RosterEntry.name,
            RosterEntry.unit_name, RosterEntry.line, RosterEntry.duty_status,
            RosterEntry.unit_position, RosterEntry.unit_id, RosterEntry.id,
        )
        .order_by(RosterEntry.unit_position, RosterEntry.unit_id, RosterEntry.id, Attempt.id)
    )  # fmt: skip
    asked = _asked_of(handed_in) if form.alternatives > 1 else None
    found = []
    for row in rows:
        mine = [each for each in slots if asked is None or each.slot in asked[row.id]]
        if mine:
            found.append(
                {
                    "staff_number": row.staff_number,
                    "name": row.name,
                    "unit": row.unit_name,
                    "line": tables.line(row.line, row.duty_status),
                    "items": len(mine),
                    "earned": row.earned or Decimal(0),
                    "possible": sum((each.marks for each in mine), Decimal(0)),
                }
            )
    return found


def _has_vector() -> ColumnElement[bool]:
    own = AttemptVector.attempt_id == Attempt.id
    return select(AttemptVector.id).where(own).correlate(Attempt).exists()


def _asked(handed_in: tuple[ColumnElement[bool], ...]) -> Mapping[int, int]:
    """How many of the papers held each slot."""
    return Counter(slot for slots in _asked_of(handed_in).values() for slot in slots)


def _asked_of(handed_in: tuple[ColumnElement[bool], ...]) -> dict[int, set[int]]:
    """By attempt, the slots that it held."""
    rows = db.session.execute(
        select(AttemptVector.attempt_id, AttemptVector.share)
        .join(Attempt, Attempt.id == AttemptVector.attempt_id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(*handed_in)
        .order_by(AttemptVector.id)
    )
    return {
        attempt_id: {slot for slot, byte in enumerate(share, 1) if byte != NOT_ASKED}
        for attempt_id, share in rows
    }


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
