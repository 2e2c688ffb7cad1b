"""What a roster snapshot says, as one digest: every paper that rests on it carries it."""

import hashlib
import json
from typing import Any

from sqlalchemy import Float, String, select, type_coerce

from accounts.models import RosterEntry, RosterSnapshot
from core import clock, figures
from core.db import db

#: As many digits of it are printed.
PRINTED = 16
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def digest(snapshot: RosterSnapshot) -> str:
    """SHA-256 of the title, the moment and every entry in its order: a line of JSON each."""
    entry = RosterEntry
    # As they are stored: thousands of rows, asked for by every page of a session.
    kinds = (entry.rank_group, entry.duty_status, entry.staff_category, entry.line)
    rows = db.session.execute(
        select(entry.staff_number, entry.name, entry.unit_name, entry.unit_position,
               entry.post_title, entry.grade_label, *(type_coerce(each, String) for each in kinds),
               entry.reason, entry.proposes_deferral, type_coerce(entry.target_factor, Float))
        .where(entry.snapshot_id == snapshot.id)
        .order_by(entry.id)
    )  # fmt: skip
    lines: list[list[Any]] = [[snapshot.title, f"{snapshot.taken_at:%Y-%m-%dT%H:%M:%SZ}"]]
    lines += [[*told, bool(defers), f"{factor:.2f}"] for *told, defers, factor in rows]
    found = hashlib.sha256(b"".join(map(_line, lines)))
    return found.hexdigest()


def _line(cells: list[Any]) -> bytes:
    return _JSON.encode(cells).encode() + b"\n"


def said(snapshot: RosterSnapshot, known: str | None = None) -> str:
    """Which roster figures stand on, as pages and papers say it; ``known``: its digest, where that
    was kept."""
    taken = figures.moment(clock.local(snapshot.taken_at))
    return (
        f"名单快照 {snapshot.id}《{snapshot.title}》，{taken}，校验值 "
        + (known or digest(snapshot))[:PRINTED]
    )
