"""People on the roster: entered, changed; where they stood stays on record."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, datetime

from sqlalchemy import select

from accounts.models import Account, Person, Posting
from accounts.queries.people import entry_of
from accounts.roster.cells import staff_number
from accounts.roster.entry import PersonEntry, faults
from accounts.roster.planning import POSTED, Plan
from core import clock
from core.audit.trail import record
from core.db import db
from core.errors import Refused


class NumberTaken(Refused):
    """Another person has this staff number (width and case make no difference)."""

    message = "工号已被使用"


class Unsound(Refused):
    """The entry contradicts itself or holds what is not collected; the message says what."""


class TooEarly(Refused):
    """The change is dated before the person's present posting began, or lies in the future."""


def add_person(*, entry: PersonEntry, at: datetime, by: Account | None) -> Person:
    """Enter a person with their first posting. Raises NumberTaken, Unsound."""
    entry = _sound(entry, at)
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

    Nothing happens where nothing differs. Raises NumberTaken, Unsound, TooEarly.
    """
    entry = _sound(entry, at)
    _must_be_free(entry.staff_number, person=person)
    before = asdict(entry_of(person))
    changed = {name: value for name, value in asdict(entry).items() if before[name] != value}
    if not changed:
        return
    posted = any(name in changed for name in POSTED)
    if posted:
        _must_be_in_time(person, on, at)
    for name, value in changed.items():
        setattr(person, name, value)
    if "joined_on" in changed:
        _correct_first_posting(person, before["joined_on"])
    if posted:
        repost(person, since=on)
    db.session.flush()
    db.session.refresh(person)
    record(
        "person.change",
        person,
        at=at,
        actor=_number(by),
        staff_number=person.staff_number,
        changes={name: [str(before[name]), str(value)] for name, value in changed.items()},
    )


def repost(person: Person, *, since: date) -> None:
    """End the open posting on a day and begin one that repeats the person's row.

    A posting that began on that day or later is corrected instead.
    """
    present = person.present_posting
    if present is not None and present.valid_from >= since:
        for name in POSTED:
            setattr(present, name, getattr(person, name))
        return
    if present is not None:
        present.valid_to = since
    db.session.add(_posting(person, since=since))


def apply_roster(
    *, plan: Plan, people: Iterable[Person], file: str, at: datetime, by: Account | None
) -> None:
    """Do what a plan says: add the new people, change those that differ, leave the faulty rows.

    ``people`` holds everybody whom the plan changes. Raises what adding and changing raise.
    """
    known = {person.id: person for person in people}
    for row in plan.rows:
        if row.entry is None:
            continue
        if row.person_id is None:
            add_person(entry=row.entry, at=at, by=by)
        elif row.changes:
            change_person(person=known[row.person_id], entry=row.entry, on=plan.on, at=at, by=by)
    record(
        "roster.import",
        object_type="Roster",
        at=at,
        actor=_number(by),
        file=file,
        on=str(plan.on),
        rows={kind.value: count for kind, count in plan.counts.items()},
    )


def _posting(person: Person, *, since: date) -> Posting:
    return Posting(
        person_id=person.id, valid_from=since, **{name: getattr(person, name) for name in POSTED}
    )


def _correct_first_posting(person: Person, joined_on: date) -> None:
    """The first posting began with joining; it follows a correction of that day."""
    first = person.postings[0] if person.postings else None
    if first is not None and first.valid_from == joined_on:
        latest = first.valid_to or person.joined_on
        first.valid_from = min(person.joined_on, latest)


def _sound(entry: PersonEntry, at: datetime) -> PersonEntry:
    entry = replace(entry, staff_number=staff_number(entry.staff_number))
    for fault in faults(entry, today=clock.local(at).date()):
        raise Unsound(str(fault), field=fault.field)
    return entry


def _must_be_in_time(person: Person, on: date, at: datetime) -> None:
    """A posting cannot end before it began; one that has yet to begin is only corrected."""
    today, present = clock.local(at).date(), person.present_posting
    if on > today:
        raise TooEarly("生效日期不能晚于今天；到时再登记", field="on")
    if present is not None and on < present.valid_from <= today:
        raise TooEarly(f"现任职自 {present.valid_from} 起，生效日期不能早于这一天", field="on")


def _must_be_free(number: str, *, person: Person | None) -> None:
    found = db.session.scalar(select(Person.id).where(Person.staff_number == number))
    if found is not None and (person is None or found != person.id):
        raise NumberTaken(f"工号 {number} 已被使用", field="staff_number")


def _number(by: Account | None) -> str | None:
    return None if by is None else by.person.staff_number
