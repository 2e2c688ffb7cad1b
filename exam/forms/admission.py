"""Forms of eligibility, lists of people and notices."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FileField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput

from accounts.standing import RankGroup
from core.errors import Refused
from core.forms import Form
from exam.sessions.eligibility import Need, Rule

_ROWS = Length(max=200_000, message="不超过 20 万字")


class ListForm(Form):
    """People by staff number or name, a row each: pasted or uploaded."""

    named = TextAreaField("名单", [_ROWS], description="一行一人，写工号或姓名；可从表格粘贴。")
    file = FileField("名单文件", description=".xlsx 或 .csv，第一列为工号或姓名。")

    def note(self, refusal: Refused) -> None:
        """Show a refusal at the first field."""
        first = next(name for name in self.data if name != "csrf_token")
        self[first].errors = [str(refusal)]

    def upload(self) -> tuple[str, bytes] | None:
        """Name and content of the file, if one was chosen."""
        sent: Any = self.file.data
        if not sent or not getattr(sent, "filename", ""):
            return None
        return sent.filename, sent.read()


def _many(label: str, description: str = "") -> SelectMultipleField:
    return SelectMultipleField(
        label, choices={}, description=description, option_widget=CheckboxInput()
    )


#: The fields of each need.
_ASKED: Mapping[Need, Collection[str]] = {
    Need.COURSE: {"courses"},
    Need.HOURS: {"hours", "bucket", "law_only", "until"},
    Need.LISTED: {"named", "file"},
    Need.PASSED: {"sessions"},
    Need.UNIT: {"units"},
    Need.RANK: {"ranks"},
}


class RuleForm(ListForm):
    """A rule; ``of`` narrows it to one kind."""

    courses = _many("课程", "须全部完成。")
    hours = DecimalField("学时", [Optional()], places=None)
    bucket = SelectField("学时类别", choices={})
    law_only = BooleanField("只计法治学时")
    until = DateField("截至", [Optional()], description="不填为本年度至开始作答时。")
    sessions = _many("先考场次", "须全部合格，补考合格也算。")
    units = _many("部门")
    ranks = SelectMultipleField(
        "职级范围", choices=dict(RankGroup.choices()), option_widget=CheckboxInput()
    )

    def of(self, need: Need) -> "RuleForm":
        """The form with the fields of the need alone."""
        for name in set(self.data) - {"csrf_token", *_ASKED[need]}:
            del self[name]
        return self

    def offer(
        self,
        *,
        courses: Mapping[int, str],
        buckets: Mapping[str, str],
        sessions: Mapping[int, str],
        units: Mapping[int, str],
    ) -> None:
        for field, offered in (
            (self.courses, courses), (self.sessions, sessions), (self.units, units),
        ):  # fmt: skip
            field.choices = {str(each): title for each, title in offered.items()}
        self.bucket.choices = {"": "全部学时"} | dict(buckets)

    def rule(self, need: Need, listed: frozenset[int] = frozenset()) -> Rule:
        """The rule of a validated form; ``listed``: whom its list names."""
        value: Any = self.data
        match need:
            case Need.HOURS:
                return Rule(
                    need,
                    hours=value["hours"] or Decimal(0),
                    bucket=value["bucket"],
                    law_only=value["law_only"],
                    until=value["until"],
                )
            case Need.RANK:
                return Rule(need, ranks=frozenset(RankGroup.of(each) for each in value["ranks"]))
            case Need.LISTED:
                return Rule(need, ids=listed)
            case _:
                field = {Need.COURSE: "courses", Need.PASSED: "sessions", Need.UNIT: "units"}[need]
                return Rule(need, ids=frozenset(int(each) for each in value[field] or ()))


_NEEDED = InputRequired("此项必填")
_LINE = Length(max=200, message="不超过 200 字")
_PROSE = Length(max=5_000, message="不超过 5000 字")


class NoticeForm(Form):
    number = StringField("发文字号", [_LINE], description="例如：人函〔2026〕12号。")
    addressees = StringField("主送", [_NEEDED, _LINE])
    basis = TextAreaField("依据和目的", [_NEEDED, _PROSE])
    people = TextAreaField("参考人员", [_NEEDED, _PROSE])
    schedule = TextAreaField("考试时间", [_NEEDED, _PROSE])
    content = TextAreaField("考试内容", [_NEEDED, _PROSE])
    manner = TextAreaField("考试方式", [_NEEDED, _PROSE])
    requirements = TextAreaField("有关要求", [_NEEDED, _PROSE])
    contact = StringField("联系人和电话", [_NEEDED, _LINE])
    organ = StringField("落款", [_NEEDED, _LINE])
    dated = DateField("成文日期", [_NEEDED])
