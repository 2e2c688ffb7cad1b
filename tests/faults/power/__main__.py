"""Power cuts: a server under load is journalled, then cut at hundreds of moments.

    .venv/bin/python -m tests.faults.power [--cuts 500] [--seconds 40]

For each cut the files are put together as the disk may hold them (replay.py), opened, and compared
with what candidates had been told by then: every acknowledged answer is there, and nothing that
nobody sent. Needs gcc; not part of the test suite. Exit status 1 if anything was lost.
"""

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from app import create_app
from core.config import Config
from core.db import db
from tests.faults.candidate import Candidate, Ledger
from tests.faults.power import replay
from tests.hall import furnish
from tests.serving import Server, environment, free_port, xuefa

PEOPLE, QUESTIONS = 8, 20
HERE = Path(__file__).parent


@dataclass
class TimedLedger(Ledger):
    """Remembers when each answer was acknowledged, and everything that was ever sent."""

    receipts: list[tuple[float, int, int, str]] = field(default_factory=list)
    ever_sent: set[tuple[int, int, str]] = field(default_factory=set)

    def sent(self, slot: int, seq: int, letter: str) -> None:
        super().sent(slot, seq, letter)
        self.ever_sent.add((slot, seq, letter))

    def acknowledge(self, slot: int, seq: int, letter: str) -> None:
        super().acknowledge(slot, seq, letter)
        self.receipts.append((time.monotonic(), slot, seq, letter))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        people, base = run_under_journal(folder, options.seconds)
        lost, acknowledged = cut(folder, people, base, options.cuts, random.Random(seed))
    print(
        f"{options.cuts} cuts (seed {seed}), {acknowledged} acknowledged answers checked, "
        f"{lost} lost or wrong"
    )
    return 1 if lost else 0


def run_under_journal(folder: Path, seconds: float) -> tuple[list[Candidate], dict[int, bytearray]]:
    """Candidates at a journalled server, and the files as they were before."""
    path = folder / "xuefa.db"
    env = environment(folder, f"sqlite:///{path}")
    xuefa(env, "db", "upgrade")
    app = create_app(Config.from_env(env))
    hall = furnish(app, people=PEOPLE, questions=QUESTIONS)
    with app.app_context():
        db.engine.dispose()
    base = {
        file: bytearray(Path(f"{path}{suffix}").read_bytes())
        for file, suffix in replay.SUFFIXES.items()
        if Path(f"{path}{suffix}").exists()
    }
    library = folder / "journal.so"
    source = str(HERE / "journal.c")
    command = ["gcc", "-shared", "-fPIC", "-O2", "-o", str(library), source, "-ldl", "-lpthread"]
    subprocess.run(command, check=True)
    watched = env | {
        "LD_PRELOAD": str(library),
        "POWER_JOURNAL": str(folder / "journal"),
        "POWER_PREFIX": str(path),
    }
    server = Server(watched, free_port(), folder / "server.log")
    server.start()
    people = [
        Candidate(server.port, username, hall.session_id, QUESTIONS) for username in hall.usernames
    ]
    for person in people:
        person.ledger = TimedLedger()
        person.start()
    time.sleep(seconds)
    server.kill()
    for person in people:
        person.finish.set()
    return people, base


def cut(
    folder: Path,
    people: list[Candidate],
    base: dict[int, bytearray],
    cuts: int,
    dice: random.Random,
) -> tuple[int, int]:
    """(answers lost or wrong, acknowledged answers checked) over all cuts."""
    journal = list(replay.acts(folder / "journal"))
    first = min(receipt[0] for each in people for receipt in receipts(each))
    usable = [n for n, act in enumerate(journal) if act.at > first]
    print(f"{len(journal)} writes and syncs, {sum(len(receipts(p)) for p in people)} receipts")
    at = set(dice.sample(usable, min(cuts, len(usable))))
    disk, lost, checked = replay.Disk(base), 0, 0
    images = folder / "images"
    images.mkdir()
    for number, act in enumerate(journal):
        disk.do(act)
        if number in at:
            found = stored(disk.after_a_cut(images, dice))
            for person in people:
                wrong, looked_at = compare(person, found, act.at)
                lost, checked = lost + wrong, checked + looked_at
    return lost, checked


def receipts(person: Candidate) -> list[tuple[float, int, int, str]]:
    assert isinstance(person.ledger, TimedLedger)
    return person.ledger.receipts


def stored(path: Path) -> dict[tuple[int, int], tuple[int, str]]:
    """By attempt and slot what the database holds after it has mended itself."""
    connection = sqlite3.connect(path)
    try:
        [verdict] = connection.execute("PRAGMA integrity_check").fetchone()
        assert verdict == "ok", verdict
        rows = connection.execute("SELECT attempt_id, slot, seq, response FROM answer").fetchall()
    finally:
        connection.close()
    return {
        (attempt, slot): (seq, "".join(json.loads(response)["choice"]))
        for attempt, slot, seq, response in rows
    }


def compare(
    person: Candidate, found: dict[tuple[int, int], tuple[int, str]], at: float
) -> tuple[int, int]:
    assert isinstance(person.ledger, TimedLedger)
    promised: dict[int, tuple[int, str]] = {}
    for when, slot, seq, letter in person.ledger.receipts:
        if when < at:
            promised[slot] = (seq, letter)
    wrong = 0
    for slot, (seq, letter) in promised.items():
        kept = found.get((person.seat.attempt_id, slot))
        # A newer answer may be there whose receipt had not arrived.
        wrong += kept is None or kept[0] < seq or (kept[0] == seq and kept[1] != letter)
    mine = {
        slot: each for (attempt, slot), each in found.items() if attempt == person.seat.attempt_id
    }
    wrong += sum((slot, *each) not in person.ledger.ever_sent for slot, each in mine.items())
    return wrong, len(promised)


if __name__ == "__main__":
    # Threads of candidates still wait for a server that is gone.
    status = main()
    sys.stdout.flush()
    os._exit(status)
