"""What people did, as plain data: the list from which reckoning.py counts."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass
class Course:
    key: str
    title: str
    hours: Decimal
    is_law: bool
    #: Planned minutes of each lesson.
    lessons: list[int]


@dataclass
class Demand:
    """A course required of some: all that is named must fit."""

    course: str
    starts_on: date
    due_on: date | None = None
    due_days: int | None = None
    unit: str = ""
    group: str = ""
    joined_from: date | None = None


@dataclass
class Study:
    """Somebody's passage through a lesson: opened, then a sign of life at each moment."""

    who: str
    course: str
    lesson: int
    opened: datetime
    signs: list[datetime]
    #: Taken over from an older platform with so many seconds; None: by signs of life.
    seconds: int | None = None
    completed: bool = True


@dataclass
class Conversion:
    activity: str
    valid_from: date
    per_day: Decimal
    half_day: Decimal
    cap: Decimal | None = None
    carries: bool = False


@dataclass
class Training:
    """Outside training; in the order in which it was decided."""

    who: str
    activity: str
    starts_on: date
    ends_on: date
    days: Decimal
    is_law: bool
    accredited: bool
    #: granted, returned, withdrawn; old: taken over from the paper records, under no cap.
    state: str = "granted"
    reversed: bool = False


@dataclass
class Class:
    title: str
    starts_on: date
    ends_on: date
    days: Decimal
    accredited: bool
    full_time: bool
    #: Hours of each unit, and whether it is about law.
    units: list[tuple[Decimal, bool]]
    #: By person: one mark a unit.
    marks: dict[str, list[str]] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)


@dataclass
class Meeting:
    day: date
    days: int
    form: str
    is_law: bool
    topic: str
    #: Of regular members, and of those invited: present, leave, absent.
    regular: dict[str, str] = field(default_factory=dict)
    invited: dict[str, str] = field(default_factory=dict)
    made_up: set[str] = field(default_factory=set)
    closed: bool = True


@dataclass
class Exam:
    title: str
    kind: str
    #: The day of the roster; by person on its list: due, exempt, deferred.
    roster: date
    status: dict[str, str] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    makeup_status: dict[str, str] = field(default_factory=dict)
    makeup: dict[str, int] = field(default_factory=dict)
    voided: dict[str, str] = field(default_factory=dict)
    pass_score: int = 60
    excellent: int = 90


@dataclass
class Log:
    courses: dict[str, Course] = field(default_factory=dict)
    demands: list[Demand] = field(default_factory=list)
    studies: list[Study] = field(default_factory=list)
    conversions: list[Conversion] = field(default_factory=list)
    trainings: list[Training] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    exams: dict[str, Exam] = field(default_factory=dict)
    #: By person: (mark, kinds of 述); None: the check said it is not so.
    entries: dict[str, tuple[int, list[str]] | None] = field(default_factory=dict)
    speeches: dict[str, int] = field(default_factory=dict)
    writings: dict[str, int] = field(default_factory=dict)
    #: Hours and days asked of those below a division in the year after.
    next_year: tuple[int, int] = (90, 12)
