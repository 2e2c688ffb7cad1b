"""A session as 人事司 plans it, before it is a row. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from exam.kinds import ExamKind, Release, ScorePolicy


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
    shuffle_options: bool = True
    notice: str = ""
    #: Statistics units whose people are to sit; everybody on the roster if empty.
    unit_ids: Collection[int] = ()


@dataclass(frozen=True)
class Fault:
    field: str
    message: str


def faults(plan: SessionPlan, *, total: Decimal) -> list[Fault]:
    """What is wrong with a plan for a form of so many marks, by field."""
    checks = [
        (plan.opens_at < plan.closes_at, "closes_at", "结束时间应晚于开始时间"),
        (1 <= plan.minutes <= 600, "minutes", "作答时长应为 1 至 600 分钟"),
        (1 <= plan.max_attempts <= 10, "max_attempts", "作答次数应为 1 至 10 次"),
        (0 < plan.pass_score <= total, "pass_score", f"合格线应大于 0 且不超过总分 {total:f}"),
        (
            plan.pass_score <= plan.excellent_score <= total,
            "excellent_score",
            f"优秀线应不低于合格线且不超过总分 {total:f}",
        ),
    ]
    if plan.exam_kind is not ExamKind.PRACTICE:
        early = "他人仍在作答时不得公开，请选择场次结束后或公布后"
        checks += [
            (plan.paper_release is not Release.AT_SUBMIT, "paper_release", early),
            (plan.key_release is not Release.AT_SUBMIT, "key_release", early),
        ]
    return [Fault(field, message) for sound, field, message in checks if not sound]
