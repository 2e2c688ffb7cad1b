"""How study time is credited: by the server's clock alone. Pure.

An open lesson page gives a sign of life now and then; a sign credits the time since the last one.
Each person has one clock, standing at their last sign in whatever lesson, so the intervals that
are credited never overlap: replays, several tabs and a wrong clock on the reader's computer gain
nothing, and nobody is ever credited more time than went by.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core import clock


@dataclass(frozen=True)
class StudyRules:
    """The parameters, set by the operator (core.config)."""

    #: A page that stays silent for longer is credited this much and no more.
    longest_gap: timedelta = timedelta(seconds=90)
    #: The most that a person is credited on one day.
    daily_limit: timedelta = timedelta(hours=8)
    #: Percent of a lesson's planned minutes that completing it takes.
    share: int = 60

    def needed(self, minutes: int) -> int:
        """Seconds of credited time that completing a lesson of so many planned minutes takes."""
        return -(-minutes * 60 * self.share // 100)


@dataclass(frozen=True)
class Credit:
    """What a sign of life is worth, and where it leaves the person's clock."""

    seconds: int
    seen_at: datetime
    #: The day's limit cut it short.
    limited: bool = False


def credit(*, seen_at: datetime, at: datetime, today: int, rules: StudyRules) -> Credit:
    """The credit for the time from ``seen_at`` to ``at``, ``today`` seconds being credited so far.

    Whole seconds are credited and the clock moves on by just these, so that frequent signs lose
    no fractions. The clock never goes back: a server whose time was set back credits nothing
    until it has caught up.
    """
    gap = at - seen_at
    if gap < timedelta(seconds=1):
        return Credit(0, seen_at)
    seconds = int(min(gap, rules.longest_gap).total_seconds())
    left = max(0, int(rules.daily_limit.total_seconds()) - today)
    if seconds > left:
        return Credit(left, at, limited=True)
    return Credit(seconds, at if gap > rules.longest_gap else seen_at + timedelta(seconds=seconds))


@dataclass(frozen=True)
class Passage:
    """One person's passage through a lesson as another system recorded it."""

    person_id: int
    lesson_id: int
    opened_at: datetime
    #: The last sign of life.
    seen_at: datetime
    #: Study time credited between the two.
    seconds: int
    completed: bool

    @property
    def day(self) -> date:
        return clock.local(self.opened_at).date()


def faults(
    passages: Sequence[Passage], *, minutes: Mapping[int, int], rules: StudyRules, at: datetime
) -> list[str]:
    """What keeps passages from being believed, measured by the rules for everybody else.

    ``minutes`` are the planned minutes by lesson.
    """
    return [
        *_impossible(passages, at),
        *(
            f"{each.day} 课时 {each.lesson_id}：学习时间不足，不能计为完成"
            for each in passages
            if each.completed and each.seconds < rules.needed(minutes[each.lesson_id])
        ),
        *_simultaneous(passages),
        *(
            f"{day}：人员 {person_id} 的学习时间超过每日上限"
            for (person_id, day), seconds in by_day(passages).items()
            if seconds > rules.daily_limit.total_seconds()
        ),
    ]


def _impossible(passages: Iterable[Passage], at: datetime) -> Iterator[str]:
    for each in passages:
        if not 0 <= each.seconds <= (each.seen_at - each.opened_at).total_seconds():
            yield f"{each.day} 课时 {each.lesson_id}：学习时间长于页面打开的时间"
        if each.seen_at > at:
            yield f"{each.day} 课时 {each.lesson_id}：时间在将来"


def _simultaneous(passages: Iterable[Passage]) -> Iterator[str]:
    ends: dict[int, datetime] = {}
    for each in sorted(passages, key=lambda passage: (passage.person_id, passage.opened_at)):
        if each.opened_at < ends.get(each.person_id, each.opened_at):
            yield f"{each.day}：人员 {each.person_id} 同一时间在学两个课时"
        ends[each.person_id] = max(each.seen_at, ends.get(each.person_id, each.seen_at))


def by_day(passages: Iterable[Passage]) -> dict[tuple[int, date], int]:
    """Seconds by person and day."""
    found: dict[tuple[int, date], int] = {}
    for each in passages:
        key = (each.person_id, each.day)
        found[key] = found.get(key, 0) + each.seconds
    return found
