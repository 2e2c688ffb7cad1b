"""Writing to the trail and proving it.

``record`` only notes what happened; the rows are written as the transaction commits, so that
the lock on the end of the chain is taken last (no deadlocks) and held shortly. If they cannot be
written the commit fails: nothing is done unlogged.
"""

import hashlib
import json
import os
import pwd
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import structlog
from flask import current_app, g, has_request_context, request
from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

from core import clock
from core.audit import chain
from core.audit.models import AuditRecord
from core.db import Turn, db, table
from core.prepared import Asked, Prepared, Within, together

log = structlog.get_logger()

_PENDING = "audit_pending"
_ANCHORS = "audit_anchors"
#: So many characters of a source are kept.
_LONGEST = 64
#: Columns that repeat a field of the body, so that pages can filter.
_COLUMNS = ("action", "actor", "source", "object_type", "object_id", "result")
_RECORDS = table(AuditRecord)
_TURN = Asked(Prepared(select(func.pg_advisory_xact_lock(int(Turn.AUDIT)))), {}, holds=True)
_LAST = Prepared(
    select(_RECORDS.c.number, _RECORDS.c.mac).order_by(_RECORDS.c.number.desc()).limit(1)
)
_APPEND = Prepared(insert(_RECORDS), "number", "at", "body", "previous", "mac", *_COLUMNS)


def record(
    action: str,
    about: object = None,
    *,
    object_type: str = "",
    object_id: object = "",
    actor: str | None = None,
    result: str = "done",
    at: datetime | None = None,
    **detail: Any,
) -> None:
    """Note an act in the current transaction.

    ``about`` is the row it was done to (flushed, so that it has an id), or give ``object_type``
    and ``object_id``. ``detail`` must be plain JSON data and is shown to the auditor as it is:
    no passwords, no answer keys.
    """
    if about is not None:
        object_type, object_id = type(about).__name__, getattr(about, "id", "")
    fields = {
        "at": (at or clock.now()).isoformat(timespec="microseconds"),
        "action": action,
        "actor": _actor() if actor is None else actor,
        "source": _source(),
        "object_type": object_type,
        "object_id": str(object_id),
        "result": result,
        "detail": detail,
    }
    db.session.info.setdefault(_PENDING, []).append(fields)


def _source() -> str:
    """The address a request came from, or whose shell a command runs in; "" for jobs."""
    if has_request_context():
        return request.remote_addr or ""
    if click.get_current_context(silent=True) is None:
        return ""
    return f"命令行 {user()}"[:_LONGEST]


def user() -> str:
    """Who runs this by the operating system, and through sudo for whom; not by what a shell says.

    Whoever may become root could say anything, and the journal of the system knows of them.
    """
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = str(number)
    behind = os.environ.get("SUDO_USER", "")
    return f"{name}（sudo：{behind}）" if behind and number == 0 else name


def _actor() -> str:
    return str(g.get("actor", "")) if has_request_context() else ""


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    pending: list[dict[str, Any]] = session.info.pop(_PENDING, [])
    if not pending:
        return
    # What is still to be written comes first: the end of the chain is to be held shortly.
    session.flush()
    within = Within(session.connection())
    _, last = together(_TURN, _LAST.asked(), within=within)
    number, previous = next(iter(last), (0, chain.GENESIS))
    anchors = session.info.setdefault(_ANCHORS, [])
    for fields in pending:
        number += 1
        body = chain.body(fields)
        mac = chain.mac(_key(), number, body, previous)
        _APPEND.later(
            within,
            number=number,
            at=datetime.fromisoformat(fields["at"]),
            body=body,
            previous=previous,
            mac=mac,
            **{name: fields[name] for name in _COLUMNS},
        )
        anchors.append(f"{number} {mac}\n")
        previous = mac


@event.listens_for(Session, "after_commit")
def _anchor(session: Session) -> None:
    if lines := session.info.pop(_ANCHORS, []):
        try:
            with _anchor_path().open("a") as file:
                file.write("".join(lines))
        except OSError:
            # The act is done and logged; only its second copy is missing, and the next one holds.
            log.exception("audit anchors not written", records=len(lines))


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_PENDING, None)
    session.info.pop(_ANCHORS, None)


def last_detail(action: str, about: object) -> dict[str, Any] | None:
    """The detail of the last such act done to a row, noted in this transaction or before.

    None if there was none, or none whose record still says what its columns say.
    """
    kind, number = type(about).__name__, str(getattr(about, "id", ""))
    for fields in reversed(db.session.info.get(_PENDING, [])):
        if (fields["action"], fields["object_type"], fields["object_id"]) == (action, kind, number):
            noted: dict[str, Any] = fields["detail"]
            return noted
    found = db.session.scalars(
        select(AuditRecord)
        .where(
            AuditRecord.object_type == kind,
            AuditRecord.object_id == number,
            AuditRecord.action == action,
        )
        .order_by(AuditRecord.number.desc())
        .limit(1)
    ).first()
    if found is None or not _agrees(found):
        return None
    detail: dict[str, Any] = json.loads(found.body)["detail"]
    return detail


def verify() -> chain.Break | None:
    """Check every record against the chain and against the anchors kept outside the database."""
    query = select(AuditRecord).order_by(AuditRecord.number).execution_options(yield_per=2_000)
    # Closed, because a break ends the reading before the last row.
    with closing(db.session.scalars(query)) as rows:
        return chain.first_break(map(_entry, rows), key=_key(), anchors=_anchors())


def length() -> int:
    return db.session.scalar(select(AuditRecord.number).order_by(AuditRecord.number.desc())) or 0


def _entry(row: AuditRecord) -> chain.Entry:
    """A record; a body that disagrees with its own columns counts as changed."""
    return chain.Entry(row.number, row.body if _agrees(row) else "", row.previous, row.mac)


def _agrees(row: AuditRecord) -> bool:
    try:
        fields = json.loads(row.body)
        same = all(fields[name] == getattr(row, name) for name in _COLUMNS)
        return same and datetime.fromisoformat(fields["at"]) == row.at
    except (ValueError, KeyError, TypeError):
        return False


def _anchors() -> Mapping[int, str]:
    path = _anchor_path()
    if not path.exists():
        return {}
    pairs = (line.split() for line in path.read_text().splitlines())
    return {int(pair[0]): pair[1] for pair in pairs if len(pair) == 2}


def _anchor_path() -> Path:
    path: Path = current_app.config["XUEFA"].data_dir / "audit.anchors"
    return path


def _key() -> bytes:
    secret: str = current_app.config["SECRET_KEY"]
    return hashlib.sha256(b"audit chain\0" + secret.encode()).digest()
