"""The form that the styleguide shows: one field of every kind, with and without errors."""

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, NumberRange
from wtforms.widgets import CheckboxInput

from core.forms import Form

UNITS = {"1": "办公室", "2": "综合指导司", "3": "研究室", "4": "人事司"}


class Sample(Form):
    name = StringField(
        "考试名称", [DataRequired("请填写考试名称")], description="会印在试卷和通报上。"
    )
    unit = SelectField("组织部门", choices=UNITS)
    minutes = IntegerField("时长（分钟）", [NumberRange(10, 300, "时长应在 10 到 300 分钟之间")])
    day = DateField("统计日期")
    opens_at = DateTimeLocalField("开始时间")
    secret = PasswordField("口令")
    policy = RadioField("多选题计分", choices={"all": "全对得分", "part": "少选按比例得分"})
    units = SelectMultipleField(
        "参加部门", choices=UNITS, option_widget=CheckboxInput(), description="至少选择一个。"
    )
    note = TextAreaField("考试须知")
    file = FileField("导入名单", description="xlsx 文件，第一行为表头。")
    shuffled = BooleanField("选项乱序")


def sample() -> Sample:
    """A form as its reader meets it after a first, faulty try."""
    form = Sample(meta={"csrf": False}, minutes=5, policy="all", units=["1", "3"], shuffled=True)
    form.name.errors = ["请填写考试名称"]
    form.minutes.errors = ["时长应在 10 到 300 分钟之间"]
    return form
