"""The sign-in page on the server's loop: Flask's, for whoever it has nothing else to tell."""

import asyncio
import re
from collections.abc import Callable

import pytest
from flask import Flask, flash
from flask.testing import FlaskClient
from werkzeug.http import parse_cookie

from accounts import passwords
from accounts.permissions import Role
from accounts.views.entrance import Front
from core.access import public
from tests.rsgi import Exchange, Headers, Scope, on_the_loop

pytestmark = pytest.mark.once

Ask = Callable[..., Exchange]
COOKIES = ("xuefa", "xf_size", "xf_contrast", "xf_nav")
#: Differ from answer to answer.
CHANGING = {"x-request-id", "set-cookie"}


@pytest.fixture
def ask(own_app: Flask) -> Ask:
    """Asks the front as a browser would, which holds what it is given; no status on what it leaves
    to Flask."""
    front = Front(own_app)

    def asked(browser: FlaskClient, path: str = "/login", method: str = "GET") -> Exchange:
        held = [each for name in COOKIES if (each := browser.get_cookie(name))]
        headers = Headers()
        if held:
            headers["cookie"] = "; ".join(f"{each.key}={each.value}" for each in held)
        answer = Exchange()

        async def act(loop: asyncio.AbstractEventLoop) -> None:
            front.start(loop)
            path_, _, query = path.partition("?")
            left = await front(Scope(method, path_, headers, query_string=query), answer)
            assert left == (None if answer.status else b"")

        on_the_loop(act)
        if given := answer.headers.get("set-cookie"):
            browser.set_cookie("xuefa", parse_cookie(given)["xuefa"])
        return answer

    return asked


def token_of(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]*)"', page)
    assert found
    assert page.count(found[1]) == 2, "the page's own and its form's"
    return found[1]


def plain(page: str) -> str:
    return page.replace(token_of(page), "")


def named(headers: list[tuple[str, str]]) -> dict[str, str]:
    found = {name.lower(): value for name, value in headers}
    return {name: value for name, value in found.items() if name not in CHANGING}


def test_the_page_is_the_same_as_flasks(own_app: Flask, ask: Ask) -> None:
    for cookies in ({}, {"xf_size": "large"}, {"xf_contrast": "high", "xf_nav": "folded"}):
        slow, quick = own_app.test_client(), own_app.test_client()
        for name, value in cookies.items():
            slow.set_cookie(name, value)
            quick.set_cookie(name, value)
        assert not ask(quick).status, "nobody was shown it yet"
        theirs, ours = slow.get("/login"), ask(quick, "/login?next=/exam/")
        assert ours.status == theirs.status_code == 200
        assert plain(ours.content.decode()) == plain(theirs.text)
        assert named([*ours.headers.items()]) == named([*theirs.headers.items()])
        assert len(ours.headers["x-request-id"]) == 12
        # The same session, of another browser.
        given, theirs_given = ours.headers["set-cookie"], theirs.headers["Set-Cookie"]
        assert re.sub("=[^;]*", "", given, count=1) == re.sub("=[^;]*", "", theirs_given, count=1)
        # Who has one keeps it.
        assert "Set-Cookie" not in slow.get("/login").headers
        assert "set-cookie" not in ask(quick).headers


def test_its_form_lets_people_in(own_app: Flask, ask: Ask, make) -> None:
    own_app.config["WTF_CSRF_ENABLED"] = True
    own_app.test_client().get("/login")
    account = make.account(Role.STAFF, password_hash=passwords.hashed("Right-2026-password"))
    browser, other = own_app.test_client(), own_app.test_client()
    for each in (browser, other):
        ask(each)
    data = {
        "username": account.username,
        "password": "Right-2026-password",
        "csrf_token": token_of(ask(browser).content.decode()),
    }
    assert other.post("/login", data=data).status_code == 400
    assert browser.post("/login", data=data).status_code == 302
    assert browser.get("/password").status_code == 200
    assert not ask(browser).status
    assert browser.get("/login").status_code == 302
    token = token_of(other.get("/login").text)
    assert other.post("/login", data=data | {"csrf_token": token}).status_code == 302


def test_whatever_else_is_asked_is_flasks(own_app: Flask, ask: Ask, client) -> None:
    @own_app.get("/tell")
    @public
    def tell() -> str:
        flash("您已安全退出。", "info")
        return ""

    browser = own_app.test_client()
    browser.get("/login")
    assert ask(browser).status == 200
    for path, method in (("/login", "POST"), ("/login", "HEAD"), ("/login/", "GET"), ("/", "GET")):
        assert not ask(browser, path, method).status
    browser.get("/tell")
    assert not ask(browser).status
    assert "您已安全退出。" in browser.get("/login").text
    assert "您已安全退出。" not in ask(browser).content.decode()


def test_a_cookie_that_we_did_not_sign_is_none(own_app: Flask, ask: Ask) -> None:
    browser = own_app.test_client()
    browser.get("/login")
    browser.set_cookie("xuefa", "e30.forged.forged")
    assert "set-cookie" in ask(browser).headers
    assert "set-cookie" not in ask(browser).headers
