"""What is asked for when an export is ordered."""

from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from analytics.exports.kinds import ExportKind
from core.forms import NotingForm


class OrderForm(NotingForm):
    kind = SelectField("内容", choices=dict(ExportKind.choices()))
    year = IntegerField(
        "年度",
        [InputRequired("请填写四位年份"), NumberRange(2000, 2999, "请填写四位年份，如 2026")],
    )
    due_on = DateField(
        "定时生成", [Optional()], description="不填即刻生成；填日期的，当天零点以后由系统自动生成。"
    )
