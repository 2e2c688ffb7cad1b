"""Nobody holds a transaction while a body is still coming."""

import io
from typing import Any

import pytest
from flask import Flask

from accounts.permissions import Role
from core import bodies
from core.db import db

FORM = "multipart/form-data; boundary=b"


class Coming(io.BytesIO):
    """A body, and how many connections were in use whenever some of it was asked for."""

    def __init__(self, app: Flask, data: bytes) -> None:
        super().__init__(data)
        with app.app_context():
            self._pool: Any = db.engine.pool
        self.in_use: list[int] = []

    def read(self, *args: Any) -> bytes:
        self.in_use.append(self._pool.checkedout())
        return super().read(*args)

    def readinto(self, buffer: Any) -> int:
        self.in_use.append(self._pool.checkedout())
        return super().readinto(buffer)


@pytest.mark.parametrize("role", [None, Role.STAFF, Role.EXAM_ADMIN])
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/courses/manage/1/lessons/new", FORM),
        ("/courses/manage/lessons/1/edit", FORM),
        ("/bank/import", FORM),
        ("/password", "application/x-www-form-urlencoded"),
        ("/courses/lessons/1/signs", "application/json"),
        ("/courses/manage/1/order", "application/json"),
        ("/packages/token/commit", "text/plain"),
        ("/packages/token/xapi/statements", "application/json"),
    ],
)
def test_a_body_is_here_before_the_transaction_begins(
    app, client, make, sign_in, role, path, kind
) -> None:
    browser = sign_in(make.account(role)) if role else client
    data = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--b--\r\n'
    coming = Coming(app, data * (1 if kind == FORM else 1_000))
    browser.post(path, input_stream=coming, content_length=len(coming.getvalue()),
                 content_type=kind)  # fmt: skip
    assert set(coming.in_use) == {0}


def test_what_is_no_form_may_not_be_as_large_as_one(client) -> None:
    answer = client.post(
        "/courses/lessons/1/signs", data=b" " * (bodies.MOST + 1), content_type="application/json"
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"a=b&" * bodies.MOST_FIELDS, 413),
        (b"a=b&" * (bodies.MOST_FIELDS - 1), 200),
        (b"a=" + b"b" * bodies.MOST_OF_FORM, 413),
    ],
    ids=["too many fields", "many fields", "too large"],
)
def test_a_form_without_files_has_its_limits(client, data, status) -> None:
    answer = client.post("/login", data=data, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == status


def test_what_does_not_say_its_length_is_not_cut_off(client) -> None:
    for more, status in ((0, 413), (-1, 200)):
        data = b"a=" + b"b" * (bodies.MOST_OF_FORM - 2 + more)
        answer = client.post(
            "/login",
            input_stream=io.BytesIO(data + b"&c=d" * (more + 1)),
            content_type="application/x-www-form-urlencoded",
            environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
        )
        assert answer.status_code == status


def test_of_what_nobody_takes_nothing_is_read(app, client) -> None:
    for path, status in (("/nowhere", 404), ("/healthz", 405)):
        coming = Coming(app, b"x" * 1_000)
        answer = client.post(path, input_stream=coming, content_length=1_000)
        assert (answer.status_code, coming.in_use) == (status, [])
