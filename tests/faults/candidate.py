"""A candidate who keeps a ledger, outside of all that is broken, of what the server promised."""

import random
import threading
import time
from dataclasses import dataclass, field

from tests.hall import Answer, Offline, Seat


@dataclass
class Ledger:
    """By slot: the last answer acknowledged, and every newer one of unknown fate."""

    kept: dict[int, tuple[int, str]] = field(default_factory=dict)
    unknown: dict[int, set[tuple[int, str]]] = field(default_factory=dict)
    acknowledged: int = 0
    failures: int = 0

    def sent(self, slot: int, seq: int, letter: str) -> None:
        self.unknown.setdefault(slot, set()).add((seq, letter))

    def acknowledge(self, slot: int, seq: int, letter: str) -> None:
        self.kept[slot] = (seq, letter)
        self.unknown[slot] = {each for each in self.unknown[slot] if each[0] > seq}
        self.acknowledged += 1

    def allows(self, slot: int, seq: int, letter: str) -> bool:
        """Whether a stored answer breaks no promise."""
        return (seq, letter) in {self.kept.get(slot), *self.unknown.get(slot, ())}


class Candidate(threading.Thread):
    """Sits down, answers without pause until told to hand in, tries again after each failure."""

    def __init__(self, port: int, username: str, session_id: int, slots: int) -> None:
        super().__init__(daemon=True)
        self.seat, self.ledger = Seat(port), Ledger()
        self._username, self._session, self._slots = username, session_id, slots
        self._random = random.Random(username)
        self.finish = threading.Event()
        self.seated = threading.Event()
        self.results: list[Answer] = []

    def run(self) -> None:
        with self.seat:
            self._sit()

    def _sit(self) -> None:
        self.seat.sign_in(self._username)
        self.seat.start(self._session)
        self.seated.set()
        seq = 0
        while not self.finish.is_set():
            seq += 1
            self._save(self._random.randint(1, self._slots), seq, self._random.choice("ABCD"))
        while not self.results:
            try:
                answer = self.seat.submit()
            except Offline:
                time.sleep(0.1)
                continue
            if answer.status == 303:
                self.results.append(answer)

    def _save(self, slot: int, seq: int, letter: str) -> None:
        self.ledger.sent(slot, seq, letter)
        while True:
            try:
                answer = self.seat.save({"slot": slot, "seq": seq, "choice": [letter]})
                if answer.status == 200:
                    assert answer.json["saved"] == [slot]
                    self.ledger.acknowledge(slot, seq, letter)
                    return
                assert answer.status == 503, (answer.status, answer.text)
            except Offline:
                pass
            self.ledger.failures += 1
            time.sleep(0.05)
