"""What follows the annual scores: certificates, a recheck answered, a correction proposed."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from accounts.models import Account
from core import clock
from core.db import db
from exam.marking.corrections import Remedy
from exam.marking.rechecks import Verdict
from exam.models import Attempt, ExamSession
from exam.results import certificates as rules
from exam.services.marking import correcting, rechecking
from exam.services.results import certificates


def load_after(session: ExamSession, *, officer: Account, approver: Account, at: datetime) -> None:
    """From the day of publication on."""
    settings = current_app.config["XUEFA"]
    certificates.issue_all(
        session=session,
        organ=settings.unit_name,
        key=rules.key_of(settings.certificate_secret),
        print_until=clock.local(at).date() + timedelta(days=90),
        at=at,
        by=officer,
    )
    attempt = _attempt(session, but=(officer, approver))
    asked = rechecking.ask(
        attempt=attempt,
        person=attempt.candidate.person,
        slot=1,
        reason="我选的选项与条文一致，请核对评分。",
        at=at + timedelta(days=1),
    )
    rechecking.answer(
        recheck=asked,
        verdict=Verdict.UPHELD,
        reply="经核对，作答与所引条文不一致，原评分无误。",
        found={},
        at=at + timedelta(days=3),
        by=approver,
    )
    correcting.propose(
        form=session.form,
        slot=2,
        remedy=Remedy.EVERYBODY,
        key="",
        reason="题干表述可作两种理解，拟全体给分。",
        at=at + timedelta(days=4),
        by=officer,
    )


def _attempt(session: ExamSession, *, but: tuple[Account, ...]) -> Attempt:
    """A paper of somebody else, not fully right, the first by number."""
    return db.session.scalars(
        select(Attempt)
        .where(
            Attempt.session_id == session.id,
            Attempt.earned < session.pass_score,
            Attempt.person_id.not_in([each.person_id for each in but]),
        )
        .order_by(Attempt.id)
        .limit(1)
    ).one()
