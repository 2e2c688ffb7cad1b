"""The application behind the server, over the wire."""

import asyncio
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from core.serving import workers
from core.serving.bridge import Bridge
from core.serving.environ import SMALL
from tests import loops
from tests.serving import ROOT, free_port

LONG = 20.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def started(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    port = free_port()
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.core.serving.house", str(port), str(folder)],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return process, port
    pytest.fail((folder / "log").read_text())


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    process, port = started(folder)
    yield port
    process.terminate()
    process.wait(LONG)


def ask(
    port: int, method: str, path: str, body: Any = None, headers: Any = None
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONG)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer, data


def raw(port: int, data: bytes, *, ends: bool = False) -> bytes:
    """What comes back until the other end hangs up or is silent; ``ends``: no more is sent."""
    with socket.create_connection(("127.0.0.1", port), LONG) as wire:
        wire.sendall(data)
        if ends:
            wire.shutdown(socket.SHUT_WR)
        wire.settimeout(1)
        found = b""
        try:
            while more := wire.recv(65_536):
                found += more
        except TimeoutError:
            pass
        return found


def told(port: int, path: str, **headers: str) -> dict[str, Any]:
    answer, data = ask(port, "GET", f"/told/{path}", headers=headers)
    assert answer.status == 200
    found: dict[str, Any] = json.loads(data)
    return found


def test_the_application_is_told_what_was_asked(port: int) -> None:
    env = told(port, "%E6%B3%95%20x?q=%E6%B3%95&a+b", Host="exam.example")
    assert env["SEEN"] == "/told/法 x"
    assert (env["QUERY_STRING"], env["REQUEST_METHOD"]) == ("q=%E6%B3%95&a+b", "GET")
    assert (env["REMOTE_ADDR"], env["SERVER_PORT"]) == ("127.0.0.1", str(port))
    assert (env["HTTP_HOST"], env["wsgi.url_scheme"]) == ("exam.example", "http")
    assert "CONTENT_LENGTH" not in env


def test_a_path_that_is_no_text_is_answered(port: int) -> None:
    assert told(port, "%ff%fe")["PATH_INFO"].startswith("/told/")


def test_a_query_that_is_not_escaped_comes_as_its_bytes(port: int) -> None:
    answer = raw(port, "GET /told/x?q=法 HTTP/1.1\r\nHost: h\r\n\r\n".encode())
    env = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert env["QUERY_STRING"].encode("latin-1").decode() == "q=法"


def test_the_host_of_an_absolute_address_is_the_host(port: int) -> None:
    answer = raw(port, b"GET http://one.example/told/x HTTP/1.1\r\nHost: other.example\r\n\r\n")
    env = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (env["HTTP_HOST"], env["SEEN"]) == ("one.example", "/told/x")


def test_headers_that_come_twice_are_joined_as_their_kind_is(port: int) -> None:
    answer = raw(
        port,
        b"GET /told/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nCookie: a=1\r\nCookie: b=2\r\n"
        b"X-Seen: 1\r\nX-Seen: 2\r\n\r\n",
    )
    env = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (env["HTTP_COOKIE"], env["HTTP_X_SEEN"]) == ("a=1; b=2", "1,2")


def test_a_name_that_would_pass_for_another_is_left_out(port: int) -> None:
    env = told(port, "x", X_Forwarded_For="6.6.6.6", Content_Length="5")
    assert not {"HTTP_X_FORWARDED_FOR", "CONTENT_LENGTH"} & env.keys()


def test_who_brings_a_cookie_that_is_lost_is_told(port: int) -> None:
    answer = raw(port, "GET /told/x HTTP/1.1\r\nHost: h\r\nCookie: a=法; b=1\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 400")
    assert "清除浏览器中本网站" in answer.decode()


def test_headers_of_an_answer_may_come_twice(port: int) -> None:
    answer, _ = ask(port, "GET", "/told/x")
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize("length", [0, 1, 65_536, 65_537, 3_000_000])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_comes_whole(port: int, length: int, chunked: bool) -> None:
    data = os.urandom(length)
    pieces = (data[start : start + 50_001] for start in range(0, length, 50_001))
    answer, told = ask(port, "POST", "/taken", pieces if chunked else data)
    assert answer.status == 200
    assert json.loads(told) == {"length": length, "digest": hashlib.sha256(data).hexdigest()}


def test_a_large_body_is_read_by_the_line(port: int) -> None:
    data = b"".join(b"x" * (each % 300) + b"\n" for each in range(1_000))
    _, told = ask(port, "POST", "/lines", data)
    assert json.loads(told)["lines"] == [each % 300 + 1 for each in range(1_000)]


def test_a_body_that_is_too_large_is_refused_before_it_has_come(port: int) -> None:
    head = b"POST /taken HTTP/1.1\r\nHost: h\r\nContent-Length: 999000000\r\n\r\n"
    assert raw(port, head).startswith(b"HTTP/1.1 413")


def test_of_a_body_that_does_not_say_its_length_no_more_is_read_than_may_be(port: int) -> None:
    _, told = ask(port, "POST", "/taken", (b"x" * 100_000 for _ in range(100)))
    assert json.loads(told)["length"] == 8_000_000


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: 1000\r\n\r\n" + b"x" * 500,
        b"Content-Length: 300000\r\n\r\n" + b"x" * 299_999,
        b"Transfer-Encoding: chunked\r\n\r\n186a0\r\n" + b"x" * 99_999,
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\nno size\r\n",
    ],
    ids=["small", "large", "in a chunk", "between chunks", "no chunk"],
)
def test_half_a_body_does_not_pass_for_a_whole_one(port: int, folder: Path, sent: bytes) -> None:
    answer = raw(port, b"POST /taken HTTP/1.1\r\nHost: h\r\n" + sent, ends=True)
    assert answer.startswith(b"HTTP/1.1 400")
    assert "RSGIProtocolClosed" not in (folder / "log").read_text()


def test_a_length_of_thousands_of_digits_is_none(port: int) -> None:
    head = b"POST /taken HTTP/1.1\r\nHost: h\r\nContent-Length: " + b"0" * 5_000 + b"1\r\n\r\nx"
    assert raw(port, head).startswith(b"HTTP/1.1 200")


def test_who_hangs_up_in_the_middle_of_a_body_takes_nobody_along(port: int) -> None:
    for length in (1_000, 1_000_000):
        head = f"POST /taken HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n".encode()
        for _ in range(6):
            with socket.create_connection(("127.0.0.1", port), LONG) as wire:
                wire.sendall(head + b"x" * 500)
    assert ask(port, "GET", "/long/0")[1] == b"done"


def test_who_sends_slowly_keeps_nobody_waiting(port: int) -> None:
    head = b"POST /taken HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n"
    wires = [socket.create_connection(("127.0.0.1", port), LONG) for _ in range(8)]
    for wire in wires:
        wire.sendall(head)
    began = time.monotonic()
    assert ask(port, "GET", "/long/0")[1] == b"done"
    assert time.monotonic() - began < 5
    for wire in wires:
        wire.sendall(b"x" * 1_000)
        assert wire.recv(100).startswith(b"HTTP/1.1 200")
        wire.close()


def test_a_large_body_that_stands_still_is_given_up(port: int) -> None:
    head = b"POST /taken HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), LONG) as wire:
        wire.sendall(head + b"x" * 100_000)
        assert wire.recv(100).startswith(b"HTTP/1.1 400")
    assert ask(port, "GET", "/long/0")[1] == b"done"


@pytest.mark.parametrize("length", [1_000, 1_000_000])
def test_a_body_that_creeps_is_given_up(port: int, length: int) -> None:
    head = f"POST /taken HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port), LONG) as wire:
        wire.sendall(head)
        wire.settimeout(0.2)
        for _ in range(30):
            with suppress(TimeoutError):
                assert wire.recv(100).startswith(b"HTTP/1.1 400")
                return
            wire.sendall(b"x")
    pytest.fail("it is still read")


def test_pages_do_not_wait_for_those_who_send_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MOST", 2)

    def wsgi(env: dict[str, Any], start: Any) -> list[bytes]:
        data = env["wsgi.input"].read()
        start("200 OK", [])
        return [data]

    async def act() -> None:
        loop, here = asyncio.get_running_loop(), asyncio.Event()
        bridge = Bridge(wsgi)
        bridge.__rsgi_init__(loop)
        slow = [Sent(SMALL + 1, here) for _ in range(5)]
        sending = [loop.create_task(bridge.__rsgi__(each, each)) for each in slow]
        await asyncio.sleep(0.1)
        page = Sent(0, here)
        await asyncio.wait_for(bridge.__rsgi__(page, page), 10)
        assert (page.told, [each.told for each in slow]) == (200, [0] * 5)
        here.set()
        await asyncio.gather(*sending)
        assert [each.told for each in slow] == [200] * 5

    loops.run(act())


class Sent:
    """A request whose body comes once it may, and what it is answered."""

    http_version, server, client, scheme = "1.1", "127.0.0.1:80", "10.1.2.3:5", "http"
    method, path, query_string, authority = "POST", "/", "", None

    def __init__(self, length: int, may_come: asyncio.Event) -> None:
        self.headers = {"content-length": str(length)}
        self._length, self._may_come, self.told = length, may_come, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await self._may_come.wait()
        yield b"x" * self._length
        yield b""

    async def __call__(self) -> bytes:
        return b""

    def response_bytes(self, status: int, _headers: object, _body: bytes) -> None:
        self.told = status

    def response_file_range(self, *_: Any) -> None:
        raise AssertionError("the application sends no file")


def test_what_the_application_answers_in_parts_comes_whole(port: int) -> None:
    answer, data = ask(port, "GET", "/parts")
    assert (answer.headers["Content-Length"], data) == ("7", b"one two")
    assert len(ask(port, "GET", "/large")[1]) == 20_000_000


def test_an_application_that_fails_is_answered_for_and_logged(port: int, folder: Path) -> None:
    for _ in range(3):
        answer, data = ask(port, "GET", "/broken")
        assert (answer.status, data.decode()) == (500, "服务出错，请稍后再试")
        assert (answer.headers["X-Always"], answer.headers["Cache-Control"]) == ("yes", "no-store")
    assert "ZeroDivisionError" in (folder / "log").read_text()


def test_files_are_sent_whole_in_part_and_not_again(port: int, folder: Path) -> None:
    data = os.urandom(300_000)
    (folder / "film.bin").write_bytes(data)
    (folder / "empty.bin").write_bytes(b"")
    answer, found = ask(port, "GET", "/file/film.bin")
    assert (answer.status, found) == (200, data)
    assert answer.headers["Content-Length"] == "300000"
    again, nothing = ask(
        port, "GET", "/file/film.bin", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status, nothing) == (304, b"")
    for asked, sent in (
        ("bytes=5-14", data[5:15]), ("bytes=299990-", data[299_990:]), ("bytes=-7", data[-7:]),
    ):  # fmt: skip
        part, found = ask(port, "GET", "/file/film.bin", headers={"Range": asked})
        assert (part.status, found) == (206, sent)
        assert part.headers["Content-Length"] == str(len(sent))
    beyond, _ = ask(port, "GET", "/file/film.bin", headers={"Range": "bytes=300000-"})
    assert beyond.status == 416
    head, nothing = ask(port, "HEAD", "/file/film.bin")
    assert (head.headers["Content-Length"], nothing) == ("300000", b"")
    assert ask(port, "GET", "/file/empty.bin")[1] == b""


def test_requests_that_last_do_not_keep_others_for_long(port: int) -> None:
    lasting = [threading.Thread(target=ask, args=(port, "GET", "/long/40")) for _ in range(4)]
    for each in lasting:
        each.start()
    time.sleep(0.2)
    began = time.monotonic()
    assert ask(port, "GET", "/long/0")[1] == b"done"
    assert time.monotonic() - began < 3
    for each in lasting:
        each.join(LONG)


def test_a_server_that_is_told_to_stop_answers_first(folder: Path) -> None:
    process, port = started(folder)
    found: list[bytes] = []
    asking = threading.Thread(target=lambda: found.append(ask(port, "GET", "/long/10")[1]))
    asking.start()
    time.sleep(0.4)
    process.send_signal(signal.SIGTERM)
    asking.join(LONG)
    assert found == [b"done"]
    assert process.wait(LONG) == 0


def test_who_reads_slowly_does_not_keep_a_server_from_stopping(folder: Path) -> None:
    process, port = started(folder)
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        wire.connect(("127.0.0.1", port))
        wire.sendall(b"GET /large HTTP/1.1\r\nHost: h\r\n\r\n")
        assert wire.recv(10) == b"HTTP/1.1 2"
        process.send_signal(signal.SIGTERM)
        process.wait(LONG)
