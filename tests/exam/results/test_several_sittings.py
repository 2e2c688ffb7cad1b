"""Who may sit several times is told which sitting counts, from the page of any of them."""

from decimal import Decimal

import pytest

from accounts.permissions import Role
from exam.kinds import ScorePolicy
from exam.models import ExamSession
from tests.factories import NOON
from tests.pages import main, page

SCORES = {1: 60, 2: 95, 3: 20}


@pytest.fixture
def sat(noon, make, session):
    """Somebody's three sittings of a session of a policy, and a client of theirs."""

    def made(policy: ScorePolicy, **given) -> tuple[ExamSession, dict[int, int]]:
        exam = make.exam_session(
            make.sealed_form(), person, *others, max_attempts=3, score_policy=policy, **given
        )
        sittings = {
            n: make.attempt(exam, person, earned, number=n, submitted_at=NOON).id
            for n, earned in SCORES.items()
        }
        for each in others:
            make.attempt(exam, each, 35, submitted_at=NOON)
        session.commit()
        return exam, sittings

    person, others = make.person(), [make.person() for _ in range(9)]
    made.person = person
    return made


@pytest.mark.parametrize(
    ("policy", "counts", "told"),
    [
        (ScorePolicy.BEST, 2, "本场次取最高分：95 分，优秀"),
        (ScorePolicy.LAST, 3, ""),
        (ScorePolicy.FIRST, 1, "本场次取第一次：60 分，合格"),
    ],
)
def test_each_sitting_names_the_one_that_counts(
    sat, make, sign_in, policy: ScorePolicy, counts: int, told: str
) -> None:
    _, sittings = sat(policy)
    client = sign_in(make.account(Role.STAFF, person=sat.person))
    last = client.get(f"/exam/attempts/{sittings[3]}/result")
    assert told in main(last)
    assert (f"成绩以第 {counts} 次为准" in main(last)) == (counts != 3)
    rows = page(last).select("tbody tr")
    assert [each.select("td")[-1].get_text() for each in rows] == [
        "取用" if n == counts else "—" for n in SCORES
    ]
    links = [each["href"] for each in page(last).select("tbody a")]
    assert links == [f"/exam/attempts/{sittings[n]}/result" for n in (1, 2)]
    assert "成绩以第" not in main(client.get(f"/exam/attempts/{sittings[counts]}/result"))


def test_one_stands_in_the_distribution_with_the_score_that_counts(sat, make, sign_in) -> None:
    _, sittings = sat(ScorePolicy.BEST, closes_at=NOON)
    client = sign_in(make.account(Role.STAFF, person=sat.person))
    shown = page(client.get(f"/exam/attempts/{sittings[3]}/result"))
    assert [each.get_text() for each in shown.select(".xf-histogram-own text")] == ["1", "90"]


def test_who_sits_again_where_the_last_one_counts_is_told_so(sat, make, session, sign_in) -> None:
    exam, _ = sat(ScorePolicy.LAST)
    exam.max_attempts = 4
    session.commit()
    client = sign_in(make.account(Role.STAFF, person=sat.person))
    assert "再次作答后以新的成绩为准" in main(client.get(f"/exam/sessions/{exam.id}"))
    session.commit()
    exam.score_policy = ScorePolicy.BEST
    session.commit()
    assert "以新的成绩为准" not in main(client.get(f"/exam/sessions/{exam.id}"))


def test_who_sits_once_sees_no_list_of_sittings(noon, make, session, sign_in) -> None:
    person = make.person()
    exam = make.exam_session(make.sealed_form(), person)
    attempt = make.attempt(exam, person, Decimal(80), submitted_at=NOON).id
    client = sign_in(make.account(Role.STAFF, person=person))
    assert "各次成绩" not in main(client.get(f"/exam/attempts/{attempt}/result"))
