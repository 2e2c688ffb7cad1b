"""每日一法: which article everybody reads on a day. Pure; the same on every server."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

#: Month and day on which a law is read for the occasion, and the law's short title.
OCCASIONS: Sequence[tuple[int, int, str, str]] = (
    (4, 15, "国家安全法", "全民国家安全教育日"),
    (5, 1, "信访工作条例", "《信访工作条例》施行纪念日"),
    (12, 4, "宪法", "国家宪法日"),
)


@dataclass(frozen=True)
class Choice:
    law_id: int
    #: Why this one: an occasion; "" on ordinary days.
    occasion: str


@dataclass(frozen=True)
class Listed:
    """A law in force on the day."""

    law_id: int
    short_title: str
    begins_on: date
    #: Some must-know list asks for it.
    must_know: bool


def choose(day: date, laws: Sequence[Listed]) -> Choice | None:
    """The law of the day: of an occasion, one that takes effect, else one of the lists by turns.

    None where no law is in force at all.
    """
    for month, number, title, occasion in OCCASIONS:
        fitting = [each for each in laws if each.short_title == title]
        if (day.month, day.day) == (month, number) and fitting:
            return Choice(fitting[0].law_id, occasion)
    begun = [each for each in laws if each.begins_on == day]
    if begun:
        return Choice(begun[0].law_id, f"《{begun[0].short_title}》今日起施行")
    pool = [each for each in laws if each.must_know] or list(laws)
    return Choice(pick(day, "law", pool).law_id, "") if pool else None


def pick(day: date, what: str, pool: Sequence[Listed]) -> Listed:
    return pool[place(day, what, len(pool))]


def place(day: date, what: str, size: int) -> int:
    """A place below ``size``, evenly spread over the days."""
    digest = hashlib.sha256(f"{what}/{day.isoformat()}".encode()).digest()
    return int.from_bytes(digest[:8]) % size
