"""The exam page in front of Flask: the same for those it is due to, Flask's word for others."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from accounts.models import Account, SignIn
from accounts.permissions import Role
from core import clock
from exam.models import Attempt
from exam.papers.ordering import order_of, orders_of, ways_of
from exam.views.attempts.opening import Opening
from question_bank.item_types import ItemType
from question_bank.types import Content
from tests.factories import NOON


@pytest.fixture
def given(app, monkeypatch) -> list[bool]:
    """Of each page asked for, whether it was answered in front of Flask."""
    answers: list[bool] = []
    usual = Opening._usual

    def watched(self, env, attempt_id, at):
        answers.append(False)
        found = usual(self, env, attempt_id, at)
        answers[-1] = found is not None
        return found

    monkeypatch.setattr(Opening, "_usual", watched)
    return answers


def plain(page: bytes) -> str:
    """A page without what is signed anew each time."""
    return re.sub(r'(csrf(?:-|_)token" (?:content|value)=")[^"]*', r"\1", page.decode())


def test_the_page_is_the_same_as_flasks(seat, given, monkeypatch, client) -> None:
    place = seat()
    place.answer(1, "B", seq=7)
    place.client.set_cookie("xf_size", "large")
    place.client.get(place.url)
    quick = place.client.get(place.url)
    assert given[-1]
    monkeypatch.setattr(Opening, "_usual", lambda *_: None)
    slow = place.client.get(place.url)
    assert plain(quick.data) == plain(slow.data)
    assert 'data-seq="7"' in plain(quick.data)
    ours, flasks = (
        {name: value for name, value in answer.headers if name not in {"X-Request-Id"}}
        for answer in (quick, slow)
    )
    assert ours.pop("Content-Length")
    assert flasks.pop("Content-Length")
    assert ours == flasks


def test_a_hand_in_with_its_token_is_taken(app, seat, given) -> None:
    place = seat()
    place.client.get(place.url)
    place = place.at(place.client)
    assert given[-1]
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        headers = {"X-CSRFToken": place.meta("csrf-token")}
        assert place.client.post(f"{place.url}/submit", headers=headers).status_code == 303
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_whatever_is_to_be_decided_is_flasks(seat, given, session, sign_in, make, client) -> None:
    place = seat()
    attempt = update(Attempt).where(Attempt.id == place.attempt_id)

    def status(who=place.client) -> int:
        given.clear()
        found = who.get(place.url).status_code
        assert given == [False]
        return found

    def told(statement) -> None:
        session.execute(statement)
        session.commit()

    place.client.get(place.url)
    assert client.get(place.url).status_code == 302
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


def test_a_session_is_kept_alive_and_times_run_out(seat, given, session) -> None:
    place = seat()
    over = place.exam.closes_at + timedelta(seconds=1)
    session.rollback()
    with clock.frozen(NOON + timedelta(minutes=2)):
        assert [place.client.get(place.url).status_code for _ in range(2)] == [200, 200]
    assert given[-2:] == [False, True]
    seen = session.scalars(select(SignIn.seen_at)).all()
    session.rollback()
    assert NOON + timedelta(minutes=2) in seen
    with clock.frozen(over):
        assert place.client.get(place.url).status_code == 302
    assert not given[-1]


@pytest.mark.once
@pytest.mark.parametrize("count", [2, 4, 5, 6])
def test_orders_made_beforehand_are_the_orders_of_the_seed(count) -> None:
    written = Content(ItemType.MULTIPLE_CHOICE, "题干", [f"选项{n}" for n in range(count)], [0])
    ways = [ways_of(slot, written) for slot in (7, 70)]
    for seed in (0, 1, 2**47 + 1, *range(3, 400, 2)):
        orders = [order_of(seed, slot, written) for slot in (7, 70)]
        assert [*orders_of(seed, ways)] == [order and tuple(order) for order in orders]
