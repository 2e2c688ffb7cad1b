"""Launches and what packages said. The token is the authority: whoever has it, has the launch."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from courses.lessons.models import Launch, PackageRecord


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def launch(token: str, *, at: datetime, life: timedelta) -> Launch:
    """The launch of a token that is still good; NoResultFound, shown as 404, for any other."""
    return db.session.scalars(
        select(Launch)
        .where(Launch.token == digest(token), Launch.opened_at > at - life)
        .options(joinedload(Launch.asset))
    ).one()


def record_of(person_id: int, lesson_id: int) -> PackageRecord | None:
    return db.session.scalars(
        select(PackageRecord).where(
            PackageRecord.person_id == person_id, PackageRecord.lesson_id == lesson_id
        )
    ).one_or_none()


def asset_of(record: PackageRecord) -> int | None:
    """The package that the record is about."""
    return db.session.scalar(select(Launch.asset_id).where(Launch.id == record.launch_id))
