"""What tells our own pages' forms from those of others: Flask-WTF's tokens, for less.

The tokens are its own; their signer is kept, and a token that is made already it takes from here.
"""

import hashlib
import os

from flask import Flask, current_app, g, request, session
from flask_wtf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer

from core.signing import Signing

#: What Flask-WTF calls the token, on flask.g, and what it signs, in the session.
TOKEN = "csrf_token"  # noqa: S105 - a name
_SIGNING = "xuefa_forms"


class Protection(CSRFProtect):  # type: ignore[misc]  # Flask-WTF has no types
    """Looks first whether a request may do anything; most do not."""

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        signing = Signing(URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token"))
        app.extensions[_SIGNING] = signing
        app.context_processor(lambda: {TOKEN: token})

    def protect(self, apply_exemptions: bool = False) -> None:
        if request.method in current_app.config["WTF_CSRF_METHODS"]:
            super().protect(apply_exemptions)


def token() -> str:
    """What the forms of this request's page carry: the same in all of them."""
    made = g.get(TOKEN)
    if made is None:
        if TOKEN not in session:
            session[TOKEN] = drawn()
        made = g.csrf_token = signed(current_app, session[TOKEN])
    return str(made)


def drawn() -> str:
    """What the session of a browser holds from its first form on."""
    return hashlib.sha1(os.urandom(64), usedforsecurity=False).hexdigest()


def signed(app: Flask, held: str) -> str:
    """The token that goes with what a session holds."""
    signing: Signing = app.extensions[_SIGNING]
    return signing.dumps(held)
