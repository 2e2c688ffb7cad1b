"""Who is told of what at which step. Pure.

Made from what is owed today and the log of what was told: a run that comes late, or twice, tells
what is still to be told and nothing else.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from core.labels import Labelled


class Step(Labelled):
    PERSON = "person", "到期前提醒本人"
    LIAISON = "liaison", "到期日提醒联络员"
    HEAD = "head", "逾期后报部门负责人"
    PRESSED = "pressed", "催办"


class Matter(Labelled):
    """What it is that people owe."""

    COURSE = "course", "课程"
    EXAM = "exam", "考试"
    TRAINING = "training", "任职与入职培训"
    CLAIM = "claim", "外出培训申报"
    SURVEY = "survey", "培训问卷"
    GROUP = "group", "中心组学习"


@dataclass(frozen=True)
class Ladder:
    """So many days before the due day the person, on it the liaison, so many after it the head."""

    before: int = 7
    after: int = 7
    #: Within how many days a liaison checks a claim.
    claim_days: int = 7
    valid_from: date = date(2000, 1, 1)
    id: int | None = None
    #: What it is for; None for everything that has no days of its own.
    matter: Matter | None = None
    #: From this version on the matter goes by the shared days again.
    follows: bool = False

    def day(self, step: Step, due_on: date) -> date:
        return due_on + timedelta(
            days={Step.PERSON: -self.before, Step.HEAD: self.after}.get(step, 0)
        )


@dataclass(frozen=True)
class Days:
    """The ladders that hold on a day: the shared one, and those of matters with days of their
    own."""

    shared: Ladder = field(default_factory=Ladder)
    own: Mapping[Matter, Ladder] = field(default_factory=dict)

    def of(self, matter: Matter) -> Ladder:
        return self.own.get(matter, self.shared)


def in_force(rules: Iterable[Ladder], day: date) -> Days:
    """The days that hold on a day: what was told before stays told, what comes goes by these."""
    known = sorted(
        (each for each in rules if each.valid_from <= day),
        key=lambda each: (each.valid_from, each.id or 0),
    )
    last = {each.matter: each for each in known}
    own = {matter: each for matter, each in last.items() if matter and not each.follows}
    return Days(last.get(None, Ladder()), own)


LADDER = (Step.PERSON, Step.LIAISON, Step.HEAD)


class Urgency(Labelled):
    NEAR = "near", "即将到期"
    OVERDUE = "overdue", "已逾期"


@dataclass(frozen=True)
class Owed:
    """Somebody owes something by a day."""

    person_id: int
    kind: str
    ref_id: int
    title: str
    due_on: date
    matter: Matter
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def label(self) -> str:
        return self.matter.label

    def urgency(self, today: date, days: Days) -> Urgency | None:
        """None for what is not near yet."""
        if today > self.due_on:
            return Urgency.OVERDUE
        near = days.of(self.matter).day(Step.PERSON, self.due_on)
        return Urgency.NEAR if today >= near else None


#: (recipient, subject, kind, ref, step, day): what the log holds each once.
Key = tuple[int, int, str, int, Step, date]


@dataclass(frozen=True)
class Notice:
    recipient_id: int
    owed: Owed
    step: Step
    day: date

    @property
    def key(self) -> Key:
        return (
            self.recipient_id, self.owed.person_id, self.owed.kind, self.owed.ref_id,
            self.step, self.day,
        )  # fmt: skip


@dataclass(frozen=True)
class Ring:
    """Who is told of what somebody owes besides the person: by unit."""

    unit_of: Mapping[int, int]
    liaisons: Mapping[int, Sequence[int]]
    heads: Mapping[int, Sequence[int]]

    def recipients(self, step: Step, person_id: int) -> Sequence[int]:
        if step in (Step.PERSON, Step.PRESSED):
            return [person_id]
        table = self.liaisons if step is Step.LIAISON else self.heads
        return table.get(self.unit_of.get(person_id, 0), ())


def to_tell(
    owed: Iterable[Owed], today: date, days: Days, ring: Ring, told: Collection[Key]
) -> list[Notice]:
    """What is to be told today: every step that has come and was not told."""
    known = set(told)
    found = []
    for notice in _all(owed, today, days, ring):
        if notice.key not in known:
            known.add(notice.key)
            found.append(notice)
    return found


def _all(owed: Iterable[Owed], today: date, days: Days, ring: Ring) -> Iterator[Notice]:
    for each in owed:
        ladder = days.of(each.matter)
        for step in LADDER:
            if ladder.day(step, each.due_on) <= today:
                for recipient in ring.recipients(step, each.person_id):
                    yield Notice(recipient, each, step, each.due_on)


def pressed(owed: Iterable[Owed], today: date, told: Collection[Key]) -> list[Notice]:
    """What a press tells the people themselves: each thing once a day."""
    known = set(told)
    notices = (Notice(each.person_id, each, Step.PRESSED, today) for each in owed)
    return [each for each in dict.fromkeys(notices) if each.key not in known]


def sentence(owed: Owed, today: date, name: str = "") -> str:
    """A line of a notice: 课程《……》应于 3月2日前完成，已逾期 3 天."""
    late = (today - owed.due_on).days
    state = f"已逾期 {late} 天" if late > 0 else ("今天到期" if late == 0 else f"还有 {-late} 天")
    who = f"{name}：" if name else ""
    return f"{who}{owed.label}“{owed.title}”，{owed.due_on:%Y-%m-%d} 前完成，{state}"
