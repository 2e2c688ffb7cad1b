"""The session that a browser holds in its cookie, as Flask writes and reads it."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.http import dump_cookie
from werkzeug.sansio.http import parse_cookie
from werkzeug.utils import cached_property

from core.assets import FILES
from core.characters import fit
from core.signing import Signing


class Read(Request):
    """A request, whose cookies are looked for by their name and not among all headers.

    The fields of its form hold no characters that no text of ours holds.
    """

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        super()._load_form_data()
        fields = [(name, fit(each)) for name, each in self.form.items(multi=True)]
        self.__dict__["form"] = self.parameter_storage_class(fields)

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        kind = self.dict_storage_class
        return parse_cookie(self.environ.get("HTTP_COOKIE"), cls=kind)  # type: ignore[return-value]


class Sessions(SecureCookieSessionInterface):
    """Flask makes the signer anew for each cookie that is read or written; this one is kept."""

    def __init__(self, app: Flask) -> None:
        serializer: Any = super().get_signing_serializer(app)
        self._signing = Signing(serializer)

    def get_signing_serializer(self, app: Flask) -> Any:
        """What reads and writes like a serializer."""
        return self._signing

    def held(self, app: Flask, cookies: Mapping[str, str]) -> Mapping[str, Any]:
        """The session in a browser's cookies; empty for none and for one that we did not sign."""
        try:
            found: Mapping[str, Any] = self._signing.loads(
                cookies.get(self.get_cookie_name(app), ""),
                max_age=int(app.permanent_session_lifetime.total_seconds()),
            )
        except BadSignature:
            return {}
        return found

    def set_cookie(self, app: Flask, session: Mapping[str, Any]) -> str:
        """The header by which a browser is given a session, one that ends with it."""
        return dump_cookie(
            self.get_cookie_name(app),
            self._signing.dumps(session),
            httponly=self.get_cookie_httponly(app),
            domain=self.get_cookie_domain(app),
            path=self.get_cookie_path(app),
            secure=self.get_cookie_secure(app),
            partitioned=self.get_cookie_partitioned(app),
            samesite=self.get_cookie_samesite(app),
        )

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
    app.request_class = Read
    app.session_interface = Sessions(app)
