"""Reads for final results: everything that they are made of, in one order."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from accounts.models import Account, RosterEntry
from core.db import db
from exam.models import (
    Answer,
    Attempt,
    AttemptVector,
    Candidate,
    Correction,
    ExamSession,
    Final,
    Form,
    Marking,
    PaperScore,
    Recheck,
    Reversal,
    UndoRequest,
)
from exam.results.finals import canonical, digest


def finals(session_id: int) -> Sequence[Final]:
    """Every final of a session, the newest first."""
    return db.session.scalars(
        select(Final)
        .where(Final.session_id == session_id)
        .options(joinedload(Final.made_by).joinedload(Account.person))
        .order_by(Final.number.desc())
    ).all()


def latest(session_id: int) -> Final | None:
    return db.session.scalars(
        select(Final).where(Final.session_id == session_id).order_by(Final.number.desc()).limit(1)
    ).first()


def reversals(session_id: int) -> Select[Reversal]:
    """What was proposed to be reversed, the newest first."""
    return (
        select(Reversal)
        .join(Attempt, Attempt.id == Reversal.attempt_id)
        .where(Attempt.session_id == session_id)
        .options(
            joinedload(Reversal.attempt).joinedload(Attempt.candidate).joinedload(Candidate.entry),
            joinedload(Reversal.final),
        )
        .order_by(Reversal.id.desc())
    )


def reversal(reversal_id: int) -> Reversal:
    return db.session.scalars(select(Reversal).where(Reversal.id == reversal_id)).one()


def proposed_to(attempt_id: int) -> Reversal | None:
    """A proposal for the attempt that nobody has decided about."""
    return db.session.scalars(
        select(Reversal).where(Reversal.attempt_id == attempt_id, Reversal.decided_at.is_(None))
    ).first()


def open_rechecks(session_id: int) -> int:
    query = (
        select(func.count())
        .select_from(Recheck)
        .join(Attempt, Attempt.id == Recheck.attempt_id)
        .where(Attempt.session_id == session_id, Recheck.answered_at.is_(None))
    )
    return db.session.scalar(query) or 0


def open_corrections(session_id: int) -> Sequence[Correction]:
    """Those for the forms of a session about which nobody has decided, or about taking them back.

    Of those proposed together the one that the others go with.
    """
    sat = select(Attempt.form_id).where(Attempt.session_id == session_id)
    here = select(func.coalesce(Correction.together_id, Correction.id)).where(
        Correction.form_id.in_(sat)
    )
    undoing = select(UndoRequest.id).where(
        UndoRequest.correction_id == Correction.id, UndoRequest.decided_at.is_(None)
    )
    proposed = and_(Correction.approved_at.is_(None), Correction.declined_at.is_(None))
    return db.session.scalars(
        select(Correction)
        .where(Correction.id.in_(here), or_(proposed, undoing.exists()))
        .options(
            joinedload(Correction.form).options(defer(Form.snapshot)),
            selectinload(Correction.undoings),
        )
        .order_by(Correction.id)
    ).all()


def papers(session_id: int) -> Sequence[Form]:
    """The sealed papers that people sat."""
    sat = select(Attempt.form_id).where(Attempt.session_id == session_id)
    return db.session.scalars(select(Form).where(Form.id.in_(sat)).order_by(Form.id)).all()


def parts(session: ExamSession) -> dict[str, str]:
    """The digest of each part of a session's results, from the rows as they are."""
    here = Attempt.session_id == session.id
    sat = select(Attempt.form_id).where(here)
    answers, saved = _answers(here)
    return {
        "session": _rules(session),
        "list": _digest(
            select(
                Candidate.id, RosterEntry.staff_number, RosterEntry.name, RosterEntry.unit_name,
                Candidate.status, Candidate.reason, Candidate.extra_minutes,
                Candidate.form_id, Candidate.form_reason, Candidate.left_out,
            )
            .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
            .where(Candidate.session_id == session.id)
            .order_by(Candidate.id)
        ),
        "scores": _digest(
            select(
                Attempt.id, Attempt.candidate_id, Attempt.number, Attempt.form_id, Attempt.seed,
                Attempt.started_at, Attempt.submitted_at, Attempt.auto_submitted,
                Attempt.unmarked, Attempt.earned, Attempt.voided_at, Attempt.void_reason,
                Attempt.misconduct, Attempt.draw_seed, Attempt.left_out,
            )
            .where(here)
            .order_by(Attempt.id)
        ),
        "answers": digest(
            answers
            + _digest(
                select(
                    Marking.id, Marking.answer_id, Marking.reader, Marking.points, Marking.earned,
                    Marking.marked_at, Marking.marked_by_id,
                )
                .join(Answer, Answer.id == Marking.answer_id)
                .join(Attempt, Attempt.id == Answer.attempt_id)
                .where(here)
                .order_by(Marking.id)
            )
            + _digest(
                select(
                    PaperScore.id, PaperScore.candidate_id, PaperScore.number, PaperScore.form_id,
                    PaperScore.state, PaperScore.total, PaperScore.sections, PaperScore.items,
                    PaperScore.entered_by_id, PaperScore.checked_by_id,
                )
                .join(Candidate, Candidate.id == PaperScore.candidate_id)
                .where(Candidate.session_id == session.id, PaperScore.checked_at.is_not(None))
                .order_by(PaperScore.id)
            )
        ),
        "corrections": _corrections(sat),
        "traces": digest(
            saved
            + _digest(
                select(Attempt.id, Attempt.person_id, Attempt.deadline, Attempt.added_seconds)
                .where(here)
                .order_by(Attempt.id)
            )
            + _digest(
                select(
                    AttemptVector.attempt_id, AttemptVector.form_id, AttemptVector.person_id,
                    AttemptVector.unit_id, AttemptVector.right, AttemptVector.share,
                )
                .where(AttemptVector.session_id == session.id)
                .order_by(AttemptVector.attempt_id)
            )
        ),
    }  # fmt: skip


def _answers(here: ColumnElement[bool]) -> tuple[str, str]:
    """The digest of the answers, and that of when they were saved: of the same rows, read once."""
    query = (
        select(
            Answer.attempt_id, Answer.slot, Answer.seq, Answer.response, Answer.earned,
            Answer.saved_at,
        )
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(here)
        .order_by(Answer.attempt_id, Answer.slot)
    )  # fmt: skip
    answers, saved = hashlib.sha256(), hashlib.sha256()
    for *answer, at in db.session.execute(query.execution_options(yield_per=2_000)):
        answers.update(_line(answer))
        saved.update(_line([at]))
    return answers.hexdigest(), saved.hexdigest()


def _corrections(sat: Select[int]) -> str:
    """Those of whole items; what is about parts of them is added where there is any."""
    query = (
        select(
            Correction.id, Correction.form_id, Correction.slot, Correction.remedy,
            Correction.key, Correction.approved_at, Correction.undone_at,
        )
        .where(Correction.form_id.in_(sat), Correction.approved_at.is_not(None))
        .order_by(Correction.id)
    )  # fmt: skip
    of_parts = query.where(Correction.part.is_not(None))
    if db.session.execute(of_parts.limit(1)).first() is None:
        return _digest(query)
    parts = of_parts.with_only_columns(Correction.id, Correction.part)
    return digest(_digest(query) + _digest(parts))


def _rules(session: ExamSession) -> str:
    sat = select(Attempt.form_id).where(Attempt.session_id == session.id)
    papers = db.session.execute(
        select(Form.id, Form.hash).where(Form.id.in_(sat)).order_by(Form.id)
    )
    return digest(
        canonical(
            [
                session.id, session.title, session.exam_kind, session.makeup_of_id,
                session.pass_score, session.excellent_score, session.max_attempts,
                session.score_policy, [list(each) for each in papers],
                [[each.form_id, each.rank_group] for each in session.papers],
                session.on_paper, session.double_marking, session.mark_tolerance,
                session.tolerance_unit, session.mark_combining,
            ]
        )
    )  # fmt: skip


def _digest(query: Select[*tuple[Any, ...]]) -> str:
    """Row by row, so that any number of them passes through little memory."""
    found = hashlib.sha256()
    for row in db.session.execute(query.execution_options(yield_per=2_000)):
        found.update(_line(row))
    return found.hexdigest()


def _line(row: Sequence[Any]) -> bytes:
    return canonical([_plain(each) for each in row]).encode() + b"\n"


def _plain(value: Any) -> Any:
    """The same text for the same value on every database."""
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else value
