"""Hello-world in Flask, on the same server: what the figures stand beside."""

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    return "hello"


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
