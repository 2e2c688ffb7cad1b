"""The least that a WSGI application can do, on the same server: what the figures stand beside."""

from granian import Granian
from granian.constants import Interfaces

BODY = b"hello"


def app(_env, start):
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]


if __name__ == "__main__":
    import sys

    Granian(
        "tests.bench.hello:app",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=32,
        backlog=4096,
    ).serve()
