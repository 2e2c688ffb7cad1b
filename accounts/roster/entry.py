"""A person as the roster describes them, and what cannot be right about it. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from accounts.standing import GONE, DutyStatus, Establishment, Grade, LeaderLevel, StaffCategory

EARLIEST = date(1940, 1, 1)
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z._-]{0,29}")
_IDENTITY_CARD = re.compile(r"(?<![0-9A-Z])\d{17}[\dXx](?![0-9A-Z])")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
#: Longest line by field, as the pages and tables can show it.
LENGTHS = {"name": 50, "division": 100, "post_title": 100, "note": 500}


@dataclass(frozen=True)
class PersonEntry:
    """Everything that the roster says of a person; units by the id of their row."""

    staff_number: str
    name: str
    home_unit_id: int
    work_unit_id: int
    stat_unit_id: int
    joined_on: date
    gender: str = ""
    division: str = ""
    post_title: str = ""
    leader_level: LeaderLevel | None = None
    grade: Grade | None = None
    staff_category: StaffCategory = StaffCategory.CADRE
    establishment: Establishment = Establishment.CIVIL_SERVANT
    duty_status: DutyStatus = DutyStatus.ON_DUTY
    in_study_group: bool = False
    left_on: date | None = None
    post_since: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Fault:
    """Something that cannot be taken as it is: where, why, and what to do."""

    field: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.reason}；{self.remedy}"


def faults(entry: PersonEntry, *, today: date) -> list[Fault]:
    """What is wrong with an entry, in the order of the roster's columns; empty if nothing is."""
    return [*_lines(entry), *_personal(entry), *_days(entry, today), *_leaving(entry, today)]


def _lines(entry: PersonEntry) -> Iterator[Fault]:
    if not entry.name:
        yield Fault("name", "姓名为空", "请填写姓名")
    if looks_personal(entry.staff_number):
        yield Fault("staff_number", "工号像是身份证号或手机号", "请改用单位编制的工号")
    elif not _NUMBER.fullmatch(entry.staff_number):
        yield Fault(
            "staff_number",
            f"工号“{entry.staff_number}”不合规则",
            "请用 1 至 30 位字母、数字、点、横线",
        )
    for field, longest in LENGTHS.items():
        if len(getattr(entry, field)) > longest:
            yield Fault(field, f"超过 {longest} 字", "请缩短")


def _personal(entry: PersonEntry) -> Iterator[Fault]:
    """Identity card and telephone numbers are not collected, wherever they are written."""
    for field in ("name", "division", "post_title", "note"):
        if looks_personal(getattr(entry, field)):
            yield Fault(field, "疑似含有身份证号或手机号", "本系统不收集，请删去")


def looks_personal(text: str) -> bool:
    return bool(_IDENTITY_CARD.search(text) or _MOBILE.search(text))


def _days(entry: PersonEntry, today: date) -> Iterator[Fault]:
    for field in ("joined_on", "left_on", "post_since"):
        day = getattr(entry, field)
        if day is not None and not EARLIEST <= day <= date(today.year + 1, 12, 31):
            yield Fault(field, f"日期 {day} 超出合理范围", "请核对年份")
    if entry.left_on is not None and entry.left_on < entry.joined_on:
        yield Fault("left_on", "离岗日期早于入职日期", "请核对两个日期")


def _leaving(entry: PersonEntry, today: date) -> Iterator[Fault]:
    """Somebody is gone by their status exactly if they are gone by the date."""
    gone = entry.duty_status in GONE
    if gone and entry.left_on is None:
        yield Fault(
            "left_on", f"在岗状态为{entry.duty_status.label}，但没有离岗日期", "请填写离岗日期"
        )
    if not gone and entry.left_on is not None and entry.left_on <= today:
        yield Fault(
            "duty_status", f"离岗日期 {entry.left_on} 已到", "请将在岗状态改为退休、调离或离任"
        )
