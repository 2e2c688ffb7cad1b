"""Starts, pages, saves and submits on our server beside hello-world on the same kind of server.

    .venv/bin/python -m tests.bench.bench_hot_path [--people 500] [--questions 50] [--seconds 5]

Runs on SQLite, or on the PostgreSQL named by XUEFA_TEST_DATABASE_URL. Prints a table; compare
within one run only, because a busy machine slows everything alike. The last lines are whole
attempts, from signing in to the result: CPU ms of the server's and the database's processes, of one
person after another, for whom alone all of it wakes each time, and of several at once, as in an
exam.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from app import create_app
from core.config import Config
from tests.bench.load import Result, run
from tests.hall import Answer, Hall, Seat, furnish
from tests.serving import ROOT, database_address, environment, free_port, server, xuefa

TICKS = os.sysconf("SC_CLK_TCK")
#: People who go through it all, one after another; others who do, so many at once; and some before
#: them, for whom much is laid out in each process that is there for everybody from then on.
WHOLE, COMPANY, AT_ONCE, FIRST = 40, 80, 8, 6
ALL = FIRST + WHOLE + COMPANY
SAVES = 25


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--clients", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, database_address(Path(name), "bench") as address:
        folder = Path(name)
        env = environment(folder, address) | {"XUEFA_LOG_LEVEL": "info"}
        xuefa(env, "db", "upgrade")
        app = create_app(Config.from_env(env))
        hall = furnish(app, people=options.people + ALL, questions=options.questions)
        print(
            f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
            f"Python {platform.python_version()}, {address.split(':')[0]}, "
            f"{options.people} people, {options.questions} questions, "
            f"{options.clients} connections"
        )
        print(
            f"{'':14}{'answers/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'× hello':>9}"
            "  statuses"
        )
        hello = measure_hello(options.clients, options.seconds)
        with server(env, free_port(), folder / "server.log") as running:
            bench = Bench(running.port, running.workers(), hall, hello)
            bench.take(options.clients, options.seconds)
            bench.take_whole(options.questions, address)


class Bench:
    def __init__(self, port: int, pids: list[int], hall: Hall, hello: float) -> None:
        self._port, self._pids, self._hall, self._hello = port, pids, hall, hello

    def take(self, clients: int, seconds: float) -> None:
        seats = [Seat(self._port, cookie) for cookie in self._hall.cookies[:-ALL]]
        for seat in seats:
            intro = seat.ask("GET", f"/exam/sessions/{self._hall.session_id}")
            seat.csrf = intro.meta("csrf-token")
            seat.hang_up()
        self._measure(
            "start", self._posts(seats, clients, f"/exam/sessions/{self._hall.session_id}/attempts")
        )
        for seat in seats:
            seat.start(self._hall.session_id)
            seat.hang_up()
        pages = [request("GET", f"/exam/attempts/{seat.attempt_id}", seat) for seat in seats]
        # The first time, with what is laid out once for all; then as it is from then on.
        for what in ("page", "page, again"):
            self._measure(what, [iter(pages[n::clients]) for n in range(clients)])
        self._measure("save", [saves(seat) for seat in seats[:clients]], seconds)
        self._measure("save, batch 5", [saves(seat, 5) for seat in seats[:clients]], seconds)
        self._measure("submit", self._posts(seats, clients, None))
        results = [
            request("GET", f"/exam/attempts/{seat.attempt_id}/result", seat) for seat in seats
        ]
        self._measure("result", [iter(results[n::clients]) for n in range(clients)])

    def take_whole(self, questions: int, address: str) -> None:
        """Whole attempts, one person after another, and what of them is which step; then several
        at once."""
        names = self._hall.usernames[-ALL:]
        for name in names[:FIRST]:
            self._take_one(name, questions, address)
        spent: dict[str, list[float]] = {}
        for name in names[FIRST : FIRST + WHOLE]:
            for what, came_to in self._take_one(name, questions, address).items():
                each = spent.setdefault(what, [0.0, 0.0])
                for place, seconds in enumerate(came_to):
                    each[place] += seconds / WHOLE * 1000
        for what, (ours, theirs) in spent.items():
            print(f"  {what:12}{ours:8.1f}{theirs:8.1f}")
        whole = [sum(each[place] for each in spent.values()) for place in (0, 1)]
        self._tell_whole("one by one", *whole)
        before = self._spent(address)
        with ThreadPoolExecutor(AT_ONCE) as company:
            list(company.map(lambda name: self._take_all(name, questions), names[-COMPANY:]))
        after = self._spent(address)
        self._tell_whole(
            f"{AT_ONCE} at once",
            *((now - then) / COMPANY * 1000 for now, then in zip(after, before, strict=True)),
        )

    def _tell_whole(self, how: str, server: float, database: float) -> None:
        print(
            f"whole attempt, {SAVES} saves, {how}: server {server:.1f}, database {database:.1f}"
            f" CPU ms ({(server + database) / self._hello / 1000:.0f} × hello)"
        )

    def _take_all(self, name: str, questions: int) -> None:
        with Seat(self._port) as seat:
            for _, act in self._steps(seat, name, questions):
                act()

    def _take_one(self, name: str, questions: int, address: str) -> dict[str, tuple[float, float]]:
        """Seconds of the server and of the database for each step."""
        spent = {}
        with Seat(self._port) as seat:
            for what, act in self._steps(seat, name, questions):
                server, database = self._spent(address)
                act()
                server_now, database_now = self._spent(address)
                spent[what] = server_now - server, database_now - database
        return spent

    def _steps(
        self, seat: Seat, name: str, questions: int
    ) -> Iterator[tuple[str, Callable[[], object]]]:
        session_id = self._hall.session_id

        def save() -> None:
            for number in range(1, SAVES + 1):
                answer = {"slot": number % questions + 1, "seq": number, "choice": ["A"]}
                assert seat.save(answer).status == 200

        yield "login page", seat.approach
        yield "sign in", lambda: seat.enter(name)
        yield "intro", lambda: seat.read_intro(session_id)
        yield "start", lambda: seat.begin(session_id)
        yield "page", seat.open
        yield "saves", save
        yield "submit", lambda: _is(seat.submit(), 303)
        yield "result", lambda: _is(seat.ask("GET", f"/exam/attempts/{seat.attempt_id}/result"))

    def _spent(self, address: str) -> tuple[float, float]:
        return sum(map(running_seconds, self._pids)), database_seconds(address)

    def _posts(self, seats: list[Seat], clients: int, path: str | None) -> list[Iterator[bytes]]:
        made = [
            request(
                "POST",
                path or f"/exam/attempts/{seat.attempt_id}/submit",
                seat,
                b"",
                f"X-CSRFToken: {seat.csrf}\r\n",
            )
            for seat in seats
        ]
        return [iter(made[n::clients]) for n in range(clients)]

    def _measure(self, what: str, lines: list[Iterator[bytes]], seconds: float = 1e9) -> None:
        report(what, *measured(self._pids, lambda: run(self._port, lines, seconds)), self._hello)


def _is(answer: Answer, status: int = 200) -> None:
    assert answer.status == status, (answer.status, answer.text)


def request(
    method: str, path: str, seat: Seat, body: bytes | None = None, extra: str = ""
) -> bytes:
    length = "" if body is None else f"Content-Length: {len(body)}\r\n"
    cookie = "; ".join(f"{name}={value}" for name, value in seat._cookies.items())
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n{extra}{length}\r\n"
    return head.encode() + (body or b"")


def saves(seat: Seat, batch: int = 1) -> Iterator[bytes]:
    """As the page sends them: a changed answer, then another, each newer than the last."""
    extra = f"X-Attempt-Token: {seat.token}\r\nX-CSRFToken: {seat.csrf}\r\n"
    seq = int(time.time() * 1000)
    while True:
        answers = []
        for _ in range(batch):
            seq += 1
            answers.append({"slot": seq % 50 + 1, "seq": seq, "choice": ["ABCD"[seq % 4]]})
        body = json.dumps({"answers": answers}).encode()
        yield request("PUT", f"/exam/attempts/{seat.attempt_id}/answers", seat, body, extra)


def measure_hello(clients: int, seconds: float) -> float:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.hello", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(2)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        lines = [endless(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") for _ in range(clients)]
        pids = [int(pid) for pid in children]
        result, cpu = measured(pids, lambda: run(port, lines, seconds))
        each = cpu / len(result.latencies)
        report("hello", result, cpu, each)
        # As those are answered who come one by one.
        report("hello, alone", *measured(pids, lambda: run(port, lines[:1], 1)), each)
        return each
    finally:
        process.terminate()
        process.wait()


def endless(request: bytes) -> Iterator[bytes]:
    while True:
        yield request


def measured(pids: list[int], act: Callable[[], Result]) -> tuple[Result, float]:
    """What the act came to, and the CPU seconds that the processes spent on it."""
    before = sum(map(cpu_seconds, pids))
    result = act()
    return result, sum(map(cpu_seconds, pids)) - before


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def running_seconds(pid: int) -> float:
    """The same to the nanosecond, of the threads that are still there."""
    found = 0
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError):
            found += int(path.read_text().split()[0])
    return found / 1e9


def database_seconds(address: str) -> float:
    """CPU seconds of the database's processes for this database that are still there."""
    if not address.startswith("postgresql"):
        return 0.0
    name = address.rsplit("/", 1)[1].partition("?")[0].encode()
    found = 0.0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes()
            if line.startswith(b"postgres:") and name in line:
                found += running_seconds(int(path.parent.name))
        except OSError:
            continue
    return found


def report(what: str, result: Result, cpu: float, hello: float) -> None:
    count = len(result.latencies)
    print(
        f"{what:14}{count / result.seconds:10.0f}{result.at(0.5):9.1f}{result.at(0.99):9.1f}"
        f"{cpu / count * 1000:9.3f}{cpu / count / hello:9.1f}  {result.statuses}",
        flush=True,
    )


if __name__ == "__main__":
    main()
