"""What came of looking into an anomaly is written down."""

from datetime import datetime

from sqlalchemy import select

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from study.daily.anomalies import Anomaly, Verdict
from study.daily.models import AnomalyNote


class OwnAnomaly(Refused):
    message = "不能核实本人的学习异常，请由人事司考务核实"


def note(
    *, anomaly: Anomaly, verdict: Verdict, text: str, at: datetime, by: Account
) -> AnomalyNote:
    """Add a note; the same one sent twice is one. Raises OwnAnomaly."""
    if by.person_id == anomaly.person_id:
        raise OwnAnomaly
    lock(by)
    last = db.session.scalars(
        select(AnomalyNote)
        .where(AnomalyNote.kind == anomaly.kind, AnomalyNote.subject_id == anomaly.subject_id)
        .order_by(AnomalyNote.id.desc())
        .limit(1)
    ).one_or_none()
    if last and (last.by_id, last.verdict, last.note) == (by.id, verdict, text):
        return last
    made = AnomalyNote(
        person_id=anomaly.person_id,
        kind=anomaly.kind,
        subject_id=anomaly.subject_id,
        verdict=verdict,
        note=text,
        at=at,
        by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    record("anomaly.note", made, at=at, kind=anomaly.kind.label, status=verdict.label, reason=text)
    return made
