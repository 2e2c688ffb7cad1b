"""Plan against what was done. Pure: everything counted is a set of people or a list of classes,
so that each number can be opened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.figures import rate
from core.labels import Labelled
from courses.hours.pace import Elapsed, elapsed


class ItemState(Labelled):
    DONE = "done", "已完成"
    UNDER_WAY = "under_way", "办理中"
    LATE = "late", "逾期未办"
    AHEAD = "ahead", "未到期"


@dataclass(frozen=True)
class Held:
    """A class that was published and not called off."""

    id: int
    item_key: int | None
    concluded: bool
    completed: frozenset[int]
    #: Of its timetable, by category ("" for none of them).
    hours: Mapping[str, Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.hours.values(), Decimal(0))


@dataclass(frozen=True)
class Planned:
    key: int
    #: The last day on which it is in time.
    due_on: date
    people: int
    hours: Decimal
    category: str


@dataclass(frozen=True)
class Progress:
    """What came of one item."""

    planned: Planned
    classes: Sequence[Held]
    state: ItemState

    @property
    def people(self) -> frozenset[int]:
        return frozenset().union(*(each.completed for each in self.classes))

    @property
    def people_rate(self) -> Decimal | None:
        return rate(len(self.people), self.planned.people)

    @property
    def hours(self) -> Decimal:
        return sum((each.total for each in self.classes if each.concluded), Decimal(0))


def progress(planned: Planned, held: Collection[Held], today: date) -> Progress:
    found = [each for each in held if each.item_key == planned.key]
    if any(each.concluded for each in found):
        state = ItemState.DONE
    elif today > planned.due_on:
        state = ItemState.LATE
    else:
        state = ItemState.UNDER_WAY if found else ItemState.AHEAD
    return Progress(planned, found, state)


@dataclass(frozen=True)
class Execution:
    """计划执行率: items done of those that are due, and of all."""

    done: int
    done_due: int
    due: int
    all: int

    @property
    def rate(self) -> Decimal | None:
        return rate(self.done_due, self.due)

    @property
    def whole_rate(self) -> Decimal | None:
        return rate(self.done, self.all)


def execution(items: Collection[Progress], today: date) -> Execution:
    due = [each for each in items if today > each.planned.due_on]
    return Execution(
        done=sum(each.state is ItemState.DONE for each in items),
        done_due=sum(each.state is ItemState.DONE for each in due),
        due=len(due),
        all=len(items),
    )


@dataclass(frozen=True)
class Share:
    """Part of the hours that is about something."""

    category: str
    hours: Decimal
    total: Decimal

    @property
    def rate(self) -> Decimal | None:
        return rate(self.hours, self.total)

    def meets(self, wanted: int | None) -> bool | None:
        """None where nothing is asked or nothing was held."""
        if wanted is None or not self.total:
            return None
        return self.hours * 100 >= wanted * self.total


def planned_share(category: str, items: Collection[Planned]) -> Share:
    return Share(
        category,
        sum((each.hours for each in items if each.category == category), Decimal(0)),
        sum((each.hours for each in items), Decimal(0)),
    )


def held_share(category: str, held: Collection[Held]) -> Share:
    """Of the classes that were concluded."""
    over = [each for each in held if each.concluded]
    return Share(
        category,
        sum((each.hours.get(category, Decimal(0)) for each in over), Decimal(0)),
        sum((each.total for each in over), Decimal(0)),
    )


class TargetState(Labelled):
    """A target whose time is not over is not missed."""

    REACHED = "reached", "达到"
    AHEAD = "ahead", "未开始"
    PACED = "paced", "进行中，按进度"
    BEHIND = "behind", "进行中，慢于进度"
    MISSED = "missed", "未达到"


@dataclass(frozen=True)
class Reach:
    """People of an audience, those who took part in a class, those who have the hours, and those
    who have what is asked by now."""

    people: frozenset[int]
    trained: frozenset[int]
    reached: frozenset[int]
    paced: frozenset[int]
    percent: int
    #: Hours that are asked of each by now, and of what part of the plan's time.
    asked: Decimal
    time: Elapsed
    over: bool

    @property
    def rate(self) -> Decimal | None:
        return rate(len(self.reached), len(self.people))

    @property
    def trained_rate(self) -> Decimal | None:
        return rate(len(self.trained), len(self.people))

    @property
    def met(self) -> bool | None:
        if not self.people:
            return None
        return self._enough(self.reached)

    def _enough(self, some: Collection[int]) -> bool:
        return len(some) * 100 >= self.percent * len(self.people)

    @property
    def paced_rate(self) -> Decimal | None:
        return rate(len(self.paced), len(self.people))

    @property
    def state(self) -> TargetState | None:
        """None where there is nobody."""
        if self.met is None:
            return None
        if self.met:
            return TargetState.REACHED
        if self.over:
            return TargetState.MISSED
        if not self.time.gone:
            return TargetState.AHEAD
        return TargetState.PACED if self._enough(self.paced) else TargetState.BEHIND


def reach(
    people: Collection[int],
    *,
    wanted: Decimal,
    percent: int,
    hours: Mapping[int, Decimal],
    trained: Collection[int],
    span: tuple[date, date],
    today: date,
) -> Reach:
    """``hours``: accredited concentrated hours in the time of the plan, by person."""
    time, nothing = elapsed(*span, today), Decimal(0)
    return Reach(
        frozenset(people),
        frozenset(each for each in people if each in trained),
        frozenset(each for each in people if hours.get(each, nothing) >= wanted),
        frozenset(each for each in people if time.kept(hours.get(each, nothing), wanted)),
        percent,
        time.part(wanted),
        time,
        span[1] < today,
    )
