"""Signs of life on the server's loop: the same answers as in front of Flask, noted alike."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from core import clock
from core.serving.bridge import Bridge
from exam.models import Attempt, ExamSession
from exam.saving import presence
from exam.saving.presence import Front
from exam.saving.pulses import EXTENSION
from tests.factories import NOON
from tests.rsgi import Exchange, Headers, Scope, on_the_loop, there

CHANGING = {"x-request-id", "content-length"}


@pytest.fixture
def ask(app: Flask) -> Callable[..., list[Exchange]]:
    """Asks behind the bridge, and says what the front left to the middleware."""

    def asked(*requests: Scope) -> list[Exchange]:
        answers = [Exchange() for _ in requests]

        async def act(loop: asyncio.AbstractEventLoop) -> None:
            front = Front(app)
            bridge = Bridge(app.wsgi_app, [front])
            bridge.__rsgi_init__(loop)
            await there(front._apart)
            await asyncio.gather(
                *(bridge.__rsgi__(*each) for each in zip(requests, answers, strict=True))
            )
            front._apart.close()

        on_the_loop(act)
        return answers

    return asked


def beat(place: Any, **given: Any) -> Scope:
    headers = Headers({"x-attempt-token": given.get("token", place.token)})
    return Scope(given.get("method", "GET"), given.get("path", f"{place.url}/pulse"), headers)


def both(ask: Callable[..., list[Exchange]], place: Any, **given: Any) -> Exchange:
    """The answer on the loop, which is the middleware's as well."""
    scope = beat(place, **given)
    with clock.frozen(given.get("at", NOON)):
        [here] = ask(scope)
        there = place.client.open(
            scope.path,
            method=scope.method,
            headers={"X-Attempt-Token": scope.headers["x-attempt-token"]},
        )
    assert (here.status, here.content) == (there.status_code, there.data)
    theirs = {name.lower(): value for name, value in there.headers}
    ours = {**here.headers, **dict.fromkeys(CHANGING)}
    assert ours == {**theirs, **dict.fromkeys(CHANGING)}
    return here


def test_the_page_is_told_how_its_attempt_stands(app, seat, session, ask, sign_in) -> None:
    place = seat()
    assert both(ask, place).json == {
        "state": "running",
        "deadline": f"{place.exam.closes_at:%Y-%m-%dT%H:%M:%S}.000+00:00",
        "server_time": f"{NOON:%Y-%m-%dT%H:%M:%S}.000+00:00",
    }
    session.execute(update(ExamSession).values(paused_at=NOON))
    session.commit()
    assert both(ask, place).json["state"] == "paused"
    session.execute(update(ExamSession).values(paused_at=None))
    session.commit()
    sign_in(place.account).get(place.url)
    assert both(ask, place).json["state"] == "elsewhere"
    session.execute(update(Attempt).values(voided_at=NOON))
    session.commit()
    assert both(ask, place).json["state"] == "ended"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"token": ""}, 403),
        ({"token": "1.1.1.x.y"}, 403),
        ({"path": "/exam/attempts/999999/pulse"}, 403),
        ({"method": "POST"}, 405),
    ],
)
def test_what_is_none_is_refused_by_the_middleware(seat, ask, given, status) -> None:
    assert both(ask, seat(), **given).status == status


def test_it_is_noted_when_each_was_heard_of(app, seat, ask) -> None:
    places, pulses = [seat() for _ in range(3)], app.extensions[EXTENSION]
    pulses._seen.clear()
    later = NOON + timedelta(seconds=30)
    with clock.frozen(later):
        told = ask(*[beat(place) for place in places for _ in range(5)])
    assert {each.status for each in told} == {200}
    assert pulses._seen == {place.attempt_id: later for place in places}
    pulses._seen.clear()


def test_a_database_that_is_away_is_asked_by_the_middleware(seat, ask, monkeypatch) -> None:
    async def away(*_: object) -> None:
        raise presence.Away

    place = seat()
    monkeypatch.setattr(presence.Pulses, "beat_apart", away)
    assert both(ask, place).json["state"] == "running"
