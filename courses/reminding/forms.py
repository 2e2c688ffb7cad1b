"""After how many days who is told, and whether and where somebody gets e-mail."""

from typing import Any

from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from core.errors import Refused
from core.forms import Form, NotingForm, options
from courses.reminding.escalation import Ladder, Matter


class RuleForm(NotingForm):
    matter = SelectField(
        "适用于",
        choices=options([("", "通用（没有单独设定的事项）"), *Matter.choices()]),
        description="单独设定的事项按自己的天数，通用天数再改也不随之变",
    )
    follows = BooleanField("这类事项改回通用天数")
    valid_from = DateField("生效日期", [InputRequired("请填写日期")], description="不早于今天")
    before = IntegerField(
        "到期前提醒本人",
        [InputRequired("请填写天数"), NumberRange(0, 60, "应在 0 到 60 天之间")],
        description="提前几天；到期日提醒联络员",
    )
    after = IntegerField(
        "逾期后报部门负责人",
        [InputRequired("请填写天数"), NumberRange(0, 60, "应在 0 到 60 天之间")],
        description="逾期几天仍未完成的",
    )
    claim_days = IntegerField(
        "外出培训申报核对",
        [InputRequired("请填写天数"), NumberRange(1, 60, "应在 1 到 60 天之间")],
        description="联络员应在几天内核对；只用于通用和外出培训申报",
    )
    basis = StringField("依据", [Length(max=200, message="不超过 200 字")])

    def ladder(self) -> Ladder:
        value: Any = self.data
        matter = Matter.of(value["matter"]) if value["matter"] else None
        return Ladder(
            value["before"], value["after"], value["claim_days"], value["valid_from"],
            matter=matter, follows=matter is not None and value["follows"],
        )  # fmt: skip


class MailForm(Form):
    address = StringField("邮箱", [Length(max=200, message="不超过 200 字")])
    notices = BooleanField("到期、逾期和催办时发邮件")
    digest = BooleanField("每周一发一封本周事项")

    def note(self, refusal: Refused) -> None:
        self.address.errors = [str(refusal)]
