"""The notice of a session: drafted from it, edited, issued once."""

from collections import Counter
from datetime import datetime

from accounts.models import Account
from core import clock
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.kinds import CandidateStatus
from exam.models import ExamNotice, ExamSession
from exam.queries.sessions import eligibility
from exam.queries.sessions import notices as queries
from exam.queries.sessions import overview as session_queries
from exam.services.attempts.taking import sealed
from exam.services.sessions.planning import PLANNED
from exam.services.sessions.window import Over
from exam.sessions import notices
from exam.sessions.notices import Asked, Notice
from exam.sessions.planning import SessionPlan

#: What is edited of a notice and kept.
PARTS = (
    "number", "addressees", "basis", "people", "schedule", "content", "manner", "requirements",
    "contact", "organ", "dated",
)  # fmt: skip


class Issued(Refused):
    message = "通知已经印发，不能再改；确需变更的，请另行通知"


class NotIssued(Refused):
    message = "通知尚未印发"


def notice_of(session: ExamSession, *, at: datetime) -> Notice:
    """The notice as it was saved, or else as the session drafts it now."""
    kept = queries.notice(session.id)
    if kept is not None:
        parts = {name: getattr(kept, name) for name in PARTS}
        return Notice(title=f"关于举办{session.title}的通知", **parts)
    counted = Counter(
        each.entry.unit_name
        for each in session_queries.candidates(session.id)
        if each.status is CandidateStatus.DUE
    )
    rules = eligibility.rules_of(session.id)
    return notices.draft(
        SessionPlan(**{name: getattr(session, name) for name in PLANNED}),
        by_unit=list(counted.items()),
        papers=[
            Asked(
                whom=each.rank_group.label if each.rank_group else "",
                laws=queries.laws_of(each.form.blueprint_id),
                sections=[one.title.split("、", 1)[-1] for one in sealed(each.form).sections],
            )
            for each in session.papers
        ],
        conditions=eligibility.sentences(rules),
        today=clock.local(at).date(),
    )


def save(*, session: ExamSession, notice: Notice, at: datetime, by: Account | None) -> ExamNotice:
    """Keep an edited notice. Raises Over, Issued."""
    lock(session)
    if session.cancelled_at is not None:
        raise Over
    kept = queries.notice(session.id)
    if kept is None:
        kept = ExamNotice(session=session)
        db.session.add(kept)
    elif kept.issued_at is not None:
        if all(getattr(kept, name) == getattr(notice, name) for name in PARTS):
            return kept
        raise Issued
    for name in PARTS:
        setattr(kept, name, getattr(notice, name))
    kept.saved_at, kept.saved_by_id = at, by.id if by else None
    db.session.flush()
    record("notice.save", kept, at=at, title=session.title)
    return kept


def issue(*, session: ExamSession, at: datetime, by: Account | None) -> None:
    """Fix the notice: candidates read it from now on. A second time changes nothing.

    Raises Over, Refused for one that nobody has saved, or in which something is to be filled in.
    """
    lock(session)
    if session.cancelled_at is not None:
        raise Over
    kept = queries.notice(session.id)
    if kept is None:
        raise Refused("请先核对并保存通知，再印发")
    if kept.issued_at is None:
        if notices.is_unfinished(str(getattr(kept, name)) for name in PARTS):
            raise Refused("通知里还有没填的空白（联系人、电话、地点等），请补齐、保存后再印发")
        kept.issued_at = at
        db.session.flush()
        record("notice.issue", kept, at=at, title=session.title)
