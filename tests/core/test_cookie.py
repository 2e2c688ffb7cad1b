"""The browser's session: read and written as Flask does it, by a signer that is kept."""

import pytest
from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface

from core.access import public

pytestmark = pytest.mark.once


def test_flask_reads_what_we_write_and_we_what_it_wrote(own_app: Flask) -> None:
    held = {"_user_id": "token", "_flashes": [("info", "已保存。" * 200), ("danger", "不能删除。")]}

    @own_app.get("/hold")
    @public
    def hold() -> str:
        session.update(held)
        return ""

    @own_app.get("/held")
    @public
    def tell() -> str:
        return repr(dict(session))

    browser = own_app.test_client()
    browser.get("/hold")
    cookie = browser.get_cookie("xuefa")
    assert cookie
    theirs = SecureCookieSessionInterface().get_signing_serializer(own_app)
    assert theirs
    assert theirs.loads(cookie.value, max_age=60) == held
    # A browser keeps no cookie of more than 4 KiB: what is long is compressed, as theirs.
    assert len(cookie.value) == len(theirs.dumps(held)) < 1000
    browser.set_cookie("xuefa", str(theirs.dumps({"_user_id": "another"})))
    assert browser.get("/held").text == repr({"_user_id": "another"})
    browser.set_cookie("xuefa", cookie.value[:-1])
    assert browser.get("/held").text == "{}"


@pytest.mark.parametrize("path", ["/healthz", "/login", "/", "/nowhere"])
def test_answers_differ_by_the_cookie_and_say_so_once(client, path) -> None:
    for _ in range(2):
        assert client.get(path).headers.getlist("Vary") == ["Cookie"]


def test_what_varies_by_more_varies_by_the_cookie_too(own_app: Flask) -> None:
    @own_app.get("/languages")
    @public
    def languages() -> tuple[str, dict[str, str]]:
        return "", {"Vary": "Accept-Language"}

    assert own_app.test_client().get("/languages").headers["Vary"] == "Accept-Language, Cookie"
