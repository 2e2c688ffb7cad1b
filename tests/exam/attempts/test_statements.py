"""How often an attempt asks the database: everybody in the room does it in the same minute."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts import passwords
from accounts.models import Account
from accounts.permissions import Role
from core import clock

PASSWORD = "Right-horse-9"
#: Statements of a request once the process knows the paper, its transactions' beginnings and ends
#: included.
STATEMENTS = {
    "GET /login": 0,
    "POST /login": 8,
    "intro": 5,
    "start": 9,
    "submit": 12,
    "result": 5,
}


@pytest.fixture
def sit(app: Flask, make, sealed, said: list[str]) -> Callable[[], dict[str, int]]:
    """Takes the next candidate through it all; how many statements each request took."""
    hashed = passwords.hashed(PASSWORD)
    accounts = [
        make.account(Role.STAFF, password_hash=hashed, password_set_at=clock.now())
        for _ in range(2)
    ]
    exam = make.exam_session(sealed(), *[each.person for each in accounts])
    waiting = iter(accounts)

    def go() -> dict[str, int]:
        client, counts = app.test_client(), {}
        for name, ask in _requests(client, next(waiting), exam.id):
            said.clear()
            ask()
            counts[name] = len(said)
        return counts

    return go


def _requests(
    client: FlaskClient, account: Account, session_id: int
) -> Iterator[tuple[str, Callable[[], object]]]:
    given = {"username": account.username, "password": PASSWORD}
    opened: list[str] = []
    yield "GET /login", lambda: client.get("/login")
    yield "POST /login", lambda: client.post("/login", data=given)
    yield "intro", lambda: client.get(f"/exam/sessions/{session_id}")
    yield (
        "start",
        lambda: opened.append(client.post(f"/exam/sessions/{session_id}/attempts").location),
    )
    yield "submit", lambda: client.post(f"{opened[0]}/submit")
    yield "result", lambda: client.get(f"{opened[0]}/result")


def test_an_attempt_asks_the_database_no_more_than_it_has_to(sit) -> None:
    sit()
    assert sit() == STATEMENTS
