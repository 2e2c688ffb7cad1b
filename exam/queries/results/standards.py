"""Panels of judges, and the sessions that may take their cut."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Account
from core.db import db
from exam.kinds import Release
from exam.models import (
    AngoffJudge,
    AngoffPanel,
    AngoffUse,
    Attempt,
    ExamSession,
    Final,
    Form,
    SessionForm,
)
from exam.results.angoff import Judged, Place


def panels(form_id: int) -> Sequence[AngoffPanel]:
    """Of a paper, the newest first."""
    return db.session.scalars(
        select(AngoffPanel)
        .where(AngoffPanel.form_id == form_id)
        .options(selectinload(AngoffPanel.judges))
        .order_by(AngoffPanel.id.desc())
    ).all()


def panel(panel_id: int) -> AngoffPanel:
    """NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(
        select(AngoffPanel)
        .where(AngoffPanel.id == panel_id)
        .options(
            joinedload(AngoffPanel.form),
            selectinload(AngoffPanel.judges).selectinload(AngoffJudge.ratings),
        )
    ).one()


def judge(panel_id: int, judge_id: int) -> AngoffJudge:
    """NoResultFound for one that is not of the panel."""
    return db.session.scalars(
        select(AngoffJudge)
        .where(AngoffJudge.id == judge_id, AngoffJudge.panel_id == panel_id)
        .options(joinedload(AngoffJudge.panel).joinedload(AngoffPanel.form))
    ).one()


def places(form: Form) -> list[Place]:
    """Where a place has several items of which each candidate meets one, each counts its share."""
    return [Place(each.slot, each.marks / form.alternatives) for each in form.slots]


def judged(panel: AngoffPanel, number: int) -> list[Judged]:
    """What every judge said in a round."""
    return [
        Judged(
            each.name,
            {one.slot: one.percent for one in each.ratings if one.round_number == number},
        )
        for each in panel.judges
    ]


def sealed_forms() -> Sequence[Form]:
    return db.session.scalars(
        select(Form).where(Form.sealed_at.is_not(None)).order_by(Form.id.desc())
    ).all()


def sessions_with(form_id: int) -> Sequence[ExamSession]:
    """Those that use the paper and were not cancelled, the newest first."""
    return db.session.scalars(
        select(ExamSession)
        .join(SessionForm, SessionForm.session_id == ExamSession.id)
        .where(SessionForm.form_id == form_id, ExamSession.cancelled_at.is_(None))
        .order_by(ExamSession.opens_at.desc(), ExamSession.id.desc())
    ).all()


def session(session_id: int) -> ExamSession:
    return db.session.scalars(select(ExamSession).where(ExamSession.id == session_id)).one()


def is_out(session: ExamSession, at: datetime) -> bool:
    """Whether somebody may already have seen a result."""
    if session.published_at is not None:
        return True
    if db.session.scalar(select(exists().where(Final.session_id == session.id))):
        return True
    match session.score_opens:
        case Release.AT_SUBMIT:
            handed_in = exists().where(
                Attempt.session_id == session.id, Attempt.submitted_at.is_not(None)
            )
            return bool(db.session.scalar(select(handed_in)))
        case Release.AFTER_CLOSE:
            return session.closes_at <= at
    return False


def uses(panel_id: int) -> Sequence[AngoffUse]:
    """The newest first."""
    return db.session.scalars(
        select(AngoffUse)
        .where(AngoffUse.panel_id == panel_id)
        .options(joinedload(AngoffUse.session), joinedload(AngoffUse.by).joinedload(Account.person))
        .order_by(AngoffUse.id.desc())
    ).all()
