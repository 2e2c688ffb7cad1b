"""Exports that were ordered and made."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, undefer

from accounts.models import Account
from analytics.exports.models import YearExport
from core.db import db


def exports() -> Select[YearExport]:
    """The newest first."""
    return (
        select(YearExport)
        .options(
            joinedload(YearExport.roster),
            joinedload(YearExport.ordered_by).joinedload(Account.person),
        )
        .order_by(YearExport.due_at.desc(), YearExport.id.desc())
    )


def export(export_id: int) -> YearExport:
    """With its content. NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(
        exports().where(YearExport.id == export_id).options(undefer(YearExport.content))
    ).one()


def due(at: datetime) -> Sequence[int]:
    """Ids of those that wait and whose time has come, in order."""
    return db.session.scalars(
        select(YearExport.id)
        .where(YearExport.due_at <= at, YearExport.made_at.is_(None))
        .where(YearExport.cancelled_at.is_(None))
        .order_by(YearExport.due_at, YearExport.id)
    ).all()
