"""Two units with an exam behind them, and two that learn."""

import pytest

from core import clock
from tests.analytics.figures import LATER
from tests.factories import Make


@pytest.fixture
def much_later():
    with clock.frozen(LATER):
        yield


@pytest.fixture
def bureau(make: Make):
    """Two units with a finished exam: three of 办信司 (one failed, one away), two of 督查室."""
    letters, inspection = make.unit("办信司"), make.unit("督查室")
    people = [make.person(letters) for _ in range(3)] + [make.person(inspection) for _ in range(2)]
    session = make.exam_session(make.sealed_form(), *people, title="年度考试")
    for person, score in zip(people, (95, 40, None, 80, 61), strict=True):
        if score is not None:
            make.attempt(session, person, score)
    return letters, inspection, session, people


@pytest.fixture
def school(make: Make):
    """Two units of which one learns; a course is required of everybody."""
    letters, inspection = make.unit("办信司"), make.unit("督查室")
    keen, slow, other = make.person(letters), make.person(letters), make.person(inspection)
    roster = make.roster(keen, slow, other, title="三月名单")
    course = make.course(title="宪法导读")
    make.assignment(course)
    make.completion(keen, course)
    make.credit(keen, "7.5")
    return letters, inspection, roster, keen
