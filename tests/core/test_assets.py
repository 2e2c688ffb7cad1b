"""Addresses of our own files say what they hold."""

from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from core import assets

SHEETS = Path(__file__).parent.parent.parent / "static/css"


def test_a_changed_file_has_another_address(tmp_path: Path) -> None:
    file = tmp_path / "a.css"
    file.write_text("a")
    before = assets.version(file)
    file.write_text("another")
    assert before
    assert assets.version(file) not in (None, before)


def test_a_file_is_kept_under_the_address_that_pages_give_it(
    app: Flask, client: FlaskClient
) -> None:
    with app.test_request_context():
        address = url_for("static", filename="css/tokens.css")
    assert "?v=" in address
    with client.get(address) as named, client.get("/static/css/tokens.css") as unnamed:
        assert "immutable" in named.headers["Cache-Control"]
        assert "immutable" not in unnamed.headers["Cache-Control"]


def test_a_file_that_is_not_there_has_an_address_and_is_not_found(
    app: Flask, client: FlaskClient
) -> None:
    with app.test_request_context():
        address = url_for("static", filename="css/nothing.css")
    assert address == "/static/css/nothing.css"
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("sheet", sorted(SHEETS.glob("*.css")), ids=lambda sheet: sheet.stem)
def test_a_stylesheet_ends_every_block_that_it_begins(sheet: Path) -> None:
    text = sheet.read_text()
    assert text.count("{") == text.count("}")
