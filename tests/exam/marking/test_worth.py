"""How the marks of a case and of the guide's points come about, as results and rechecks tell it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from exam.marking import corrections, rubric, scoring
from exam.marking.corrections import Remedy, Ruling
from exam.marking.worth import Worth, worth
from exam.models import Form
from exam.papers import snapshot
from exam.papers.snapshot import Paper
from question_bank.types import kind_of
from tests.exam.after import AFTER
from tests.exam.marked import HALF, Hall, grader, seated
from tests.exam.marking.test_correcting_parts import CASE, answers
from tests.pages import main, page

HALF_OF_ALL = {0: Decimal("0.5"), 1: Decimal("0.5")}


@pytest.fixture
def hall(app, noon, make, session) -> Hall:
    return seated(app, make, session, ["B/A/党委统一领导"], examples=(CASE,), answers=answers)


@pytest.fixture
def paper(hall: Hall, session) -> Paper:
    found = snapshot.load(session.scalars(select(Form.snapshot)).one() or "")
    session.rollback()
    return found


def said(choice: str, several: str, words: str) -> dict[str, Any]:
    return {"parts": [{"choice": list(choice)}, {"choice": list(several)}, {"text": words}]}


def parts(found: Worth) -> list[tuple[Decimal | None, Decimal]]:
    return [(each.earned, each.possible) for each in found.parts]


@pytest.mark.parametrize(
    ("penalty", "given", "judged", "gained"),
    [
        ("0", said("B", "AC", "写了"), {"3": [0]}, [5, 5, 5]),
        ("0.25", said("A", "B", "写了"), {"3": [0, 1, 2]}, ["-1.25", "-1.25", 10]),
        ("0", said("", "AC", "写了"), {"3": HALF_OF_ALL}, [0, 5, "3.75"]),
        ("0", said("B", "AC", "写了"), {}, [5, 5, None]),
        ("0", said("B", "AC", ""), {}, [5, 5, 0]),
        ("0", {}, {}, [0, 0, 0]),
    ],
)
def test_the_parts_of_a_case_add_up_to_what_it_earned(
    paper: Paper, penalty: str, given, judged, gained
) -> None:
    ruled = corrections.ruled(replace(paper, penalty=Decimal(penalty)), [])
    [slot] = ruled.paper.slots
    earned = scoring.score_ruled(ruled, {1: given}, judged={1: judged}).by_slot[1]
    found = worth(ruled, slot, given, earned, 0, judged)
    wanted = [each if each is None else Decimal(each) for each in gained]
    assert parts(found) == list(zip(wanted, [5, 5, 10], strict=True))


def test_parts_are_told_by_the_key_that_was_accepted_and_not_where_they_do_not_add_up(
    paper: Paper,
) -> None:
    given = said("D", "AC", "")
    also = corrections.ruled(paper, [Ruling(1, Remedy.ALSO, [3], 1)])
    [slot] = also.paper.slots
    assert parts(worth(also, slot, given, Decimal(10), 0, {})) == [(5, 5), (5, 5), (0, 10)]
    everybody = corrections.ruled(paper, [Ruling(1, Remedy.EVERYBODY)])
    assert parts(worth(everybody, slot, given, Decimal(20), 0, {})) == [(5, 5), (5, 5), (10, 10)]
    # Marks from paper, without the answers.
    assert worth(also, slot, {}, Decimal(13), 0, {}) == Worth(Decimal(20), Decimal(13))


def test_points_that_one_of_two_found_earn_half(paper: Paper) -> None:
    written = kind_of(paper.slots[0].item_type).parts(paper.slots[0])[2].content
    found = Worth(Decimal(10), None).of_points(written, HALF_OF_ALL)
    assert [(each.earned, each.possible) for each in found] == [
        (Decimal("2.5"), 5), (Decimal("1.25"), Decimal("2.5")), (0, Decimal("2.5")),
    ]  # fmt: skip
    assert sum(each.possible for each in found) == 10
    assert rubric.credit(written, HALF_OF_ALL) == Decimal("0.375")


def test_the_result_says_what_each_part_and_each_point_earned(
    app, hall: Hall, make, sign_in, session
) -> None:
    reader = grader(make, sign_in, "阅卷人甲")
    to_mark = page(reader.get(hall.path(1))).select_one("form[data-marking]")
    assert reader.post(str(to_mark["action"]), data={"points-3": HALF}).status_code == 302
    hall.close(app)
    attempt = hall.exam.candidates[0].attempts[0].id
    own = sign_in(make.account(Role.STAFF, person=hall.exam.candidates[0].person))
    session.rollback()
    with clock.frozen(AFTER):
        shown = main(own.get(f"/exam/attempts/{attempt}/result"))
    assert "第（1）问 · 单选题 · 得 5 / 5 分" in shown
    assert "第（2）问 · 多选题 · 得 0 / 5 分" in shown
    assert "第（3）问 · 简答题 · 得 5 / 10 分" in shown
    assert "答到，得 5 / 5 分" in shown
    assert "未答到，得 0 / 2.5 分" in shown
