"""What people write into the cells of a roster. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeVar

from accounts.standing import DutyStatus, Establishment, Grade, LeaderLevel, StaffCategory
from core.labels import Labelled

L = TypeVar("L", bound=Labelled)


class Unclear(Exception):
    """A cell that says nothing we understand."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def normal(text: str) -> str:
    """Full-width digits and letters as ordinary ones, no space at the ends."""
    return unicodedata.normalize("NFKC", text).strip()


def compact(text: str) -> str:
    """The same without any space: for headings, numbers and words of a list."""
    return "".join(unicodedata.normalize("NFKC", text).split())


_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})?日?)?(?:[T ].*)?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
#: Days that spreadsheet programs count from, and the numbers that can mean a day of a career.
_SERIAL_START = date(1899, 12, 30)
_SERIALS = range(14_000, 80_000)
_HOW_DAY = "请写成 2024-3-1 或 2024年3月1日"


def day(text: str) -> date:
    """A day in any usual form; the first of the month where only the month is given.

    Understands 2024-3-1, 2024/3/1, 2024.3.1, 2024年3月1日, 2024年3月, 20240301 and the serial
    number of a spreadsheet. Raises Unclear.
    """
    written = normal(text)
    if written.isdecimal() and int(written) in _SERIALS:
        return _SERIAL_START + timedelta(int(written))
    match = _DIGITS.fullmatch(written) or _DAY.fullmatch(written)
    if match is None:
        raise Unclear(f"“{text}”不是日期", _HOW_DAY)
    year, month, day_of_month = (int(part or 1) for part in match.groups())
    try:
        return date(year, month, day_of_month)
    except ValueError:
        raise Unclear(f"日期“{text}”不存在", "请核对年、月、日") from None


_FLAGS = {
    **dict.fromkeys(("是", "√", "✓", "Y", "YES", "1", "TRUE"), True),
    **dict.fromkeys(("否", "×", "✗", "X", "N", "NO", "0", "FALSE"), False),
}


def flag(text: str) -> bool:
    """是 or 否. Raises Unclear."""
    try:
        return _FLAGS[compact(text).upper()]
    except KeyError:
        raise Unclear(f"“{text}”不是“是”或“否”", "请填“是”或“否”") from None


def gender(text: str) -> str:
    """男 or 女. Raises Unclear."""
    found = compact(text).removesuffix("性")
    if found not in ("男", "女"):
        raise Unclear(f"“{text}”不是性别", "请填“男”或“女”")
    return found


def staff_number(text: str) -> str:
    """A staff number in the one form that the register keeps: NFKC, upper case, no spaces."""
    return compact(text).upper()


def line(text: str) -> str:
    """Words as they stand; what our own export put before a formula's sign is taken away."""
    return " ".join(text.split()).removeprefix("'")


def member(kind: type[L], others: Mapping[str, L]) -> Callable[[str], L]:
    """A reader of a fixed list's words: its labels and what else people call them."""
    words = {compact(each.label): each for each in kind} | dict(others)

    def read(text: str) -> L:
        try:
            return words[compact(text)]
        except KeyError:
            labels = "、".join(each.label for each in kind)
            raise Unclear(f"“{text}”不在可填内容中", f"可填：{labels}") from None

    return read


_LEVELS = {
    "正部级": LeaderLevel.PROVINCIAL_CHIEF,
    "副部级": LeaderLevel.PROVINCIAL_DEPUTY,
    "正厅级": LeaderLevel.BUREAU_CHIEF,
    "副厅级": LeaderLevel.BUREAU_DEPUTY,
    "正司级": LeaderLevel.BUREAU_CHIEF,
    "副司级": LeaderLevel.BUREAU_DEPUTY,
    "正司局级": LeaderLevel.BUREAU_CHIEF,
    "副司局级": LeaderLevel.BUREAU_DEPUTY,
    "司局级正职": LeaderLevel.BUREAU_CHIEF,
    "司局级副职": LeaderLevel.BUREAU_DEPUTY,
    "正处级": LeaderLevel.DIVISION_CHIEF,
    "副处级": LeaderLevel.DIVISION_DEPUTY,
    "处级正职": LeaderLevel.DIVISION_CHIEF,
    "处级副职": LeaderLevel.DIVISION_DEPUTY,
    "正科级": LeaderLevel.SECTION_CHIEF,
    "副科级": LeaderLevel.SECTION_DEPUTY,
}
_CATEGORIES = {
    "干部": StaffCategory.CADRE,
    "公务员": StaffCategory.CADRE,
    "工勤": StaffCategory.WORKER,
    "返聘": StaffCategory.REHIRED,
    "退休返聘": StaffCategory.REHIRED,
    "聘用": StaffCategory.CONTRACT,
    "派遣": StaffCategory.DISPATCHED,
    "锻炼": StaffCategory.EXCHANGE,
    "岗位锻炼": StaffCategory.EXCHANGE,
}
_ESTABLISHMENTS = {
    "行政编制": Establishment.CIVIL_SERVANT,
    "行政": Establishment.CIVIL_SERVANT,
    "参公": Establishment.QUASI_CIVIL,
    "参照公务员法管理": Establishment.QUASI_CIVIL,
    "事业": Establishment.INSTITUTION,
    "劳务派遣": Establishment.DISPATCH,
}
_STATUSES = {
    "在岗": DutyStatus.ON_DUTY,
    "正常": DutyStatus.ON_DUTY,
    "借出": DutyStatus.SECONDED_OUT,
    "在编不在岗": DutyStatus.SECONDED_OUT,
    "借入": DutyStatus.SECONDED_IN,
    "挂职": DutyStatus.TEMPORARY_POST,
    "援派": DutyStatus.ASSIGNMENT_SUPPORT,
    "驻村": DutyStatus.ASSIGNMENT_SUPPORT,
    "脱产": DutyStatus.FULL_TIME_STUDY,
    "生育假": DutyStatus.MATERNITY_LEAVE,
    "试用期": DutyStatus.NEWLY_RECRUITED,
    "新录用公务员": DutyStatus.NEWLY_RECRUITED,
    "已退休": DutyStatus.RETIRED,
    "调出": DutyStatus.TRANSFERRED_OUT,
    "离职": DutyStatus.LEFT,
    "停职": DutyStatus.SUSPENDED,
}

leader_level = member(LeaderLevel, _LEVELS)
grade = member(Grade, {})
staff_category = member(StaffCategory, _CATEGORIES)
establishment = member(Establishment, _ESTABLISHMENTS)
duty_status = member(DutyStatus, _STATUSES)
