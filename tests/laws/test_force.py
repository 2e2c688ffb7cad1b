from dataclasses import dataclass
from datetime import date

import pytest

from laws import force
from laws.force import State


@dataclass(frozen=True)
class Version:
    promulgated_on: date
    effective_on: date | None = None
    repealed_on: date | None = None

    @property
    def begins_on(self) -> date:
        return force.begins_on(self.promulgated_on, self.effective_on)


OLD = Version(date(2005, 1, 1), date(2005, 5, 1))
AMENDED = Version(date(2018, 6, 1))
NEW = Version(date(2023, 9, 1), date(2024, 1, 1))
VERSIONS = [OLD, AMENDED, NEW]


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2005, 4, 30), None),
        (date(2005, 5, 1), OLD),
        (date(2018, 5, 31), OLD),
        (date(2018, 6, 1), AMENDED),
        (date(2023, 12, 31), AMENDED),
        (date(2024, 1, 1), NEW),
    ],
)
def test_the_version_in_force_follows_the_days_of_effect(
    day: date, version: Version | None
) -> None:
    assert force.current(VERSIONS, day) is version


@pytest.mark.parametrize(
    ("version", "day", "state"),
    [
        (OLD, date(2010, 1, 1), State.IN_FORCE),
        (OLD, date(2020, 1, 1), State.SUPERSEDED),
        (AMENDED, date(2010, 1, 1), State.PENDING),
        (AMENDED, date(2023, 10, 1), State.IN_FORCE),
        (NEW, date(2023, 10, 1), State.PENDING),
        (NEW, date(2024, 1, 1), State.IN_FORCE),
    ],
)
def test_a_version_stands_by_its_dates(version: Version, day: date, state: State) -> None:
    assert force.state(version, VERSIONS, day) is state


def test_a_repealed_law_has_no_version_in_force() -> None:
    repealed = Version(date(2005, 1, 1), date(2005, 5, 1), date(2022, 5, 1))
    assert force.current([repealed], date(2022, 4, 30)) is repealed
    assert force.current([repealed], date(2022, 5, 1)) is None
    assert force.state(repealed, [repealed], date(2022, 5, 1)) is State.REPEALED
