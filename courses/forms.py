"""Forms of those who edit courses."""

from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from accounts.standing import RankGroup, StaffCategory
from core.attachments import Upload
from core.errors import Refused
from core.files import bare_name
from core.forms import NotingForm
from courses import citing, files
from courses.citing import Cited
from courses.models import CourseCategory, LessonKind

#: Characters of a lesson's text.
MOST = 60_000
_NEEDED = InputRequired("此项必填")


class CourseForm(NotingForm):
    title = StringField("课程名称", [_NEEDED, Length(max=100, message="不超过 100 字")])
    category = SelectField("类别", choices=dict(CourseCategory.choices()))
    summary = TextAreaField(
        "简介",
        [Length(max=1000, message="不超过 1000 字")],
        description="一两句话，说明学什么、对谁有用",
    )
    credit_hours = DecimalField(
        "学时",
        [InputRequired("请填写数字，如 2 或 1.5"), NumberRange(0, 200, "学时应在 0 到 200 之间")],
        default=Decimal(1),
        description="完成课程后登记的网络培训学时，可带小数",
    )
    is_law = BooleanField("计入法治学时", default=True)
    final_session_id = SelectField(
        "结业测试",
        choices={"": "不设结业测试"},
        description="选定场次后，学完全部课时并通过该场考试（或其补考）才算完成课程",
    )
    tags = StringField("标签", [Length(max=200, message="不超过 200 字")], description="用逗号分隔")
    rank_group = SelectField(
        "面向职级", choices={"": "不限", **dict(RankGroup.choices())}, default=""
    )
    staff_category = SelectField(
        "面向人员类别", choices={"": "不限", **dict(StaffCategory.choices())}, default=""
    )
    posts = StringField(
        "面向岗位",
        [Length(max=200, message="不超过 200 字")],
        description="岗位名称中的字词，用顿号分隔，如：接访、办信",
    )
    needs = SelectMultipleField(
        "先修课程", coerce=int, description="学完这些课程才能开始本课程；按住 Ctrl 可多选"
    )


class LessonForm(NotingForm):
    title = StringField("课时名称", [_NEEDED, Length(max=100, message="不超过 100 字")])
    kind = RadioField("形式", choices=dict(LessonKind.choices()), default="text")
    minutes = IntegerField(
        "计划时长（分钟）",
        [
            InputRequired("请填写整数分钟，如 30"),
            NumberRange(1, 300, "应在 1 到 300 分钟之间"),
        ],
        default=30,
    )
    body = TextAreaField(
        "正文",
        [Length(max=MOST, message=f"不超过 {MOST} 字")],
        description="可用 Markdown：## 标题、- 列表、1. 编号、**加粗**、> 引用、| 表格 |",
    )
    articles = TextAreaField(
        "引用条文",
        [Length(max=4_000, message="不超过 4000 字")],
        description="每行一部法律，如：信访工作条例 第十条、第二十二条至第二十四条",
    )
    file = FileField("文件", description="pdf、docx、xlsx、pptx、txt；再次上传会替换原文件")
    chapter_id = SelectField("所属章节", choices={"": "不分章节"}, default="")
    asset = FileField(
        "音视频或课件包",
        description="音视频：mp4、webm、m4a、mp3、wav；课件包：zip。再次上传会替换原文件",
    )
    count = IntegerField("题数", [Optional(), NumberRange(1, 50, "应在 1 到 50 题之间")], default=5)
    pass_mark = IntegerField(
        "合格线（%）", [Optional(), NumberRange(1, 100, "应在 1 到 100 之间")], default=60
    )
    tries = IntegerField(
        "可考次数",
        [Optional(), NumberRange(0, 20, "应在 0 到 20 次之间")],
        default=3,
        description="0 表示不限次数",
    )
    questions = TextAreaField(
        "问题",
        [Length(max=4_000, message="不超过 4000 字")],
        description="每行一个，按 1 到 5 打分；以“文字：”开头的用文字回答",
    )

    def recording(self) -> Any:
        """The recording or package chosen; None for none."""
        chosen: Any = self.asset.data
        return chosen if chosen and chosen.filename else None

    def own_settings(self, kind: str) -> dict[str, Any]:
        """What the kind keeps of the fields that are its own."""
        names = {"quiz": ("count", "pass_mark", "tries"), "survey": ("questions",)}.get(kind, ())
        return {name: self[name].data for name in names if self[name].data is not None}

    def cited(self) -> list[Cited]:
        """Raises Unclear."""
        return citing.read(self.articles.data or "")

    def upload(self) -> Upload | None:
        """The file chosen; None for none. Its path, which some browsers send, is cut off."""
        chosen: Any = self.file.data
        if not chosen or not chosen.filename:
            return None
        name = bare_name(chosen.filename)
        upload = Upload(name, chosen.read())
        if fault := files.fault(upload):
            raise Refused(fault, field="file")
        return upload


class AssignForm(NotingForm):
    unit_id = SelectField("布置给", choices={"": "全局"})
    starts_on = DateField("开始日期", [InputRequired("请填写日期")])
    due_on = DateField("完成期限", [InputRequired("请填写日期")])


class ReverseForm(NotingForm):
    reason = StringField("理由", [_NEEDED, Length(max=200, message="不超过 200 字")])
