"""A small application behind the bridge: python -m tests.core.serving.house PORT FOLDER.

Tells what it was asked, and does what a request can make an application do.
"""

import hashlib
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_file
from granian import Granian
from granian.constants import Interfaces, Loops

from core.serving import bridge, environ, patience
from core.serving.bridge import Bridge

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 8_000_000


@app.route("/told/<path:_rest>", methods=["GET", "POST", "PUT", "OPTIONS"])
def told(_rest: str) -> Response:
    kept = ("HTTP_", "CONTENT_", "PATH_", "QUERY_", "REQUEST_", "REMOTE_", "SERVER_", "wsgi.url")
    env = {name: value for name, value in request.environ.items() if name.startswith(kept)}
    env["SEEN"] = request.path
    answer = Response(json.dumps(env), content_type="application/json")
    answer.headers.add("Set-Cookie", "a=1")
    answer.headers.add("Set-Cookie", "b=2")
    return answer


@app.post("/taken")
def taken() -> dict[str, Any]:
    data = request.get_data()
    return {"length": len(data), "digest": hashlib.sha256(data).hexdigest()}


@app.post("/lines")
def lines() -> dict[str, Any]:
    return {"lines": [len(line) for line in request.stream]}


@app.get("/file/<name>")
def file(name: str) -> Response:
    return send_file(Path(sys.argv[2]) / name, conditional=True)


@app.get("/long/<int:tenths>")
def long(tenths: int) -> str:
    time.sleep(tenths / 10)
    return "done"


@app.get("/large")
def large() -> bytes:
    return b"x" * 20_000_000


def wsgi(env: dict[str, Any], start: Any) -> Iterable[bytes]:
    if env["PATH_INFO"] == "/broken":
        raise ZeroDivisionError
    if env["PATH_INFO"] == "/parts":
        start("200 OK", [("Content-Type", "text/plain")])
        return (part for part in (b"one ", b"two"))
    return app.wsgi_app(env, start)


def create() -> Bridge:
    environ.PAUSE = bridge.PAUSE = 1.0
    patience.LOOK = 0.2
    return Bridge(wsgi, always={"X-Always": "yes"})


if __name__ == "__main__":
    Granian(
        "tests.core.serving.house:create",
        port=int(sys.argv[1]),
        interface=Interfaces.RSGI,
        factory=True,
        loop=Loops.auto,
        websockets=False,
        workers_kill_timeout=3,
    ).serve()
