"""The exam page on the server's loop: the same for those it is due to, Flask's word for others."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from accounts.models import Account, SignIn
from accounts.permissions import Role
from core import clock
from exam.models import Attempt
from exam.papers.ordering import order_of, orders_of, ways_of
from exam.views.attempts.taking import is_hand_in
from exam.views.papers.sheet import sheet
from question_bank.item_types import ItemType
from question_bank.types import Content
from tests.exam.loop_pages import named, plain
from tests.factories import NOON


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
