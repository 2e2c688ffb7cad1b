"""An examination hall for tests and measurements that speak HTTP to a running server.

``furnish`` fills an empty database with people and one open session; ``Seat`` is a candidate with
a plain HTTP client that knows nothing but the documented protocol.
"""

import http.client
import json
import re
import urllib.parse
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from secrets import token_hex
from typing import Any, Self

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from accounts import passwords
from accounts.permissions import Role
from core import clock
from core.db import db
from exam.services.assembling import building
from question_bank.item_types import ItemType
from tests.factories import Make

PASSWORD = "Hall-of-2026-tests"


@dataclass(frozen=True)
class Hall:
    session_id: int
    usernames: list[str]
    #: Cookies of people who need not sign in: header values, in the order of the usernames.
    cookies: list[str]
    #: The CSRF token that goes with every one of them.
    csrf: str


def furnish(app: Flask, *, people: int, questions: int, minutes: int = 60) -> Hall:
    """Candidates of an open session on a sealed form; every question's key is its first option."""
    with app.app_context():
        with Session(db.engine, expire_on_commit=False) as rows:
            make = Make(rows)
            unit, article = make.unit(), make.version().articles[0]
            hashed = passwords.hashed(PASSWORD)
            accounts = [
                make.account(
                    Role.STAFF,
                    person=make.person(unit),
                    password_hash=hashed,
                    password_set_at=clock.now(),
                )
                for _ in range(people)
            ]
            kept = token_hex(20)
            cookies = [_cookie(app, make.sign_in(account), kept) for account in accounts]
            revisions = [
                make.revision(
                    ItemType.MULTIPLE_CHOICE if number % 4 == 3 else ItemType.SINGLE_CHOICE,
                    article=article,
                    stem=f"第{number}问：依照规定，下列关于信访事项办理程序的说法，正确的是",
                    options=[
                        f"选项{letter}所述的做法符合规定的期限和程序" for letter in "甲乙丙丁"
                    ],
                )
                for number in range(questions)
            ]
            form = make.form(*revisions, marks=1)
        building.seal(form=db.session.merge(form), at=clock.now(), by=None)
        db.session.commit()
        with Session(db.engine, expire_on_commit=False) as rows:
            exam = Make(rows).exam_session(
                rows.get(type(form), form.id),
                *[rows.merge(account.person) for account in accounts],
                opens_at=clock.now() - timedelta(hours=1),
                closes_at=clock.now() + timedelta(hours=8),
                minutes=minutes,
                pass_score=Decimal(questions) * 6 / 10,
                excellent_score=Decimal(questions) * 9 / 10,
            )
        csrf = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(kept)
        return Hall(exam.id, [account.username for account in accounts], cookies, csrf)


def _cookie(app: Flask, token: str, csrf: str) -> str:
    """What a browser holds that signed in and has seen a form."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    name = app.config["SESSION_COOKIE_NAME"]
    held = {"_user_id": token, "_fresh": True, "csrf_token": csrf}
    return f"{name}={signer.dumps(held)}"


class Offline(Exception):
    """No answer: what became of the request is unknown."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def meta(self, name: str) -> str:
        found = re.search(rf'<meta name="{name}" content="([^"]*)"', self.text)
        assert found, f"no {name} on the page"
        return found[1]


class Seat:
    """A candidate: one keep-alive connection, one cookie jar, one attempt."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._port = port
        self._connection: http.client.HTTPConnection | None = None
        self._cookies = dict([cookie.split("=", 1)]) if cookie else {}
        self.csrf = self.token = ""
        self.attempt_id = 0
        self.page: Answer | None = None

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Any = None) -> Answer:
        """One request; redirects are not followed. Raises Offline."""
        sent = dict(headers or {})
        if self._cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            answer = Answer(response.status, dict(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException) as error:
            self.hang_up()
            raise Offline from error
        for value in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = value.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def post(self, path: str, **fields: str) -> Answer:
        body = urllib.parse.urlencode({"csrf_token": self.csrf} | fields).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def approach(self) -> None:
        """Open the page that asks who one is."""
        self.csrf = self.ask("GET", "/login").meta("csrf-token")

    def sign_in(self, username: str) -> None:
        self.approach()
        self.enter(username)

    def enter(self, username: str) -> None:
        answer = self.post("/login", username=username, password=PASSWORD)
        assert answer.status in {302, 303}, answer.text

    def start(self, session_id: int) -> None:
        """Begin or resume the attempt and open its page."""
        self.read_intro(session_id)
        self.begin(session_id)
        self.open()

    def read_intro(self, session_id: int) -> None:
        self.csrf = self.ask("GET", f"/exam/sessions/{session_id}").meta("csrf-token")

    def begin(self, session_id: int) -> None:
        answer = self.post(f"/exam/sessions/{session_id}/attempts")
        assert answer.status == 303, (answer.status, answer.text)
        self.attempt_id = int(answer.headers["location"].rsplit("/", 1)[1])

    def open(self) -> Answer:
        self.page = self.ask("GET", f"/exam/attempts/{self.attempt_id}")
        self.token, self.csrf = self.page.meta("attempt-token"), self.page.meta("csrf-token")
        return self.page

    def save(self, *answers: dict[str, Any]) -> Answer:
        return self.ask(
            "PUT",
            f"/exam/attempts/{self.attempt_id}/answers",
            json.dumps({"answers": answers}).encode(),
            {"X-Attempt-Token": self.token, "Content-Type": "application/json"},
        )

    def submit(self) -> Answer:
        return self.post(f"/exam/attempts/{self.attempt_id}/submit")
