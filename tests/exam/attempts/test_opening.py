"""The exam page on the server's loop: the same for those it is due to, Flask's word for others."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from accounts.models import Account, SignIn
from accounts.permissions import Role
from core import clock, forgery
from core.shared import _shared
from exam.kinds import Release
from exam.models import Attempt, EligibilityRule, ExamSession
from exam.papers.ordering import order_of, orders_of, ways_of
from exam.sessions.eligibility import Need
from exam.views.attempts.opening import Front
from exam.views.attempts.taking import is_hand_in
from exam.views.papers.sheet import sheet
from question_bank.item_types import ItemType
from question_bank.types import Content
from tests.factories import NOON
from tests.rsgi import Exchange, Headers, Scope, on_the_loop, there

#: What a browser holds of ours.
COOKIES = ("xuefa", "xf_size", "xf_contrast", "xf_nav")
Ask = Callable[..., list[Exchange]]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    _shared.cache_clear()


@pytest.fixture
def ask(app: Flask) -> Ask:
    """Asks the front for a page as a browser would; no status on what it leaves to Flask."""

    def asked(client: FlaskClient, *urls: str, method: str = "GET") -> list[Exchange]:
        held = [client.get_cookie(name) for name in COOKIES]
        cookie = "; ".join(f"{each.key}={each.value}" for each in held if each)
        answers = [Exchange() for _ in urls]

        async def act(loop: asyncio.AbstractEventLoop) -> None:
            front = Front(app)
            front.start(loop)
            await there(front._apart)
            found = await asyncio.gather(
                *(
                    front(Scope(method, url, Headers(cookie=cookie)), answer)
                    for url, answer in zip(urls, answers, strict=True)
                )
            )
            assert found == [None if each.status else b"" for each in answers]
            front._apart.close()

        on_the_loop(act)
        return answers

    return asked


def with_token(client: FlaskClient) -> None:
    """Have a browser hold a token for forms, as it does from signing in on."""
    with client.session_transaction() as session:
        session[forgery.TOKEN] = forgery.drawn()


def plain(page: bytes) -> str:
    """A page without what is signed anew each time."""
    return re.sub(r'(csrf(?:-|_)token" (?:content|value)=")[^"]*', r"\1", page.decode())


def named(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers if name.lower() not in CHANGING}


CHANGING = {"x-request-id", "content-length"}


def test_the_page_is_the_same_as_flasks(app, seat, ask) -> None:
    place = seat()
    place.answer(1, "B", seq=7)
    place.client.set_cookie("xf_size", "large")
    with clock.frozen(clock.now()):
        slow = place.client.get(place.url)
        [quick] = ask(place.client, place.url)
    assert plain(quick.content) == plain(slow.data)
    assert 'data-seq="7"' in plain(quick.content)
    assert named(quick.headers.items()) == named(slow.headers)
    assert int(quick.headers["content-length"]) == len(quick.content)


def test_a_hand_in_with_its_token_is_taken(app, seat, ask) -> None:
    place = seat()
    [page] = ask(place.client, place.url)
    token = re.search(r'name="csrf-token" content="([^"]*)"', page.content.decode())
    assert token
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        headers = {"X-CSRFToken": token[1]}
        assert place.client.post(f"{place.url}/submit", headers=headers).status_code == 303
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_everybody_who_comes_at_once_gets_their_own(seat, ask, sign_in, make) -> None:
    place, other = seat(), seat()
    pages = ask(place.client, *[place.url, other.url] * 20, "/exam/", f"{place.url}/result")
    assert [each.status for each in pages] == [200, 0] * 20 + [0, 0]
    assert {plain(each.content) for each in pages[::2][:20]} == {plain(pages[0].content)}
    assert place.account.person.staff_number in plain(pages[0].content)
    assert [each.status for each in ask(place.client, place.url, method="POST")] == [0]


def test_whatever_is_to_be_decided_is_flasks(seat, ask, session, sign_in, make, client) -> None:
    place = seat()
    attempt = update(Attempt).where(Attempt.id == place.attempt_id)

    def status(who=place.client) -> int:
        [left] = ask(who, place.url)
        assert not left.status
        return who.get(place.url).status_code

    def told(statement) -> None:
        session.execute(statement)
        session.commit()

    assert [each.status for each in ask(place.client, place.url)] == [200]
    assert status(client) == 302
    assert status(sign_in(make.account(Role.STAFF))) == 404
    assert status(sign_in(make.account(Role.AUDITOR))) == 403
    # At another device Flask takes the attempt there, and the first one has to take it back.
    assert status(sign_in(place.account)) == 200
    assert status() == 200
    mine = update(Account).where(Account.id == place.account.id)
    told(mine.values(must_change=True))
    assert status() == 302
    told(mine.values(must_change=False, disabled_at=NOON))
    assert status() == 302
    told(mine.values(disabled_at=None))
    with place.client.session_transaction() as cookie:
        cookie["_flashes"] = [("info", "已告知")]
    assert status() == 200
    told(attempt.values(voided_at=NOON))
    assert status() == 302
    told(attempt.values(voided_at=None))
    place.submit()
    assert status() == 302
    told(update(SignIn).values(ended_at=NOON))
    assert status() == 302


def test_a_session_is_kept_alive_and_times_run_out(seat, ask, session) -> None:
    place = seat()
    over = place.exam.closes_at + timedelta(seconds=1)
    session.rollback()

    def given() -> bool:
        [answer] = ask(place.client, place.url)
        return answer.status == 200

    with clock.frozen(NOON + timedelta(minutes=2)):
        assert not given()
        assert place.client.get(place.url).status_code == 200
        assert given()
    seen = session.scalars(select(SignIn.seen_at)).all()
    session.rollback()
    assert NOON + timedelta(minutes=2) in seen
    with clock.frozen(over):
        assert not given()
        assert place.client.get(place.url).status_code == 302


def test_a_paper_that_is_not_laid_out_is_flasks(seat, ask, monkeypatch) -> None:
    place = seat()
    sheet.cache_clear()
    assert [each.status for each in ask(place.client, place.url)] == [0]
    assert place.client.get(place.url).status_code == 200
    assert [each.status for each in ask(place.client, place.url)] == [200]


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


@pytest.mark.once
@pytest.mark.parametrize("count", [2, 4, 5, 6])
def test_orders_made_beforehand_are_the_orders_of_the_seed(count) -> None:
    written = Content(ItemType.MULTIPLE_CHOICE, "题干", [f"选项{n}" for n in range(count)], [0])
    ways = [ways_of(slot, written) for slot in (7, 70)]
    for seed in (0, 1, 2**47 + 1, *range(3, 400, 2)):
        orders = [order_of(seed, slot, written) for slot in (7, 70)]
        assert [*orders_of(seed, ways)] == [order and tuple(order) for order in orders]


@pytest.mark.once
def test_only_handing_in_goes_before_pages_that_wait() -> None:
    assert is_hand_in("POST", "/exam/attempts/7/submit")
    for method, path in (
        ("GET", "/exam/attempts/7/submit"),
        ("POST", "/exam/attempts/7/left"),
        ("POST", "/exam/attempts/7/submit/"),
    ):
        assert not is_hand_in(method, path)
