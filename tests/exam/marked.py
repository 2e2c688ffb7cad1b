"""A marked exam: people who handed in, and those who mark what they wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.permissions import Role
from core.db import db
from exam.attempts.responses import Response
from exam.models import Attempt, ExamSession, Form
from exam.services.assembling import building
from exam.services.attempts import taking
from exam.services.marking import round as marking_round
from tests.exam.items import CASE, SHORT, SINGLE, Example
from tests.factories import NOON, Make
from tests.pages import page

#: What a reader finds: nothing, the first point (half the marks), all.
NONE, HALF, ALL = [], ["0"], ["0", "1", "2"]


@dataclass
class Hall:
    """An exam that was sat, as those who mark it meet it."""

    exam: ExamSession
    form: Form
    session: Session
    exam_id: int
    form_id: int

    def path(self, slot: int = 2, rest: str = "") -> str:
        # Asking a row for its id would begin a transaction, which the application waits for.
        return f"/exam/marking/{self.exam_id}/{self.form_id}/{slot}{rest}"

    def earned(self) -> list[Decimal | None]:
        """What each paper has, in the order of the list."""
        self.session.rollback()
        found = self.session.scalars(select(Attempt.earned).order_by(Attempt.id)).all()
        self.session.rollback()
        return list(found)

    def mark_one(self, client: FlaskClient, points: list[str], slot: int = 2) -> str:
        """Mark the next answer; what it said, "" when there was none."""
        shown = page(client.get(self.path(slot)))
        form = shown.select_one("form[data-marking]")
        if form is None:
            return ""
        text = form.select_one(".xf-mark-text")
        answer = client.post(str(form["action"]), data={"points-0": points})
        assert answer.status_code == 302
        return text.get_text() if text else "?"

    def close(self, app: Flask, at: datetime = NOON + timedelta(days=1)) -> None:
        """Declare what was marked final (定评)."""
        self.session.rollback()
        with app.app_context():
            marking_round.close(
                session=db.session.get_one(ExamSession, self.exam_id), at=at, by=None
            )
            db.session.commit()

    def mark_all(self, client: FlaskClient, points: list[str] = HALF, slot: int = 2) -> int:
        """Mark what waits of an item, every answer alike; how many there were."""
        for done in range(40):
            if not self.mark_one(client, points, slot):
                return done
        raise AssertionError("it never ends")


def seated(
    app: Flask,
    make: Make,
    session: Session,
    texts: list[str],
    *,
    examples: tuple[Example, ...] = (SINGLE, SHORT, CASE),
    answers: Callable[[str], list[Response]] | None = None,
    marks: int = 20,
    penalty: int = 0,
    people: list[Any] | None = None,
    **given: Any,
) -> Hall:
    """A paper sat by somebody for each text, which is what they answer to the short question.

    Nobody waits for a browser: they begin, answer and hand in through the services.
    """
    form = make.form(
        *[make.revision(each.item_type, **each.columns) for each in examples], marks=marks,
        penalty_percent=penalty,
    )  # fmt: skip
    with app.app_context():
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    sitting = people or [make.person(name=f"考生{n}") for n in range(1, len(texts) + 1)]
    exam = make.exam_session(
        form, *sitting, shuffle_options=False,
        pass_score=Decimal(30), excellent_score=Decimal(50), **given,
    )  # fmt: skip
    with app.app_context():
        here = db.session.get_one(ExamSession, exam.id)
        for candidate, text in zip(here.candidates, texts, strict=True):
            attempt = taking.start(session=here, person=candidate.person, at=NOON)
            taking.save_answers(attempt=attempt, answers=(answers or _answers)(text), at=NOON)
            taking.submit(attempt=attempt, at=NOON)
        db.session.commit()
    return Hall(exam, form, session, exam.id, form.id)


def _answers(text: str) -> list[Response]:
    return [
        Response(1, 1, '{"choice":["B"]}'),
        Response(2, 1, f'{{"text":"{text}"}}'),
        Response(3, 1, '{"parts":[{"choice":["B"]},{"text":""}]}'),
    ]


def grader(make: Make, sign_in: Callable[[Account], FlaskClient], name: str) -> FlaskClient:
    return sign_in(make.account(Role.GRADER, person=make.person(name=name)))
