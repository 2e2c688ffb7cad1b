"""用、述 are entered by the head of the unit and checked by 研究室."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Account, Person
from analytics.evaluation.kinds import ReportItem
from analytics.evaluation.models import EvalEntry
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused

#: From this mark on the head says what it rests on.
EXPLAINED = 4


class OneselfEntered(Refused):
    message = "不能给本人登记，请由上级登记"


def enter(
    *,
    person: Person,
    year: int,
    mark: int,
    note: str,
    items: Sequence[ReportItem],
    at: datetime,
    by: Account,
) -> EvalEntry:
    """A new entry; the one before is kept. Raises OneselfEntered, Refused."""
    if by.person_id == person.id:
        raise OneselfEntered
    if mark >= EXPLAINED and not note.strip():
        raise Refused(f"评 {mark} 分的，请写明事例", field="remark")
    made = EvalEntry(
        year=year,
        person_id=person.id,
        usage_mark=mark,
        usage_note=note.strip(),
        report_items=sorted({each.value for each in items}),
        entered_at=at,
        entered_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    record("eval_entry.enter", made, at=at, staff_number=person.staff_number, year=year)
    return made


def check(*, entry: EvalEntry, agrees: bool, note: str, at: datetime, by: Account) -> None:
    """A no is explained; the entry then counts as missing. Raises Refused."""
    lock(entry)
    if by.id == entry.entered_by_id or by.person_id == entry.person_id:
        raise Refused("抽核须由登记人和本人以外的人办理")
    if entry.checked_at is not None:
        raise Refused("这一条已经抽核")
    if not agrees and not note.strip():
        raise Refused("抽核不符的，请写明理由", field="remark")
    entry.agrees, entry.check_note = agrees, note.strip()
    entry.checked_at, entry.checked_by_id = at, by.id
    db.session.flush()
    record("eval_entry.check", entry, at=at, agrees=agrees, reason=entry.check_note)
