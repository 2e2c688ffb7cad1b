"""Renaming a department."""

from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from core.forms import Form


class RenameForm(Form):
    name = StringField("新名称", [InputRequired("请填写新名称"), Length(max=100)])
    short_name = StringField("简称", [Length(max=50)], description="不填则与新名称相同")
    on = DateField("自何日起", [InputRequired("请填写生效日期")])
