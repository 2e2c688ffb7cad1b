"""Somebody at their place: what the tests of taking an exam begin with."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Account
from accounts.permissions import Role
from core import clock
from core.db import db
from exam.models import ExamSession
from exam.saving.middleware import STORE
from exam.services.assembling import building
from question_bank.item_types import ItemType
from tests.exam.loop_pages import Ask, asking
from tests.factories import NOON


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def sealed(app: Flask, noon, make, session):
    """A sealed form of a single-choice (key 甲) and a multiple-choice item (key 甲, 乙)."""

    def seal(**given):
        form = make.form(
            make.revision(rationale="机密解析一", stem="单选题干"),
            make.revision(ItemType.MULTIPLE_CHOICE, rationale="机密解析二"),
            **given,
        )
        with app.app_context():
            building.seal(form=db.session.merge(form), at=NOON, by=None)
            db.session.commit()
        session.expire_all()
        return form

    return seal


@dataclass
class Place:
    """A candidate in front of their attempt, options in the order written."""

    client: FlaskClient
    attempt_id: int
    page: BeautifulSoup
    exam: ExamSession
    account: Account
    person_id: int

    @property
    def url(self) -> str:
        return f"/exam/attempts/{self.attempt_id}"

    @property
    def token(self) -> str:
        return self.meta("attempt-token")

    def meta(self, name: str) -> str:
        return str(self.page.find("meta", {"name": name})["content"])

    def put(self, *answers: dict[str, Any], token: str | None = None):
        return self.put_raw(json.dumps({"answers": answers}).encode(), token=token)

    def put_raw(self, body: bytes, token: str | None = None):
        headers = {"X-Attempt-Token": self.token if token is None else token}
        return self.client.put(f"{self.url}/answers", data=body, headers=headers)

    def answer(self, slot: int, *letters: str, seq: int = 1):
        return self.put({"slot": slot, "seq": seq, "choice": list(letters)})

    def submit(self):
        return self.client.post(f"{self.url}/submit")

    def result(self) -> str:
        return self.client.get(f"{self.url}/result").get_data(as_text=True)

    def checked(self) -> dict[str, list[str]]:
        """The letters that the page shows as chosen, by slot."""
        return {
            each["data-slot"]: [one["value"] for one in each.select("input[checked]")]
            for each in self.page.select("[data-slot][data-type]")
        }

    def at(self, client: FlaskClient) -> "Place":
        """The same attempt, opened with another client."""
        page = client.get(self.url)
        assert page.status_code == 200
        soup = BeautifulSoup(page.data, "html.parser")
        return replace(self, client=client, page=soup)


@pytest.fixture
def seat(make, sealed, sign_in) -> Callable[..., Place]:
    def take(**given: Any) -> Place:
        account = make.account(Role.STAFF)
        exam = make.exam_session(
            given.pop("form", None) or sealed(), account.person, shuffle_options=False, **given
        )
        client = sign_in(account)
        answer = client.post(f"/exam/sessions/{exam.id}/attempts")
        assert answer.status_code == 303
        attempt_id = int(answer.location.rsplit("/", 1)[1])
        page = BeautifulSoup(client.get(answer.location).data, "html.parser")
        return Place(client, attempt_id, page, exam, account, account.person_id)

    return take


@pytest.fixture
def ask(app: Flask) -> Ask:
    """Asks the loop's front for pages."""
    return asking(app)


@pytest.fixture
def left_to_the_store(app, monkeypatch) -> list[int]:
    """Attempts whose batches the store was given."""
    store, given = app.extensions[STORE], []
    put = store.put

    def noted(job) -> None:
        given.append(job.batch.ticket.attempt_id)
        put(job)

    monkeypatch.setattr(store, "put", noted)
    return given
