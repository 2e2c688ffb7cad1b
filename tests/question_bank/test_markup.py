"""What people write into items is text: no markup of it ever becomes markup of ours."""

import csv
import io
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree, html
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Account
from accounts.permissions import Role
from core import archives, xml
from core.db import db
from question_bank.importing.formats import Format
from question_bank.item_types import ItemType
from question_bank.models import Item, ItemState
from question_bank.services import exporting
from tests.factories import Make

CORPUS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "'\"--><img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>甲</a>",
    "[甲](javascript:alert(1))",
    '![甲](x" onerror="alert(1))',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<style>@import 'http://x'</style>",
    "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
    "{{ 7*7 }}{% raw %}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u003cscript\u003ealert(1)\u003c/script\u003e",
)
ADDRESS = "0123456789abcdef" * 2
ALL = " ".join(CORPUS)
#: The corpus inside of what a text may be besides letters.
RICH = "\n".join((
    "", "| 甲 | 乙 |", "| --- | --- |",
    *(f"| {each.replace('|', '/')} | =={each.replace('=', '')}== |" for each in CORPUS),
    *(f"![{each}](pic:{ADDRESS})" for each in CORPUS if not set(each) & set("[]|")),
))  # fmt: skip
KINDS: list[tuple[ItemType, dict[str, Any]]] = [
    (ItemType.SINGLE_CHOICE, {"options": [*CORPUS[:9]], "key": [0]}),
    (ItemType.MULTIPLE_CHOICE, {"options": [*CORPUS[9:]], "key": [0, 1]}),
    (ItemType.TRUE_FALSE, {"options": [], "key": [0]}),
    (ItemType.FILL_BLANK, {"options": [], "key": {"blanks": [[*CORPUS]], "any_order": False}}),
    (ItemType.SHORT_ANSWER, {"options": [], "key": {
        "points": [{"text": ALL, "weight": 1, "words": [*CORPUS]}], "reference": ALL + RICH}}),
    (ItemType.MATCHING, {"options": [*CORPUS[:9]],
                         "key": {"left": [*CORPUS[:9]], "pairs": list(range(9))}}),
    (ItemType.ORDERING, {"options": [*CORPUS[:9]], "key": list(range(9))}),
    (ItemType.CASE_ANALYSIS, {"options": [], "key": {}, "parts": [
        {"item_type": "single_choice", "stem": ALL + RICH, "options": [*CORPUS[:9]], "key": [0],
         "weight": 1, "rationale": ALL}]}),
]  # fmt: skip


def inert(answer: TestResponse) -> None:
    """The item is on the page, and no element of the corpus is an element of the page."""
    assert answer.status_code == 200
    assert "&lt;script&gt;alert(1)" in answer.text
    soup = BeautifulSoup(answer.text, "html.parser")
    for script in soup.select("script"):
        assert script.has_attr("src"), script
    assert soup.select("img:not(.xf-brand-emblem, .xf-picture), iframe, math, style") == []
    for image in soup.select("img.xf-picture"):
        assert set(image.attrs) == {"class", "src", "alt"}
        assert image["src"] == f"/bank/pictures/{ADDRESS}"
    for element in soup.find_all(True):
        assert not [name for name in element.attrs if name.lower().startswith("on")], element
        assert not str(element.get("href", "")).lower().startswith("javascript"), element
    assert "49" not in soup.get_text() or "7*7" in soup.get_text()


@pytest.mark.parametrize(("item_type", "given"), KINDS, ids=lambda each: str(each)[:20])
def test_nothing_that_is_written_runs_in_any_page(
    make: Make,
    sign_in: Callable[[Account], FlaskClient],
    session: Session,
    item_type: ItemType,
    given: dict[str, Any],
) -> None:
    writer = make.account(Role.STAFF, Role.ITEM_WRITER)
    reviewer = make.account(Role.STAFF, Role.ITEM_REVIEWER)
    law = make.law("中华人民共和国测试法", short_title="测试法")
    version = make.version(law, ("总则。",), promulgated_on=date(2020, 1, 1))
    revision = make.revision(
        stem=f"____{ALL}{RICH}", rationale=f"{ALL}{RICH}", topic=CORPUS[0], source=CORPUS[1],
        writer=writer, article=version.articles[0], item_type=item_type, state=ItemState.DRAFT,
        extra={CORPUS[2]: CORPUS[3]}, **given,
    )  # fmt: skip
    item_id = revision.item_id
    session.commit()
    client = sign_in(writer)
    for address in (f"/bank/items/{item_id}", f"/bank/items/{item_id}/edit", "/bank/"):
        inert(client.get(address))
    inert(sign_in(reviewer).get(f"/bank/review?item={item_id}"))


def test_nothing_that_a_file_carries_runs_in_the_preview_of_its_import(
    make: Make, sign_in: Callable[[Account], FlaskClient]
) -> None:
    law = make.law("中华人民共和国测试法", short_title="测试法")
    make.version(law, ("总则。",), promulgated_on=date(2020, 1, 1))
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(["题型", "题干", "A", "B", "答案", "解析", "知识点", "依据"])
    sheet.writerow(["单选题", ALL, CORPUS[0], CORPUS[1], "A", ALL, CORPUS[3], "测试法第一条"])
    sheet.writerow([ALL, ALL, CORPUS[0], CORPUS[1], CORPUS[2], ALL, CORPUS[3], ALL])
    sent = {"files": (BytesIO(written.getvalue().encode()), "题.csv")}
    sent |= {"file": (BytesIO(written.getvalue().encode()), "题.csv")}
    client = sign_in(make.account(Role.STAFF, Role.ITEM_WRITER))
    inert(client.post("/bank/import", data=sent, content_type="multipart/form-data",
                      follow_redirects=True))  # fmt: skip


@pytest.mark.parametrize(("item_type", "given"), KINDS, ids=lambda each: str(each)[:20])
def test_nothing_that_is_written_runs_in_an_exported_file(
    app: Flask, make: Make, item_type: ItemType, given: dict[str, Any]
) -> None:
    revision = make.revision(item_type, stem=f"____{ALL}{RICH}", rationale=f"{ALL}{RICH}", **given)
    with app.app_context():
        item = db.session.get_one(Item, revision.item_id)
        for format_ in (Format.MOODLE, Format.QTI, Format.QTI3):
            written = exporting.written([item], format_)
            files = [written.data] if format_ is Format.MOODLE else [
                each.data for each in archives.entries(written.data)
            ]  # fmt: skip
            for file in files:
                root = xml.parse(file)
                _inert_elements(root)
                for text in root.iter("text"):
                    if text.getparent().get("format") == "html":
                        _inert_elements(html.fromstring(f"<div>{text.text}</div>"))


def _inert_elements(root: etree._Element) -> None:
    for element in root.iter():
        assert xml.local(element) not in {"script", "iframe", "style", "svg", "math"}
        assert not [name for name in element.attrib if str(name).lower().startswith("on")]
        for name in ("src", "href"):
            assert not str(element.get(name, "")).lower().startswith(("javascript", "data"))
