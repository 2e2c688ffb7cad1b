"""The session that a browser holds in its cookie, as Flask writes and reads it."""

from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from core.assets import FILES
from core.signing import Signing


class Sessions(SecureCookieSessionInterface):
    """Flask makes the signer anew for each cookie that is read or written; this one is kept."""

    def __init__(self, app: Flask) -> None:
        serializer: Any = super().get_signing_serializer(app)
        self._signing = Signing(serializer)

    def get_signing_serializer(self, app: Flask) -> Any:
        """What reads and writes like a serializer."""
        return self._signing

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        # Files have nothing to do with who asks: a browser that signs in keeps them.
        if request.endpoint in FILES:
            return
        # Whatever else is answered has.
        session.accessed = True
        if session.modified or session.permanent or "Vary" in response.headers:
            super().save_session(app, session, response)
        else:
            response.headers.add("Vary", "Cookie")


def init_app(app: Flask) -> None:
    app.session_interface = Sessions(app)
