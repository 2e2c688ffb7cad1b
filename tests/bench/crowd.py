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
    #: Seconds after which an open page gives a sign of life again (static/js/attempt-presence.js).
    beat: tuple[float, float] = (18, 22)


@dataclass
class Told:
    """What was asked and answered, of all candidates."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: defaultdict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    #: (attempt, slot) → (seq, letter) of the newest answer that was acknowledged.
    acknowledged: dict[tuple[int, int], tuple[int, str]] = field(default_factory=dict)
    finished: int = 0
    #: Connections that broke, by kind of request.
    lost: Counter[str] = field(default_factory=Counter)
    #: Connections that the server let go while nothing was asked on them.
    let_go: int = 0
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
    submits = plan.saves_until + chance.uniform(0, plan.submits_within)
    yield from _sitting(place, plan, chance, told, attempt, token[1].decode(), submits)
    yield submits
    answer = yield "submit", _request(place, "POST", f"/exam/attempts/{attempt}/submit", b"")
    if answer.status != 303:
        return
    told.submitted = time.perf_counter()
    answer = yield "result", _request(place, "GET", f"/exam/attempts/{attempt}/result")
    told.finished += answer.status == 200


def _sitting(
    place: _Place, plan: Plan, chance: random.Random, told: Told, attempt: int, token: str,
    submits: float,
) -> Script:  # fmt: skip
    """Answers and signs of life of an open page, until it is handed in."""
    url, ticket, seq = f"/exam/attempts/{attempt}", f"X-Attempt-Token: {token}\r\n", count(1)
    now = time.perf_counter() - told.began
    saves, beats = now + chance.uniform(*plan.pause), now + chance.uniform(*plan.beat)
    while True:
        if saves >= plan.saves_until:
            saves = submits
        if min(saves, beats) >= submits:
            return
        if beats <= saves:
            yield beats
            beats += chance.uniform(*plan.beat)
            yield "pulse", _request(place, "GET", f"{url}/pulse", extra=ticket)
            continue
        yield saves
        saves += chance.uniform(*plan.pause)
        slot, letter, number = chance.randint(1, place.questions), chance.choice("ABCD"), next(seq)
        body = json.dumps({"answers": [{"slot": slot, "seq": number, "choice": [letter]}]})
        answer = yield "save", _request(place, "PUT", f"{url}/answers", body.encode(), ticket)
        if answer.status == 200:
            told.acknowledged[attempt, slot] = (number, letter)


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
        #: A request is not answered yet.
        self.asks = self.fresh = False

    def send(self, kind: str, request: bytes) -> None:
        self.fresh = self.socket is None
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.kind, self.request, self.buffer, self.expected = kind, request, bytearray(), 0
        self.sent, self.asks = time.perf_counter(), True
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


class Crowd:
    """Everybody, on their connections."""

    def __init__(self, port: int, session_id: int, questions: int, plan: Plan) -> None:
        self._port, self._plan = port, plan
        self._session_id, self._questions = session_id, questions
        self._selector = selectors.DefaultSelector()
        #: Who goes on when; the second figure keeps moments apart that are the same.
        self._calendar: list[tuple[float, int, _Line]] = []
        self._order = count()
        self._open = 0
        self._told = Told()

    def sit(self, places: Sequence[tuple[str, str]], tick: Callable[[float], None]) -> Told:
        """Let everybody sit; ``places``: cookie and CSRF token of each. ``tick`` is told the
        seconds now and then."""
        for number, (cookie, csrf) in enumerate(places):
            place = _Place(cookie, csrf, self._session_id, self._questions)
            doing = script(place, self._plan, random.Random(number), self._told)
            self._open += 1
            self._go_on(_Line(doing, self._port), None)
        ticked = 0.0
        while self._open:
            now = time.perf_counter() - self._told.began
            if now - ticked > 1:
                tick(now)
                ticked = now
            self._wake(now)
            self._listen(now)
        return self._told

    def _wake(self, now: float) -> None:
        while self._calendar and self._calendar[0][0] <= now:
            self._go_on(heapq.heappop(self._calendar)[2], None)

    def _listen(self, now: float) -> None:
        wait = min(1.0, max(0.0, self._calendar[0][0] - now)) if self._calendar else 1.0
        for key, _ in self._selector.select(timeout=wait):
            line: _Line = key.data
            try:
                answer = line.receive()
            except OSError:
                self._hung_up(line)
                continue
            if answer is not None:
                line.asks = False
                self._told.seconds[line.kind].append(time.perf_counter() - line.sent)
                self._told.statuses[line.kind][answer.status] += 1
                self._go_on(line, answer)

    def _hung_up(self, line: _Line) -> None:
        """A connection that the server let go while it was idle, or just as a request came, is
        opened anew, as browsers do; a request that was lost on a fresh one is lost."""
        if line.asks and (line.fresh or line.buffer):
            self._told.lost[line.kind] += 1
            self._leave(line)
            return
        assert line.socket is not None
        self._selector.unregister(line.socket)
        line.socket.close()
        line.socket = None
        self._told.let_go += 1
        if line.asks:
            self._send(line, line.kind, line.request)

    def _go_on(self, line: _Line, answer: Answer | None) -> None:
        try:
            step = next(line.doing) if answer is None else line.doing.send(answer)
        except StopIteration:
            self._leave(line)
            return
        if isinstance(step, float):
            heapq.heappush(self._calendar, (step, next(self._order), line))
            return
        self._send(line, *step)

    def _send(self, line: _Line, kind: str, request: bytes) -> None:
        line.send(kind, request)
        if line.fresh and line.socket is not None:
            self._selector.register(line.socket, selectors.EVENT_READ, line)

    def _leave(self, line: _Line) -> None:
        self._open -= 1
        if line.socket is not None:
            self._selector.unregister(line.socket)
            line.socket.close()
