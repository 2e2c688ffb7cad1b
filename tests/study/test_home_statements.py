"""How often the pages before an exam ask the database: everybody opens them in the same minutes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from accounts.models import Account
from accounts.permissions import Role
from courses.assigning.models import LearningRule
from exam.models import ExamSession
from study.daily.queries import law_of_day
from tests.factories import NOON, Make

#: Statements of the home page by what somebody is besides staff, its transaction's beginning and
#: end included: of somebody with courses, an exam and a result.
HOME = {
    Role.STAFF: 14,
    Role.UNIT_HEAD: 16,
    Role.BUREAU_LEADER: 14,
    Role.STUDY_SECRETARY: 15,
    Role.EXAM_ADMIN: 21,
}
#: Of the pages that lead on from it: the list of exams, and the page of one.
MINE, INTRO = 5, 5

#: Statements of a page that somebody opens a second time.
Count = Callable[[FlaskClient, str], int]


@pytest.fixture
def count(said: list[str]) -> Count:
    def ask(client: FlaskClient, path: str) -> int:
        client.get(path)
        said.clear()
        assert client.get(path).status_code == 200
        return len(said)

    return ask


@pytest.fixture
def accounts(make: Make, noon: None) -> list[Account]:
    """Somebody of each role, with two courses to study, one exam to sit and one behind them."""
    found = [make.account(*{Role.STAFF, role}) for role in HOME]
    people = [each.person for each in found]
    rule = make.save(
        LearningRule(title="入职学法", starts_on=NOON.date(), due_days=30, created_at=NOON)
    )
    make.assignment(make.course())
    make.assignment(make.course(), rule_id=rule.id, due_on=None)
    make.version()
    law_of_day._chosen.forget()  # what an earlier test had to choose from
    sat = make.exam_session(make.sealed_form(), *people, closes_at=NOON - timedelta(minutes=1))
    for each in people:
        make.attempt(sat, each, 80)
    return found


@pytest.fixture
def exam(make: Make, accounts: list[Account]) -> ExamSession:
    return make.exam_session(make.sealed_form(), *(each.person for each in accounts))


def test_the_home_page_asks_the_database_no_more_than_it_has_to(
    accounts: list[Account], exam: ExamSession, sign_in, count: Count
) -> None:
    counts = {
        role: count(sign_in(account), "/") for role, account in zip(HOME, accounts, strict=True)
    }
    assert counts == HOME


def test_more_to_do_takes_no_more_statements(
    accounts: list[Account], exam: ExamSession, sign_in, count: Count, make: Make
) -> None:
    client = sign_in(accounts[0])
    before = count(client, "/")
    for _ in range(3):
        make.assignment(make.course(10, 20))
        make.exam_session(make.sealed_form(), accounts[0].person)
    assert client.get("/").text.count("待学 5 门；待考 4 场") == 1
    assert count(client, "/") == before


def test_the_pages_that_lead_to_an_exam_ask_as_little(
    accounts: list[Account], exam: ExamSession, sign_in, count: Count
) -> None:
    client = sign_in(accounts[0])
    assert (count(client, "/exam/"), count(client, f"/exam/sessions/{exam.id}")) == (MINE, INTRO)
