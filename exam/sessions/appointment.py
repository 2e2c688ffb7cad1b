"""任前考试 and the year after an appointment. Pure."""

from dataclasses import dataclass
from datetime import date

from core.labels import Labelled
from exam.results.outcomes import Outcome
from exam.sessions.standing import Standing

#: So many days after the year is over somebody who is late stays on the list.
KEPT_DAYS = 180


def due_on(post_since: date) -> date:
    """The last day of the year in which the exam and the training of a post are to be passed."""
    try:
        return post_since.replace(year=post_since.year + 1)
    except ValueError:  # 29 February
        return date(post_since.year + 1, 2, 28)


@dataclass(frozen=True)
class Countdown:
    """Where somebody stands in the year after the appointment."""

    due_on: date
    days_left: int

    @property
    def overdue(self) -> bool:
        return self.days_left < 0


def countdown(post_since: date, today: date) -> Countdown:
    due = due_on(post_since)
    return Countdown(due, (due - today).days)


class Verdict(Labelled):
    """What an appointee's exam and makeup come to."""

    WAITING = "waiting", "尚无结果"
    PASSED = "passed", "合格"
    EXEMPT = "exempt", "免考"
    MAKEUP = "makeup", "待补考（只补考一次）"
    REPORT = "report", "两次未合格，报干部管理部门"
    VOIDED = "voided", "成绩无效"


#: Standings in which a sitting is over without a pass, if it was not passed.
_MISSED = {Standing.ABSENT, Standing.VOIDED, Standing.DONE}


def verdict(first: tuple[Standing, Outcome], makeup: tuple[Standing, Outcome] | None) -> Verdict:
    """The verdict on the first sitting and the makeup, if the person is on the list of one."""
    where, found = first
    if found.passed or (makeup and makeup[1].passed):
        return Verdict.PASSED
    if Standing.EXEMPT in (where, makeup[0] if makeup else None):
        return Verdict.EXEMPT
    if where not in _MISSED | {Standing.DEFERRED}:
        return Verdict.WAITING
    if makeup is None:
        # Whose score was voided is called to no makeup.
        return Verdict.VOIDED if where is Standing.VOIDED else Verdict.MAKEUP
    if makeup[0] not in _MISSED:
        return Verdict.MAKEUP
    # Who was deferred has sat once only and may be called again.
    return Verdict.MAKEUP if where is Standing.DEFERRED else Verdict.REPORT
