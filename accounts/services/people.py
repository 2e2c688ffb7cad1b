"""People on the roster: entered, changed; where they stood stays on record."""

import unicodedata
from dataclasses import asdict, replace
from datetime import date, datetime

from sqlalchemy import select

from accounts.models import Account, Person, Posting
from accounts.roster import PersonEntry
from core.audit.trail import record
from core.db import db
from core.errors import Refused

#: What a posting remembers of a person.
POSTED = (
    "home_unit_id", "work_unit_id", "stat_unit_id", "leader_level", "grade", "duty_status",
)  # fmt: skip


class NumberTaken(Refused):
    """Another person has this staff number (width and case make no difference)."""

    message = "工号已被使用"


def normal_number(text: str) -> str:
    """A staff number in the one form that the register keeps: NFKC, upper case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def add_person(*, entry: PersonEntry, at: datetime, by: Account | None) -> Person:
    """Enter a person with their first posting. Raises NumberTaken."""
    entry = replace(entry, staff_number=normal_number(entry.staff_number))
    _must_be_free(entry.staff_number, person=None)
    person = Person(**asdict(entry))
    db.session.add(person)
    db.session.flush()
    db.session.add(_posting(person, since=entry.joined_on))
    record("person.add", person, at=at, staff_number=person.staff_number, actor=_number(by))
    return person


def change_person(
    *, person: Person, entry: PersonEntry, on: date, at: datetime, by: Account | None
) -> None:
    """Change a person as of a day; a new posting begins if they stand elsewhere now.

    Raises NumberTaken.
    """
    entry = replace(entry, staff_number=normal_number(entry.staff_number))
    _must_be_free(entry.staff_number, person=person)
    before = {name: getattr(person, name) for name in asdict(entry)}
    changed = {name: value for name, value in asdict(entry).items() if before[name] != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(person, name, value)
    if any(name in changed for name in POSTED):
        open_posting = next((each for each in person.postings if each.valid_to is None), None)
        if open_posting is not None:
            open_posting.valid_to = max(on, open_posting.valid_from)
        db.session.add(_posting(person, since=on))
    db.session.flush()
    db.session.refresh(person)
    record(
        "person.change",
        person,
        at=at,
        actor=_number(by),
        changes={name: [str(before[name]), str(value)] for name, value in changed.items()},
    )


def _posting(person: Person, *, since: date) -> Posting:
    return Posting(
        person_id=person.id, valid_from=since, **{name: getattr(person, name) for name in POSTED}
    )


def _must_be_free(staff_number: str, *, person: Person | None) -> None:
    found = db.session.scalar(select(Person.id).where(Person.staff_number == staff_number))
    if found is not None and (person is None or found != person.id):
        raise NumberTaken(f"工号 {staff_number} 已被使用", field="staff_number")


def _number(by: Account | None) -> str | None:
    return None if by is None else by.person.staff_number
