"""Health, headers and error pages."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError


def test_the_process_says_that_it_lives(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_metrics_are_for_this_machine_only(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 200
    away = client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert away.status_code == 404


def test_every_page_forbids_foreign_and_inline_scripts(client: FlaskClient) -> None:
    answer = client.get("/styleguide")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_missing_page_says_so_in_chinese_with_a_reference(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    page = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == 404
    assert len(page.find_all("h1")) == 1
    assert answer.headers["X-Request-Id"] in page.get_text()


def test_a_database_out_of_reach_is_503_and_asks_it_nothing_more(own_app: Flask) -> None:
    def lost() -> str:
        raise OperationalError("SELECT", {}, Exception("gone"))

    lost.access = "public"  # type: ignore[attr-defined]
    own_app.add_url_rule("/lost", "lost", lost)
    answer = own_app.test_client().get("/lost")
    assert answer.status_code == 503
    assert "gone" not in answer.get_data(as_text=True)


def test_bodies_beyond_the_limit_are_refused(app: Flask, client: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = client.post("/login", data={"username": "x" * 2000})
    assert answer.status_code == 413


def test_a_database_without_migrations_is_not_ready(client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["status"] == "migration pending"
    assert answer.json["migration"] is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/classes/", "/classes"),
        ("/plans/?drafts=1", "/plans?drafts=1"),
        ("/must-know/coverage/", "/must-know/coverage"),
        ("/archive/mine", "/archive"),
        ("/archive/mine?year=2025", "/archive?year=2025"),
        ("/classes/mine", "/classes"),
        ("/hours", "/hours/mine"),
        ("/reminders/", "/reminders"),
        ("/reminders", "/reminders/mine"),
    ],
)
def test_addresses_that_people_type_lead_where_they_mean(make, sign_in, typed, meant) -> None:
    answer = sign_in(make.account()).get(typed)
    assert (answer.status_code, answer.location) == (301, meant)


def test_a_slash_leads_nowhere_else(make, sign_in) -> None:
    client = sign_in(make.account())
    for address in ("/nowhere/", "//classes/", "//evil.invalid/", "/classes/999/", "/%2Fevil/"):
        answer = client.get(address, follow_redirects=False)
        assert answer.status_code == 404 or "evil" not in (answer.location or "")
    assert client.post("/classes/").status_code == 404
