"""What officers wrote down about indices."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Account
from analytics.integrity.kinds import IndexKind
from analytics.integrity.models import IntegrityNote
from core.db import db
from exam.models import Attempt

#: What a note is about: the index, a script, and for copying another one.
Subject = tuple[IndexKind, int, int | None]


def notes(session_id: int) -> Mapping[Subject, Sequence[IntegrityNote]]:
    """Of a session, the newest first."""
    found: dict[Subject, list[IntegrityNote]] = {}
    for each in db.session.scalars(
        select(IntegrityNote)
        .where(IntegrityNote.session_id == session_id)
        .options(joinedload(IntegrityNote.by).joinedload(Account.person))
        .order_by(IntegrityNote.id.desc())
    ):
        found.setdefault((each.kind, each.attempt_id, each.other_id), []).append(each)
    return found


def owners(session_id: int, attempt_ids: Sequence[int]) -> Mapping[int, int]:
    """Of scripts of the session, whose each is: attempt id to person id."""
    rows = db.session.execute(
        select(Attempt.id, Attempt.person_id)
        .where(Attempt.session_id == session_id, Attempt.id.in_(attempt_ids))
        .order_by(Attempt.id)
    )
    return {row[0]: row[1] for row in rows}
