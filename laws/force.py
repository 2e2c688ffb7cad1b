"""Which version of a law is in force on a day. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from core.labels import Labelled


class State(Labelled):
    """Where a version stands on a given day."""

    IN_FORCE = "in_force", "现行有效"
    PENDING = "pending", "尚未施行"
    SUPERSEDED = "superseded", "已修改"
    REPEALED = "repealed", "已废止"


class Dated(Protocol):
    """What a version says about itself."""

    @property
    def promulgated_on(self) -> date: ...

    @property
    def begins_on(self) -> date: ...

    @property
    def repealed_on(self) -> date | None: ...


V = TypeVar("V", bound=Dated)


def begins_on(promulgated_on: date, effective_on: date | None) -> date:
    """An amendment whose day of effect the text does not give counts from its promulgation."""
    return effective_on or promulgated_on


def current(versions: Iterable[V], day: date) -> V | None:
    """The version that applies on the day; None before the first and after the law's repeal."""
    begun = [version for version in versions if version.begins_on <= day]
    newest = max(
        begun, key=lambda version: (version.promulgated_on, version.begins_on), default=None
    )
    if newest is None or (newest.repealed_on and newest.repealed_on <= day):
        return None
    return newest


def state(version: V, versions: Sequence[V], day: date) -> State:
    """How the version stands on the day among all versions of its law."""
    if version.repealed_on and version.repealed_on <= day:
        return State.REPEALED
    if version.begins_on > day:
        return State.PENDING
    begun = [other.promulgated_on for other in versions if other.begins_on <= day]
    return State.SUPERSEDED if max(begun) > version.promulgated_on else State.IN_FORCE
