"""Every type of item through one registry, and a type that nobody else knows of."""

import copy
import json
import pickle
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import jinja2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.permissions import Role
from exam.papers import snapshot
from question_bank.item_types import ItemType, MultiRule
from question_bank.models import ItemRevision
from question_bank.types import (
    KEY,
    BadResponse,
    Claims,
    Content,
    Fault,
    Kind,
    Sent,
    kind_of,
    kinds,
    register,
    withdraw,
)
from tests.factories import Make
from tests.pages import page

RULE = MultiRule.ALL_OR_NOTHING


class Colour(Kind):
    """A type that is nowhere but here: name the colour."""

    item_type = ItemType.named("colour", "颜色题")
    key_help = ("颜色的名称", "红")

    def from_form(self, sent: Sent) -> Content:
        return Content(self.item_type, sent.text("stem"), [], {"colour": sent.text("colour")})

    def faults(self, written: Any) -> list[Fault]:
        return [] if written.key.get("colour") else [Fault(KEY, "请填写颜色")]

    def read_key(self, written: str, options: Any, stem: str) -> dict[str, str]:
        return {"colour": written}

    def key_text(self, written: Any) -> str:
        return f"{written.key['colour']}色"

    def claims(self, written: Any) -> Claims:
        return Claims([("题干", written.stem)])

    def shape(self, written: Any) -> None:
        return None

    def read_response(self, sent: Mapping[str, Any], shape: Any) -> dict[str, Any]:
        if not isinstance(sent.get("colour"), str):
            raise BadResponse("应给出 colour")
        return {"colour": sent["colour"]}

    def grade(self, written: Any, response: Any, *, rule: Any, order: Any = None) -> Decimal:
        return Decimal(response["colour"] == written.key["colour"])

    def response_text(self, written: Any, response: Any, order: Any = None) -> str:
        return str(response["colour"])

    def instruction(self, rule: MultiRule) -> str:
        return "写出颜色"


#: Known while a test runs, and not before.
del ItemType.known["colour"]

SHOW = "<p>{{ content.stem }}</p>{% if marked %}<b>{{ kind.key_text(content) }}</b>{% endif %}"
EDIT = '<input name="{{ prefix }}colour" value="{{ content.key.colour }}">'


@pytest.fixture
def colour(app: Flask) -> Iterator[Kind]:
    """The type, made known as a module and a folder of templates would."""
    ItemType.known["colour"] = Colour.item_type
    kind = register(Colour())
    templates = {"item_types/colour/show.html": SHOW, "item_types/colour/edit.html": EDIT}
    house = app.jinja_env.loader
    app.jinja_env.loader = jinja2.ChoiceLoader([jinja2.DictLoader(templates), house])
    yield kind
    app.jinja_env.loader = house
    withdraw(kind.item_type)


def test_a_type_that_a_module_adds_is_written_shown_and_graded(
    colour: Kind, make: Make, sign_in: Callable[[Account], FlaskClient], session: Session
) -> None:
    client = sign_in(make.account(Role.STAFF, Role.ITEM_WRITER))
    assert "颜色题" in client.get("/bank/items/new").text
    assert 'name="colour"' in client.get("/bank/items/new?type=colour").text
    sent = {"item_type": "colour", "stem": "国旗的底色是：", "difficulty": "3",
            "cognitive_level": "remember"}  # fmt: skip
    assert "请填写颜色" in page(client.post("/bank/items/new", data=sent)).get_text()
    answer = client.post("/bank/items/new", data=sent | {"colour": "红"}, follow_redirects=True)
    assert "<b>红色</b>" in answer.text
    assert "颜色题" in client.get("/bank/?type=colour").text
    revision = session.scalars(select(ItemRevision)).one()
    assert (revision.item_type, revision.key) == (Colour.item_type, {"colour": "红"})
    right = colour.read_response({"colour": "红", "seq": 1}, colour.shape(revision))
    assert colour.grade(revision, right, rule=RULE) == 1
    assert colour.grade(revision, {"colour": "蓝"}, rule=RULE) == 0
    assert snapshot.section(1, revision.item_type, 2, Decimal(5), RULE).instructions == (
        "共 2 题，每题 5 分，共 10 分。写出颜色。"
    )
    with pytest.raises(BadResponse, match="应给出 colour"):
        colour.read_response({"choice": ["A"]}, None)


@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.item_type.value)
def test_every_type_has_its_templates(kind: Kind) -> None:
    folder = Path("templates/item_types") / kind.item_type.value
    assert {each.name for each in folder.iterdir()} >= {"show.html", "edit.html"}


def test_a_type_is_stored_compared_and_copied_as_one_thing() -> None:
    single = ItemType.of("single_choice")
    assert single is ItemType.SINGLE_CHOICE is copy.deepcopy(single)
    assert pickle.loads(pickle.dumps(single)) is single  # noqa: S301 - our own bytes
    assert json.dumps({"type": single}) == '{"type": "single_choice"}'
    assert (ItemType.by_label("判断题"), ItemType.by_label("谜语")) == (ItemType.TRUE_FALSE, None)
    with pytest.raises(ValueError, match="is no ItemType"):
        ItemType.of("riddle")


def test_a_choice_is_read_strictly_and_graded_in_the_order_the_candidate_saw() -> None:
    kind = kind_of(ItemType.MULTIPLE_CHOICE)
    item = Content(ItemType.MULTIPLE_CHOICE, "题干", ["甲", "乙", "丙", "丁"], [0, 1])
    assert kind.read_response({"choice": ["B", "A"]}, 4) == {"choice": ["A", "B"]}
    for bad in ({}, {"choice": "A"}, {"choice": [1]}, {"choice": ["E"]}, {"choice": ["A", "A"]}):
        with pytest.raises(BadResponse):
            kind.read_response(bad, 4)
    order = kind.shuffle(item, Random("7/1"))
    assert sorted(order or ()) == [0, 1, 2, 3]
    letters = sorted("ABCD"[(order or ()).index(n)] for n in (0, 1))
    seen = {"choice": letters}
    assert kind.grade(item, seen, rule=RULE, order=order) == 1
    assert kind.response_text(item, seen, order) == "AB"
    half = {"choice": letters[:1]}
    assert kind.grade(item, half, rule=MultiRule.PROPORTIONAL, order=order) == Decimal("0.5")
