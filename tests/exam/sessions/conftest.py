"""What tests of sessions share: a sealed form, a session, people sitting it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Account
from accounts.permissions import Role
from core import clock
from core.db import db
from exam.attempts.responses import Response
from exam.kinds import ExamKind
from exam.models import Attempt, Candidate, ExamSession, Form, PaperScore
from exam.on_paper.paper_scores import Entry
from exam.services.assembling import building
from exam.services.attempts import taking
from exam.services.on_paper import scores as services
from tests.factories import NOON


@pytest.fixture
def officer(make, sign_in) -> FlaskClient:
    """Somebody of 人事司, signed in."""
    return sign_in(make.account(Role.EXAM_ADMIN))


@pytest.fixture
def sealed_form(app, make, session) -> Callable[..., Form]:
    """A sealed form of single-choice items (key 甲), worth 100 marks together."""

    def seal(items: int = 4, **given: Any) -> Form:
        form = make.form(*(make.revision() for _ in range(items)), marks=100 // items, **given)
        with app.app_context():
            building.seal(form=db.session.merge(form), at=NOON, by=None)
            db.session.commit()
        session.refresh(form)
        session.commit()
        return form

    return seal


@pytest.fixture
def sit(app) -> Callable[..., int]:
    """Somebody sits a session through the services; the attempt's id.

    ``right`` of the items are answered rightly, the others not at all; None hands nothing in.
    """

    def sit(exam: ExamSession, person: Any, right: int | None = None, at: datetime = NOON) -> int:
        with app.app_context(), clock.frozen(at):
            found = db.session.get(ExamSession, exam.id)
            attempt = taking.start(session=found, person=db.session.merge(person), at=at)
            attempt.seed = 0
            answers = [Response(slot, 1, '{"choice":["A"]}') for slot in range(1, (right or 0) + 1)]
            if answers:
                taking.save_answers(attempt=attempt, answers=answers, at=at)
            if right is not None:
                taking.submit(attempt=attempt, at=at)
            db.session.commit()
            return attempt.id

    return sit


@pytest.fixture
def attempt(session) -> Callable[[int], Attempt]:
    """An attempt as it is committed now."""

    def read(attempt_id: int) -> Attempt:
        found = session.get_one(Attempt, attempt_id)
        session.refresh(found)
        session.commit()
        return found

    return read


@pytest.fixture
def arranged() -> dict[str, str]:
    """What the page of a new session sends: an annual exam, tomorrow 9:00 to 18:00."""
    return {
        "title": "年度考试", "exam_kind": ExamKind.ANNUAL.value,
        "opens_at": "2026-03-03T09:00", "closes_at": "2026-03-03T18:00", "minutes": "60",
        "max_attempts": "1", "score_policy": "best", "pass_score": "60", "excellent_score": "90",
        "score_release": "at_submit", "paper_release": "after_close",
        "key_release": "after_close", "shuffle_options": "y", "notice": "",
    }  # fmt: skip


@pytest.fixture
def on_paper(make, sealed_form):
    """A session on paper of four items worth 25 each that is over."""

    def arrange(*people, **given) -> ExamSession:
        window = {"opens_at": NOON - timedelta(hours=3), "closes_at": NOON - timedelta(hours=1)}
        return make.exam_session(sealed_form(), *people, **({"on_paper": True} | window | given))

    return arrange


@pytest.fixture
def rows(session):
    """The rows of a table as they are committed now, in the order they were made."""

    def read(table) -> list:
        query = select(table).order_by(table.id).execution_options(populate_existing=True)
        found = session.scalars(query).all()
        session.commit()
        return found

    return read


@pytest.fixture
def officers(make) -> tuple[Account, Account]:
    return make.account(Role.EXAM_ADMIN), make.account(Role.EXAM_ADMIN)


@pytest.fixture
def do(app):
    """An act through the services for a candidate by an account, committed."""

    def enter(exam: ExamSession, entry: Entry, by: Account, place: int = 0) -> int:
        with app.app_context():
            candidate = db.session.get(Candidate, exam.candidates[place].id)
            score = services.enter(
                candidate=candidate, entry=entry, at=NOON, by=db.session.merge(by)
            )
            db.session.commit()
            return score.id

    def check(score_id: int, by: Account) -> None:
        with app.app_context():
            score = db.session.get(PaperScore, score_id)
            services.check(score=score, at=NOON, by=db.session.merge(by))
            db.session.commit()

    enter.check = check
    return enter
