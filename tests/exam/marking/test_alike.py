"""Equal answers in words: one judgement offered for all of them, each marked for itself."""

import pytest
from sqlalchemy import select

from core.db import READS, db
from exam.models import Marking, MarkingClaim
from exam.queries.marking import alike
from tests.exam.marked import ALL, HALF, Hall, grader, seated
from tests.pages import main, page

#: Three that only differ in what folding takes away, and one that says something else.
TEXTS = ["应当在三十日内答复。", "应当在30日内答复", "应当在 30 日内，答复", "不予答复"]


@pytest.fixture
def hall(app, noon, make, session) -> Hall:
    return seated(app, make, session, TEXTS, double_marking=True)


@pytest.fixture
def desks(make, sign_in):
    return [grader(make, sign_in, f"评卷{n}") for n in "甲乙"]


def until_equal(hall: Hall, desk) -> tuple[str, str]:
    """The address of one of the equal answers in hand, and what its page says."""
    for _ in range(4):
        shown = page(desk.get(hall.path()))
        form = shown.select_one("form[data-marking]")
        if "不予" not in form.select_one(".xf-mark-text").get_text():
            return str(form["action"]), shown.get_text()
        desk.post(f"{form['action']}/skip")
    raise AssertionError("never met")


def markings(session) -> list[tuple[int, str, list[int]]]:
    rows = session.execute(
        select(MarkingClaim.account_id, Marking.reader, Marking.points)
        .join(
            MarkingClaim,
            (MarkingClaim.answer_id == Marking.answer_id) & (MarkingClaim.reader == Marking.reader),
        )
        .order_by(Marking.id)
    ).all()
    session.rollback()
    return [(row[0], row[1].value, row[2]["0"]) for row in rows]


def test_what_is_said_of_one_is_said_of_its_equals_if_its_marker_wants(
    hall: Hall, desks, session
) -> None:
    one, other = desks
    address, text = until_equal(hall, one)
    assert "另有 2 份作答与此相同" in text
    one.post(address, data={"points-0": ALL, "alike": "2"})
    assert [each[2] for each in markings(session)] == [[0, 1, 2]] * 3
    assert "不予答复" in main(one.get(hall.path())), "what says something else waits"
    # The other marker knows nothing of it and meets all four.
    address, text = until_equal(hall, other)
    assert "另有 2 份作答与此相同" in text
    other.post(address, data={"points-0": HALF})
    assert len(markings(session)) == 4, "without the tick only this one"
    assert len({each[:2] for each in markings(session)}) == 2


def test_who_changes_their_mind_marks_all_of_them_again_with_a_reason(
    hall: Hall, desks, session
) -> None:
    one, _ = desks
    address, _ = until_equal(hall, one)
    one.post(address, data={"points-0": ALL, "alike": "2"})
    assert "您评过的另 2 份作答与此相同" in main(one.get(address))
    refused = one.post(f"{address}/again", data={"points-0": HALF, "alike": "2", "reason": ""})
    assert refused.status_code == 422
    one.post(f"{address}/again", data={"points-0": HALF, "alike": "2", "reason": "看错一点"})
    assert [each[2] for each in markings(session)] == [[0, 1, 2]] * 3 + [[0]] * 3


def test_no_more_than_was_offered_is_marked_and_blank_answers_never_are(
    hall: Hall, desks, session
) -> None:
    one, _ = desks
    address, _ = until_equal(hall, one)
    one.post(address, data={"points-0": ALL, "alike": "1"})
    assert len(markings(session)) == 2


def test_what_waits_is_looked_through_while_others_may_write(
    hall: Hall, desks, monkeypatch
) -> None:
    """Thousands of answers take a while, and those who sit another exam are saving theirs."""
    reads, look = [], alike.waiting

    def waiting(*args):
        reads.append(db.session.connection().get_execution_options().get(READS))
        return look(*args)

    monkeypatch.setattr(alike, "waiting", waiting)
    address, text = until_equal(hall, desks[0])
    assert "另有 2 份作答与此相同" in text
    assert set(reads) == {True}
    reads.clear()
    desks[0].post(address, data={"points-0": ALL})
    assert reads == [], "whoever says it of one answer has no others looked for"
