"""GET /login, answered on the server's loop for whoever is not signed in.

Everybody signs in in the minute before an exam begins, and what they are shown is the same for all
but the token of its form. Once Flask has rendered it (core.alike), nothing is left to be asked.
"""

from asyncio import AbstractEventLoop

from flask import Flask

from accounts.guards import TOKEN
from core import alike, forgery
from core.loop_pages import LoopPages, PageRequest
from core.serving.rsgi import Exchange, Scope

PATH, TEMPLATE = "/login", "accounts/sign_in.html"


class Front:
    """Gives the page to who is not signed in and has nothing to be told; leaves others alone."""

    def __init__(self, app: Flask) -> None:
        self._app, self._pages = app, LoopPages(app)

    def start(self, loop: AbstractEventLoop) -> None:
        """There is nothing to wait for."""

    async def __call__(self, scope: Scope, exchange: Exchange) -> bytes | None:
        if scope.path != PATH or scope.method != "GET":
            return b""
        asked = PageRequest.now(scope, exchange)
        if "cookie" in scope.headers and scope.headers.get("cookie") is None:
            return b""
        cookies = self._pages.cookies(scope)
        session = self._pages.session(cookies)
        if TOKEN in session or "_flashes" in session:
            return b""
        given: list[tuple[str, str]] = []
        if forgery.TOKEN not in session:
            session = {**session, forgery.TOKEN: forgery.drawn()}
            given.append(self._pages.kept(session))
        page = alike.rendered(self._app, TEMPLATE, cookies, self._pages.form_token(session))
        if page is None:
            return b""
        self._pages.give(asked, page.encode(), *given)
        return None
