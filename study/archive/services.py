"""Freezing archives."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from accounts.models import Account, Person
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from study.archive.models import ArchiveEdition, ArchiveRemark
from study.archive.queries import editions
from study.archive.sections import Archive


class Meanwhile(Refused):
    message = "这些档案刚由别人定版，请刷新后再看"


def remark(*, person: Person, year: int, body: str, at: datetime) -> None:
    """Say something to one's own archive, or take it back with nothing. Raises Refused."""
    if editions.is_frozen(person.id, year):
        raise Refused("本年度的档案已定版，本人说明不能再改", field="body")
    found = editions.remark(person.id, year)
    if found is None:
        found = ArchiveRemark(person_id=person.id, year=year)
        db.session.add(found)
    found.body, found.written_at = body.strip(), at
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused("刚在另一个页面保存过，请刷新后再改", field="body") from None
    record("archive.remark", object_type="Person", object_id=person.id, at=at, year=year)


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
