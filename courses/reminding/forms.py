"""After how many days who is told, and whether and where somebody gets e-mail."""

from typing import Any

from wtforms import BooleanField, DateField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from core.errors import Refused
from core.forms import Form, NotingForm
from courses.reminding.escalation import Ladder


class RuleForm(NotingForm):
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
        description="联络员应在几天内核对",
    )
    basis = StringField("依据", [Length(max=200, message="不超过 200 字")])

    def ladder(self) -> Ladder:
        value: Any = self.data
        return Ladder(value["before"], value["after"], value["claim_days"], value["valid_from"])


class MailForm(Form):
    address = StringField("邮箱", [Length(max=200, message="不超过 200 字")])
    notices = BooleanField("到期、逾期和催办时发邮件")
    digest = BooleanField("每周一发一封本周事项")

    def note(self, refusal: Refused) -> None:
        self.address.errors = [str(refusal)]
