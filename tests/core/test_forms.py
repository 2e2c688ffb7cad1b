"""What forms say of a value that is none of its field's kind: what is wrong, and what is right."""

import pytest
from flask import Flask
from wtforms import DateField, DecimalField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from core.forms import Form


class Sheet(Form):
    class Meta(Form.Meta):
        csrf = False

    minutes = IntegerField(
        "分钟", [InputRequired("请填写分钟"), NumberRange(1, 600, "应为 1 至 600")]
    )
    hours = DecimalField("学时")
    day = DateField("日期")
    kind = SelectField("种类", choices={"a": "甲"})


GOOD = {"minutes": "60", "hours": "2.5", "day": "2026-12-04", "kind": "a"}


def filled(app: Flask, **given: str) -> Sheet:
    with app.test_request_context("/", method="POST", data=GOOD | given):
        form = Sheet()
        form.validate()
        return form


def test_what_is_right_passes(app: Flask) -> None:
    assert filled(app).errors == {}


@pytest.mark.parametrize(
    ("name", "typed", "remedy"),
    [
        ("minutes", "一小时", "请只填数字，如 60"),
        ("hours", "2.5学时", "请只填数字，如 60 或 2.5"),
        ("day", "12月4日", "请写成 2026-12-04 的样子"),
        ("day", "9999-12-31", "应在 1900 年至 2199 年之间，请核对年份"),
        ("day", "0001-01-01", "应在 1900 年至 2199 年之间，请核对年份"),
        ("kind", "乙", "请从列出的各项中选"),
    ],
)
def test_an_error_says_what_to_write_instead(
    app: Flask, name: str, typed: str, remedy: str
) -> None:
    [said] = filled(app, **{name: typed}).errors[name]
    assert said.endswith(remedy)


def test_where_one_line_can_be_said_it_names_the_field(app: Flask) -> None:
    assert filled(app, minutes="").first_error() == "分钟：请填写分钟"
    assert filled(app).first_error() == "请检查所填内容。"
