"""What people fill in about lists."""

from wtforms import DateField, FileField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from core.forms import NotingForm
from laws.lists.levels import Requirement, Tier

_NEEDED = InputRequired("此项必填")


class ListForm(NotingForm):
    title = StringField(
        "清单名称",
        [_NEEDED, Length(max=60, message="不超过 60 字")],
        description="例如：机关干部应知应会清单",
    )


class EntryForm(NotingForm):
    law = StringField(
        "法律名称", [_NEEDED, Length(max=200)], description="全称、简称或能认定一部法律的部分名称"
    )
    law_version = StringField(
        "法律版本日",
        [Length(max=20)],
        description="公布日期，如 2022-02-25；留空为现行有效的版本",
    )
    articles = StringField(
        "条款",
        [Length(max=2000, message="不超过 2000 字")],
        description="如：第三十四条、第三十五条至第三十七条；留空为全文",
    )
    title = StringField(
        "条目名称", [Length(max=100, message="不超过 100 字")], description="留空则用法律名称"
    )
    tier = RadioField("层次", choices=dict(Tier.choices()), default=Tier.GENERAL.value)
    requirement = RadioField(
        "要求", choices=dict(Requirement.choices()), default=Requirement.FAMILIAR.value
    )


class AudienceForm(NotingForm):
    rank_group = SelectField("层级")
    unit_id = SelectField("部门")
    post = StringField(
        "岗位",
        [Length(max=50, message="不超过 50 字")],
        description="职务名称须含的字，如：处长；留空不限",
    )


class ImportForm(NotingForm):
    file = FileField("清单文件", description="按模板填写的 .xlsx，一行一个条目")


class ApproveForm(NotingForm):
    effective_on = DateField("施行日期", [InputRequired("请填写日期")])
