"""Asking the loop's front for pages, and comparing them with Flask's."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from core import forgery
from exam.views.attempts.opening import Front
from tests.rsgi import Exchange, Headers, Scope, on_the_loop, there

#: What a browser holds of ours.
COOKIES = ("xuefa", "xf_size", "xf_contrast", "xf_nav")
Ask = Callable[..., list[Exchange]]


def asking(app: Flask) -> Ask:
    """Asks the front for a page as a browser would; no status on what it leaves to Flask."""

    def asked(client: FlaskClient, *urls: str, method: str = "GET") -> list[Exchange]:
        held = [client.get_cookie(name) for name in COOKIES]
        cookie = "; ".join(f"{each.key}={each.value}" for each in held if each)
        answers = [Exchange() for _ in urls]

        async def act(loop: asyncio.AbstractEventLoop) -> None:
            front = Front(app)
            front.start(loop)
            await there(front._apart)
            found = await asyncio.gather(
                *(
                    front(Scope(method, url, Headers(cookie=cookie)), answer)
                    for url, answer in zip(urls, answers, strict=True)
                )
            )
            assert found == [None if each.status else b"" for each in answers]
            front._apart.close()

        on_the_loop(act)
        return answers

    return asked


def with_token(client: FlaskClient) -> None:
    """Have a browser hold a token for forms, as it does from signing in on."""
    with client.session_transaction() as session:
        session[forgery.TOKEN] = forgery.drawn()


def plain(page: bytes) -> str:
    """A page without what is signed anew each time."""
    return re.sub(r'(csrf(?:-|_)token" (?:content|value)=")[^"]*', r"\1", page.decode())


def named(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers if name.lower() not in CHANGING}


CHANGING = {"x-request-id", "content-length"}
