"""What people fill in about classes."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from accounts.standing import RankGroup, StaffCategory
from core import clock
from core.forms import NotingForm
from courses.classes.kinds import ClassKind
from courses.hours.kinds import TrainingKind
from courses.models import CourseCategory

NEEDED = InputRequired("此项必填")
DATE_NEEDED = InputRequired("请填写日期")
MOMENT_NEEDED = InputRequired("请填写日期和时间")
#: How a browser sends a moment.
MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def choices_of_all(kind: Any, everybody: str) -> dict[str, str]:
    return {"": everybody, **dict(kind.choices())}


class AudienceFields(NotingForm):
    rank_group = SelectField("职级范围", choices=choices_of_all(RankGroup, "全部职级"))
    staff_category = SelectField("人员类别", choices=choices_of_all(StaffCategory, "全部类别"))

    def aimed(self) -> dict[str, Any]:
        """The audience; None stands for all."""
        return {
            "rank_group": RankGroup.by_label(self.rank_group.data or ""),
            "staff_category": StaffCategory.by_label(self.staff_category.data or ""),
        }


class ClassForm(AudienceFields):
    title = StringField("班名", [NEEDED, Length(max=100, message="不超过 100 字")])
    class_kind = SelectField("培训类别", choices=dict(ClassKind.choices()))
    training_kind = SelectField(
        "培训种类", choices=dict(TrainingKind.choices()), default="in_service"
    )
    category = SelectField("主要内容", choices=dict(CourseCategory.choices()), default="law")
    course_id = SelectField("所属课程", choices={"": "不属于某门课程"})
    organiser = StringField(
        "主办单位", [NEEDED, Length(max=100, message="不超过 100 字")], default="人事司"
    )
    place = StringField("地点", [NEEDED, Length(max=100, message="不超过 100 字")])
    starts_on = DateField("开始日期", [DATE_NEEDED])
    ends_on = DateField("结束日期", [DATE_NEEDED])
    days = DecimalField(
        "天数", [InputRequired("请填写数字，如 3 或 0.5"),
                 NumberRange(Decimal("0.1"), 400, "天数应在 0.1 到 400 之间")],
        description="半天记 0.5；与课程表的学时分别登记",
    )  # fmt: skip
    signup_from = DateTimeLocalField("报名开始", [MOMENT_NEEDED], format=MOMENT)
    signup_until = DateTimeLocalField("报名截止", [MOMENT_NEEDED], format=MOMENT)
    capacity = IntegerField(
        "名额", [Optional(), NumberRange(1, 5000, "名额应在 1 到 5000 之间")],
        description="满额后按报名先后候补；不填为不限",
    )  # fmt: skip
    approval = BooleanField("报名须经部门负责人和人事司审批", default=True)
    full_time = BooleanField("脱产培训（请假超过总学时 1/7 的应退学）")
    accredited = BooleanField("主管部门认可，计入集中培训达标学时")
    evidence = StringField(
        "认可依据", [Length(max=200, message="不超过 200 字")], description="文号或批件名称"
    )
    attend_percent = IntegerField(
        "结业所需出席率（%）",
        [InputRequired("请填写 1 到 100 的整数"), NumberRange(1, 100, "应在 1 到 100 之间")],
        default=80,
    )
    needs_pass = BooleanField("结业须训后测试合格")
    about = TextAreaField("培训内容和要求", [Length(max=3000, message="不超过 3000 字")])
    contact = StringField("联系人和电话", [Length(max=100, message="不超过 100 字")])


class UnitForm(NotingForm):
    day = DateField("日期", [DATE_NEEDED])
    starts = TimeField("上课", [InputRequired("请填写时间，如 09:00")])
    ends = TimeField("下课", [InputRequired("请填写时间，如 11:30")])
    hours = DecimalField(
        "学时", [InputRequired("请填写数字，如 3 或 1.5"),
                 NumberRange(Decimal("0.25"), 24, "学时应在 0.25 到 24 之间")],
        description="不多于上下课时间按折算规则折成的学时",
    )  # fmt: skip
    topic = StringField("讲题", [NEEDED, Length(max=100, message="不超过 100 字")])
    teacher = StringField("授课人", [Length(max=60, message="不超过 60 字")])
    staff_number = StringField(
        "授课人工号", [Length(max=40, message="不超过 40 字")],
        description="本机关人员授课填工号，姓名和单位自动带出；外聘的不填",
    )  # fmt: skip
    employer = StringField("授课人单位", [Length(max=100, message="不超过 100 字")])
    category = SelectField(
        "内容类别", choices=choices_of_all(CourseCategory, "不属于以上类别"), default="law"
    )
    is_law = BooleanField("计入法治学时", default=True)
    laws = TextAreaField(
        "涉及的法律", [Length(max=2000, message="不超过 2000 字")],
        description="每行一部，写全称或简称，须已登记在法律法规库",
    )  # fmt: skip

    def moments(self) -> tuple[datetime, datetime]:
        """The unit's beginning and end, in Shanghai."""
        day: Any = self.day.data
        starts: Any = self.starts.data
        ends: Any = self.ends.data
        return at_time(day, starts), at_time(day, ends)


def at_time(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, clock.LOCAL)


def aware(value: Any) -> datetime:
    """What a browser's field of date and time holds, as a moment in Shanghai."""
    moment: datetime = value.replace(tzinfo=clock.LOCAL)
    return moment


class AnswerForm(NotingForm):
    answer = RadioField("意见", [NEEDED], choices={"yes": "同意", "no": "不同意"})
    text = StringField("说明", [Length(max=200, message="不超过 200 字")])


class ReasonForm(NotingForm):
    reason = StringField("理由", [NEEDED, Length(max=200, message="不超过 200 字")])


class CodeForm(NotingForm):
    code = StringField("签到码", [InputRequired("请输入屏幕上的六位数字"), Length(max=20)])


class LeaveForm(NotingForm):
    from_at = DateTimeLocalField("请假开始", [MOMENT_NEEDED], format=MOMENT)
    until_at = DateTimeLocalField("请假结束", [MOMENT_NEEDED], format=MOMENT)
    reason = StringField("事由", [NEEDED, Length(max=200, message="不超过 200 字")])


class SummaryForm(NotingForm):
    summary = TextAreaField("培训小结", [NEEDED, Length(max=3000, message="不超过 3000 字")])


class LinkForm(NotingForm):
    pre = SelectField("训前测试", choices={"": "不设"})
    post = SelectField("训后测试", choices={"": "不设"})


class TestForm(NotingForm):
    kind = RadioField("测试", choices={"pre_test": "训前测试", "post_test": "训后测试"},
                      default="pre_test")  # fmt: skip
    form_id = SelectField("试卷", [NEEDED], choices={})
    opens_at = DateTimeLocalField("开放时间", [MOMENT_NEEDED], format=MOMENT)
    closes_at = DateTimeLocalField("结束时间", [MOMENT_NEEDED], format=MOMENT)
    minutes = IntegerField(
        "作答时长（分钟）",
        [InputRequired("请填写整数分钟"), NumberRange(1, 600, "应在 1 到 600 分钟之间")],
        default=30,
    )
