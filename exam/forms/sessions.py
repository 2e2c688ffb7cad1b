"""Forms of sessions."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    DecimalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from core import clock
from core.errors import Refused
from core.forms import Form
from exam.kinds import CandidateStatus, ExamKind, Release, ScorePolicy
from exam.planning import SessionPlan

_NEEDED = InputRequired("此项必填")
_RELEASES = dict(Release.choices())


def utc(local: datetime) -> datetime:
    """A time typed on a Shanghai clock, as a moment."""
    return local.replace(tzinfo=clock.LOCAL).astimezone(UTC)


class SessionForm(Form):
    title = StringField("场次名称", [_NEEDED, Length(max=100, message="不超过 100 字")])
    exam_kind = SelectField("考试种类", choices=dict(ExamKind.choices()))
    form_id = SelectField("试卷", [_NEEDED], description="只列出已封存的试卷")
    opens_at = DateTimeLocalField("开始时间", [_NEEDED], format="%Y-%m-%dT%H:%M")
    closes_at = DateTimeLocalField("结束时间", [_NEEDED], format="%Y-%m-%dT%H:%M")
    minutes = IntegerField("作答时长（分钟）", [_NEEDED, NumberRange(1, 600)], default=60)
    max_attempts = IntegerField("作答次数", [_NEEDED, NumberRange(1, 10)], default=1)
    score_policy = SelectField("多次作答取分", choices=dict(ScorePolicy.choices()))
    pass_score = DecimalField("合格线", [_NEEDED], default=Decimal(60))
    excellent_score = DecimalField("优秀线", [_NEEDED], default=Decimal(90))
    score_release = SelectField("成绩", choices=dict(Release.choices()))
    paper_release = SelectField(
        "答卷与对错", choices=dict(Release.choices()), default="after_close"
    )
    key_release = SelectField("答案与解析", choices=dict(Release.choices()), default="after_close")
    shuffle_options = BooleanField("每人选项次序不同", default=True)
    unit_ids = SelectMultipleField("参考部门", [Optional()], description="不选即全局在册人员")
    notice = TextAreaField("考试说明", [Length(max=2000, message="不超过 2000 字")])

    def plan(self) -> SessionPlan:
        """The plan of a validated form."""
        value: Any = self.data
        return SessionPlan(
            title=value["title"],
            exam_kind=ExamKind.of(value["exam_kind"]),
            opens_at=utc(value["opens_at"]),
            closes_at=utc(value["closes_at"]),
            minutes=value["minutes"],
            pass_score=value["pass_score"],
            excellent_score=value["excellent_score"],
            max_attempts=value["max_attempts"],
            score_policy=ScorePolicy.of(value["score_policy"]),
            score_release=Release.of(value["score_release"]),
            paper_release=Release.of(value["paper_release"]),
            key_release=Release.of(value["key_release"]),
            shuffle_options=value["shuffle_options"],
            notice=value["notice"] or "",
            unit_ids=frozenset(int(each) for each in value["unit_ids"] or ()),
        )

    def note(self, refusal: Refused) -> None:
        """Show a refusal at the field that it belongs to."""
        name = {"form": "form_id"}.get(refusal.field or "", refusal.field or "title")
        self[name if name in self.data else "title"].errors = [str(refusal)]


class StatusForm(Form):
    status = SelectField("状态", choices=dict(CandidateStatus.choices()))
    reason = StringField("理由", [Length(max=200, message="不超过 200 字")])

    def chosen(self) -> CandidateStatus:
        return CandidateStatus.of(self.status.data)


class ExtendForm(Form):
    closes_at = DateTimeLocalField("新的结束时间", [_NEEDED], format="%Y-%m-%dT%H:%M")

    def moment(self) -> datetime:
        value: Any = self.closes_at.data
        return utc(value)
