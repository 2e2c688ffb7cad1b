"""What was found out about an anomaly. The anomalies themselves follow from what is recorded."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, Person
from core.db import Line, Model
from study.daily.anomalies import AnomalyKind, Verdict


class AnomalyNote(Model):
    """Never changed; the last one of an anomaly stands."""

    __tablename__ = "anomaly_note"
    __table_args__ = (
        CheckConstraint("note <> ''", name="says_why"),
        Index("ix_anomaly_note_subject", "kind", "subject_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    kind: Mapped[AnomalyKind]
    #: Of an answer, of a lesson's progress or of a day of study, by the kind.
    subject_id: Mapped[int]
    verdict: Mapped[Verdict]
    note: Mapped[Line]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    by: Mapped[Account] = relationship()
