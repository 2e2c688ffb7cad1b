"""iCalendar feeds (RFC 5545), and the weeks of a month. Pure."""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: Octets of a line; a longer one is folded.
_LINE = 75
_ZONE = (
    "BEGIN:VTIMEZONE", "TZID:Asia/Shanghai", "BEGIN:STANDARD", "DTSTART:19910915T000000",
    "TZOFFSETFROM:+0800", "TZOFFSETTO:+0800", "TZNAME:CST", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip
_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Event:
    #: Unique for ever, the same in every feed.
    uid: str
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    text: str = ""
    url: str = ""
    stamped_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)


def feed(events: Sequence[Event], *, name: str) -> bytes:
    """A calendar of the events; times are Shanghai's."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//xuefa//study group//ZH", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", f"X-WR-CALNAME:{_text(name)}", "X-WR-TIMEZONE:Asia/Shanghai", *_ZONE,
    ]  # fmt: skip
    for each in events:
        lines += _event(each)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{event.stamped_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;TZID=Asia/Shanghai:{event.starts_at.astimezone(_SHANGHAI):%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID=Asia/Shanghai:{event.ends_at.astimezone(_SHANGHAI):%Y%m%dT%H%M%S}"
    yield f"SUMMARY:{_text(event.title)}"
    if event.place:
        yield f"LOCATION:{_text(event.place)}"
    if event.text:
        yield f"DESCRIPTION:{_text(event.text)}"
    if event.url:
        yield f"URL:{event.url}"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{_text(event.title)}"
    yield "TRIGGER:-P1D"
    yield "END:VALARM"
    yield "END:VEVENT"


def _text(value: str) -> str:
    """Text with what the format gives a meaning to escaped."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n")):
        value = value.replace(plain, escaped)
    value = value.replace("\n", "\\n").replace("\r", "\\n")
    return "".join(each for each in value if each >= " ")


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, each after the first begun with a space.

    No character is cut in two.
    """
    part, size = "", 0
    for each in line:
        octets = len(each.encode())
        if size + octets > _LINE:
            yield part
            part, size = " ", 1
        part += each
        size += octets
    yield part


def weeks(year: int, month: int) -> list[list[date]]:
    """The weeks that a month lies in, each from Monday to Sunday."""
    return calendar.Calendar().monthdatescalendar(year, month)


def step(year: int, month: int, by: int) -> tuple[int, int]:
    """The month so many months on."""
    number = year * 12 + month - 1 + by
    return number // 12, number % 12 + 1
