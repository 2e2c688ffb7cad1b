"""Forms of what happens after the scores: corrections, rechecks, finals, certificates."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from wtforms import (
    DateField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.forms import Form, options
from exam.marking.corrections import Remedy
from exam.marking.rechecks import Verdict
from exam.results.outcomes import GradeLevel

_NEEDED = InputRequired("此项必填")
_LINE = Length(max=300, message="不超过 300 字")
#: Days that are put on the calendar at once.
MAX_DAYS = 31


class CorrectionForm(Form):
    remedy = RadioField("怎样更正", [InputRequired("请选择更正方式")])
    key = StringField("答案", [Optional(), Length(max=1000, message="不超过 1000 字")])
    reason = StringField(
        "理由和依据", [DataRequired("请写明理由"), _LINE],
        description="考生会在成绩页看到。写明条文依据。",
    )  # fmt: skip

    def offer(self, remedies: list[Remedy], part: int | None = None) -> None:
        self.remedy.choices = options((each.value, each.named(part)) for each in remedies)

    def chosen(self) -> Remedy:
        return Remedy.of(self.remedy.data)


class OpinionForm(Form):
    opinion = StringField("意见", [DataRequired("请写明意见"), _LINE])


class RecheckForm(Form):
    slot = SelectField("复核范围", coerce=int)
    reason = TextAreaField(
        "理由", [DataRequired("请写明理由"), Length(max=1000, message="不超过 1000 字")],
        description="说明哪里评分有误，可以引用条文。",
    )  # fmt: skip

    def offer(self, slots: list[tuple[int, str]], asked: Collection[int]) -> None:
        """``asked`` are those that were asked about before."""
        self.slot.choices = options(
            (slot, f"{name}：已申请" if slot in asked else name)
            for slot, name in [(0, "全卷"), *slots]
        )


class AnswerForm(Form):
    verdict = RadioField("结论", [InputRequired("请选择结论")], choices=options(Verdict.choices()))
    reply = TextAreaField(
        "答复", [DataRequired("请写明理由"), Length(max=1000, message="不超过 1000 字")],
        description="考生会看到。",
    )  # fmt: skip

    def chosen(self) -> Verdict:
        return Verdict.of(self.verdict.data)


class CalendarForm(Form):
    first = DateField("日期", [_NEEDED])
    last = DateField("至（只有一天可不填）", [Optional()])
    working = RadioField(
        "性质", [_NEEDED], choices=options([("0", "放假"), ("1", "调休上班")]), default="0"
    )
    note = StringField("名称", [Length(max=100, message="不超过 100 字")])

    def days(self) -> list[date]:
        """The days from first to last; empty if they are in the wrong order or too many."""
        first: Any = self.first.data
        last: Any = self.last.data or first
        count = (last - first).days + 1
        return [first + timedelta(days=n) for n in range(count)] if 0 < count <= MAX_DAYS else []


class IssueForm(Form):
    print_until = DateField(
        "本人打印期限", [Optional()], description="不填为不限期。过期后只能由人事司打印。"
    )

    def until(self) -> date | None:
        value: Any = self.print_until.data
        return value if isinstance(value, date) else None


class HeldForm(Form):
    """What a certificate says that somebody holds in their hands."""

    name = StringField("姓名", [DataRequired("请填写姓名"), Length(max=50, message="不超过 50 字")])
    score = StringField("成绩", [DataRequired("请填写成绩"), Length(max=10, message="请填写分数")])
    level = SelectField(
        "等次",
        [InputRequired("请选择等次")],
        choices=options(
            [
                ("", "请选择"),
                *((each.label, each.label) for each in GradeLevel if each != GradeLevel.FAILED),
            ]
        ),
    )
