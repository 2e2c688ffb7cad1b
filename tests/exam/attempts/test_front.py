"""Saves on the server's loop: the same answers as in front of Flask, and nobody waits in vain."""

import asyncio
import io
import json
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.db import db
from core.serving import patience
from core.serving.bridge import Bridge
from exam.models import Answer
from exam.saving import front as fronts
from exam.saving import store as stores
from exam.saving.front import Front
from exam.saving.middleware import STORE
from exam.saving.protocol import MAX_BODY
from tests.rsgi import Exchange, Headers, Scope, on_the_loop, there

GOOD = {"slot": 1, "seq": 1, "choice": ["A"]}
#: Headers that differ from answer to answer.
CHANGING = {"x-request-id", "content-length"}


def put(place, *answers: Any, **given: Any) -> tuple[Scope, Exchange]:
    """A save as a page sends it, or as ``given`` says."""
    body = given.pop("body", None)
    if body is None:
        body = json.dumps({"answers": answers or [GOOD]}).encode()
    headers = Headers({"x-attempt-token": given.pop("token", place.token)})
    headers |= {"content-length": str(len(body))} | given.pop("headers", {})
    path = given.pop("path", f"{place.url}/answers")
    return Scope(given.pop("method", "PUT"), path, headers), Exchange(body)


@pytest.fixture
def by_the_store(monkeypatch) -> None:
    """Answers are written in a thread, as on SQLite, whatever the database."""
    monkeypatch.setattr(fronts, "writing", lambda _engine, store, _loop: store)


@pytest.fixture(params=["by the store", "over the wire"])
def both_ways(request, app) -> None:
    if request.param == "by the store":
        request.getfixturevalue("by_the_store")
        return
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("SQLite has no wire")


def asked(app: Flask, *requests: tuple[Scope, Exchange]) -> list[Exchange]:
    """Requests that come at once, answered behind the bridge."""

    async def act(loop: asyncio.AbstractEventLoop) -> None:
        front = fronts.of(app)
        bridge = Bridge(app.wsgi_app, [front])
        bridge.__rsgi_init__(loop)
        wire = getattr(front._writing, "_wire", None)
        if wire is not None:
            await there(wire)
        await asyncio.gather(*(bridge.__rsgi__(*each) for each in requests))
        if wire is not None:
            wire.close()

    on_the_loop(act)
    return [exchange for _, exchange in requests]


ASKED: dict[str, dict[str, Any]] = {
    "a save": {},
    "an open brace": {"body": b"{"},
    "nothing": {"body": b""},
    "slot 3 of 2": {"body": b'{"answers":[{"slot":3,"seq":1,"choice":["A"]}]}'},
    "an unknown option": {"body": b'{"answers":[{"slot":1,"seq":1,"choice":["E"]}]}'},
    "192 KiB": {"body": json.dumps({"answers": [GOOD]}).ljust(MAX_BODY).encode()},
    "more": {"body": json.dumps({"answers": [GOOD]}).ljust(MAX_BODY + 1).encode()},
    "no token": {"token": ""},
    "a token of nobody": {"token": "1.1.1.x.y"},
    "GET": {"method": "GET"},
    "POST": {"method": "POST"},
    "no stated length": {"headers": {"transfer-encoding": "chunked"}},
    "a length in full-width digits": {"headers": {"content-length": "１"}},
    "somebody else's attempt": {"path": "/exam/attempts/999999/answers"},
    "no address": {"path": "/exam/attempts/1/answers/"},
}


@pytest.mark.usefixtures("both_ways")
@pytest.mark.parametrize("given", ASKED.values(), ids=ASKED)
def test_both_ways_answer_alike(app, seat, given) -> None:
    place = seat()
    scope, exchange = put(place, **given)
    [here] = asked(app, (scope, exchange))
    there = place.client.open(
        scope.path,
        method=scope.method,
        data=exchange.body,
        environ_overrides={
            "HTTP_" + name.upper().replace("-", "_"): value
            for name, value in scope.headers.items()
            if name != "content-length"
        }
        | {"CONTENT_LENGTH": scope.headers["content-length"]},
    )
    assert here.status == there.status_code
    if there.status_code == 404:
        return
    theirs = {name.lower(): value for name, value in there.headers}
    assert {**here.headers, **dict.fromkeys(CHANGING)} == {**theirs, **dict.fromkeys(CHANGING)}
    told = there.get_json()
    if there.status_code == 200:
        told["server_time"] = here.json["server_time"]
    assert here.json == told


@pytest.mark.usefixtures("both_ways")
def test_many_at_once_are_kept_and_told_each_its_own(app, seat, session) -> None:
    places = [seat() for _ in range(5)]
    sent = [
        put(place, {"slot": slot, "seq": seq, "choice": ["B"]})
        for seq in range(1, 9)
        for place in places
        for slot in (1, 2)
    ]
    found = asked(app, *sent)
    assert {each.status for each in found} == {200}
    assert [each.json["saved"] for each in found] == [[1], [2]] * 40
    assert session.scalar(select(func.count()).select_from(Answer)) == 10
    assert set(session.scalars(select(Answer.seq))) == {8}


@pytest.mark.usefixtures("both_ways")
def test_what_is_refused_and_what_is_older_is_told(app, seat) -> None:
    place = seat()
    [new] = asked(app, put(place, {"slot": 1, "seq": 9, "choice": ["A"]}))
    [old] = asked(app, put(place, {"slot": 1, "seq": 3, "choice": ["B"]}))
    assert (new.json["saved"], old.json["stale"]) == ([1], [1])
    assert old.json["newer"] == [{"slot": 1, "seq": 9, "choice": ["A"]}]
    place.submit()
    [late] = asked(app, put(place))
    assert (late.status, late.json["reason"]) == (409, "submitted")


@pytest.mark.parametrize("here", [True, False], ids=["on the loop", "in front of Flask"])
def test_answers_come_when_their_last_byte_does(app, seat, here) -> None:
    """Who begins to send before the deadline and ends after it is late."""
    place = seat()
    scope, exchange = put(place)
    with ExitStack() as later:

        class Slow(io.BytesIO):
            def read(self, *args: Any) -> bytes:
                later.enter_context(clock.frozen(place.exam.closes_at + timedelta(seconds=1)))
                return super().read(*args)

        class SlowExchange(Exchange):
            async def __call__(self) -> bytes:
                return Slow(await super().__call__()).read()

        if here:
            [late] = asked(app, (scope, SlowExchange(exchange.body)))
            assert (late.status, late.json["reason"]) == (409, "overdue")
        else:
            answer = place.client.put(
                scope.path, input_stream=Slow(exchange.body), content_length=len(exchange.body),
                headers={"X-Attempt-Token": place.token},
            )  # fmt: skip
            assert (answer.status_code, answer.get_json()["reason"]) == (409, "overdue")


def test_a_save_that_breaks_off_is_none(app, seat) -> None:
    class Broken(Exchange):
        async def __call__(self) -> bytes:
            raise RuntimeError("the transport is closed")

    place = seat()
    scope, exchange = put(place)
    [found] = asked(app, (scope, Broken(exchange.body)))
    assert found.status == 400


def test_who_is_refused_is_logged_with_the_address_that_our_proxy_saw(
    app, seat, monkeypatch
) -> None:
    place = seat()
    place.submit()
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(fronts.logs, "answered", lambda _id, **line: lines.append(line))
    key, store = fronts.token.key_of(app.config["SECRET_KEY"]), app.extensions[STORE]
    with app.app_context():
        engine = db.engine

    async def act(loop: asyncio.AbstractEventLoop) -> None:
        for proxies in (0, 1):
            front = Front(key, engine, store, tls=False, proxies=proxies)
            front.start(loop)
            request = put(place, headers={"x-forwarded-for": "6.6.6.6, 10.9.9.9"})
            assert await front(*request) is None

    on_the_loop(act)
    assert [line["source"] for line in lines] == ["10.1.2.3", "10.9.9.9"]
    assert lines[0]["status"] == 409
    assert lines[0]["path"] == f"{place.url}/answers"


@pytest.mark.usefixtures("by_the_store")
def test_a_database_that_is_away_is_tried_again_by_the_page(app, seat, monkeypatch) -> None:
    place = seat()
    with monkeypatch.context() as patch:
        patch.setattr(app.extensions[STORE], "_commit", lambda _jobs: 1 / 0)
        [away] = asked(app, put(place))
    assert (away.status, away.headers["retry-after"]) == (503, "2")
    assert "重试" in away.json["error"]
    assert [each.status for each in asked(app, put(place))] == [200]


@pytest.mark.usefixtures("by_the_store")
def test_who_waits_too_long_is_sent_away_and_not_written(app, seat, session, monkeypatch) -> None:
    place, store = seat(), app.extensions[STORE]
    with store._turn, monkeypatch.context() as patch:
        patch.setattr(fronts, "WAIT_SECONDS", 0.05)
        patch.setattr(patience, "LOOK", 0.02)
        [sent] = asked(app, put(place))
    assert sent.status == 503
    assert not store._waiting
    [again] = asked(app, put(place, {"slot": 2, "seq": 1, "choice": ["A"]}))
    assert again.status == 200
    assert session.scalars(select(Answer.slot)).all() == [2]


@pytest.mark.usefixtures("by_the_store")
def test_the_loop_does_not_wait_for_who_is_being_written(app, seat, monkeypatch) -> None:
    place, store = seat(), app.extensions[STORE]
    held = stores.allocate_lock()
    held.acquire()
    commit = store._commit

    def slowly(jobs: Any) -> None:
        held.acquire(timeout=20)
        commit(jobs)

    monkeypatch.setattr(store, "_commit", slowly)

    async def act(loop: asyncio.AbstractEventLoop) -> None:
        bridge = Bridge(app.wsgi_app, [fronts.of(app)])
        bridge.__rsgi_init__(loop)
        scope, exchange = put(place)
        saving = loop.create_task(bridge.__rsgi__(scope, exchange))
        refused = put(place, token="")
        await bridge.__rsgi__(*refused)
        assert (refused[1].status, exchange.status) == (403, 0)
        held.release()
        await saving
        assert exchange.status == 200

    on_the_loop(act)
