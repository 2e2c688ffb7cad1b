"""Training that has to be done by a day: 初任、任职、补训. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.standing import DutyStatus, LeaderLevel
from core.labels import Labelled
from courses.hours.kinds import TrainingKind

#: How long after it passed a deadline that nobody met is still listed.
KEEP = timedelta(days=365)
#: Appointment training within so many days; training of the year before counts, too.
APPOINTMENT = timedelta(days=365)
SOON = timedelta(days=60)


class DeadlineKind(Labelled):
    INITIAL = "initial", "初任培训"
    APPOINTMENT = "appointment", "任职培训"
    CATCH_UP = "catch_up", "提任补训"


class DeadlineState(Labelled):
    OPEN = "open", "进行中"
    SOON = "soon", "即将到期"
    OVERDUE = "overdue", "已逾期"
    DONE = "done", "已完成"


@dataclass(frozen=True)
class Done:
    """Somebody completed training of a kind; classes and claims both say so."""

    person_id: int
    kind: TrainingKind
    on: date
    what: str = ""


@dataclass(frozen=True)
class Deadline:
    kind: DeadlineKind
    since: date
    due_on: date
    done_on: date | None = None
    what: str = ""

    def state(self, today: date) -> DeadlineState:
        if self.done_on is not None:
            return DeadlineState.DONE
        if today > self.due_on:
            return DeadlineState.OVERDUE
        soon = self.due_on - today <= SOON
        return DeadlineState.SOON if soon else DeadlineState.OPEN

    def days_left(self, today: date) -> int:
        return (self.due_on - today).days

    def is_listed(self, today: date) -> bool:
        return is_listed(self.due_on, today)


def is_listed(due_on: date, today: date) -> bool:
    """Whether a deadline, met or not, is not too long past to be told of."""
    return due_on + KEEP >= today


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the month's last day where it has no such day."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    last = date((count + 1) // 12, (count + 1) % 12 + 1, 1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def initial(
    joined_on: date, first_status: DutyStatus, months: int, done: Iterable[Done]
) -> Deadline | None:
    """Initial training within probation, for those who were newly recruited."""
    if first_status is not DutyStatus.NEWLY_RECRUITED:
        return None
    met = _first(done, TrainingKind.INITIAL, joined_on)
    return _deadline(DeadlineKind.INITIAL, joined_on, months_later(joined_on, months), met)


def appointment(
    post_since: date | None, level: LeaderLevel | None, done: Iterable[Done]
) -> Deadline | None:
    """Appointment training before, or within a year after, coming to a leading post."""
    if post_since is None or level is None:
        return None
    met = _first(done, TrainingKind.APPOINTMENT, post_since - APPOINTMENT)
    return _deadline(DeadlineKind.APPOINTMENT, post_since, post_since + APPOINTMENT, met)


def _first(done: Iterable[Done], kind: TrainingKind, since: date) -> Done | None:
    own = [each for each in done if each.kind is kind and each.on >= since]
    return min(own, key=lambda each: each.on, default=None)


def _deadline(kind: DeadlineKind, since: date, due_on: date, met: Done | None) -> Deadline:
    return Deadline(kind, since, due_on, met.on if met else None, met.what if met else "")
