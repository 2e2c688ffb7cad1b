"""Candidates of a load: each on a connection of its own, doing what a browser does, when it would.

One thread serves them all from a calendar. A candidate begins, opens the paper, saves an answer
every now and then, hands in, and looks at the result; what was acknowledged to it is kept, so that
it can be compared with the database afterwards.
"""

import heapq
import json
import random
import re
import selectors
import socket
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from itertools import count

TOKEN = re.compile(rb'<meta name="attempt-token" content="([^"]*)"')
#: Yielded by a script to wait until a moment; or a request: its kind, and its bytes.
Step = float | tuple[str, bytes]
Script = Generator[Step, "Answer", None]


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    body: bytes


@dataclass
class Plan:
    """Moments in seconds from the beginning."""

    starts_within: float
    saves_until: float
    submits_within: float
    #: A candidate saves again after so many seconds, at random.
    pause: tuple[float, float]


@dataclass
class Told:
    """What was asked and answered, of all candidates."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: defaultdict[str, Counter[int]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    #: (attempt, slot) → (seq, letter) of the newest answer that was acknowledged.
    acknowledged: dict[tuple[int, int], tuple[int, str]] = field(default_factory=dict)
    finished: int = 0
    #: Connections that broke, by kind of request.
    lost: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.perf_counter)
    #: When the last hand-in was acknowledged.
    submitted: float = 0.0


@dataclass
class _Place:
    cookie: str
    csrf: str
    session_id: int
    questions: int


def script(place: _Place, plan: Plan, chance: random.Random, told: Told) -> Script:
    """What one candidate does."""
    yield chance.uniform(0, plan.starts_within)
    path = f"/exam/sessions/{place.session_id}/attempts"
    answer = yield "start", _request(place, "POST", path, b"")
    if answer.status != 303:
        return
    found = re.search(rb"(?i)\nlocation: [^\r\n]*/attempts/(\d+)", answer.head)
    assert found, answer.head
    attempt = int(found[1])
    page = yield "page", _request(place, "GET", f"/exam/attempts/{attempt}")
    token = TOKEN.search(page.body)
    if page.status != 200 or token is None:
        return
    seq = count(1)
    moment = time.perf_counter() - told.began
    while True:
        moment += chance.uniform(*plan.pause)
        if moment >= plan.saves_until:
            break
        yield moment
        slot, letter, number = chance.randint(1, place.questions), chance.choice("ABCD"), next(seq)
        body = json.dumps({"answers": [{"slot": slot, "seq": number, "choice": [letter]}]})
        answer = yield (
            "save",
            _request(
                place, "PUT", f"/exam/attempts/{attempt}/answers", body.encode(),
                f"X-Attempt-Token: {token[1].decode()}\r\n",
            ),
        )  # fmt: skip
        if answer.status == 200:
            told.acknowledged[attempt, slot] = (number, letter)
    yield plan.saves_until + chance.uniform(0, plan.submits_within)
    answer = yield "submit", _request(place, "POST", f"/exam/attempts/{attempt}/submit", b"")
    if answer.status != 303:
        return
    told.submitted = time.perf_counter()
    answer = yield "result", _request(place, "GET", f"/exam/attempts/{attempt}/result")
    told.finished += answer.status == 200


def _request(
    place: _Place, method: str, path: str, body: bytes | None = None, extra: str = ""
) -> bytes:
    length = "" if body is None else f"Content-Length: {len(body)}\r\n"
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {place.cookie}\r\n"
        f"X-CSRFToken: {place.csrf}\r\n{extra}{length}\r\n"
    )
    return head.encode() + (body or b"")


class _Line:
    """A connection and the script of who sits at it."""

    def __init__(self, doing: Script, port: int) -> None:
        self.doing, self._port = doing, port
        self.socket: socket.socket | None = None
        self.kind, self.request, self.sent, self.buffer = "", b"", 0.0, bytearray()
        self.expected = 0

    def send(self, kind: str, request: bytes) -> None:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.kind, self.buffer, self.expected = kind, bytearray(), 0
        self.sent = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> Answer | None:
        """The answer once it is whole."""
        assert self.socket is not None
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        if not self.expected:
            length = re.search(rb"(?i)\ncontent-length: (\d+)", self.buffer[:end])
            self.expected = end + 4 + (int(length[1]) if length else 0)
        if len(self.buffer) < self.expected:
            return None
        head, body = bytes(self.buffer[:end]), bytes(self.buffer[end + 4 :])
        return Answer(int(head[9:12]), head, body)


def run(
    port: int,
    places: Sequence[tuple[str, str]],
    session_id: int,
    questions: int,
    plan: Plan,
    tick: Callable[[float], None],
) -> Told:
    """Let everybody sit; ``places``: cookie and CSRF token of each. ``tick`` is told the seconds
    now and then."""
    told, order = Told(), count()
    began = told.began
    calendar: list[tuple[float, int, _Line]] = []
    selector = selectors.DefaultSelector()
    open_lines = 0

    def go_on(line: _Line, answer: Answer | None) -> None:
        nonlocal open_lines
        try:
            step = next(line.doing) if answer is None else line.doing.send(answer)
        except StopIteration:
            open_lines -= 1
            if line.socket is not None:
                selector.unregister(line.socket)
                line.socket.close()
            return
        if isinstance(step, float):
            heapq.heappush(calendar, (began + step, next(order), line))
            return
        fresh = line.socket is None
        line.send(*step)
        assert line.socket is not None
        if fresh:
            selector.register(line.socket, selectors.EVENT_READ, line)

    for number, (cookie, csrf) in enumerate(places):
        place = _Place(cookie, csrf, session_id, questions)
        open_lines += 1
        go_on(_Line(script(place, plan, random.Random(number), told), port), None)
    last_tick = began
    while open_lines:
        now = time.perf_counter()
        if now - last_tick > 1:
            tick(now - began)
            last_tick = now
        while calendar and calendar[0][0] <= now:
            go_on(heapq.heappop(calendar)[2], None)
        wait = min(1.0, max(0.0, calendar[0][0] - now)) if calendar else 1.0
        for key, _ in selector.select(timeout=wait):
            line: _Line = key.data
            try:
                answer = line.receive()
            except OSError:
                told.lost[line.kind] += 1
                selector.unregister(key.fileobj)
                open_lines -= 1
                continue
            if answer is None:
                continue
            told.seconds[line.kind].append(time.perf_counter() - line.sent)
            told.statuses[line.kind][answer.status] += 1
            go_on(line, answer)
    return told
