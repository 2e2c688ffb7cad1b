"""When things go wrong: a plain page with a number, nothing of the inside, nothing half done."""

import json
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, TimeoutError
from wtforms import PasswordField

from accounts import passwords
from accounts.permissions import Role
from app import create_app
from core.access import public
from core.config import Config
from core.db import db
from core.errors import NOT_REPEATED, Refused
from core.forms import Form
from exam.forms.hall import GateForm

PASSWORD = "Walked-2026-gates"


@pytest.fixture
def live(config: Config) -> Iterator[Flask]:
    """The application as it serves: errors are answered, not raised."""
    app = create_app(config, WTF_CSRF_ENABLED=False)

    def fail(error: Exception):
        def view() -> str:
            raise error

        return public(view)

    def broken() -> str:
        db.session.execute(text("SELECT secret_column FROM nowhere"))
        return ""

    app.add_url_rule("/fails", "fails", fail(RuntimeError("the secret of /inside/path.py")))
    app.add_url_rule("/broken", "broken", public(broken))
    away = OperationalError("SELECT secret_column", {}, Exception("server closed"))
    app.add_url_rule("/away", "away", fail(away))
    app.add_url_rule("/crowded", "crowded", fail(TimeoutError("QueuePool limit")))
    app.add_url_rule("/unfit", "unfit", fail(OverflowError("Python int too large")))
    app.add_url_rule("/refused", "refused", fail(Refused("不行")), methods=["POST"])
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/fails", "/broken"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_an_unexpected_error_shows_a_number_and_nothing_of_the_inside(
    live, capsys, path, accept
) -> None:
    answer = live.test_client().get(path, headers={"Accept": accept})
    page = answer.get_data(as_text=True)
    if path == "/broken" and answer.status_code == 503:
        assert "secret" not in page  # SQLite reports a missing table as an operational error
        return
    assert answer.status_code == 500
    for inside in ("secret", "inside", "Traceback", "RuntimeError", "sqlalchemy", "SELECT", ".py"):
        assert inside not in page
    reference = answer.headers["X-Request-Id"]
    assert reference in page
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert any(line.get("id") == reference and "exception" in line for line in logged)


@pytest.mark.parametrize("path", ["/away", "/crowded"])
def test_a_database_away_is_said_to_be_away_and_to_come_back(live, path) -> None:
    answer = live.test_client().get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "SELECT" not in answer.get_data(as_text=True)


def test_a_number_that_no_column_holds_is_the_senders_mistake(live) -> None:
    answer = live.test_client().get("/unfit")
    assert answer.status_code == 400
    assert "无法保存" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "https:evil.example", "javascript:alert(1)", "/\t/evil.example", "http:///evil.example",
        "%2f%2fevil.example", " //evil.example",
    ],
)  # fmt: skip
def test_signing_in_leads_to_no_other_site(client, make, elsewhere) -> None:
    account = make.account(Role.STAFF, password_hash=passwords.hashed(PASSWORD))
    answer = client.post(
        "/login",
        query_string={"next": elsewhere},
        data={"username": account.username, "password": PASSWORD, "next": elsewhere},
    )
    assert answer.status_code in {302, 303}
    target = answer.location
    assert target.startswith("/")
    assert not target.replace("\t", "").startswith(("//", "/\\"))
    assert "evil" not in target or target.startswith("/%")


@pytest.mark.parametrize(
    ("referrer", "back"),
    [
        ("http://localhost/page?n=2", "/page?n=2"),
        ("http://elsewhere.example/page", None),
        ("", None),
    ],
)
def test_a_refused_form_leads_back_to_its_page_and_to_no_other_host(live, referrer, back) -> None:
    answer = live.test_client().post("/refused", headers={"Referer": referrer})
    assert answer.status_code == 409
    found = BeautifulSoup(answer.data, "html.parser").select(".xf-error-actions a")
    assert [each["href"] for each in found] == [each for each in (back, "/") if each]


@pytest.mark.parametrize(
    ("referrer", "kept"),
    [
        ("http://localhost/page", ["认定依据不足，\n退回重报", "see mail"]),
        ("http://elsewhere.example/", []),
    ],
)
def test_what_was_written_in_a_refused_form_is_shown_to_be_copied(live, referrer, kept) -> None:
    sent = {
        "csrf_token": "abc def",
        "seen": "8f14e45f",
        "verdict": "upheld",
        "current": "旧 密码",
        "reason": " 认定依据不足，\n退回重报 ",
        "note": ["see mail", "12"],
    }
    answer = live.test_client().post("/refused", data=sent, headers={"Referer": referrer})
    found = BeautifulSoup(answer.data, "html.parser").select("textarea[readonly]")
    assert [each.get_text().removeprefix("\n").removesuffix("\n") for each in found] == kept


def test_no_key_of_the_exam_browser_is_among_what_is_shown_again(live) -> None:
    keys = {"seb_config_keys": "ab12\ncd34", "seb_exam_keys": "ef56\nab78"}
    sent = keys | {"reason": "考场换了机器"}
    from_here = {"Referer": "http://localhost/page"}
    answer = live.test_client().post("/refused", data=sent, headers=from_here)
    assert ("考场换了机器" in answer.text, "ab12" in answer.text) == (True, False)
    assert "ef56" not in answer.text
    assert keys.keys() <= set(dir(GateForm))


def test_no_password_is_among_what_is_shown_again(live) -> None:
    def forms(kind: type[Form]) -> Iterator[type[Form]]:
        for each in kind.__subclasses__():
            yield each
            yield from forms(each)

    names = {
        name
        for form in forms(Form)
        for name in dir(form)
        if getattr(getattr(form, name), "field_class", None) is PasswordField
    }
    assert "password" in names
    assert names <= NOT_REPEATED
