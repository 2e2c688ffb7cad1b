"""What a learning table is asked for, and the name of a frozen roster."""

from typing import Any

from wtforms import DateField, DecimalField, SelectField, StringField
from wtforms.validators import (
    AnyOf,
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from analytics.learning import Basis
from core.forms import Form

#: Periods are at most about so many days.
MAX_DAYS = 3_660


class DaysForm(Form):
    """From when to when; read from the address, so that a page can be bookmarked and sent on."""

    class Meta(Form.Meta):
        csrf = False

    first = DateField(  # type: ignore[call-arg]  # newer than its types
        "起",
        validators=[InputRequired("请填写开始日期")],
        invalid_value_message="请填写正确的开始日期，如 2026-03-01",
    )
    last = DateField(  # type: ignore[call-arg]  # newer than its types
        "止",
        validators=[InputRequired("请填写结束日期")],
        invalid_value_message="请填写正确的结束日期，如 2026-03-31",
    )


class LearningForm(DaysForm):
    roster = SelectField("名单快照")
    target = DecimalField(
        "年学时目标",
        validators=[Optional(), NumberRange(0, 2000, "学时目标应在 0 至 2000 之间")],
    )
    basis = SelectField(
        "达标看",
        choices=dict(Basis.choices()),
        default=Basis.ONLINE.value,
        validate_choice=False,
        validators=[AnyOf([each.value for each in Basis], "请从列表中选择")],
    )

    def validate_last(self, field: Any) -> None:
        if self.first.data and field.data:
            if field.data < self.first.data:
                raise ValidationError("结束日期不能早于开始日期")
            if (field.data - self.first.data).days > MAX_DAYS:
                raise ValidationError("统计期不能超过十年")


class FreezeForm(Form):
    title = StringField(
        "名单名称",
        validators=[DataRequired("请填写名单名称"), Length(max=100, message="名称不超过 100 字")],
    )
