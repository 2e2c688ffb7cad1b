"""Headers that no answer goes without, on every route and in front of them."""

import pytest
from flask import Flask

from accounts.permissions import Role
from app import create_app
from core.access import public
from core.config import Config
from core.db import db
from core.headers import POLICY, let_be_framed
from tests.test_authorization import guarded, path_of

pytestmark = pytest.mark.once

#: Addresses that uploaded packages run under, shut in a sandbox instead (docs/security.md).
PACKAGES = "/packages/"
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def faults(answer) -> list[str]:
    """What an answer's headers lack."""
    found = [
        f"{name}: {answer.headers.get(name)}"
        for name, value in EXPECTED.items()
        if answer.headers.get(name) != value
    ]
    policy = answer.headers.get("Content-Security-Policy", "")
    parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    safe = (
        parts.get("default-src") == "'self'"
        and parts.get("object-src") == parts.get("base-uri") == "'none'"
        and parts.get("frame-ancestors") == "'none'"
        and "unsafe" not in policy
    )
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith(("text/", "application/json")) and "charset=" not in kind:
        found += [] if kind == "application/json" else [f"Content-Type: {kind}"]
    return found + ([] if safe else [f"policy: {policy}"])


@pytest.mark.parametrize("role", [None, Role.STAFF, Role.EXAM_ADMIN, Role.SYS_ADMIN])
def test_every_route_answers_with_every_header(app: Flask, client, make, sign_in, role) -> None:
    browser = sign_in(make.account(role)) if role else client
    lacking = {
        f"{method} {rule.rule}": found
        for rule, method in guarded(app)
        if not rule.rule.startswith(PACKAGES)
        if (found := faults(browser.open(path_of(app, rule), method=method)))
    }
    assert lacking == {}


def test_what_runs_in_a_package_is_shut_in_a_sandbox(app: Flask, client) -> None:
    """It is shown in a frame of ours, and may be; it has no origin of ours, and no way out."""
    rules = [each for each in guarded(app) if each[0].rule.startswith(PACKAGES)]
    assert len(rules) > 5
    for rule, method in rules:
        answer = client.open(path_of(app, rule), method=method)
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert "default-src 'none'" in policy
        assert "object-src 'none'" in policy
        [sandbox] = [each for each in policy if each.startswith("sandbox")]
        assert set(sandbox.split()[1:]) <= {"allow-scripts", "allow-forms"}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_the_save_path_answers_with_them_too(client, method) -> None:
    answer = client.open("/exam/attempts/1/answers", method=method)
    assert faults(answer) == []
    assert len(answer.headers["X-Request-Id"]) == 12


def test_what_does_not_exist_answers_with_them_too(client) -> None:
    assert faults(client.get("/nowhere")) == []


@pytest.mark.parametrize("path", ["/login", "/exam/attempts/1/answers", "/nowhere"])
def test_behind_tls_browsers_are_told_to_stay_there(config: Config, path) -> None:
    behind_tls = Config(**{**vars(config), "tls": True})
    app = create_app(behind_tls, TESTING=True)
    client = app.test_client()
    answer = client.get(path, base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-xuefa=")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    with app.app_context():
        db.engine.dispose()


def test_what_an_answer_says_itself_stands(own_app: Flask) -> None:
    @own_app.get("/kept")
    @public
    def kept() -> tuple[str, dict[str, str]]:
        return "", {"cache-control": "private, max-age=60", "Referrer-Policy": "no-referrer"}

    headers = own_app.test_client().get("/kept").headers
    assert headers.getlist("Cache-Control") == ["private, max-age=60"]
    assert headers.getlist("Referrer-Policy") == ["no-referrer"]
    assert headers.getlist("X-Frame-Options") == ["DENY"]
    assert headers.getlist("Content-Security-Policy") == [POLICY]


def test_only_what_may_be_framed_is(own_app: Flask) -> None:
    @own_app.get("/framed")
    @public
    def framed() -> str:
        let_be_framed()
        return ""

    browser = own_app.test_client()
    assert "X-Frame-Options" not in browser.get("/framed").headers
    assert faults(browser.get("/nowhere")) == []
