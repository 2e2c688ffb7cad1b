"""Reads of frozen archives; loading is authorising."""

from collections.abc import Collection, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import defer, joinedload

from accounts.models import Account
from core.db import db
from study.archive.models import ArchiveEdition, ArchiveRemark


def of_year(person_id: int, year: int) -> Sequence[ArchiveEdition]:
    """The newest first."""
    return db.session.scalars(
        select(ArchiveEdition)
        .where(ArchiveEdition.person_id == person_id, ArchiveEdition.year == year)
        .options(
            defer(ArchiveEdition.content),
            joinedload(ArchiveEdition.frozen_by).joinedload(Account.person),
        )
        .order_by(ArchiveEdition.number.desc())
    ).all()


def edition(edition_id: int, person_id: int) -> ArchiveEdition:
    """One of the person's; NoResultFound, shown as 404, for any other."""
    return db.session.scalars(
        select(ArchiveEdition)
        .where(ArchiveEdition.id == edition_id, ArchiveEdition.person_id == person_id)
        .options(joinedload(ArchiveEdition.frozen_by).joinedload(Account.person))
    ).one()


def is_frozen(person_id: int, year: int) -> bool:
    return bool(
        db.session.scalar(
            select(
                exists().where(ArchiveEdition.person_id == person_id, ArchiveEdition.year == year)
            )
        )
    )


def remark(person_id: int, year: int) -> ArchiveRemark | None:
    return db.session.scalars(
        select(ArchiveRemark).where(
            ArchiveRemark.person_id == person_id, ArchiveRemark.year == year
        )
    ).one_or_none()


def newest(person_ids: Collection[int], year: int) -> dict[int, tuple[int, str]]:
    """Person id → (number, digest) of the last edition of the year."""
    rows = db.session.execute(
        select(ArchiveEdition.person_id, ArchiveEdition.number, ArchiveEdition.digest)
        .where(ArchiveEdition.year == year)
        .order_by(ArchiveEdition.person_id, ArchiveEdition.number)
    )
    wanted = set(person_ids)
    return {row[0]: (row[1], row[2]) for row in rows if row[0] in wanted}
