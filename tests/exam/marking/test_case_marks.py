"""Of a case, readers are told what persons gave for it, without what the machine scores."""

from decimal import Decimal

import pytest

from exam.marking.double_marking import Unit
from tests.exam.marked import ALL, HALF, NONE, Hall, grader, seated
from tests.exam.marking.test_correcting_parts import CASE, answers
from tests.pages import main, page


@pytest.fixture
def hall(app, noon, make, session) -> Hall:
    """One case of 20 marks: 5 and 5 of choices, both wrong at a penalty, and 10 in words."""
    return seated(
        app, make, session, ["A/B/写了"], examples=(CASE,), answers=answers,
        penalty=25, double_marking=True, mark_tolerance=Decimal(2), tolerance_unit=Unit.MARKS,
    )  # fmt: skip


def mark(client, hall: Hall, points: list[str], rest: str = "") -> None:
    form = page(client.get(hall.path(1, rest))).select_one("form[data-marking]")
    assert client.post(str(form["action"]), data={"points-3": points}).status_code == 302


def test_an_arbiter_and_the_readers_see_marks_for_the_words_alone(hall, make, sign_in) -> None:
    one, other, third = (grader(make, sign_in, f"评卷{n}") for n in "甲乙丙")
    mark(one, hall, ALL)
    mark(other, hall, HALF)
    own = main(one.get(hall.path(1, "/marked")))
    assert "10 分" in own
    shown = page(third.get(hall.path(1, "/arbitration")))
    assert "一评 10 分，二评 5 分" in shown.find("fieldset").get_text(" ", strip=True)
    mark(third, hall, NONE, "/arbitration")
    again = page(third.get(hall.path(1, "/marked"))).select_one("tbody tr")
    assert again.select_one(".xf-num").get_text() == "0 分"
    assert "给 0 分；改评后仍留有记录" in third.get(again.select_one("a")["href"]).text
