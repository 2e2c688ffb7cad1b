"""The appointees of a 任前考试: named, with their posts and dates."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.kinds import ExamKind
from exam.models import Appointee, ExamSession
from exam.queries.sessions import appointing as queries
from exam.queries.sessions import overview as session_queries
from exam.services.sessions import candidates
from exam.services.sessions.window import Over
from exam.sessions.naming import Appointment


class NotForAppointees(Refused):
    message = "只有任前法律知识考试登记拟任人员"


def name_appointees(
    *,
    session: ExamSession,
    rows: Sequence[tuple[int, Appointment]],
    at: datetime,
    by: Account | None,
) -> int:
    """Register (person, post and dates); who is not on the list yet is put there. How many changed.

    The same rows again change nothing. Raises NotForAppointees, Over, Refused.
    """
    if session.exam_kind is not ExamKind.PRE_APPOINTMENT:
        raise NotForAppointees
    lock(session)
    if session.cancelled_at is not None or session.published_at is not None:
        raise Over
    known = {each.candidate.person_id: each for each in queries.appointees(session.id)}
    listed = {each.person_id: each for each in session_queries.candidates(session.id)}
    changed = 0
    for person_id, said in rows:
        appointee = known.get(person_id)
        if appointee is not None and _said(appointee) == said:
            continue
        if appointee is None:
            candidate = listed.get(person_id) or candidates.add(
                session=session,
                person=session_queries.person(person_id),
                reason="列为拟任人员",
                at=at,
                by=by,
            )
            appointee = Appointee(candidate=candidate, post=said.post)
            db.session.add(appointee)
        appointee.post, appointee.appointed_on = said.post, said.appointed_on
        appointee.public_from, appointee.public_until = said.public_from, said.public_until
        changed += 1
    db.session.flush()
    if changed:
        record("appointee.save", session, at=at, title=session.title, people=changed)
    return changed


def _said(appointee: Appointee) -> Appointment:
    return Appointment(
        appointee.post, appointee.public_from, appointee.public_until, appointee.appointed_on
    )
