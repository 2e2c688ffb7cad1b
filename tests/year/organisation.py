"""An organisation and what becomes of its people in a year, as plain data.

Nothing here asks the application: a person's status, unit and rank on a day follow from the list
of moves alone.
"""

from dataclasses import dataclass, field
from datetime import date

YEAR = 2026
LEADERS, OFFICE, PERSONNEL, LETTERS, VISITS, COMPLAINTS = (
    "局领导", "办公室", "人事司", "办信司", "来访接待司", "投诉办",
)  # fmt: skip
UNITS = (LEADERS, OFFICE, PERSONNEL, LETTERS, VISITS, COMPLAINTS)
#: Too few to be ranked.
SMALL = {LEADERS: 5, COMPLAINTS: 4}
GONE = {"retired", "transferred_out", "left", "suspended"}
#: Own people away from their department, and people in it who are not its own.
AWAY, HOSTED = {"seconded_out", "assignment_support"}, {"seconded_in", "temporary_post"}
#: (level, grade) → the group that duties go by.
GROUPS = {
    ("provincial_deputy", ""): "局领导", ("bureau_chief", ""): "司局级",
    ("division_chief", ""): "处级", ("division_deputy", ""): "处级", ("", "researcher_4"): "处级",
    ("", "officer_1"): "科级及以下", ("", "officer_3"): "科级及以下", ("", "clerk_1"): "科级及以下",
    ("", ""): "其他",
}  # fmt: skip


@dataclass(frozen=True)
class Move:
    """From a day on, something else holds of somebody."""

    on: date
    unit: str = ""
    status: str = ""
    level: str = ""
    left_on: date | None = None


@dataclass
class Member:
    number: str
    name: str
    unit: str
    level: str = ""
    grade: str = ""
    category: str = "cadre"
    status: str = "on_duty"
    joined_on: date = date(2020, 1, 1)
    in_group: bool = False
    moves: list[Move] = field(default_factory=list)

    def stood(self, day: date, what: str) -> str:
        """The unit, status or level on a day."""
        found: str = getattr(self, what)
        for each in self.moves:
            if each.on <= day and getattr(each, what):
                found = getattr(each, what)
        return found

    def left(self, day: date) -> date | None:
        """The first day off the books, as it is known on a day."""
        return next((each.left_on for each in self.moves if each.left_on and each.on <= day), None)

    def group(self, day: date) -> str:
        level = self.stood(day, "level")
        return GROUPS[level, "" if level else self.grade]

    def factor_half(self, day: date, known: date) -> bool:
        """Whether half is asked on a day, as it was known on another: nothing later counts."""
        return self.stood(min(day, known), "status") == "assignment_support"

    def line(self, day: date) -> str:
        """ranked, apart, others, or "" for who is not counted on a snapshot of the day."""
        status, left = self.stood(day, "status"), self.left(day)
        if status in GONE or self.joined_on > day or (left is not None and left <= day):
            return ""
        if status in AWAY:
            return "apart"
        return "others" if status in HOSTED or self.category == "contract" else "ranked"


def day(month: int, number: int) -> date:
    return date(YEAR, month, number)


#: (unit, place): what happens to whom.
MOVES = {
    (OFFICE, 4): [Move(day(6, 1), status="seconded_out")],
    (LETTERS, 4): [Move(day(4, 1), level="division_deputy")],
    (LETTERS, 5): [Move(day(5, 6), unit=VISITS)],
    (LETTERS, 9): [Move(day(10, 8), unit=COMPLAINTS)],
    (LETTERS, 6): [Move(day(3, 1), status="maternity_leave")],
    (VISITS, 4): [Move(day(9, 15), status="sick_leave")],
    (VISITS, 5): [Move(day(7, 1), status="retired", left_on=day(7, 1))],
    (VISITS, 6): [Move(day(11, 10), status="retired", left_on=day(11, 10))],
    (PERSONNEL, 7): [Move(day(8, 10), status="suspended")],
    (VISITS, 3): [
        Move(day(5, 18), status="assignment_support"),
        Move(day(9, 30), status="on_duty"),
    ],
}
STANDING = {(OFFICE, 5): {"status": "assignment_support"}, (VISITS, 7): {"category": "contract"}}
#: Those who join in the course of the year: unit, day, status.
NEWCOMERS = (
    (OFFICE, day(2, 1), "seconded_in"),
    (LETTERS, day(3, 16), "newly_recruited"),
    (COMPLAINTS, day(4, 20), "newly_recruited"),
    (VISITS, day(9, 1), "transferred_in"),
)


def people(size: int) -> list[Member]:
    """So many people, the newcomers last."""
    found = []
    large = [each for each in UNITS if each not in SMALL]
    rest = size - sum(SMALL.values()) - len(NEWCOMERS)
    for unit in UNITS:
        here = SMALL.get(unit) or rest // len(large) + (large.index(unit) < rest % len(large))
        for place in range(here):
            made = Member("", "", unit, **_rank(unit, place), **STANDING.get((unit, place), {}))
            made.moves = MOVES.get((unit, place), [])
            found.append(made)
    found += [Member("", "", unit, "", "officer_3", joined_on=on, status=status)
              for unit, on, status in NEWCOMERS]  # fmt: skip
    for place, each in enumerate(found, 1):
        each.number, each.name = f"Y{place:04}", f"人员{place:03}"
    return found


def _rank(unit: str, place: int) -> dict[str, object]:
    if unit == LEADERS:
        return {"level": "provincial_deputy", "in_group": True}
    if place == 0:
        return {"level": "bureau_chief", "in_group": True}
    if place in (1, 2):
        return {"level": "division_chief"}
    if place == 3:
        return {"grade": "researcher_4"}
    if place % 12 == 11:
        return {"category": "worker"}
    return {"grade": ("officer_1", "officer_3", "clerk_1")[place % 3]}
