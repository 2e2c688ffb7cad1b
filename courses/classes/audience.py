"""Whom a class or a plan is for: rank group × staff category. Pure."""

from typing import Protocol

from accounts.standing import RankGroup, StaffCategory


class Aimed(Protocol):
    """None stands for all."""

    @property
    def rank_group(self) -> RankGroup | None: ...
    @property
    def staff_category(self) -> StaffCategory | None: ...


class Somebody(Protocol):
    @property
    def rank_group(self) -> RankGroup: ...
    @property
    def staff_category(self) -> StaffCategory: ...


def fits(aimed: Aimed, person: Somebody) -> bool:
    return aimed.rank_group in (None, person.rank_group) and aimed.staff_category in (
        None,
        person.staff_category,
    )


def label(aimed: Aimed) -> str:
    """科级及以下 · 机关干部; 全体人员 for all."""
    parts = [each.label for each in (aimed.rank_group, aimed.staff_category) if each]
    return " · ".join(parts) or "全体人员"
