"""Entering and changing a person, and the upload of a roster."""

from typing import Any

from wtforms import BooleanField, DateField, FileField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from accounts.roster.columns import TITLES
from accounts.roster.entry import LENGTHS
from accounts.standing import DutyStatus, Establishment, Grade, LeaderLevel, StaffCategory
from core.forms import Form, options
from core.labels import Labelled

NOTHING = ("", "—")


def _length(field: str) -> Length:
    return Length(max=LENGTHS[field], message=f"最多 {LENGTHS[field]} 字")


def _one_of(kind: type[Labelled], field: str, *, empty: bool = False) -> Any:
    """A select field of the list; its data is a member, or None where it may be empty."""

    def coerce(value: Any) -> Labelled | None:
        return None if value in ("", None) else kind.of(str(value))

    pairs = [NOTHING, *kind.choices()] if empty else kind.choices()
    return SelectField(TITLES[field], choices=options(pairs), coerce=coerce)


def _unit(field: str, *, help: str = "") -> Any:
    return SelectField(TITLES[field], coerce=int, choices=[], description=help)


class PersonForm(Form):
    """The fields are named as those of PersonEntry."""

    name = StringField(TITLES["name"], [InputRequired("请填写姓名"), _length("name")])
    staff_number = StringField(
        TITLES["staff_number"],
        [InputRequired("请填写工号"), Length(max=30, message="最多 30 位")],
        description="字母不分大小写；不要使用身份证号。",
    )
    gender = SelectField(TITLES["gender"], choices=options([NOTHING, ("男", "男"), ("女", "女")]))
    home_unit_id = _unit("home_unit_id")
    work_unit_id = _unit("work_unit_id")
    stat_unit_id = _unit("stat_unit_id", help="学法率、参考率等计入这个部门。")
    division = StringField(TITLES["division"], [_length("division")])
    post_title = StringField(TITLES["post_title"], [_length("post_title")])
    leader_level = _one_of(LeaderLevel, "leader_level", empty=True)
    grade = _one_of(Grade, "grade", empty=True)
    staff_category = _one_of(StaffCategory, "staff_category")
    establishment = _one_of(Establishment, "establishment")
    duty_status = _one_of(DutyStatus, "duty_status")
    in_study_group = BooleanField("中心组成员")
    joined_on = DateField(TITLES["joined_on"], [InputRequired("请填写入职日期")])
    post_since = DateField(TITLES["post_since"], [Optional()])
    left_on = DateField(TITLES["left_on"], [Optional()], description="退休、调离、离任的必填。")
    note = TextAreaField(
        TITLES["note"],
        [_length("note")],
        description="只有名册管理人员可见；不要填身份证号、手机号。",
    )


class ChangeForm(PersonForm):
    on = DateField(
        "自何日起生效",
        [InputRequired("请填写生效日期")],
        description="部门、职务层次、职级、在岗状态的变动从这一天起另记一段任职经历。",
    )


class RosterForm(Form):
    file = FileField("名册文件", description=".xlsx 或 .csv；表头至少有“姓名”和“工号”。")
    on = DateField(
        "变更自何日起生效",
        [InputRequired("请填写生效日期")],
        description="已在名册中的人，部门、职级、在岗状态等变动从这一天起算；不能晚于今天。",
    )
