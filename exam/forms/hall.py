"""Forms of the door and the hall of a session."""

from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from core.errors import Refused
from core.forms import Form
from exam.forms.sessions import ReasonForm
from exam.kinds import Misconduct

NONE, FIXED, CHANGING = "none", "fixed", "changing"
_LINES = Length(max=4000, message="不超过 4000 字")


class GateForm(Form):
    code = SelectField(
        "场次口令",
        choices={NONE: "不用口令", FIXED: "固定口令", CHANGING: "定时更换的口令"},
        description="六位数字，由系统生成，显示在监考看板上；开始作答或换设备时输入。",
    )
    code_minutes = IntegerField(
        "每几分钟更换",
        [Optional(), NumberRange(1, 120, "更换间隔应为 1 至 120 分钟")],
        default=10,
        description="只用于定时更换的口令；上一个口令在下一个周期内仍然有效。",
    )
    networks = TextAreaField(
        "允许的网段", [_LINES],
        description="每行一个，如 10.1.2.0/24 或 2001:db8::/32；不填就是不限。",
    )  # fmt: skip
    seb_config_keys = TextAreaField(
        "考试浏览器 Config Key", [_LINES],
        description="Safe Exam Browser 的配置密钥，每行一个，64 位十六进制；不填就是不限。",
    )  # fmt: skip
    seb_exam_keys = TextAreaField(
        "考试浏览器 Browser Exam Key", [_LINES],
        description="还须核对浏览器版本的，填各版本的密钥，每行一个。",
    )  # fmt: skip
    second_opening = BooleanField("开考前由第二人启封")

    def minutes(self) -> int | None:
        """How long a code lasts, as the service takes it."""
        value: Any = self.code_minutes.data
        return {NONE: None, FIXED: 0}.get(self.code.data, int(value or 10))

    def note(self, refusal: Refused) -> None:
        """Show a refusal at the field that it belongs to."""
        name = refusal.field or "code"
        self[name if name in self.data else "code"].errors = [str(refusal)]


class AddTimeForm(ReasonForm):
    minutes = IntegerField(
        "全体加时（分钟）",
        [InputRequired("此项必填"), NumberRange(1, 300, "加时应为 1 至 300 分钟")],
        default=10,
    )

    def amount(self) -> int:
        value: Any = self.minutes.data
        return int(value)


class VoidForm(ReasonForm):
    misconduct = SelectField("违纪情形", choices=dict(Misconduct.choices()))

    def kind(self) -> Misconduct | None:
        """None where the kind was not said."""
        return Misconduct.by_label(self.misconduct.data or "")
