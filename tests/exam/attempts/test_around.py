"""The pages before and after an attempt on the server's loop: as Flask gives them, or Flask's."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from accounts.models import Account
from accounts.permissions import Role
from core.shared import _shared
from exam.kinds import Release
from exam.models import Attempt, EligibilityRule, ExamSession
from exam.sessions.eligibility import Need
from study.group.kinds import MemberKind
from study.group.models.groups import GroupMember, StudyGroup
from tests.exam.loop_pages import named, plain, with_token
from tests.factories import NOON


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    _shared.cache_clear()


@pytest.fixture
def invited(make, sealed, sign_in) -> Callable[..., tuple[FlaskClient, ExamSession]]:
    """Somebody signed in who has not begun, and their session."""

    def invite(*, account: Account | None = None, **given: Any) -> tuple[FlaskClient, ExamSession]:
        account = account or make.account(Role.STAFF)
        exam = make.exam_session(sealed(), account.person, **given)
        client = sign_in(account)
        with_token(client)
        return client, exam

    return invite


@pytest.mark.parametrize("opens", [0, 10, 24 * 60])
def test_the_page_before_is_the_same_as_flasks(app, invited, ask, opens) -> None:
    begins = NOON + timedelta(minutes=opens)
    client, exam = invited(opens_at=begins, closes_at=begins + timedelta(hours=1))
    url = f"/exam/sessions/{exam.id}"
    client.set_cookie("xf_nav", "folded")
    assert [each.status for each in ask(client, url)] == [0], "nobody was given it yet"
    slow = client.get(url)
    [quick] = ask(client, url)
    assert plain(quick.content) == plain(slow.data)
    assert named(quick.headers.items()) == named(slow.headers)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        token = re.search(r'name="csrf-token" content="([^"]*)"', quick.content.decode())
        assert token
        begun = client.post(f"{url}/attempts", headers={"X-CSRFToken": token[1]})
        assert begun.status_code == (409 if opens else 303)
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert [each.status for each in ask(client, url)] == [200 if opens else 0]


def test_everybody_reads_their_own_name_before_and_after(make, sealed, sign_in, ask) -> None:
    accounts = [make.account(Role.STAFF) for _ in range(3)]
    form, people = sealed(), [each.person for each in accounts]
    exam = make.exam_session(form, *people, score_release=Release.AT_SUBMIT)
    clients = [sign_in(each) for each in accounts]
    for each in clients:
        with_token(each)
    url = f"/exam/sessions/{exam.id}"
    clients[0].get(url)

    def given(client: FlaskClient, url: str) -> str:
        [answer] = ask(client, url)
        assert answer.status == 200
        return answer.content.decode()

    for account, client in zip(accounts, clients, strict=True):
        page = given(client, url)
        assert account.person.name in page
        assert not any(each.name in page for each in people if each is not account.person)
    results = []
    for letter, client in zip("ABA", clients, strict=True):
        attempt = client.post(f"{url}/attempts").location
        answer = {"answers": [{"slot": 1, "seq": 1, "choice": [letter]}]}
        page = client.get(attempt).text
        sent = client.put(
            f"{attempt}/answers",
            json=answer,
            headers={"X-Attempt-Token": re.findall(r'"attempt-token" content="([^"]*)"', page)[0]},
        )
        assert sent.status_code == 200
        assert client.post(f"{attempt}/submit").status_code == 303
        results.append(f"{attempt}/result")
    said = [client.get(url).text for client, url in zip(clients, results, strict=True)]
    for account, client, url, slow in zip(accounts, clients, results, said, strict=True):
        page = given(client, url)
        assert plain(page.encode()) == plain(slow.encode())
        assert account.person.name in page
    # Nobody else's.
    assert [each.status for each in ask(clients[0], results[1])] == [0]
    assert clients[0].get(results[1]).status_code == 404


def test_who_is_in_a_study_group_is_led_there_from_either(make, invited, ask) -> None:
    client, exam = invited()
    other, _ = invited()
    url = f"/exam/sessions/{exam.id}"
    group = make.save(StudyGroup(name="中心组", started_on=NOON.date(), created_at=NOON))
    [candidate] = exam.candidates
    make.save(
        GroupMember(
            group=group, person=candidate.person, kind=MemberKind.REGULAR, joined_on=NOON.date()
        )
    )
    slow = client.get(url)
    [quick] = ask(client, url)
    assert "中心组学习" in slow.text
    assert plain(quick.content) == plain(slow.data)
    assert "中心组学习" not in other.get("/exam/").text


def test_what_is_more_than_usual_before_is_flasks(make, invited, ask, session) -> None:
    client, exam = invited()
    url = f"/exam/sessions/{exam.id}"
    stranger, _ = invited()
    client.get(url)

    def given(who: FlaskClient = client) -> int:
        [answer] = ask(who, url)
        return answer.status

    def told(**values: Any) -> None:
        session.execute(update(ExamSession).where(ExamSession.id == exam.id).values(**values))
        session.commit()

    assert given() == 200
    assert given(stranger) == 0
    told(cancelled_at=NOON)
    assert given() == 0
    told(cancelled_at=None)
    assert given() == 200
    rule = EligibilityRule(
        session_id=exam.id, need=Need.PASSED, terms={"session_id": exam.id}, added_at=NOON
    )
    session.add(rule)
    session.commit()
    assert given() == 0
    session.delete(rule)
    session.commit()
    assert given() == 200
    # A title that was changed is told at once.
    told(title="改了名称的考试")
    assert given() == 0
    assert "改了名称的考试" in client.get(url).text
    [answer] = ask(client, url)
    assert "改了名称的考试" in answer.content.decode()
    auditor, _ = invited(account=make.account(Role.AUDITOR))
    assert given(auditor) == 0


def test_a_result_of_which_there_is_more_to_tell_is_flasks(seat, ask, session) -> None:
    place = seat(score_release=Release.AT_SUBMIT)
    place.answer(1, "A")
    place.submit()
    url = f"{place.url}/result"
    place.result()

    def given() -> int:
        [answer] = ask(place.client, url)
        return answer.status

    def told(statement: Any) -> None:
        session.execute(statement)
        session.commit()

    mine = update(Attempt).where(Attempt.id == place.attempt_id)
    exam = update(ExamSession).where(ExamSession.id == place.exam.id)
    assert given() == 200
    for statement, back in (
        (mine.values(voided_at=NOON), mine.values(voided_at=None)),
        (mine.values(by_hand=1), mine.values(by_hand=0)),
        (exam.values(published_at=NOON), exam.values(published_at=None)),
        (exam.values(cancelled_at=NOON), exam.values(cancelled_at=None)),
        (
            exam.values(paper_release=Release.AT_SUBMIT),
            exam.values(paper_release=place.exam.paper_release),
        ),
    ):
        told(statement)
        assert given() == 0
        told(back)
        assert given() == 200
    # Another score, filled in at once.
    told(mine.values(earned=Decimal("1.5")))
    [answer] = ask(place.client, url)
    assert "1.5" in answer.content.decode()
