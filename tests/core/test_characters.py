"""Characters that no text of ours holds, and texts in which nothing is seen."""

import pytest
from flask import Flask, request
from lxml import etree
from wtforms import StringField
from wtforms.validators import DataRequired

from core import ooxml
from core.characters import fit, stripped
from core.forms import Form


class Named(Form):
    class Meta(Form.Meta):
        csrf = False

    name = StringField("名称", [DataRequired("请填写")])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("年\0度\x01考\x1b试\x7f\x85", "年度考试"),
        ("甲\u202e乙\u2066丙\u2069", "甲乙丙"),
        ("\ufffe半\uffff", "半"),
        ("一行\r\n二\t行", "一行\r\n二\t行"),
        ("𫖯、👨\u200d👩\u200d👧、e\u0301", "𫖯、👨\u200d👩\u200d👧、e\u0301"),
    ],
)
def test_controls_turned_directions_and_what_is_no_character_are_dropped(
    app: Flask, typed: str, kept: str
) -> None:
    assert fit(typed) == kept
    with app.test_request_context("/", method="POST", data={"name": ["前", typed]}):
        assert request.form.getlist("name") == ["前", kept]


def test_a_name_in_which_nothing_is_seen_is_none(app: Flask) -> None:
    assert stripped(" \u3000\u200b甲 \u200d乙\ufeff\n") == "甲 \u200d乙"
    with app.test_request_context("/", method="POST", data={"name": "\u200b \u2060\ufeff"}):
        form = Named()
        assert not form.validate()
        assert form.errors == {"name": ["请填写"]}


def test_a_document_can_be_written_of_any_text() -> None:
    kept = etree.tostring(ooxml.text("甲\ufffe\x0b\ud800乙\n"), encoding="unicode")
    assert "甲乙" in kept
