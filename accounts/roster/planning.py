"""What a roster would do to the register: row by row, before anything is done. Pure."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from accounts.lineage import Lineage
from accounts.roster import entry as entries
from accounts.roster.columns import CLEAR, TITLES
from accounts.roster.entry import Fault, PersonEntry
from accounts.roster.reading import Reading, Row
from accounts.standing import GONE
from core.labels import Labelled

#: Fields whose change begins a new posting.
POSTED = (
    "home_unit_id", "work_unit_id", "stat_unit_id", "leader_level", "grade", "duty_status",
)  # fmt: skip
_UNITS = ("home_unit_id", "work_unit_id", "stat_unit_id")
_NEEDED = ("name", "home_unit_id", "joined_on")
_DEFAULTS: dict[str, Any] = {
    each.name: each.default
    for each in fields(PersonEntry)
    if each.name not in {"staff_number", "name", *_UNITS, "joined_on"}
}
EMPTY = "（空）"


class Kind(Labelled):
    NEW = "new", "新增"
    CHANGED = "changed", "变更"
    SAME = "same", "无变化"
    FAULTY = "faulty", "有误"


@dataclass(frozen=True)
class Registered:
    """Somebody in the register as they stand."""

    id: int
    entry: PersonEntry
    #: When their present posting began.
    posted_since: date


@dataclass(frozen=True)
class Change:
    field: str
    old: str
    new: str

    @property
    def title(self) -> str:
        return TITLES[self.field]


@dataclass(frozen=True)
class PlannedRow:
    place: str
    number: int
    kind: Kind
    staff_number: str
    name: str
    #: The department as the row or the register has it; empty where neither says.
    unit: str = ""
    changes: Sequence[Change] = ()
    faults: Sequence[Fault] = ()
    notes: Sequence[str] = ()
    #: What the person becomes; None for a faulty row.
    entry: PersonEntry | None = None
    #: The person in the register; None for a new one.
    person_id: int | None = None


@dataclass(frozen=True)
class Plan:
    rows: Sequence[PlannedRow]
    #: In the register and still of the bureau, but not in the file: (staff number, name, unit).
    missing: Sequence[tuple[str, str, str]]
    not_collected: Sequence[str]
    unknown: Sequence[str]
    #: From when changes hold.
    on: date

    def of(self, kind: Kind) -> list[PlannedRow]:
        return [row for row in self.rows if row.kind is kind]

    @property
    def counts(self) -> Mapping[Kind, int]:
        counted = Counter(row.kind for row in self.rows)
        return {kind: counted[kind] for kind in Kind}

    @property
    def acts(self) -> int:
        """Rows that confirming would write."""
        return self.counts[Kind.NEW] + self.counts[Kind.CHANGED]

    @property
    def digest(self) -> str:
        """Stands for everything that confirming would write: another digest, another effect."""
        acts = [
            (row.person_id, {name: str(value) for name, value in asdict(row.entry).items()})
            for row in self.rows
            if row.entry is not None
        ]
        return hashlib.sha256(json.dumps([str(self.on), acts]).encode()).hexdigest()[:32]


def plan(
    reading: Reading,
    register: Mapping[str, Registered],
    lineage: Lineage,
    *,
    on: date,
    today: date,
) -> Plan:
    """``register`` holds everybody by staff number; changes are to hold from ``on``."""
    planner = _Planner(register, lineage, _twice(reading.rows), on, today)
    rows = [planner.planned(row) for row in reading.rows]
    seen = {row.staff_number for row in rows}
    missing = [
        (number, person.entry.name, lineage.name(person.entry.stat_unit_id))
        for number, person in register.items()
        if number not in seen and person.entry.duty_status not in GONE
    ]
    return Plan(rows, missing, reading.not_collected, reading.unknown, on)


def _twice(rows: Sequence[Row]) -> Mapping[str, Sequence[str]]:
    """The places of each staff number that the file has more than once."""
    places: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if number := row.values.get("staff_number"):
            places[number].append(row.place)
    return {number: where for number, where in places.items() if len(where) > 1}


class _Planner:
    """Sets one row after another against the register."""

    def __init__(
        self,
        register: Mapping[str, Registered],
        lineage: Lineage,
        twice: Mapping[str, Sequence[str]],
        on: date,
        today: date,
    ) -> None:
        self._register, self._lineage, self._twice = register, lineage, twice
        self._on, self._today = on, today
        self._names = {person.entry.name for person in register.values()}

    def planned(self, row: Row) -> PlannedRow:
        number = row.values.get("staff_number", "")
        person = self._register.get(number)
        found = [*row.faults, *self._repeated(row, number), *_needed(row, person)]
        entry = None if found else _entry(row.values, person)
        changes = self._changes(person, entry)
        if entry is not None:
            found += entries.faults(entry, today=self._today)
            found += self._too_early(person, changes)
        kind = _kind(found, person, changes)
        name = row.values.get("name", person.entry.name if person else "")
        return PlannedRow(
            place=row.place,
            number=row.number,
            kind=kind,
            staff_number=number,
            name=name,
            unit=self._unit(row, person),
            changes=[] if found else changes,
            faults=found,
            notes=[*row.notes, *self._namesake(kind, name), *_renamed(changes)],
            entry=None if found else entry,
            person_id=person.id if person else None,
        )

    def _repeated(self, row: Row, number: str) -> Iterator[Fault]:
        if number in self._twice:
            others = "、".join(place for place in self._twice[number] if place != row.place)
            yield Fault("staff_number", f"工号与{others}重复", "同一人只保留一行")

    def _changes(self, person: Registered | None, entry: PersonEntry | None) -> list[Change]:
        if person is None or entry is None:
            return []
        pairs = ((name, getattr(person.entry, name), getattr(entry, name)) for name in TITLES)
        return [
            Change(name, shown(name, old, self._lineage), shown(name, new, self._lineage))
            for name, old, new in pairs
            if old != new
        ]

    def _too_early(self, person: Registered | None, changes: Sequence[Change]) -> Iterator[Fault]:
        """A posting cannot end before it began; one that has yet to begin is only corrected."""
        posted = [change.field for change in changes if change.field in POSTED]
        if person and posted and self._on < person.posted_since <= self._today:
            since = person.posted_since
            yield Fault(
                posted[0],
                f"现任职自 {since} 起，晚于生效日期 {self._on}",
                f"请把生效日期定在 {since} 或以后",
            )

    def _unit(self, row: Row, person: Registered | None) -> str:
        given = row.values.get("stat_unit_id", row.values.get("home_unit_id"))
        if isinstance(given, int):
            return self._lineage.name(given)
        return self._lineage.name(person.entry.stat_unit_id) if person else ""

    def _namesake(self, kind: Kind, name: str) -> Iterator[str]:
        if kind is Kind.NEW and name in self._names:
            yield f"名册中已有同名人员“{name}”，请确认不是同一人换了工号"


def _renamed(changes: Sequence[Change]) -> Iterator[str]:
    if any(change.field == "name" for change in changes):
        yield "姓名与名册不同，请确认工号没有填错"


def _kind(found: Sequence[Fault], person: Registered | None, changes: Sequence[Change]) -> Kind:
    if found:
        return Kind.FAULTY
    if person is None:
        return Kind.NEW
    return Kind.CHANGED if changes else Kind.SAME


def _needed(row: Row, person: Registered | None) -> Iterator[Fault]:
    """What a new person cannot do without. Cells that could not be read are told of already."""
    told = {fault.field for fault in row.faults}
    for name in _NEEDED:
        if person is None and name not in row.values and name not in told:
            yield Fault(name, f"新增人员的{TITLES[name]}为空", "请填写；若是已有人员，请核对工号")


def _entry(written: Mapping[str, Any], person: Registered | None) -> PersonEntry:
    """What the person becomes.

    Whoever works and counts in their home unit goes on doing so when that changes; a unit that
    the row empties is the home unit.
    """
    values: dict[str, Any] = {
        name: _DEFAULTS.get(name) if value == CLEAR else value for name, value in written.items()
    }
    now = person.entry if person else None
    home = values.get("home_unit_id") or (now.home_unit_id if now else None)
    for name in ("work_unit_id", "stat_unit_id"):
        follows = now is None or getattr(now, name) == now.home_unit_id
        if values.get(name, ...) is None or (name not in values and follows):
            values[name] = home
    return PersonEntry(**values) if now is None else replace(now, **values)


def shown(field: str, value: Any, lineage: Lineage) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return EMPTY
    if field in _UNITS:
        return lineage.name(value)
    if isinstance(value, Labelled):
        return value.label
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
