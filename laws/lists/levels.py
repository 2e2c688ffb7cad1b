"""How an entry of a list is placed, and where a version of a list stands. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from core.labels import Labelled


class Tier(Labelled):
    PRIMARY = "primary", "首要任务"
    GENERAL = "general", "综合清单"
    SPECIAL = "special", "专业清单"


class Requirement(Labelled):
    AWARE = "aware", "了解"
    FAMILIAR = "familiar", "熟悉"
    MASTER = "master", "掌握"


class State(Labelled):
    DRAFT = "draft", "草稿"
    COMING = "coming", "待施行"
    CURRENT = "current", "施行中"
    SUPERSEDED = "superseded", "已换版"


class Dated(Protocol):
    """What a version of a list says about itself."""

    @property
    def number(self) -> int: ...

    @property
    def effective_on(self) -> date | None: ...


V = TypeVar("V", bound=Dated)


def current(versions: Iterable[V], day: date) -> V | None:
    """The approved version that applies on the day: the one that took effect last."""
    begun = [each for each in versions if each.effective_on and each.effective_on <= day]
    return max(begun, key=lambda each: (each.effective_on, each.number), default=None)


def state(version: V, versions: Iterable[V], day: date) -> State:
    if version.effective_on is None:
        return State.DRAFT
    if version.effective_on > day:
        return State.COMING
    return State.CURRENT if current(versions, day) is version else State.SUPERSEDED
