"""What tests of sessions share: a sealed form, a session, people sitting it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from accounts.permissions import Role
from core import clock
from core.db import db
from exam.attempts.responses import Response
from exam.kinds import ExamKind
from exam.models import Attempt, ExamSession, Form
from exam.services.assembling import building
from exam.services.attempts import taking
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
