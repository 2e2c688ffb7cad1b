"""What was acknowledged is there, whatever happens to the server; nothing is counted twice."""

import json
import os
import random
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from core.db import db
from exam.attempts import responses
from exam.marking import scoring
from exam.models import Answer, Attempt, AttemptVector
from exam.queries.attempts import taking as queries
from exam.services.attempts import taking
from tests.faults.candidate import Candidate
from tests.faults.conftest import KILLS, QUESTIONS, Scene
from tests.hall import Offline, Seat
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
        for worker in scene.server.workers():
            os.kill(worker, signal.SIGKILL)
        assert seconds_until_saved(seat, {"slot": 2, "seq": 1, "choice": ["B"]}) < 20
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
