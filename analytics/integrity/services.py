"""An officer writes down what came of an index. Nothing else follows from it."""

from datetime import datetime

from sqlalchemy.exc import NoResultFound

from accounts.models import Account
from analytics.integrity import queries
from analytics.integrity.kinds import Finding, IndexKind
from analytics.integrity.models import IntegrityNote
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from exam.models import ExamSession


class OwnScript(Refused):
    message = "不能核实涉及本人的答卷，请由其他同志核实"


class SaysNothing(Refused):
    message = "请写明核实的情况"


def note(
    *,
    session: ExamSession,
    kind: IndexKind,
    attempt_id: int,
    other_id: int | None,
    finding: Finding,
    text: str,
    at: datetime,
    by: Account,
) -> IntegrityNote:
    """Raises SaysNothing, OwnScript, and NoResultFound for scripts of another session."""
    if not text.strip():
        raise SaysNothing
    if (kind is IndexKind.COPYING) != (other_id is not None):
        raise NoResultFound
    ids = [attempt_id] if other_id is None else sorted((attempt_id, other_id))
    owners = queries.owners(session.id, ids)
    if set(owners) != set(ids) or len(set(ids)) != len(ids):
        raise NoResultFound
    if by.person_id in owners.values():
        raise OwnScript
    made = IntegrityNote(
        session_id=session.id,
        kind=kind,
        attempt_id=ids[0],
        other_id=ids[1] if len(ids) > 1 else None,
        finding=finding,
        note=text.strip()[:300],
        at=at,
        by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    record("integrity.note", made, at=at, session=session.title, kind=kind.label,
           finding=finding.label, attempts=ids)  # fmt: skip
    return made
