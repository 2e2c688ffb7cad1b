"""The invigilators' board (监考看板): where everybody on a session's list is right now. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.labels import Labelled
from exam.attempts import contact
from exam.kinds import CandidateStatus, EventKind


class Presence(Labelled):
    OUT = "out", "未进入"
    IN = "in", "正在作答"
    LOST = "lost", "失去联系"
    COLLECTING = "collecting", "正在收卷"
    DONE = "done", "已交卷"
    VOIDED = "voided", "成绩无效"
    EXCUSED = "excused", "免考、缓考"


class Mark(Labelled):
    """What invigilators may want to see the people of."""

    LEFT = "left", "离开过页面"
    LOSSES = "losses", "失去过联系"
    DEVICES = "devices", "换过设备"
    REFUSED = "refused", "进入被拒"
    EXTRA = "extra", "有加时"


@dataclass(frozen=True)
class Place:
    """Somebody on the list with their latest attempt, as the database has it."""

    candidate_id: int
    person_id: int
    name: str
    staff_number: str
    unit: str
    status: CandidateStatus
    extra_minutes: int
    attempt_id: int | None = None
    started_at: datetime | None = None
    deadline: datetime | None = None
    submitted_at: datetime | None = None
    voided_at: datetime | None = None
    #: The last sign of life.
    seen_at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """A line of the board."""

    place: Place
    presence: Presence
    leaves: int
    losses: int
    devices: int
    refusals: int

    @property
    def marks(self) -> set[Mark]:
        found = {
            Mark.LEFT: self.leaves,
            Mark.LOSSES: self.losses,
            Mark.DEVICES: self.devices,
            Mark.REFUSED: self.refusals,
            Mark.EXTRA: self.place.extra_minutes,
        }
        return {mark for mark, count in found.items() if count}


def presence(place: Place, *, paused: bool, at: datetime) -> Presence:
    """While the clock stands nobody is lost: pages may be closed on purpose."""
    if place.voided_at is not None:
        return Presence.VOIDED
    if place.submitted_at is not None:
        return Presence.DONE
    if place.deadline is None or place.started_at is None:
        due = place.status is CandidateStatus.DUE
        return Presence.OUT if due else Presence.EXCUSED
    if place.deadline <= at:
        return Presence.COLLECTING
    seen = max(filter(None, (place.started_at, place.seen_at)))
    return Presence.LOST if not paused and contact.is_lost(seen, at) else Presence.IN


def lines(
    places: Iterable[Place],
    events: Mapping[tuple[int, EventKind], int],
    refusals: Mapping[int, int],
    *,
    paused: bool,
    at: datetime,
) -> list[Line]:
    """``events``: how many by attempt and kind; ``refusals``: by person."""
    return [
        Line(
            place=each,
            presence=presence(each, paused=paused, at=at),
            leaves=events.get((each.attempt_id or 0, EventKind.LEFT_PAGE), 0),
            losses=events.get((each.attempt_id or 0, EventKind.LOST_CONTACT), 0),
            devices=events.get((each.attempt_id or 0, EventKind.TAKEN_OVER), 0),
            refusals=refusals.get(each.person_id, 0),
        )
        for each in places
    ]


def wanted(
    found: Sequence[Line], *, text: str = "", unit: str = "", where: str = "", mark: str = ""
) -> list[Line]:
    """The lines that the filters of the board let through."""
    chosen = Mark.by_label(mark)
    return [
        line
        for line in found
        if (not text or text in line.place.name or text.upper() in line.place.staff_number)
        and unit in ("", line.place.unit)
        and where in ("", line.presence.value)
        and (chosen is None or chosen in line.marks)
    ]


def counts(found: Iterable[Line]) -> dict[str, int]:
    """How many there are of each presence and each mark, by value."""
    tally: Counter[str] = Counter({each.value: 0 for each in (*Presence, *Mark)})
    for line in found:
        tally[line.presence.value] += 1
        tally.update(mark.value for mark in line.marks)
    return dict(tally)
