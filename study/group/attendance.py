"""Who was there: one definition, for pages, circulars and filings. Pure.

出勤率 = 出席 ÷ 应到. 请假 is not taken off 应到, and 补学 does not turn an absence into a presence:
both stand in columns of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from core import figures
from study.group.kinds import Presence


@dataclass(frozen=True)
class Line:
    """One expected person at one session."""

    person_id: int
    meeting_id: int
    presence: Presence
    made_up: bool = False


@dataclass(frozen=True)
class Count:
    expected: int = 0
    present: int = 0
    leave: int = 0
    absent: int = 0
    #: Of those on leave or absent, who made the study up, confirmed.
    made_up: int = 0

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Self:
        found = list(lines)
        return cls(
            expected=len(found),
            present=sum(each.presence is Presence.PRESENT for each in found),
            leave=sum(each.presence is Presence.LEAVE for each in found),
            absent=sum(each.presence in {Presence.ABSENT, Presence.UNKNOWN} for each in found),
            made_up=sum(each.made_up for each in found if each.presence is not Presence.PRESENT),
        )

    @property
    def missed(self) -> int:
        return self.leave + self.absent

    @property
    def owed(self) -> int:
        """Make-up study that is not confirmed yet."""
        return self.missed - self.made_up

    @property
    def rate(self) -> Decimal | None:
        """attendance_rate in percent, half up; None when nobody was expected."""
        return figures.rate(self.present, self.expected)
