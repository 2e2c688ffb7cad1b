"""What a member of a study group has to do, derived from the lists. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from study.group.kinds import Presence

#: Within how many days of a session an absence is explained, and what was missed made up.
EXPLAIN_WITHIN, MAKE_UP_WITHIN = timedelta(days=7), timedelta(days=30)

#: How long before it a session is on the home page, and how long afterwards its loose ends are.
AHEAD, BEHIND = timedelta(days=30), timedelta(days=180)


class Need(Enum):
    ATTEND = "参加学习"
    SIGN = "现在签到"
    READ = "阅读材料"
    OUTLINE = "提交发言提纲"
    EXPLAIN = "说明缺席原因"
    MAKE_UP = "补学"


@dataclass(frozen=True)
class Standing:
    """Somebody's line at one session."""

    line_id: int
    meeting_id: int
    topic: str
    starts_at: datetime
    ends_at: datetime
    place: str
    closed: bool
    presence: Presence
    makeup_handed_in: bool
    makeup_confirmed: bool
    unread: int
    #: Their own speech whose outline is still to be handed in.
    speech_id: int | None
    signs_by_code: bool


@dataclass(frozen=True)
class Task:
    need: Need
    standing: Standing


def tasks(standings: Iterable[Standing], at: datetime) -> list[Task]:
    """In the order of the sessions; for one of them, the most pressing first."""
    return [Task(need, each) for each in standings for need in _needs(each, at)]


def due(task: Task, day: date) -> date | None:
    """By when a task after a session of that last day is done; None for what is not pressed."""
    within = {Need.EXPLAIN: EXPLAIN_WITHIN, Need.MAKE_UP: MAKE_UP_WITHIN}.get(task.need)
    return None if within is None else day + within


def _needs(each: Standing, at: datetime) -> Iterable[Need]:
    return _before(each, at) if at < each.ends_at else _after(each, at)


def _before(each: Standing, at: datetime) -> Iterable[Need]:
    if each.starts_at - at > AHEAD or each.presence is not Presence.UNKNOWN:
        return
    yield Need.SIGN if each.signs_by_code else Need.ATTEND
    if each.unread:
        yield Need.READ
    if each.speech_id is not None:
        yield Need.OUTLINE


def _after(each: Standing, at: datetime) -> Iterable[Need]:
    if at - each.ends_at > BEHIND:
        return
    if each.presence is Presence.UNKNOWN and not each.closed:
        yield Need.EXPLAIN
    missed = each.presence in {Presence.LEAVE, Presence.ABSENT}
    if missed and not each.makeup_handed_in and not each.makeup_confirmed:
        yield Need.MAKE_UP
    if each.speech_id is not None and not each.closed:
        yield Need.OUTLINE
