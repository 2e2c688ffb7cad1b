"""Who opens a page of an exam that the server knows nothing of yet."""

import time
from datetime import timedelta
from http import HTTPStatus

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account
from core import clock
from core.db import db
from exam.models import Form
from exam.services.assembling import building
from question_bank.models import ItemRevision
from tests.factories import Make
from tests.faults.conftest import Scene
from tests.hall import Seat

#: Seconds; somebody who waits for the turn to write is refused only after many times as long.
SOON = 5


def another(scene: Scene, username: str) -> int:
    """A session on a paper of its own, made behind the server's back."""
    with scene.app.app_context():
        with Session(db.engine, expire_on_commit=False) as rows:
            revisions = rows.scalars(select(ItemRevision).order_by(ItemRevision.id).limit(5)).all()
            form = Make(rows).form(*revisions, marks=2)
        building.seal(form=db.session.merge(form), at=clock.now(), by=None)
        db.session.commit()
        with Session(db.engine, expire_on_commit=False) as rows:
            account = rows.scalars(select(Account).where(Account.username == username)).one()
            return (
                Make(rows)
                .exam_session(
                    rows.get_one(Form, form.id),
                    account.person,
                    opens_at=clock.now() - timedelta(hours=1),
                    closes_at=clock.now() + timedelta(hours=1),
                )
                .id
            )


def test_who_reads_of_a_new_exam_keeps_nobody_from_writing(scene: Scene) -> None:
    *others, name = scene.hall.usernames
    # Until the server looks for new papers again.
    scene.server.stop()
    scene.server.start()
    session_id = another(scene, name)
    with Seat(scene.server.port) as reader:
        reader.sign_in(name)
        reader.read_intro(session_id)
        for username in others[:2]:
            began = time.monotonic()
            with Seat(scene.server.port) as other:
                other.sign_in(username)
            assert time.monotonic() - began < SOON
        reader.begin(session_id)
        assert reader.open().status == HTTPStatus.OK
        assert reader.submit().status == HTTPStatus.SEE_OTHER
        result = reader.ask("GET", f"/exam/attempts/{reader.attempt_id}/result")
        assert result.status == HTTPStatus.OK
