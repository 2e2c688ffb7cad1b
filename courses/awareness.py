"""知晓率报告: how many have studied a new law and passed its test, by department. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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


#: Of fewer people tested, who passed is for those who may know their results.
SMALLEST = 5


class Number(Labelled):
    """What a report counts, and whom it leaves out."""

    STUDY_DUE = "study_due", "应学"
    STUDIED = "studied", "学完"
    STUDY_LEFT = "study_left", "未学完"
    STUDY_OUT = "study_out", "不计入应学"
    TEST_DUE = "test_due", "应测"
    PASSED = "passed", "合格"
    TEST_LEFT = "test_left", "未合格"
    TEST_OUT = "test_out", "不计入应测"

    @property
    def of_study(self) -> bool:
        return self in STUDY


STUDY = (Number.STUDY_DUE, Number.STUDIED, Number.STUDY_LEFT, Number.STUDY_OUT)
TEST = (Number.TEST_DUE, Number.PASSED, Number.TEST_LEFT, Number.TEST_OUT)
#: By number, whom it counts (person ids); of those left out, why.
Counted = Mapping[Number, Mapping[int, str]]


def counted(
    *,
    study_due: Collection[int],
    studied: Collection[int],
    study_out: Mapping[int, str],
    test_due: Collection[int],
    passed: Collection[int],
    test_out: Mapping[int, str],
) -> Counted:
    """Who is due is done or left; who is due counts as left out of nothing."""

    def those(ids: Iterable[int]) -> dict[int, str]:
        return dict.fromkeys(ids, "")

    return {
        Number.STUDY_DUE: those(study_due),
        Number.STUDIED: those(set(study_due) & set(studied)),
        Number.STUDY_LEFT: those(set(study_due) - set(studied)),
        Number.STUDY_OUT: {key: why for key, why in study_out.items() if key not in study_due},
        Number.TEST_DUE: those(test_due),
        Number.PASSED: those(set(test_due) & set(passed)),
        Number.TEST_LEFT: those(set(test_due) - set(passed)),
        Number.TEST_OUT: {key: why for key, why in test_out.items() if key not in test_due},
    }


@dataclass(frozen=True)
class Member:
    """Somebody who counts or is left out, with the department."""

    person_id: int
    unit_id: int
    unit: str
    unit_position: int
    name: str = ""
    staff_number: str = ""
    post: str = ""


@dataclass(frozen=True)
class Row:
    """A department, or all of them: people, each once over all courses and all tests."""

    unit_id: int | None
    unit: str
    study_due: int
    studied: int
    test_due: int
    #: None where it would tell of the results of a handful (discreet).
    passed: int | None

    @property
    def study_rate(self) -> Decimal | None:
        """Percent; None while nobody has to study."""
        return rate(self.studied, self.study_due)

    @property
    def awareness(self) -> Decimal | None:
        """Percent; None while nobody is to be tested, or where it is not to be told."""
        return None if self.passed is None else rate(self.passed, self.test_due)


def by_unit(people: Iterable[Member], found: Counted) -> list[Row]:
    """A row for each department that has somebody due, in the order of the bureau, and the total.

    Who is not due counts in neither end of a rate.
    """
    units: dict[tuple[int, int, str], set[int]] = {}
    for each in people:
        if each.person_id in found[Number.STUDY_DUE] or each.person_id in found[Number.TEST_DUE]:
            key = (each.unit_position, each.unit_id, each.unit)
            units.setdefault(key, set()).add(each.person_id)

    def row(unit_id: int | None, unit: str, members: set[int]) -> Row:
        due, done, sit, passed = (
            len(members & set(found[each]))
            for each in (Number.STUDY_DUE, Number.STUDIED, Number.TEST_DUE, Number.PASSED)
        )
        return Row(unit_id, unit, due, done, sit, passed)

    rows = [row(unit_id, unit, members) for (_, unit_id, unit), members in sorted(units.items())]
    return [*rows, row(None, TOTAL, set().union(*units.values()))]


def discreet(rows: Sequence[Row], opens: Callable[[Row], bool]) -> list[Row]:
    """The rows without who passed of fewer than SMALLEST, nor what could be told by subtracting
    the shown departments from the total. ``opens``: whose results the reader may know."""
    units = [each for each in rows if each.unit_id is not None and not opens(each)]
    hidden = [each for each in units if _is_few(each.test_due)]
    rest = sorted(
        (each for each in units if each.test_due >= SMALLEST),
        key=lambda each: (each.test_due, each.unit_id or 0),
    )
    while hidden and rest and _tells(hidden):
        hidden.append(rest.pop(0))
    tells = bool(hidden) and _tells(hidden)
    hidden += [
        each
        for each in rows
        if each.unit_id is None and not opens(each) and (tells or _is_few(each.test_due))
    ]
    gone = {each.unit_id for each in hidden}
    return [replace(each, passed=None) if each.unit_id in gone else each for each in rows]


def _is_few(people: int) -> bool:
    return 0 < people < SMALLEST


def _tells(hidden: Sequence[Row]) -> bool:
    return len(hidden) == 1 or _is_few(sum(each.test_due for each in hidden))
