"""What people earned of the items on each law, over all exams of a period."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import exists, select

from accounts.models import OrgUnit, RosterEntry
from accounts.standing import Line
from analytics import tables
from analytics.frames.shape import frame
from analytics.mastery import MARKS, group
from analytics.periods import Period
from core.db import db
from exam.kinds import CandidateStatus
from exam.marking.scoring import NOT_ASKED, UNMARKED
from exam.models import Attempt, AttemptVector, Candidate, ExamSession, Form
from exam.papers.snapshot import Paper
from exam.queries.attempts.taking import scores_out
from exam.services.attempts.taking import sealed

#: People, the groups that they count in (mastery.group), and their shares of the marks
#: (AttemptVector.share), of one paper.
Scripts = tuple[Sequence[int], Sequence[int], Sequence[bytes]]


def marks(period: Period, at: datetime) -> pd.DataFrame:
    """A frame of MARKS: the valid scripts of the period's exams whose scores are out.

    A person counts in the line of the exam's roster; who sat in two units counts in either. An item
    that cites two laws counts whole for both.
    """
    parts = [
        _of_paper(sealed(form), scripts(session_id, form.id))
        for session_id, form in papers(period, at)
    ]
    return _added(parts)


def earned(period: Period, at: datetime, law: str, article: str = "") -> pd.DataFrame:
    """The same of one law, or of one of its articles."""
    parts = [
        _of_topic(paper, scripts(session_id, form.id), law, _about(paper, law, article))
        for session_id, form in papers(period, at)
        for paper in [sealed(form)]
    ]
    return _added(parts)


def _added(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    if not parts:
        return frame([], MARKS)
    return (
        pd.concat(parts, ignore_index=True)
        .groupby(["person_id", "unit_id", "law"], as_index=False, sort=True)
        .sum()
        .astype(MARKS)[list(MARKS)]
    )


def units(unit_ids: Collection[int]) -> Sequence[OrgUnit]:
    """In the order of the bureau."""
    return db.session.scalars(
        select(OrgUnit)
        .where(OrgUnit.id.in_(unit_ids))
        .order_by(OrgUnit.position, OrgUnit.valid_from, OrgUnit.id)
    ).all()


def papers(period: Period, at: datetime) -> Sequence[tuple[int, Form]]:
    """The sessions of the period that nobody sits any more and whose scores are out, with each
    paper that was sat in one."""
    sitting = exists().where(
        Attempt.session_id == ExamSession.id,
        Attempt.submitted_at.is_(None),
        Attempt.voided_at.is_(None),
        Attempt.deadline > at,
    )
    ended = select(ExamSession).where(
        ExamSession.closes_at >= period.begins,
        ExamSession.closes_at < period.ends,
        ExamSession.closes_at <= at,
        ExamSession.cancelled_at.is_(None),
        ~sitting,
    )
    known = db.session.scalars(ended.order_by(ExamSession.id)).all()
    told = {each.id for each in known if scores_out(each, at)}
    # The ids alone: a paper's whole text would be sorted with every vector.
    pairs = db.session.execute(
        select(AttemptVector.session_id, AttemptVector.form_id)
        .where(AttemptVector.session_id.in_(told))
        .distinct()
        .order_by(AttemptVector.session_id, AttemptVector.form_id)
    ).all()
    forms = {
        form.id: form
        for form in db.session.scalars(
            select(Form).where(Form.id.in_({form_id for _, form_id in pairs})).order_by(Form.id)
        )
    }
    return [(session_id, forms[form_id]) for session_id, form_id in pairs]


#: Whose scripts count: the same people as in the table of the exam.
COUNTED = (
    Attempt.voided_at.is_(None),
    Candidate.status != CandidateStatus.EXEMPT,
    RosterEntry.line != Line.EXCLUDED,
)


def sessions(period: Period, at: datetime) -> Sequence[ExamSession]:
    """Those whose papers count, in the order in which they ended."""
    ids = {session_id for session_id, _ in papers(period, at)}
    return db.session.scalars(
        select(ExamSession)
        .where(ExamSession.id.in_(ids))
        .order_by(ExamSession.closes_at, ExamSession.id)
    ).all()


def scripts(session_id: int, form_id: int) -> Scripts:
    """The valid ones, of those who count."""
    rows = db.session.execute(
        select(
            AttemptVector.person_id,
            AttemptVector.unit_id,
            RosterEntry.line,
            RosterEntry.duty_status,
            AttemptVector.share,
        )
        .join(Attempt, Attempt.id == AttemptVector.attempt_id)
        .join(Candidate, Candidate.id == Attempt.candidate_id)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(AttemptVector.session_id == session_id, AttemptVector.form_id == form_id)
        .where(*COUNTED)
        .order_by(AttemptVector.id)
    ).all()
    return (
        [row.person_id for row in rows],
        [group(row.unit_id, tables.line(row.line, row.duty_status)) for row in rows],
        [row.share for row in rows],
    )


def _of_paper(paper: Paper, taken: Scripts) -> pd.DataFrame:
    laws = sorted({quote.law for slot in paper.slots for quote in slot.citations})
    parts = [_of_topic(paper, taken, law, _about(paper, law)) for law in laws]
    return pd.concat(parts, ignore_index=True) if parts else frame([], MARKS)


def _about(paper: Paper, law: str, article: str = "") -> Any:
    """By slot: whether it cites the law, or the article of it."""
    return np.array(
        [
            any(quote.law == law and article in ("", quote.article) for quote in slot.citations)
            for slot in paper.slots
        ],
        dtype=bool,
    )


def _of_topic(paper: Paper, taken: Scripts, law: str, about: Any) -> pd.DataFrame:
    people, groups, shares = taken
    percent = np.frombuffer(b"".join(shares), dtype=np.uint8).reshape(-1, len(paper.slots))
    percent = percent[:, about]
    asked = ~np.isin(percent, (NOT_ASKED, UNMARKED))
    worth = np.array([float(each.marks) for each in paper.slots])[about]
    found = pd.DataFrame(
        {
            "person_id": people,
            "unit_id": groups,
            "law": law,
            "items": asked.sum(axis=1),
            "earned": (np.where(asked, percent / 100.0, 0.0) * worth).sum(axis=1),
            "possible": (asked * worth).sum(axis=1),
        }
    )
    return found[found["items"] > 0]
