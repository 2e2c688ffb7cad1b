"""知晓率报告: how many have studied a new law and passed its test, by department. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.figures import rate
from core.labels import Labelled
from courses.new_law import STUDY_WITHIN
from courses.tallies import TOTAL


class AsOf(Labelled):
    """The days on which a new law is reported."""

    TODAY = "today", "今天"
    DAY_30 = "day30", "公布后第 30 日"
    BEGINS = "begins", "施行日"


def days(promulgated_on: date, begins_on: date, today: date) -> dict[AsOf, date]:
    """Today, and of the two reporting days those that have passed."""
    fixed = {AsOf.DAY_30: promulgated_on + STUDY_WITHIN, AsOf.BEGINS: begins_on}
    return {AsOf.TODAY: today} | {each: day for each, day in fixed.items() if day < today}


def study_due(promulgated_on: date, today: date) -> date:
    """By when a study task given today is done: 30 days after promulgation, a week at least."""
    return max(promulgated_on + STUDY_WITHIN, today + timedelta(days=7))


@dataclass(frozen=True)
class Member:
    """Somebody who counts, with the department."""

    person_id: int
    unit_id: int
    unit: str
    unit_position: int


@dataclass(frozen=True)
class Row:
    """A department, or all of them: people, each once over all courses and all tests."""

    unit_id: int | None
    unit: str
    study_due: int
    studied: int
    test_due: int
    passed: int

    @property
    def study_rate(self) -> Decimal | None:
        """Percent; None while nobody has to study."""
        return rate(self.studied, self.study_due)

    @property
    def awareness(self) -> Decimal | None:
        """Percent; None while nobody is to be tested."""
        return rate(self.passed, self.test_due)


def by_unit(
    people: Iterable[Member],
    *,
    study_due: Collection[int],
    studied: Collection[int],
    test_due: Collection[int],
    passed: Collection[int],
) -> list[Row]:
    """A row for each department that has somebody due, in the order of the bureau, and the total.

    The others are sets of person ids; who is not due counts in neither end of a rate.
    """
    units: dict[tuple[int, int, str], set[int]] = {}
    for each in people:
        if each.person_id in study_due or each.person_id in test_due:
            key = (each.unit_position, each.unit_id, each.unit)
            units.setdefault(key, set()).add(each.person_id)

    def row(unit_id: int | None, unit: str, members: set[int]) -> Row:
        to_study, to_sit = members & set(study_due), members & set(test_due)
        return Row(
            unit_id, unit, len(to_study), len(to_study & set(studied)),
            len(to_sit), len(to_sit & set(passed)),
        )  # fmt: skip

    rows = [row(unit_id, unit, members) for (_, unit_id, unit), members in sorted(units.items())]
    return [*rows, row(None, TOTAL, set().union(*units.values()))]
