"""Where a class, and somebody in it, stands. Pure: facts in, stage out."""

from datetime import date, datetime
from typing import Protocol

from courses.classes.kinds import ClassState, Stage


class Going(Protocol):
    """What is known of somebody in a class."""

    @property
    def opinion(self) -> bool | None: ...
    @property
    def granted(self) -> bool | None: ...
    @property
    def seated_at(self) -> datetime | None: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...
    @property
    def dismissed_at(self) -> datetime | None: ...
    @property
    def completed(self) -> bool | None: ...
    @property
    def revoked_at(self) -> datetime | None: ...


class Held(Protocol):
    """What is known of a class."""

    @property
    def published_at(self) -> datetime | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...
    @property
    def concluded_at(self) -> datetime | None: ...
    @property
    def signup_until(self) -> datetime: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...


def stage(each: Going) -> Stage:
    """The latest thing that happened decides."""
    if each.revoked_at:
        return Stage.REVOKED
    if each.completed is not None:
        return Stage.COMPLETED if each.completed else Stage.FAILED
    if each.dismissed_at:
        return Stage.DISMISSED
    if each.withdrawn_at:
        return Stage.WITHDRAWN
    return _before_the_class(each)


def _before_the_class(each: Going) -> Stage:
    if each.seated_at:
        return Stage.SEATED
    if each.granted is not None:
        return Stage.WAITING if each.granted else Stage.DECLINED
    return Stage.ASKED if each.opinion is None else Stage.OPINED


def class_state(each: Held, at: datetime, today: date) -> ClassState:
    """``today`` is the day of ``at`` in Shanghai."""
    if each.cancelled_at:
        return ClassState.CANCELLED
    if each.concluded_at:
        return ClassState.CONCLUDED
    if each.published_at is None:
        return ClassState.DRAFT
    if today > each.ends_on:
        return ClassState.OVER
    if today >= each.starts_on:
        return ClassState.RUNNING
    return ClassState.SIGN_UP if at < each.signup_until else ClassState.UPCOMING
