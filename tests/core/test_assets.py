"""Addresses of our own files say what they hold."""

import gzip
from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from core import assets

SHEETS = Path(__file__).parent.parent.parent / "static/css"


def test_a_file_that_changes_comes_or_goes_makes_another_release(tmp_path: Path) -> None:
    file = tmp_path / "a.css"
    file.write_text("a")
    releases = [assets.release(tmp_path)]
    file.write_text("another")
    releases.append(assets.release(tmp_path))
    (tmp_path / "b.css").write_text("")
    releases.append(assets.release(tmp_path))
    file.rename(tmp_path / "c.css")
    releases.append(assets.release(tmp_path))
    assert len(set(releases)) == 4


def test_a_file_is_kept_under_the_address_that_pages_give_it(
    app: Flask, client: FlaskClient
) -> None:
    with app.test_request_context():
        address = url_for("static", filename="js/main.js")
    assert address.startswith("/static/v-")
    # What main.js imports lies beside it, and is kept as well.
    beside = address.replace("main.js", "dialogs.js")
    with client.get(address) as main, client.get(beside) as imported:
        assert main.status_code == imported.status_code == 200
        assert "immutable" in main.headers["Cache-Control"]
        assert "immutable" in imported.headers["Cache-Control"]
        # Signing in, or a message, changes the cookie; files stay kept all the same.
        assert "Vary" not in main.headers
        assert "Set-Cookie" not in main.headers


@pytest.mark.parametrize("address", ["/static/js/main.js", "/static/v-0123456789ab/js/main.js"])
def test_a_page_of_another_release_gets_its_files_and_does_not_keep_them(
    address: str, client: FlaskClient
) -> None:
    with client.get(address) as answer:
        assert answer.status_code == 200
        assert "immutable" not in answer.headers["Cache-Control"]


def test_a_file_that_is_not_there_is_not_found_and_nothing_outside_is(
    app: Flask, client: FlaskClient
) -> None:
    with app.test_request_context():
        folder = url_for("static", filename="css/")
    for name in ("nothing.css", "../../app.py", "%2e%2e/%2e%2e/app.py", "..\\..\\app.py"):
        assert client.get(folder + name).status_code == 404


def test_the_style_sheets_travel_as_one_in_their_order(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = url_for("styles")
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    packed = client.get(address, headers={"Accept-Encoding": "gzip, deflate"})
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == "Accept-Encoding"
    for answer in (plain, packed):
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.content_type == "text/css; charset=utf-8"
    sheets = [(SHEETS / f"{name}.css").read_bytes() for name in assets.STYLESHEETS]
    places = [plain.data.find(sheet) for sheet in sheets]
    assert -1 not in places
    assert places == sorted(places)
    stale = client.get("/static/v-0123456789ab/styles.css")
    assert stale.status_code == 200
    assert "immutable" not in stale.headers["Cache-Control"]


@pytest.mark.parametrize("sheet", sorted(SHEETS.glob("*.css")), ids=lambda sheet: sheet.stem)
def test_a_stylesheet_ends_every_block_that_it_begins(sheet: Path) -> None:
    text = sheet.read_text()
    assert text.count("{") == text.count("}")
