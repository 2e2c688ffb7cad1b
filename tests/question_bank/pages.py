"""What tests of the bank's pages send, and how they read what became of it."""

import io
from collections.abc import Callable
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Account
from question_bank.models import Item, ItemState

SignIn = Callable[[Account], FlaskClient]
CSV = (
    "题型,题干,A,B,答案,法律名称,条款号\n"
    "单选题,题一,甲,乙,A,测试法,2\n"
    "判断题,题二,,,√,,\n"
    "单选题,题三,甲,乙,C,,\n"
    "单选题,题一,甲,乙,A,测试法,2\n"
)


def upload(client: FlaskClient, data: bytes, name: str = "题.csv") -> TestResponse:
    sent = {"file": (io.BytesIO(data), name)}
    return client.post("/bank/import", data=sent, content_type="multipart/form-data")


def filled(**changed: Any) -> dict[str, Any]:
    """A form as a browser sends it, citing 测试法第二条."""
    return {
        "item_type": "single_choice",
        "stem": "信访事项应在几日内办结：",
        "options-0": "六十日",
        "options-1": "九十日",
        "options-2": "",
        "key": ["0"],
        "rationale": "",
        "citations-0-law": "测试法",
        "citations-0-articles": "第二条",
        "difficulty": "3",
        "cognitive_level": "remember",
        "scene": "",
        "topic": "",
        "source": "",
    } | changed


def as_sent(soup: BeautifulSoup) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    sent: dict[str, Any] = {}
    for each in soup.select("#item-form input[name]"):
        if each.get("type") not in {"checkbox", "radio"} or each.has_attr("checked"):
            sent[each["name"]] = each.get("value", "")
    for each in soup.select("#item-form textarea"):
        sent[each["name"]] = each.get_text().strip()
    for each in soup.select("#item-form option[selected]"):
        sent[each.find_parent("select")["name"]] = each["value"]
    return sent


def read(session: Session, statement: Any) -> Any:
    """All rows as the last request left them; the session then stands in nobody's way."""
    rows = session.scalars(statement, execution_options={"populate_existing": True}).all()
    session.commit()
    return rows


def count(session: Session, table: Any = Item) -> int:
    return len(read(session, select(table)))


def state(session: Session, item_id: int) -> ItemState:
    (item,) = read(session, select(Item).where(Item.id == item_id))
    found: ItemState = item.state
    return found
