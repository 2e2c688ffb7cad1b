"""The reason for which somebody's archive is read; what somebody says to their own."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from core.forms import Form, NotingForm


class ReasonForm(Form):
    reason = StringField(
        "查阅事由",
        [
            InputRequired("请写明查阅事由"),
            Length(min=2, max=200, message="请写明查阅事由（2 至 200 字）"),
        ],
        description="如：年度考核、任前了解、述法核对；与查阅人、时间一起记入审计日志",
    )


class RemarkForm(NotingForm):
    body = TextAreaField(
        "本人说明",
        [Length(max=1_000, message="不超过 1000 字")],
        description="对全年学法用法和评价的说明，定版前可以修改，清空即撤回",
    )
