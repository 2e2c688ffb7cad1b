"""A session as 人事司 plans it, before it is a row. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from accounts.standing import Line, RankGroup
from core import figures
from exam.kinds import ExamKind, Release, ScorePolicy
from exam.marking.double_marking import Combining, Scheme, Unit
from exam.results import review

SATURDAY = 5
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class SessionPlan:
    title: str
    exam_kind: ExamKind
    opens_at: datetime
    closes_at: datetime
    minutes: int
    pass_score: Decimal
    excellent_score: Decimal
    max_attempts: int = 1
    score_policy: ScorePolicy = ScorePolicy.BEST
    score_release: Release = Release.AT_SUBMIT
    paper_release: Release = Release.AFTER_CLOSE
    key_release: Release = Release.AFTER_CLOSE
    #: Working days for asking for a recheck and for answering it; 0 for none.
    recheck_days: int = 5
    shuffle_options: bool = True
    #: Sat on paper; scores are entered afterwards.
    on_paper: bool = False
    shuffle_items: bool = False
    #: Exams before whose items are kept from those who met them, where it can be done.
    avoid_exams: int = 1
    notice: str = ""
    #: exam.marking.double_marking; says nothing for forms that machines score.
    double_marking: bool = False
    #: Why one person marks alone though two could.
    single_reason: str = ""
    mark_tolerance: Decimal = Decimal(20)
    tolerance_unit: Unit = Unit.BY_HAND
    mark_combining: Combining = Combining.MEAN
    #: When a makeup is planned, if it is.
    makeup_from: datetime | None = None
    makeup_until: datetime | None = None
    #: So many hours before the end who has not begun is reminded; 0 for never.
    remind_hours: int = 48
    #: Statistics units whose people are to sit; everybody on the roster if empty.
    unit_ids: Collection[int] = ()
    #: Rank groups that are to sit; all if empty.
    rank_groups: Collection[RankGroup] = ()
    #: Only these people (a makeup); None for no such limit.
    person_ids: Collection[int] | None = None

    @property
    def scheme(self) -> Scheme:
        return Scheme(
            self.double_marking, self.mark_tolerance, self.tolerance_unit, self.mark_combining
        )

    def calls(self, *, person_id: int, unit_id: int, rank_group: RankGroup, line: Line) -> bool:
        """Whether somebody who stands so on the roster is to sit."""
        return (
            line is not Line.EXCLUDED
            and (not self.unit_ids or unit_id in self.unit_ids)
            and (not self.rank_groups or rank_group in self.rank_groups)
            and (self.person_ids is None or person_id in self.person_ids)
        )


@dataclass(frozen=True)
class Fault:
    #: Where it is shown.
    field: str
    message: str
    #: Further fields that it rests on.
    beside: tuple[str, ...] = ()

    def rests_on(self, fields: Collection[str]) -> bool:
        return self.field in fields or any(each in fields for each in self.beside)


def faults(plan: SessionPlan, *, total: Decimal) -> list[Fault]:
    """Everything that is wrong with a plan for a form of so many marks, by field."""
    checks = [*_of_time(plan), *_of_marks(plan, total), *_of_release(plan)]
    return [fault for sound, fault in checks if not sound]


_Check = tuple[bool, Fault]


def _of_time(plan: SessionPlan) -> list[_Check]:
    span = plan.closes_at - plan.opens_at
    begins, ends = plan.makeup_from, plan.makeup_until
    return [
        (span > timedelta(0), Fault("closes_at", "结束时间应晚于开始时间", ("opens_at",))),
        (
            span <= timedelta(0) or span >= timedelta(minutes=plan.minutes),
            Fault(
                "closes_at",
                "开放时间短于作答时长，请推迟结束时间或缩短时长",
                ("opens_at", "minutes"),
            ),
        ),
        (1 <= plan.minutes <= 600, Fault("minutes", "作答时长应为 1 至 600 分钟")),
        (0 <= plan.recheck_days <= 60, Fault("recheck_days", "复核期限应为 0 至 60 个工作日")),
        (
            (begins is None) == (ends is None),
            Fault("makeup_from", "补考开始和结束时间应同时填写", ("makeup_until",)),
        ),
        (
            begins is None or begins >= plan.closes_at,
            Fault("makeup_from", "补考应在本场次结束以后", ("closes_at",)),
        ),
        (
            begins is None or ends is None or begins < ends,
            Fault("makeup_until", "补考结束时间应晚于开始时间", ("makeup_from",)),
        ),
        (0 <= plan.remind_hours <= 720, Fault("remind_hours", "提醒应为结束前 0 至 720 小时")),
    ]


def _of_marks(plan: SessionPlan, total: Decimal) -> list[_Check]:
    percent = plan.tolerance_unit is not Unit.MARKS
    most = Decimal(100) if percent else total
    told = f"{figures.plain(most)}{'%' if percent else ' 分'}"
    excellent = f"优秀线应不低于合格线且不超过总分 {figures.plain(total)}"
    return [
        (1 <= plan.max_attempts <= 10, Fault("max_attempts", "作答次数应为 1 至 10 次")),
        (
            plan.max_attempts == 1 or not plan.on_paper,
            Fault("max_attempts", "线下考试只有一次，作答次数请填 1；缺考、不合格的另建补考"),
        ),
        (0 <= plan.avoid_exams <= 10, Fault("avoid_exams", "避开的考试场数应为 0 至 10")),
        (
            0 < plan.pass_score <= total,
            Fault("pass_score", f"合格线应大于 0 且不超过总分 {figures.plain(total)}"),
        ),
        (
            plan.pass_score <= plan.excellent_score <= total,
            Fault("excellent_score", excellent, ("pass_score",)),
        ),
        (
            0 <= plan.mark_tolerance <= most,
            Fault("mark_tolerance", f"双评允许的分差应为 0 至 {told}", ("tolerance_unit",)),
        ),
    ]


def _of_release(plan: SessionPlan) -> list[_Check]:
    score, paper = (
        review.opens(each, on_paper=plan.on_paper)
        for each in (plan.score_release, plan.paper_release)
    )
    told = f"答卷逐题写明得分，不能比得分先开放（得分：{score.label}）"
    checks = [
        (
            review.later(score, paper) is paper,
            Fault("paper_release", told, ("score_release",)),
        )
    ]
    if plan.exam_kind is not ExamKind.PRACTICE:
        early = "他人仍在作答时不得公开，请选择场次结束后或公布后"
        checks += [
            (release is not Release.AT_SUBMIT, Fault(field, early, ("exam_kind",)))
            for field, release in (
                ("paper_release", plan.paper_release),
                ("key_release", plan.key_release),
            )
        ]
    return checks


def makeup_title(title: str, before: int) -> str:
    """What the makeup of a session is called that has had so many before."""
    return f"{title}第{_NUMERALS[before]}次补考" if 0 < before < len(_NUMERALS) else f"{title}补考"


def usual_window(at: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The window that a new session begins with: the next three working days, from 9 to 18.

    On the clock of ``zone``. Public holidays are for the planner to know.
    """
    first = _working_day_after(at.astimezone(zone).date())
    last = _working_day_after(_working_day_after(first))
    return datetime.combine(first, time(9), zone), datetime.combine(last, time(18), zone)


def _working_day_after(day: date) -> date:
    day += timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


#: So many people mark each answer in words, where there are as many.
TWO = 2


def marking_fault(plan: SessionPlan, *, markers: int) -> Fault | None:
    """What is wrong with one marker alone: two are to mark wherever two can, unless it is said why
    not. ``markers``: how many may mark what persons mark of the papers."""
    two = plan.double_marking or plan.on_paper or markers < TWO
    if two or plan.single_reason.strip():
        return None
    told = f"有 {markers} 位阅卷人可评，主观题默认双评；只由一人评阅的，请写明理由"
    return Fault("single_reason", told)


def marking_in_words(scheme: Scheme, single_reason: str = "") -> str:
    """How answers in words are marked, in one sentence."""
    if not scheme.double:
        why = f"（不双评的理由：{single_reason}）" if single_reason else ""
        return f"主观题由一人评阅{why}。"
    apart = f" {figures.plain(scheme.tolerance)} 分"
    if scheme.unit is not Unit.MARKS:
        whole = "人评分值" if scheme.unit is Unit.BY_HAND else "本题分值"
        apart = f"{whole}的 {figures.plain(scheme.tolerance)}%"
    counts = f"分差不超过{apart}的{scheme.combining.label}，超过的由第三人仲裁"
    return f"主观题由两人分别匿名评阅；{counts}。"


_WHEN = {
    Release.AT_SUBMIT: "考生交卷后立即",
    Release.AFTER_CLOSE: "场次结束后考生",
    Release.ON_PUBLICATION: "公布成绩后考生",
}


def policy_in_words(score: Release, paper: Release, key: Release) -> list[str]:
    """What candidates will see and when, one sentence each."""
    parts = ((score, "自己的得分"), (paper, "自己的答卷和对错"), (key, "正确答案、解析和所引条文"))
    return [
        f"考生不能看到{what}。" if when is Release.NEVER else f"{_WHEN[when]}可以看到{what}。"
        for when, what in parts
    ]
