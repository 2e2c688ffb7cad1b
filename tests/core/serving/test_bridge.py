"""The application behind the server, over the wire."""

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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

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


def raw(port: int, data: bytes) -> bytes:
    """What comes back until the other end hangs up or is silent."""
    with socket.create_connection(("127.0.0.1", port), LONG) as wire:
        wire.sendall(data)
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


def test_what_the_application_answers_in_parts_comes_whole(port: int) -> None:
    answer, data = ask(port, "GET", "/parts")
    assert (answer.headers["Content-Length"], data) == ("7", b"one two")
    assert len(ask(port, "GET", "/large")[1]) == 20_000_000


def test_an_application_that_fails_is_answered_for_and_logged(port: int, folder: Path) -> None:
    for _ in range(3):
        answer, data = ask(port, "GET", "/broken")
        assert (answer.status, data.decode()) == (500, "服务出错，请稍后再试")
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
