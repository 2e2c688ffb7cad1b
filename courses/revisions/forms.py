"""Forms of those who revise courses."""

from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from core.forms import Form, NotingForm


class ReleaseForm(NotingForm):
    reason = TextAreaField(
        "改了什么、为什么改",
        [InputRequired("请写明改了什么、为什么改"), Length(max=300, message="不超过 300 字")],
        description="记入版本历史；要求重新学习时学员也会看到",
    )
    restudy = SelectMultipleField(
        "请学过的人重新学习",
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description="只列有人学完、这次又有修改的课时；不勾选则已完成的照旧",
    )


class TakeBackForm(Form):
    reason = StringField(
        "理由", [InputRequired("请写明撤回的理由"), Length(max=200, message="不超过 200 字")]
    )
