"""Forms of study groups."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    FileField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from core import clock
from core.attachments import Upload
from core.files import bare_name
from core.forms import NotingForm, options
from study.group.kinds import (
    FILE_KINDS,
    MAX_FILE,
    FileKind,
    MemberKind,
    Presence,
    SessionForm,
    SpeakerRole,
    WorkKind,
)
from study.group.rules import Parameters

_NEEDED = InputRequired("此项必填")
_LINE = Length(max=200, message="不超过 200 字")
_TEXT = Length(max=20_000, message="不超过 20000 字")
_FILES = f"{'、'.join(FILE_KINDS)}，不超过 {MAX_FILE // 1024**2} MB"


class _WithFile(NotingForm):
    def upload(self) -> Upload | None:
        """The file, if one was chosen."""
        sent: Any = self["file"].data
        if not sent or not getattr(sent, "filename", ""):
            return None
        return Upload(bare_name(sent.filename.replace("\0", "")), sent.read())


class GroupForm(NotingForm):
    name = StringField(
        "名称", [DataRequired("请填写名称"), Length(max=100, message="不超过 100 字")]
    )
    unit_id = SelectField("所属单位", default="")
    started_on = DateField("成立日期", [InputRequired("请填写日期")])
    ended_on = DateField("撤销日期", [Optional()])

    def offer(self, units: Iterable[tuple[int, str]]) -> None:
        pairs = [(str(key), label) for key, label in units]
        self.unit_id.choices = options([("", "本机关（党组）"), *pairs])


class MemberForm(NotingForm):
    person = SelectField(
        "人员", default="", description="列出名册上标明“中心组成员”且不在组内的人员"
    )
    number = StringField(
        "或填工号", [_LINE], description="列席人员、学习秘书，或已在组内而身份有变的，填工号"
    )
    kind = SelectField("身份", choices=options(MemberKind.choices()))
    is_head = BooleanField("组长", description="组长批准年度计划；每组一名，原组长自该日起为成员")
    joined_on = DateField("入组日期", [InputRequired("请填写日期")])
    note_ = StringField("备注", [_LINE], name="note")

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        pairs = [(str(key), label) for key, label in people]
        self.person.choices = options([("", "请选择"), *pairs])


class DateForm(NotingForm):
    left_on = DateField("最后在组日期", [InputRequired("请填写日期")])


def _number(label: str, least: int, most: int, help_: str = "") -> IntegerField:
    message = f"应为 {least} 至 {most} 的整数"
    return IntegerField(
        label, [InputRequired(message), NumberRange(least, most, message)], description=help_
    )


class RulesForm(NotingForm):
    per_quarter = _number("每季度集体学习不少于（次）", 0, 30, "集体学习研讨、专题讲座、扩大学习")
    law_sessions = _number("全年法治专题集体学习不少于（次）", 0, 60)
    pre_meeting = _number("全年会前学法不少于（次）", 0, 60)
    lectures = _number("全年专题讲座不少于（次）", 0, 60, "0 为不要求，下同")
    attendance_percent = _number("出勤率不低于（%）", 0, 100)
    speeches = _number("每人全年发言不少于（次）", 0, 30)
    writings = _number("每人全年心得、调研报告、理论文章不少于（篇）", 0, 30)
    days = _number("每人全年集中学习不少于（天）", 0, 60)
    session_hours = DecimalField(
        "集体学习每天登记学时",
        [InputRequired("请填写数字"), NumberRange(0, 24, "应在 0 到 24 之间")],
        description="不多于起止时间按折算规则折成的学时，下同",
    )
    short_hours = DecimalField(
        "会前学法、决策前学法每次登记学时",
        [InputRequired("请填写数字"), NumberRange(0, 24, "应在 0 到 24 之间")],
    )

    def parameters(self) -> Parameters:
        values: dict[str, Any] = {name: self[name].data for name in Parameters.__dataclass_fields__}
        for name in ("session_hours", "short_hours"):
            values[name] = Decimal(values[name]).quantize(Decimal("0.01"))
        return Parameters(**values)


class IntroForm(NotingForm):
    intro = TextAreaField("总体要求", [_TEXT], description="写在计划表之前的一两段话")


class ItemForm(NotingForm):
    quarter = SelectField("季度", choices=options((str(n), f"第{n}季度") for n in (1, 2, 3, 4)))
    form = SelectField("学习形式", choices=options(SessionForm.choices()))
    theme = StringField("主题", [DataRequired("请填写主题"), _LINE])
    laws = TextAreaField("法律法规", [_TEXT], description="每行一部，写法律库中的名称；没有的留空")
    lead = StringField("主讲或重点发言人", [_LINE])
    reason = StringField("调整理由", [_LINE], description="批准后的计划须写明理由，报组长批准")


class ReasonForm(NotingForm):
    reason = StringField("理由", [_LINE])


class MeetingForm(NotingForm):
    form = SelectField("学习形式", choices=options(SessionForm.choices()))
    topic = StringField("学习主题", [DataRequired("请填写主题"), _LINE])
    is_law = BooleanField("法治专题", default=True)
    plan_item_id = SelectField("对应计划安排", default="")
    starts_at = DateTimeLocalField("开始时间", [InputRequired("请填写开始时间")])
    ends_at = DateTimeLocalField("结束时间", [InputRequired("请填写结束时间")])
    place = StringField("地点", [_LINE])
    chair = StringField("主持人", [_LINE])
    recorder = StringField("记录人", [_LINE])
    studied = TextAreaField(
        "所学法律及条款",
        [_TEXT],
        description="每行一部：只写名称为整部学习；学具体条款写“信访工作条例 第十条、第十二条至"
        "第十四条”。按学习当日有效的版本登记。",
    )
    minutes = TextAreaField("纪要", [_TEXT], description="学习结束后填写")

    def offer(self, items: Iterable[tuple[int, str]]) -> None:
        pairs = [(str(key), label) for key, label in items]
        self.plan_item_id.choices = options([("", "计划外安排"), *pairs])

    def moment(self, name: str) -> datetime:
        """What was typed in, on a Shanghai clock."""
        value: datetime = self[name].data
        return value.replace(tzinfo=clock.LOCAL)


class MaterialForm(_WithFile):
    kind = SelectField(
        "类别",
        choices=options(
            (each.value, each.label)
            for each in (FileKind.CORE, FileKind.ATTACHMENT, FileKind.MINUTES)
        ),
    )
    file = FileField("文件", description=_FILES)


class SpeakerForm(_WithFile):
    role = SelectField("类别", choices=options(SpeakerRole.choices()))
    person = SelectField("发言人", default="")
    guest = StringField("或填外请人员姓名", [_LINE])
    subject = StringField("题目", [_LINE])
    outline = TextAreaField("发言提纲", [_TEXT])
    file = FileField("提纲文件", description=_FILES)

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        pairs = [(str(key), label) for key, label in people]
        self.person.choices = options([("", "外请人员"), *pairs])


class OutlineForm(_WithFile):
    outline = TextAreaField("发言提纲", [_TEXT])
    file = FileField("提纲文件", description=_FILES)


class SignForm(NotingForm):
    code = StringField("签到码", [DataRequired("请输入屏幕上的签到码"), Length(max=40)])


class MakeUpForm(_WithFile):
    note_ = TextAreaField(
        "补学内容", [_TEXT], name="note", description="写明何时、补学了什么；可另附材料"
    )
    file = FileField("补学材料", description=_FILES)


class WorkForm(_WithFile):
    kind = SelectField("类别", choices=options(WorkKind.choices()))
    year = SelectField("年度")
    title = StringField("标题", [DataRequired("请填写标题"), _LINE])
    body = TextAreaField("正文", [_TEXT])
    file = FileField("文件", description=f"可代替正文：{_FILES}")

    def offer(self, today: date) -> None:
        self.year.choices = options((str(n), f"{n} 年") for n in (today.year, today.year - 1))


class CorrectTextForm(NotingForm):
    name_ = SelectField("更正项目", name="name")
    value = TextAreaField("更正为", [_NEEDED, _TEXT])
    reason = StringField("更正理由", [DataRequired("请写明更正理由"), _LINE])


class CorrectPresenceForm(NotingForm):
    line_id = SelectField("人员")
    presence = SelectField(
        "更正为",
        choices=options(
            (each.value, each.label) for each in Presence if each is not Presence.UNKNOWN
        ),
    )
    why = StringField("请假或缺席原因", [_LINE])
    reason = StringField("更正理由", [DataRequired("请写明更正理由"), _LINE])
