"""What was acknowledged is there, whatever happens to the server; nothing is counted twice."""

import json
import os
import random
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import passwords
from accounts.permissions import Role
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from exam.attempts import responses
from exam.marking import scoring
from exam.models import Answer, Attempt, AttemptVector, ExamSession, Final
from exam.queries.attempts import taking as queries
from exam.services.attempts import taking
from exam.services.results import finals
from tests.factories import Make
from tests.faults.candidate import Candidate
from tests.faults.conftest import KILLS, QUESTIONS, Scene
from tests.hall import PASSWORD, Offline, Seat
from tests.serving import xuefa


@contextmanager
def candidates(scene: Scene) -> Iterator[list[Candidate]]:
    """Six people, sitting and answering."""
    people = [
        Candidate(scene.server.port, username, scene.hall.session_id, QUESTIONS)
        for username in scene.hall.usernames[:6]
    ]
    for person in people:
        person.start()
    assert all(person.seated.wait(30) for person in people)
    yield people
    for person in people:
        person.finish.set()
        person.join(30)
        assert not person.is_alive()


def test_no_acknowledged_answer_is_lost_when_the_server_is_killed(scene: Scene) -> None:
    dice = random.Random(os.urandom(8))
    with candidates(scene) as people:
        for number in range(KILLS):
            time.sleep(dice.uniform(0.3, 1.5))
            if number == KILLS - 1:
                # The last one meets people who are handing in.
                for person in people:
                    person.finish.set()
                time.sleep(dice.uniform(0, 0.05))
            scene.server.kill()
            scene.server.start()
    assert sum(person.ledger.acknowledged for person in people) > 50
    assert sum(person.ledger.failures for person in people) > 0
    with scene.app.app_context():
        for person in people:
            check_promises(person)
            check_score(person.seat.attempt_id)
    assert json.loads(xuefa(scene.env, "audit", "verify", "--json"))["ok"]
    assert json.loads(xuefa(scene.env, "check", "--json"))["integrity"] == "ok"


def test_a_session_is_wholly_final_or_not_at_all_when_the_server_is_killed(scene: Scene) -> None:
    officer, sessions = ended(scene, KILLS + 1)
    dice = random.Random(os.urandom(8))
    for session_id in sessions[:-1]:
        with Seat(scene.server.port) as desk:
            desk.sign_in(officer)
            desk.csrf = desk.ask("GET", f"/exam/sessions/{session_id}/final").meta("csrf-token")
            press = threading.Thread(target=finalise, args=(desk, session_id))
            press.start()
            time.sleep(dice.uniform(0.005, 0.12))
            scene.server.kill()
            press.join(30)
        scene.server.start()
        check_final(scene, session_id)
    with Seat(scene.server.port) as desk:
        desk.sign_in(officer)
        for session_id in sessions:
            page = desk.ask("GET", f"/exam/sessions/{session_id}/final")
            desk.csrf = page.meta("csrf-token")
            assert ("重算核对" in page.text) is bool(finals_of(scene, session_id))
            finalise(desk, session_id)
            assert len(finals_of(scene, session_id)) == 1
            check_final(scene, session_id)
    assert json.loads(xuefa(scene.env, "audit", "verify", "--json"))["ok"]


def ended(scene: Scene, count: int) -> tuple[str, list[int]]:
    """Who may make results final, and published sessions of as many scripts as there are people."""
    with scene.app.app_context(), Session(db.engine, expire_on_commit=False) as rows:
        make, hall = Make(rows), rows.get_one(ExamSession, scene.hall.session_id)
        people = [each.person for each in hall.candidates]
        hashed = passwords.hashed(PASSWORD)
        officer = make.account(
            Role.EXAM_ADMIN, password_hash=hashed, password_set_at=clock.now()
        ).username
        found, over = [], clock.now() - timedelta(days=60)
        for _ in range(count):
            exam = make.exam_session(
                hall.form, *people, opens_at=over - timedelta(hours=2), closes_at=over,
                published_at=over,
            )  # fmt: skip
            for person in people:
                make.attempt(exam, person, 12)
            found.append(exam.id)
        return officer, found


def finalise(desk: Seat, session_id: int) -> None:
    with suppress(Offline):
        desk.post(f"/exam/sessions/{session_id}/final", reason="")


def finals_of(scene: Scene, session_id: int) -> list[int]:
    with scene.app.app_context():
        query = select(Final.number).where(Final.session_id == session_id)
        return list(db.session.scalars(query))


def check_final(scene: Scene, session_id: int) -> None:
    """Final, intact and on record, or none of these."""
    made = finals_of(scene, session_id)
    with scene.app.app_context():
        proof = finals.verify(db.session.get_one(ExamSession, session_id))
        records = db.session.scalars(
            select(AuditRecord.id).where(
                AuditRecord.action == "session.finalise",
                AuditRecord.object_id == str(session_id),
            )
        ).all()
    assert len(made) == len(records) in {0, 1}
    assert (proof is not None and proof.intact) is bool(made)


def check_promises(person: Candidate) -> None:
    stored = {
        row.slot: (row.seq, row.response)
        for row in db.session.scalars(
            select(Answer).where(Answer.attempt_id == person.seat.attempt_id)
        )
    }
    assert person.ledger.kept.keys() <= stored.keys()
    for slot, (seq, response) in stored.items():
        [letter] = json.loads(response)["choice"]
        assert person.ledger.allows(slot, seq, letter), (slot, seq, letter)


def check_score(attempt_id: int) -> None:
    """One score, and the one that the stored answers give."""
    attempt = db.session.get_one(Attempt, attempt_id)
    paper = taking.paper_of(attempt)
    kept = queries.answers_of(attempt)
    again = scoring.score(
        paper,
        {slot: responses.of(each.response) for slot, each in kept.items()},
        seed=attempt.seed,
    )
    assert attempt.earned == again.earned
    vectors = select(AttemptVector).where(AttemptVector.attempt_id == attempt_id)
    assert len(db.session.scalars(vectors).all()) == 1


@pytest.mark.once
def test_a_worker_that_dies_comes_back_by_itself(scene: Scene) -> None:
    with Seat(scene.server.port, scene.hall.cookies[6]) as seat:
        seat.start(scene.hall.session_id)
        assert seat.save({"slot": 1, "seq": 1, "choice": ["A"]}).status == 200
        for seq in (1, 2, 3):
            # Also one that has only just come.
            for worker in scene.server.workers():
                os.kill(worker, signal.SIGKILL)
            assert seconds_until_saved(seat, {"slot": 2, "seq": seq, "choice": ["B"]}) < 20
        assert seat.open().text.count(" checked>") == 2


def seconds_until_saved(seat: Seat, answer: dict[str, object]) -> float:
    began = time.monotonic()
    while time.monotonic() - began < 30:
        try:
            if seat.save(answer).status == 200:
                break
        except Offline:
            pass
        time.sleep(0.1)
    return time.monotonic() - began


@pytest.mark.once
def test_a_full_disk_refuses_and_an_emptied_one_goes_on(embedded: Scene) -> None:
    """Every file of the server may grow no more: for its writes that is a full disk."""
    with Seat(embedded.server.port, embedded.hall.cookies[7]) as seat:
        seat.start(embedded.hall.session_id)
        assert seat.save({"slot": 1, "seq": 1, "choice": ["A"]}).status == 200
        [worker] = embedded.server.workers()
        free = resource.prlimit(worker, resource.RLIMIT_FSIZE)
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (1, free[1]))
        try:
            for _ in range(3):
                refused = seat.save({"slot": 2, "seq": 1, "choice": ["B"]})
                assert (refused.status, refused.headers["retry-after"]) == (503, "2")
            handing_in = seat.submit()
            assert handing_in.status == 503
            assert "Traceback" not in handing_in.text
        finally:
            resource.prlimit(worker, resource.RLIMIT_FSIZE, free)
        assert seat.save({"slot": 3, "seq": 1, "choice": ["C"]}).status == 200
        assert seat.open().text.count(" checked>") == 2
        assert seat.submit().status == 303
    assert json.loads(xuefa(embedded.env, "check", "--json"))["integrity"] == "ok"
