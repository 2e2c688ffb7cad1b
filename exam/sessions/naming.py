"""Lists of people as they are pasted or uploaded: staff numbers or names, row by row. Pure."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Known:
    """Somebody in the register."""

    person_id: int
    staff_number: str
    name: str
    unit_name: str


@dataclass(frozen=True)
class Named:
    """A row of a list: whom it names, or what is wrong with it."""

    row: int
    text: str
    known: Known | None = None
    fault: str = ""
    #: The cells after the one that names the person.
    rest: Sequence[str] = ()


#: First cells of a heading.
_HEADINGS = {"工号", "姓名", "工号或姓名", "人员", "序号"}
MAX_ROWS = 50_000


def resolve(rows: Iterable[Sequence[str]], register: Iterable[Known]) -> list[Named]:
    """Whom each row names by its first cell; rows that are empty or a heading are left out.

    A name that several people bear is refused: the staff number tells them apart.
    """
    numbers: dict[str, Known] = {}
    names: defaultdict[str, list[Known]] = defaultdict(list)
    for known in register:
        numbers[known.staff_number] = known
        names[_name(known.name)].append(known)
    found: list[Named] = []
    seen: dict[int, int] = {}
    for place, cells in enumerate(rows, 1):
        text = cells[0].strip() if cells else ""
        if not text or text in _HEADINGS:
            continue
        named = _resolved(place, text, numbers, names, [each.strip() for each in cells[1:]])
        if named.known is not None and (other := _other(named, numbers, names)):
            fault = f"还写着“{other}”：不止一人的请一人一行；是同一人的，工号与姓名不符"
            named = Named(place, text, fault=fault)
        if named.known is not None:
            first = seen.setdefault(named.known.person_id, place)
            if first != place:
                named = Named(place, text, fault=f"与第 {first} 行是同一人，请删去一行")
        found.append(named)
    return found


def _resolved(
    place: int,
    text: str,
    numbers: dict[str, Known],
    names: dict[str, list[Known]],
    rest: Sequence[str],
) -> Named:
    if known := numbers.get(unicodedata.normalize("NFKC", text).upper()):
        return Named(place, text, known, rest=rest)
    bearers = names.get(_name(text), [])
    if len(bearers) == 1:
        return Named(place, text, bearers[0], rest=rest)
    if bearers:
        which = "、".join(f"{each.staff_number}（{each.unit_name}）" for each in bearers[:5])
        return Named(place, text, fault=f"有 {len(bearers)} 位同名人员，请改填工号：{which}")
    return Named(place, text, fault="名册中没有这个工号或姓名，请核对")


def _other(named: Named, numbers: dict[str, Known], names: dict[str, list[Known]]) -> str | None:
    """A cell after the first one that names somebody else; nobody is left out without a word."""
    for cell in named.rest:
        number = numbers.get(unicodedata.normalize("NFKC", cell).upper())
        bearers = [number] if number else names.get(_name(cell), [])
        if bearers and named.known not in bearers:
            return cell
    return None


def _name(text: str) -> str:
    """A name without the blanks that people put into it to make names as wide as each other."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def split(text: str) -> list[list[str]]:
    """Pasted text as rows of cells: a row a line, cells divided by tabs or commas."""
    return [line.replace("，", ",").replace("\t", ",").split(",") for line in text.splitlines()]


def split_people(text: str) -> list[list[str]]:
    """The same for a list that says nothing but who: 、 and ； divide people too."""
    return split(text.replace("、", "\n").replace("；", "\n").replace(";", "\n"))


_FIELDS = ("公示开始日期", "公示结束日期", "拟任职日期")


@dataclass(frozen=True)
class Appointment:
    """What a row of a list of appointees says besides the name."""

    post: str
    public_from: date | None
    public_until: date | None
    appointed_on: date | None


def appointment(named: Named) -> Appointment | str:
    """The post and dates of a row; what is wrong with them as text."""
    cells = [*named.rest, *[""] * 4]
    if not cells[0]:
        return "缺少拟任职务，请在第 2 列填写"
    if len(cells[0]) > 100:
        return "拟任职务不超过 100 字"
    dates: list[date | None] = []
    for text, title in zip(cells[1:4], _FIELDS, strict=True):
        try:
            dates.append(_date(text) if text else None)
        except ValueError:
            return f"{title}“{text}”无法识别，请写成 2026-03-02"
    begins, ends, appointed = dates
    if ends is not None and begins is None:
        return "有公示结束日期而没有开始日期，请补上"
    if begins is not None and ends is not None and ends < begins:
        return "公示结束日期早于开始日期"
    return Appointment(cells[0], begins, ends, appointed)


def _date(text: str) -> date:
    """2026-03-02, 2026.3.2, 2026/3/2 or 2026年3月2日. Raises ValueError."""
    plain = unicodedata.normalize("NFKC", text)
    for sign in "年月./":
        plain = plain.replace(sign, "-")
    year, month, day = (int(each) for each in plain.rstrip("日").split("-"))
    return date(year, month, day)
