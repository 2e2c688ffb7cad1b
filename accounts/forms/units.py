"""Departments: added, renamed, merged, closed."""

from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from accounts.models import UnitKind
from core.forms import Form, options


class UnitForm(Form):
    name = StringField("名称", [InputRequired("请填写名称"), Length(max=100)])
    short_name = StringField(
        "简称", [Length(max=50)], description="不填则与名称相同；用于表格和页眉。"
    )
    kind = SelectField("类别", choices=options(UnitKind.choices()))
    valid_from = DateField("设立日期", [InputRequired("请填写设立日期")])


class RenameForm(Form):
    name = StringField("新名称", [InputRequired("请填写新名称"), Length(max=100)])
    short_name = StringField("简称", [Length(max=50)], description="不填则与新名称相同")
    on = DateField("自何日起", [InputRequired("请填写生效日期")])


class MergeForm(Form):
    into = SelectField("并入", coerce=int, choices=[])
    on = DateField("自何日起", [InputRequired("请填写生效日期")])


class CloseForm(Form):
    on = DateField("自何日起不再存在", [InputRequired("请填写终止日期")])
