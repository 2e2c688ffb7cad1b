"""What a roster snapshot says, as one digest: every paper that rests on it carries it."""

import hashlib
import json

from sqlalchemy import select

from accounts.models import RosterEntry, RosterSnapshot
from core import clock, figures
from core.db import db

#: As many digits of it are printed.
PRINTED = 16


def digest(snapshot: RosterSnapshot) -> str:
    """SHA-256 of the title, the moment and every entry in its order: a line of JSON each."""
    entry = RosterEntry
    rows = db.session.execute(
        select(entry.staff_number, entry.name, entry.unit_name, entry.unit_position,
               entry.post_title, entry.grade_label, entry.rank_group, entry.duty_status,
               entry.staff_category, entry.line, entry.reason, entry.proposes_deferral,
               entry.target_factor)
        .where(entry.snapshot_id == snapshot.id)
        .order_by(entry.id)
    )  # fmt: skip
    found = hashlib.sha256(_line([snapshot.title, f"{snapshot.taken_at:%Y-%m-%dT%H:%M:%SZ}"]))
    for *told, rank, duty, category, line, reason, defers, factor in rows:
        kinds = [rank.value, duty.value, category.value, line.value]
        found.update(_line([*told, *kinds, reason, bool(defers), f"{factor:.2f}"]))
    return found.hexdigest()


def _line(cells: list[object]) -> bytes:
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def said(snapshot: RosterSnapshot, known: str | None = None) -> str:
    """Which roster figures stand on, as pages and papers say it; ``known``: its digest, where that
    was kept."""
    taken = figures.moment(clock.local(snapshot.taken_at))
    return (
        f"名单快照 {snapshot.id}《{snapshot.title}》，{taken}，校验值 "
        + (known or digest(snapshot))[:PRINTED]
    )
