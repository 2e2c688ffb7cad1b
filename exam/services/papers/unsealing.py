"""启封: a sealed paper goes back to be mended, by somebody who did not seal it."""

from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.models import Form
from exam.queries.papers import unsealing as queries
from exam.services.assembling.building import intact
from exam.services.sessions.access import Damaged, OwnSeal


class NotSealed(Refused):
    message = "试卷没有封存，无须启封"


class InUse(Refused):
    """A session has begun with the paper, or a proposal rests on it."""


def unseal(*, form: Form, reason: str, at: datetime, by: Account) -> None:
    """Take the seal off; what was sealed stays in the audit trail by its hash.

    Sessions that have not begun wait until the paper is sealed again. Raises NotSealed, OwnSeal,
    InUse, Damaged for a paper that is not as it was sealed, Refused without a reason.
    """
    lock(form)
    if form.sealed_at is None:
        raise NotSealed
    if not reason.strip():
        raise Refused("启封须写明理由", field="reason")
    if form.sealed_by is not None and form.sealed_by.person_id == by.person_id:
        raise OwnSeal
    if form.replaces_id is not None or queries.is_replaced(form.id):
        raise InUse("这份试卷涉及修法换题，不能启封；需要更换的题请另提换题方案")
    if title := queries.begun_session(form.id, at):
        raise InUse(f"场次“{title}”已经使用这份试卷开考，不能启封")
    if not intact(form):
        raise Damaged
    digest, sealed_by = form.hash, form.sealed_by_id
    form.snapshot = form.hash = form.sealed_at = form.sealed_by_id = None
    db.session.flush()
    record(
        "form.unseal", form, at=at,
        title=form.title, hash=digest, sealed_by=sealed_by, reason=reason.strip(),
    )  # fmt: skip
