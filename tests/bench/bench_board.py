"""The invigilators' board of a large session, and a round of signs of life of everybody in it.

.venv/bin/python -m tests.bench.bench_board [--people 5000]
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from app import create_app
from core import clock
from core.config import Config
from core.db import db, only_reads
from exam.kinds import EventKind
from exam.models import Answer, Attempt, AttemptEvent, Candidate, ExamSession
from exam.queries.sessions import board as queries
from exam.saving.pulses import Pulses
from exam.saving.token import Ticket
from exam.sessions import board
from tests.hall import furnish
from tests.serving import environment, xuefa

ANSWERED = 25


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=5000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as name:
        env = environment(Path(name), f"sqlite:///{name}/xuefa.db")
        xuefa(env, "db", "upgrade")
        app = create_app(Config.from_env(env))
        hall = furnish(app, people=people, questions=50)
        with app.app_context():
            tickets = fill(hall.session_id)
            pulses = Pulses(db.engine)
            report("pulse, each", lambda: [pulses.beat(t, clock.now()) for t in tickets], people)
            report("pulses written, all", pulses.flush)
            report("pulses written again", lambda: (beat(pulses, tickets), pulses.flush()))
            only_reads()
            session = db.session.get_one(ExamSession, hall.session_id)
            lines = report("board of all", lambda: queries.lines(session, clock.now()))
            report("counts of all", lambda: board.counts(lines))


def beat(pulses: Pulses, tickets: list[Ticket]) -> None:
    at = clock.now()
    with pulses._lock:
        pulses._seen.update((each.attempt_id, at) for each in tickets)


def fill(session_id: int) -> list[Ticket]:
    """Everybody sits, has answered half of the paper and left the page twice."""
    at = clock.now()
    candidates = db.session.query(Candidate).filter_by(session_id=session_id).all()
    db.session.execute(
        insert(Attempt),
        [
            {
                "candidate_id": each.id, "number": 1, "person_id": each.person_id,
                "session_id": session_id, "form_id": each.form_id, "started_at": at,
                "deadline": at + timedelta(hours=1), "seed": 1,
            }
            for each in candidates
        ],
    )  # fmt: skip
    attempts = db.session.query(Attempt.id, Attempt.person_id).order_by(Attempt.id).all()
    for slot in range(1, ANSWERED + 1):
        db.session.execute(
            insert(Answer),
            [
                {"attempt_id": id_, "slot": slot, "seq": 1, "response": "{}", "saved_at": at}
                for id_, _ in attempts
            ],
        )
    for _ in range(2):
        db.session.execute(
            insert(AttemptEvent),
            [
                {"attempt_id": id_, "at": at, "kind": EventKind.LEFT_PAGE, "detail": ""}
                for id_, _ in attempts
            ],
        )
    db.session.commit()
    return [Ticket(id_, person, 1, []) for id_, person in attempts]


def report(what: str, act: Callable[[], Any], over: int = 1) -> Any:
    act()
    wall, cpu = time.perf_counter(), time.process_time()
    found = act()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what:24}{wall / over * 1000:9.2f} ms{cpu / over * 1000:9.2f} CPU-ms")
    return found


if __name__ == "__main__":
    main()
