"""Security headers of every response."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask, Response, request

from core import assets

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FRAMES = "X-Frame-Options"
#: Under this name a request's environment holds the headers that its answer is not completed with.
_LEFT_OUT = "xuefa.left_out"


def of_every_answer(*, tls: bool) -> dict[str, str]:
    """Headers that no answer goes without, whatever part of the system gives it."""
    return HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if tls else {})


def let_be_framed() -> None:
    """Let other pages show this answer in a frame: for what runs in a sandbox of its own."""
    _leave_out(FRAMES)


def _leave_out(name: str) -> None:
    """Add a header to this request's answer only if it is given one."""
    request.environ.setdefault(_LEFT_OUT, set()).add(name)


class Complete:
    """Adds to every answer of an application what it goes without.

    In front of the application, where headers are a plain list: it looks through all of them for
    each that it is told to add.
    """

    def __init__(self, wsgi: Callable[..., Iterable[bytes]], always: Mapping[str, str]) -> None:
        self._wsgi = wsgi
        self._always = [(name.lower(), (name, value)) for name, value in always.items()]

    def __call__(self, env: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            given = {name.lower() for name, _ in headers}
            given.update(name.lower() for name in env.get(_LEFT_OUT, ()))
            lacking = [pair for name, pair in self._always if name not in given]
            return start(status, [*headers, *lacking], exc_info)

        return self._wsgi(env, begin)


def init_app(app: Flask) -> None:
    always = of_every_answer(tls=app.config["XUEFA"].tls) | {"Cache-Control": "no-store"}
    app.wsgi_app = Complete(  # type: ignore[method-assign,assignment]  # as Flask documents it
        app.wsgi_app, always
    )

    @app.after_request
    def keep_files(response: Response) -> Response:
        endpoint = request.endpoint
        if endpoint in assets.FILES:
            _leave_out("Cache-Control")
            if endpoint == "bootstrap.static":
                # Comes with a pinned package.
                response.headers["Cache-Control"] = "public, max-age=2592000"
            elif assets.is_kept():
                response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
