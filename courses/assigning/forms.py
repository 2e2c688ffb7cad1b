"""What 人事司 fills in about rules of learning."""

from typing import Any

from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from accounts.standing import Grade, RankGroup, StaffCategory
from core.forms import NotingForm, options
from courses.assigning.services import RuleDraft

_NEEDED = InputRequired("此项必填")


class _Checks(SelectMultipleField):
    """Several of many, as boxes to tick; a tampered value is refused in Chinese."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        allowed = {value for value, *_ in self.iter_choices()}
        if set(self.data or ()) - allowed:
            raise ValidationError("所选项目已不存在，请重新选择")


class RuleForm(NotingForm):
    title = StringField(
        "规则名称",
        [_NEEDED, Length(max=100, message="不超过 100 字")],
        description="例如：新录用人员入职法律学习",
    )
    course_ids = _Checks("课程", coerce=int)
    unit_ids = _Checks("部门", coerce=int, description="不选为全局；部门更名、合并后随人走")
    rank_group = SelectField("职级组", choices=options([("", "不限"), *RankGroup.choices()]))
    grade = SelectField("职级", choices=options([("", "不限"), *Grade.choices()]))
    post = StringField(
        "职务",
        [Length(max=50, message="不超过 50 字")],
        description="职务名称须含的字，如：处长；留空不限",
    )
    staff_category = SelectField(
        "人员类别", choices=options([("", "不限"), *StaffCategory.choices()])
    )
    joined_from = DateField(
        "只对新进人员：入职不早于", [Optional()], description="留空不限；以后入职的自动适用"
    )
    list_id = SelectField("应知应会清单对象", description="按清单当时有效版本的对象确定")
    starts_on = DateField("开始日期", [InputRequired("请填写日期")])
    due_on = DateField("完成期限（固定日期）", [Optional()])
    due_days = IntegerField(
        "或：纳入后多少天内完成",
        [Optional(), NumberRange(1, 1000, "应在 1 到 1000 天之间")],
        description="自规则开始、入职、调入或晋升中最晚的一天起算",
    )

    def draft(self) -> RuleDraft:
        value: Any = self.data
        return RuleDraft(
            title=value["title"],
            starts_on=value["starts_on"],
            due_on=value["due_on"],
            due_days=value["due_days"],
            unit_ids=value["unit_ids"] or (),
            rank_group=RankGroup.of(value["rank_group"]) if value["rank_group"] else None,
            grade=Grade.of(value["grade"]) if value["grade"] else None,
            post=value["post"] or "",
            staff_category=(
                StaffCategory.of(value["staff_category"]) if value["staff_category"] else None
            ),
            joined_from=value["joined_from"],
            list_id=int(value["list_id"]) if value["list_id"] else None,
        )


class ExceptionForm(NotingForm):
    staff_number = StringField("工号", [_NEEDED, Length(max=30, message="不超过 30 字")])
    reason = StringField("理由", [_NEEDED, Length(max=200, message="不超过 200 字")])
