"""Forms of sessions and of the people on their lists."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    DecimalField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput

from accounts.standing import RankGroup
from core import clock
from core.errors import Refused, reasons_of
from core.forms import Form
from exam.kinds import CandidateStatus, ExamKind, Release, ScorePolicy
from exam.marking.double_marking import Combining, Unit
from exam.sessions import asking
from exam.sessions.planning import SessionPlan

_NEEDED = InputRequired("此项必填")
_MARKS = NumberRange(0, 10_000, "应为 0 以上的分数")
_SHORT = Length(max=200, message="不超过 200 字")
_RELEASES = dict(Release.choices())
_MOMENT = "%Y-%m-%dT%H:%M"
USUAL_REMINDER = 48
#: What stands in a plan for what could not be read, where something has to.
_UNREAD: Mapping[str, Any] = {
    "exam_kind": ExamKind.ANNUAL.value,
    "opens_at": datetime(2000, 1, 1),  # noqa: DTZ001 - as typed
    "closes_at": datetime(2000, 1, 2),  # noqa: DTZ001
    "minutes": 1,
    "max_attempts": 1,
    "pass_score": Decimal(1),
    "excellent_score": Decimal(1),
    "score_policy": ScorePolicy.BEST.value,
    "score_release": Release.NEVER.value,
    "paper_release": Release.NEVER.value,
    "key_release": Release.NEVER.value,
    "tolerance_unit": Unit.MARKS.value,
    "mark_combining": Combining.MEAN.value,
}


def utc(local: datetime) -> datetime:
    """A time typed on a Shanghai clock, as a moment."""
    return local.replace(tzinfo=clock.LOCAL).astimezone(UTC)


class ArrangementForm(Form):
    """What may be changed until a session opens."""

    title = StringField("场次名称", [_NEEDED, Length(max=100, message="不超过 100 字")])
    exam_kind = SelectField("考试种类", choices=dict(ExamKind.choices()))
    opens_at = DateTimeLocalField("开始时间", [_NEEDED], format=_MOMENT)
    closes_at = DateTimeLocalField(
        "结束时间", [_NEEDED], format=_MOMENT, description="到此时间全部交卷（获准加时的除外）。"
    )
    minutes = IntegerField(
        "作答时长（分钟）",
        [_NEEDED, NumberRange(1, 600, "作答时长应为 1 至 600 分钟")],
        default=60,
        description="从各人点“开始作答”起算。",
    )
    max_attempts = IntegerField(
        "作答次数", [_NEEDED, NumberRange(1, 10, "作答次数应为 1 至 10 次")], default=1
    )
    score_policy = SelectField("多次作答取分", choices=dict(ScorePolicy.choices()))
    pass_score = DecimalField("合格线", [_NEEDED, _MARKS], places=None)
    excellent_score = DecimalField("优秀线", [_NEEDED, _MARKS], places=None)
    score_release = SelectField("自己的得分", choices=_RELEASES)
    paper_release = SelectField("自己的答卷与对错", choices=_RELEASES, default="after_close")
    key_release = SelectField("正确答案、解析与所引条文", choices=_RELEASES, default="after_close")
    recheck_days = IntegerField(
        "复核期限（工作日）",
        [Optional(), NumberRange(0, 60, "复核期限应为 0 至 60 个工作日")],
        default=5,
        description="公布后几日内可申请，受理后几日内答复；0 为不受理。",
    )
    shuffle_options = BooleanField("每人选项次序不同", default=True)
    on_paper = BooleanField("线下纸笔考试")
    shuffle_items = BooleanField("每人题目次序不同", default=False)
    avoid_exams = IntegerField(
        "避开最近几场考过的试题",
        [Optional(), NumberRange(0, 10, "避开的考试场数应为 0 至 10")],
        default=1,
        description="多套试卷或随机抽题时起作用；0 为不避开。",
    )
    double_marking = BooleanField("两人分别评阅（双评）")
    single_reason = StringField("不双评的理由", [_SHORT])
    mark_tolerance = DecimalField(
        "允许的分差", [Optional(), _MARKS], places=None, default=Decimal(20),
        description="两人给分相差超过它的，由第三人仲裁。",
    )  # fmt: skip
    tolerance_unit = SelectField(
        "分差的单位", choices=dict(Unit.choices()), default="by_hand",
        description="人评分值不含案例题中由系统评分的小题。",
    )  # fmt: skip
    mark_combining = SelectField("分差以内取分", choices=dict(Combining.choices()), default="mean")
    notice = TextAreaField(
        "考试说明", [Length(max=2000, message="不超过 2000 字")],
        description="显示在考生的考试须知里。",
    )  # fmt: skip
    makeup_from = DateTimeLocalField(
        "计划补考开始",
        [Optional()],
        format=_MOMENT,
        description="写入考试通知，建补考时作为开始时间。",
    )
    makeup_until = DateTimeLocalField("计划补考结束", [Optional()], format=_MOMENT)
    remind_hours = IntegerField(
        "结束前多少小时提醒",
        [Optional(), NumberRange(0, 720, "应为 0 至 720 小时")],
        default=USUAL_REMINDER,
        description="未开始作答的人在首页看到提醒，并列入催办单；填 0 为不提醒。",
    )

    def plan(self, *, person_ids: frozenset[int] | None = None) -> SessionPlan:
        """The plan of a validated form; of one that is not, with something in each faulty field."""
        value: Any = self.data | {name: _UNREAD.get(name) for name in self.errors}
        return SessionPlan(
            title=value["title"] or "",
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
            recheck_days=5 if value["recheck_days"] is None else value["recheck_days"],
            shuffle_options=value["shuffle_options"],
            on_paper=value["on_paper"],
            shuffle_items=value["shuffle_items"],
            avoid_exams=1 if value["avoid_exams"] is None else value["avoid_exams"],
            notice=value["notice"] or "",
            double_marking=value["double_marking"],
            single_reason="" if value["double_marking"] else (value["single_reason"] or "").strip(),
            mark_tolerance=Decimal(value["mark_tolerance"] or 0),
            tolerance_unit=Unit.of(value["tolerance_unit"]),
            mark_combining=Combining.of(value["mark_combining"]),
            makeup_from=utc(value["makeup_from"]) if value["makeup_from"] else None,
            makeup_until=utc(value["makeup_until"]) if value["makeup_until"] else None,
            remind_hours=USUAL_REMINDER if value["remind_hours"] is None else value["remind_hours"],
            unit_ids=frozenset(int(each) for each in value.get("unit_ids") or ()),
            rank_groups=frozenset(RankGroup.of(each) for each in value.get("rank_groups") or ()),
            person_ids=person_ids,
        )

    def note(self, refusal: Refused) -> None:
        """Show each reason of a refusal at the field that it belongs to, or above the form."""
        for each in reasons_of(refusal):
            if each.field in self.data:
                self[each.field].errors = [*self[each.field].errors, str(each)]
            else:
                self.form_errors.append(str(each))


class SessionForm(ArrangementForm):
    unit_ids = SelectMultipleField(
        "参考部门", choices={}, option_widget=CheckboxInput(),
        description="一个都不选，就是全局在册人员。",
    )  # fmt: skip
    rank_groups = SelectMultipleField(
        "职级范围", choices=dict(RankGroup.choices()), option_widget=CheckboxInput(),
        description="一个都不选，就是不限职级。",
    )  # fmt: skip

    named = TextAreaField(
        "指定人员", [Length(max=50_000, message="不超过 50000 字")],
        description="一行一人，写工号或姓名，可从表格粘贴；不填就按上面的范围。任前考试请在此列出拟任人员。",
    )  # fmt: skip

    def offer_units(self, units: Mapping[int, str]) -> None:
        self.unit_ids.choices = {str(unit_id): name for unit_id, name in units.items()}


class RearrangementForm(ArrangementForm):
    #: The mark of what was shown (core.meanwhile).
    seen = HiddenField()


class MakeupForm(ArrangementForm):
    """A makeup calls who was absent, failed or deferred; there is no scope to choose."""


class ReasonForm(Form):
    reason = StringField("理由", [DataRequired("请写明理由"), _SHORT])


class CancelForm(ReasonForm):
    pass


class EndForm(ReasonForm):
    pass


class StatusForm(Form):
    status = SelectField("状态", choices=dict(CandidateStatus.choices()))
    reason = StringField("理由", [_SHORT])

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if good and self.chosen() is not CandidateStatus.DUE and not self.reason.data:
            self.reason.errors = ["免考、缓考须写明理由"]
            return False
        return good

    def chosen(self) -> CandidateStatus:
        return CandidateStatus.of(self.status.data)


class MinutesForm(ReasonForm):
    minutes = IntegerField(
        "共加时（分钟）", [_NEEDED, NumberRange(0, 300, "加时应为 0 至 300 分钟")]
    )

    def amount(self) -> int:
        value: Any = self.minutes.data
        return int(value)


class AidForm(ReasonForm):
    """What somebody is helped with besides time."""

    large_print = BooleanField("大字版")
    aid = StringField(
        "其他便利",
        [Length(max=asking.LONGEST_AID, message=f"不超过 {asking.LONGEST_AID} 字")],
        description="例如：由工作人员读题、使用屏幕朗读软件、单独考场；不再给予的，清空。",
    )


class ExtendForm(Form):
    closes_at = DateTimeLocalField("新的结束时间", [_NEEDED], format=_MOMENT)

    def moment(self) -> datetime:
        value: Any = self.closes_at.data
        return utc(value)
