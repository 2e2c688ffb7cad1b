"""Forms of those who hand work in, judge it, and write chapters."""

from typing import Any

from wtforms import FileField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from core.attachments import Upload
from core.files import bare_name
from core.forms import Form


class HandInForm(Form):
    text = TextAreaField("作业内容", [Length(max=20_000, message="不超过 20000 字")])
    file = FileField("附件", description="pdf、docx、xlsx、pptx、txt")

    def upload(self) -> Upload | None:
        chosen: Any = self.file.data
        if not chosen or not chosen.filename:
            return None
        return Upload(bare_name(chosen.filename), chosen.read())


class JudgeForm(Form):
    verdict = RadioField(
        "结论", [InputRequired("请选择结论")], choices={"accept": "通过", "return": "退回重做"}
    )
    score = IntegerField(
        "得分",
        [Optional(), NumberRange(0, 100, "应在 0 到 100 之间")],
        description="百分制，可不填",
    )
    comment = TextAreaField(
        "评语", [Length(max=2_000, message="不超过 2000 字")], description="退回须写明意见"
    )


class ChapterForm(Form):
    title = StringField(
        "章节名称", [InputRequired("请填写章节名称"), Length(max=100, message="不超过 100 字")]
    )
