"""What an archive consists of: sections of figures, each with the entries that it counts. Pure.

The page, the Word file and the digest are made of the same sections, so that no number of one can
differ from the others.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any

from core import figures

ZERO = Decimal(0)


#: Sections that are written and not counted, by key: the person's own words, the unit's.
OWN_WORDS, UNIT_WORDS = "own_words", "unit_words"
WORDS = {OWN_WORDS: "本人说明", UNIT_WORDS: "部门评价"}


class Unit(Enum):
    """What a figure counts."""

    HOURS = "学时"
    DAYS = "天"
    COURSES = "门"
    TIMES = "次"
    PIECES = "篇"
    MONTHS = "个月"
    SHEETS = "份"
    NONE = ""


@dataclass(frozen=True)
class Link:
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """What a figure counts: once, or with an amount."""

    text: str
    amount: Decimal = Decimal(1)
    #: Where it stands, for those who may go there.
    link: Link | None = None


@dataclass(frozen=True)
class Figure:
    """A number with what it is made of; a rate has no entries of its own."""

    label: str
    value: str
    unit: Unit = Unit.NONE
    #: What is asked, where something is.
    wanted: str = ""
    entries: Sequence[Entry] = ()
    #: Whether the amounts of the entries are worth showing.
    weighed: bool = False

    @classmethod
    def count(cls, label: str, unit: Unit, entries: Iterable[Entry], wanted: str = "") -> "Figure":
        found = tuple(entries)
        return cls(label, str(len(found)), unit, wanted, found)

    @classmethod
    def sum(cls, label: str, unit: Unit, entries: Iterable[Entry], wanted: str = "") -> "Figure":
        found = tuple(entries)
        total = sum((each.amount for each in found), ZERO)
        return cls(label, figures.plain(total), unit, wanted, found, weighed=True)

    @property
    def written(self) -> str:
        return f"{self.value} {self.unit.value}".strip()


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    figures: Sequence[Figure] = ()
    heading: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    #: What the reader should know; said in place of rows where there are none.
    note: str = ""
    #: What somebody wrote, by paragraph.
    text: Sequence[str] = ()

    @property
    def asks(self) -> bool:
        """Whether something is asked of one of the figures."""
        return any(each.wanted for each in self.figures)


@dataclass(frozen=True)
class Archive:
    name: str
    staff_number: str
    year: int
    #: 基本信息, by name.
    facts: Mapping[str, str]
    sections: Sequence[Section]

    @property
    def said(self) -> dict[str, Any]:
        """Everything that the archive says, as JSON."""
        return {
            "name": self.name, "staff_number": self.staff_number, "year": self.year,
            "facts": dict(self.facts), "sections": [_said(each) for each in self.sections],
        }  # fmt: skip

    @property
    def digest(self) -> str:
        """SHA-256 of everything that the archive says; the same content has the same one."""
        text = json.dumps(self.said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def section(self, key: str) -> Section:
        return next(each for each in self.sections if each.key == key)


def read(said: Mapping[str, Any]) -> Archive:
    """An archive from what it said; where entries led is not kept."""
    return Archive(
        said["name"],
        said["staff_number"],
        said["year"],
        said["facts"],
        [
            Section(
                each["key"],
                each["title"],
                [_figure(*one) for one in each["figures"]],
                each["heading"],
                each["rows"],
                each["note"],
                each.get("text", ()),
            )
            for each in said["sections"]
        ],
    )


def _figure(
    label: str, value: str, unit: str, wanted: str, entries: Sequence[tuple[str, str]]
) -> Figure:
    counted = Unit(unit)
    return Figure(
        label,
        value,
        counted,
        wanted,
        tuple(Entry(text, Decimal(amount)) for text, amount in entries),
        weighed=counted in (Unit.HOURS, Unit.DAYS),
    )


def _said(section: Section) -> dict[str, Any]:
    whole = asdict(section)
    whole["figures"] = [
        [each.label, each.value, each.unit.value, each.wanted,
         [[one.text, figures.plain(one.amount)] for one in each.entries]]
        for each in section.figures
    ]  # fmt: skip
    # Archives without it say, and are digested as, what they did before there was any.
    if not section.text:
        del whole["text"]
    return whole
