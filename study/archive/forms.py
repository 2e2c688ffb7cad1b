"""The reason for which somebody's archive is read."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from core.forms import Form


class ReasonForm(Form):
    reason = StringField(
        "查阅事由",
        [
            InputRequired("请写明查阅事由"),
            Length(min=2, max=200, message="请写明查阅事由（2 至 200 字）"),
        ],
        description="如：年度考核、任前了解、述法核对；与查阅人、时间一起记入审计日志",
    )
