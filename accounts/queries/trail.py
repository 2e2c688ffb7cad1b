"""The audit trail as the auditor reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from core.audit.models import AuditRecord
from core.db import db


@dataclass(frozen=True)
class Looked:
    """Which records are looked for; empty or None for no such condition."""

    action: str = ""
    actor: str = ""
    result: str = ""
    since: datetime | None = None
    before: datetime | None = None


def audit_records(looked: Looked) -> Select[AuditRecord]:
    """The trail, newest first."""
    query = select(AuditRecord).order_by(AuditRecord.number.desc())
    if looked.action:
        query = query.where(AuditRecord.action == looked.action)
    if looked.actor:
        query = query.where(AuditRecord.actor == looked.actor.upper())
    if looked.result:
        query = query.where(AuditRecord.result == looked.result)
    if looked.since is not None:
        query = query.where(AuditRecord.at >= looked.since)
    if looked.before is not None:
        query = query.where(AuditRecord.at < looked.before)
    return query


def audit_record(number: int) -> AuditRecord:
    return db.session.scalars(select(AuditRecord).where(AuditRecord.number == number)).one()


def audit_actions() -> Sequence[str]:
    """Every kind of act that the trail has."""
    return db.session.scalars(
        select(AuditRecord.action).distinct().order_by(AuditRecord.action)
    ).all()
