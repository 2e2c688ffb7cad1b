"""What tests of papers that are dealt out share."""

from random import Random

from flask import Flask

from core.db import db
from exam.models import ExamSession
from exam.services.sessions import dealing


def deal(app: Flask, session_id: int) -> None:
    """Deal a session's papers out anew, by the same chance each time."""
    with app.app_context():
        found = db.session.get_one(ExamSession, session_id)
        dealing.deal(found, found.candidates, rng=Random(3))
        db.session.commit()
