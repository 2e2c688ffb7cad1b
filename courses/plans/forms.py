"""What people fill in about plans."""

from decimal import Decimal
from typing import Any

from wtforms import DecimalField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from core.forms import NotingForm
from courses.classes.forms import NEEDED, AudienceFields
from courses.classes.kinds import ClassKind
from courses.hours.kinds import TrainingKind
from courses.models import CourseCategory

_YEAR = [InputRequired("请填写四位年份"), NumberRange(2000, 2999, "请填写四位年份，如 2026")]
_SHARE = [Optional(), NumberRange(0, 100, "应为 0 到 100 的整数")]
_MONTHS = {"": "全年"} | {str(each): f"{each}月" for each in range(1, 13)}


class PeriodForm(NotingForm):
    name = StringField("名称", [NEEDED, Length(max=60, message="不超过 60 字")],
                       description="如：“九五”普法规划期")  # fmt: skip
    first_year = IntegerField("开始年份", _YEAR)
    last_year = IntegerField("结束年份", _YEAR)


class PlanForm(NotingForm):
    period_id = SelectField("规划期", choices={})
    year = IntegerField("年度", [Optional(), *_YEAR[1:]], description="不填为整个规划期的总体规划")


class AimsForm(NotingForm):
    about = TextAreaField("总体要求", [Length(max=3000, message="不超过 3000 字")])
    constitution_share = IntegerField("宪法内容不少于（%）", _SHARE)
    law_share = IntegerField("法律内容不少于（%）", _SHARE)
    party_share = IntegerField("党内法规内容不少于（%）", _SHARE)


class TargetForm(AudienceFields):
    hours = DecimalField(
        "每人学时",
        [InputRequired("请填写数字，如 90"),
         NumberRange(Decimal("0.5"), 2000, "应在 0.5 到 2000 之间")],
        description="主管部门认可的集中培训学时",
    )  # fmt: skip
    percent = IntegerField(
        "达标人数不少于（%）",
        [InputRequired("请填写 1 到 100 的整数"), NumberRange(1, 100, "应在 1 到 100 之间")],
        default=100,
    )


class ItemForm(AudienceFields):
    title = StringField("班名", [NEEDED, Length(max=100, message="不超过 100 字")])
    month = SelectField("月份", choices=_MONTHS)
    class_kind = SelectField("培训类别", choices=dict(ClassKind.choices()), default="thematic")
    training_kind = SelectField(
        "培训种类", choices=dict(TrainingKind.choices()), default="in_service"
    )
    category = SelectField("主要内容", choices=dict(CourseCategory.choices()), default="law")
    hours = DecimalField(
        "学时", [InputRequired("请填写数字，如 24"),
                 NumberRange(Decimal("0.5"), 2000, "应在 0.5 到 2000 之间")],
    )  # fmt: skip
    people = IntegerField(
        "人数", [InputRequired("请填写整数"), NumberRange(1, 100_000, "至少 1 人")]
    )

    def planned(self) -> dict[str, Any]:
        value: Any = self.data
        return {
            "title": value["title"],
            "month": int(value["month"]) if value["month"] else None,
            "class_kind": ClassKind.of(value["class_kind"]),
            "training_kind": TrainingKind.of(value["training_kind"]),
            "category": CourseCategory.of(value["category"]),
            "hours": value["hours"],
            "people": value["people"],
        } | self.aimed()


class ReasonForm(NotingForm):
    reason = StringField("修改原因", [NEEDED, Length(max=200, message="不超过 200 字")])
