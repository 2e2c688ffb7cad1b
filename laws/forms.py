"""What people fill in about laws."""

from typing import Any

from wtforms import DateField, MultipleFileField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from core.forms import Form, options
from laws.categories import Category


def _category(value: str) -> Category:
    found = Category.by_label(value)
    if found is None:
        raise ValueError(value)
    return found


class ImportForm(Form):
    files = MultipleFileField(
        "法律文本",
        description="可同时选择多个 .docx、.txt、.md、.htm 文件，或装有它们的 .zip；"
        "分编的法典请一并选择。",
    )
    folder = MultipleFileField(
        "整个文件夹",
        description="连同其中的各级文件夹一并读取；不是法律文本的文件（图片、目录等）略过。",
    )


class ConfirmForm(Form):
    """Nothing but the token against forgery."""


class VersionForm(Form):
    label = StringField(
        "版本名称",
        validators=[DataRequired("请填写版本名称"), Length(max=100, message="最多 100 字")],
    )
    effective_on = DateField(
        "施行日期",
        validators=[Optional()],
        description="修正的法律文本一般不写修正后的施行日期；留空则从公布之日起算。",
    )
    repealed_on = DateField(
        "废止日期", validators=[Optional()], description="从这一天起不再有效；没有废止则留空。"
    )
    successor = StringField(
        "取代它的法律法规",
        validators=[Optional(), Length(max=200, message="最多 200 字")],
        description="全称或简称，须已登记；只有废止、没有取代的留空。",
    )
    basis = StringField(
        "废止依据",
        validators=[Optional(), Length(max=300, message="最多 300 字")],
        description="例如：中华人民共和国国务院令第752号。",
    )
    categories = SelectMultipleField(
        "类别",
        choices=options(Category.choices()),
        coerce=_category,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


def errors_to(form: Any, field: str | None, message: str) -> None:
    """Show a refusal at the field that it belongs to."""
    target = form[field] if field and field in form else next(iter(form))
    target.errors = [*target.errors, message]
