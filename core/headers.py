"""Security headers of every response."""

from flask import Flask, Response, g, request

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


def of_every_answer(*, tls: bool) -> dict[str, str]:
    """Headers that no answer goes without, whatever part of the system gives it."""
    return HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if tls else {})


def let_be_framed() -> None:
    """Let other pages show this answer in a frame: for what runs in a sandbox of its own."""
    g.may_be_framed = True


def init_app(app: Flask) -> None:
    always = of_every_answer(tls=app.config["XUEFA"].tls)

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in always.items():
            if name != FRAMES or not g.get("may_be_framed"):
                response.headers.setdefault(name, value)
        if request.endpoint == "bootstrap.static":
            # Comes with a pinned package.
            response.headers["Cache-Control"] = "public, max-age=2592000"
        elif assets.is_kept():
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif request.endpoint not in assets.FILES:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
