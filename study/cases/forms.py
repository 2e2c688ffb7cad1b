"""Forms of those who write and review cases."""

from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from core.forms import NotingForm, options
from courses import citing
from courses.citing import Cited
from study.cases.kinds import Field

_NEEDED = InputRequired("此项必填")
_LONG = Length(max=10_000, message="不超过 10000 字")


class CaseForm(NotingForm):
    title = StringField("标题", [_NEEDED, Length(max=100, message="不超过 100 字")])
    field = SelectField("领域", choices=options(Field.choices()))
    facts = TextAreaField(
        "案情",
        [_NEEDED, _LONG],
        description="隐去姓名、单位、地名和号码，用“信访人甲”“某县”代替；可用 Markdown",
    )
    issue = TextAreaField("争议焦点", [Length(max=2_000, message="不超过 2000 字")])
    reasoning = TextAreaField("法律评析与启示", [_NEEDED, _LONG])
    articles = TextAreaField(
        "引用条文",
        [Length(max=4_000, message="不超过 4000 字")],
        description="每行一部法律，如：信访工作条例 第十条、第二十二条至第二十四条",
    )

    def cited(self) -> list[Cited]:
        """Raises Unclear."""
        return citing.read(self.articles.data or "")


class ItemsForm(NotingForm):
    items = SelectMultipleField("试题", coerce=int)

    def offer(self, found: list[tuple[int, str]]) -> None:
        self.items.choices = options(found)


class ReasonForm(NotingForm):
    reason = StringField("理由", [_NEEDED, Length(max=200, message="理由不超过 200 字")])


class SettleForm(NotingForm):
    renew = RadioField(
        "处理",
        [InputRequired("请选择处理方式")],
        choices=options([("yes", "评析仍然成立，改引现行条文"), ("no", "只作核对，引用不变")]),
    )
    outcome = StringField("说明", [_NEEDED, Length(max=200, message="说明不超过 200 字")])

    def as_told(self) -> dict[str, Any]:
        return {"renew": self.renew.data == "yes", "outcome": self.outcome.data}
