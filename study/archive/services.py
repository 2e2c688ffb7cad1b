"""Freezing archives."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from accounts.models import Account
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from study.archive.models import ArchiveEdition
from study.archive.queries import editions
from study.archive.sections import Archive


class Meanwhile(Refused):
    message = "这些档案刚由别人定版，请刷新后再看"


def freeze(*, archives: Mapping[int, Archive], year: int, at: datetime, by: Account) -> int:
    """Keep archives of a year by person, as they are; how many were kept.

    One that says what the person's last edition says is not kept again. Raises Meanwhile.
    """
    last = editions.newest(archives, year)
    made = []
    for person_id, each in archives.items():
        number, digest = last.get(person_id, (0, ""))
        if each.digest != digest:
            made.append(
                ArchiveEdition(
                    person_id=person_id,
                    year=year,
                    number=number + 1,
                    content=each.said,
                    digest=each.digest,
                    frozen_at=at,
                    frozen_by_id=by.id,
                )
            )
    db.session.add_all(made)
    try:
        db.session.flush()
    except IntegrityError:
        raise Meanwhile from None
    if made:
        single = made[0].person_id if len(made) == 1 else by.person_id
        record("archive.freeze", object_type="Person", object_id=single, at=at, year=year,
               rows=len(made), hash=made[0].digest if len(made) == 1 else "")  # fmt: skip
    return len(made)
