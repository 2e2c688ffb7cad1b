"""The line under a law's title: who passed it, when, and how it was amended. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from laws.numerals import to_int

_NUMERALS = "〇○零Ｏ一二三四五六七八九十"
_DATE = re.compile(
    rf"(\d{{4}}|[{_NUMERALS}]{{4}})年(\d{{1,2}}|[{_NUMERALS}]{{1,3}})月(\d{{1,2}}|[{_NUMERALS}]{{1,3}})日"
)
_BOOK = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》")
#: Where the name of who acts ends: at what it did, by which paper, in which meeting.
_NAME_END = re.compile(
    r"令(?!部)|公告|通知|公布|发布|颁布|印发|通过|决定|批准|修订|修正|修改|施行|联合|予以|审议|关于"
    r"|全体会议|审判委员会|检察委员会|常务会议|政治局会议|室务会议|部务会议|局务会议|\d{4}年|第?[一二三四五六七八九十百\d]+(届|次|号)"
)
_NATIONAL = "全国人民代表大会"
_LOCAL = re.compile(
    r"(\S{2,12}?(?:省|自治区|市|自治州|自治县|县|区|州|盟))(?:第\S{1,4}届)?人民代表大会(常务委员会)?"
)
_ORGAN = re.compile(
    r"(部|委员会|局|署|院|总会|厅|办公室|银行|政务院|中央|军委|党组|大会|会议|司令部|政治部|全国总工会"
    r"|后勤部)$"
)
_SPELLINGS = {
    "中央军委": "中央军事委员会",
    "中国共产党中央委员会": "中共中央",
    "中国共产党中央办公厅": "中共中央办公厅",
    "中央人民政府政务院": "政务院",
}


class Act(Enum):
    PROMULGATED = auto()
    #: Enacted anew as a whole.
    REVISED = auto()
    #: Changed in part by a decision or an amendment.
    AMENDED = auto()
    #: Agreed to by a body whose agreement does not yet publish the text.
    APPROVED = auto()
    IN_FORCE = auto()


@dataclass(frozen=True)
class Event:
    on: date
    act: Act
    bodies: Sequence[str]
    text: str


def dates(text: str) -> list[tuple[date, int, int]]:
    """The dates in the text, in figures or in characters, with where each begins and ends."""
    found = []
    for match in _DATE.finditer(text):
        try:
            day = date(*(to_int(part.replace("Ｏ", "〇")) for part in match.groups()))
        except ValueError:
            continue
        found.append((day, match.start(), match.end()))
    return found


def events(lines: Sequence[str]) -> list[Event]:
    """What happened to the law, in the order written."""
    joined = ""
    for line in lines:
        # 国务院 / 中央军委发布 on two lines is one joint act; a line with a date is a new one.
        joined += _joint(joined, line) + line
    titles = _BOOK.findall(joined)
    # Dates inside the names of decisions are not events.
    bare = _BOOK.sub("《》", joined)
    places = dates(bare)
    ends = [start for _, start, _ in places][1:] + [len(bare)] * bool(places)
    result = []
    for (day, _, begin), end in zip(places, ends, strict=True):
        clause = bare[begin:end].strip(" \u3000、，。()（）")
        done = bare[:begin].count("《》")
        quoted = titles[done : done + clause.count("《》")]
        result.append(_event(day, clause.removesuffix("根据").strip(), quoted))
    return result


def _joint(above: str, line: str) -> str:
    """What belongs between two lines of a preamble: nothing where the line was only broken."""
    if above.count("《") > above.count("》") or re.search(r"[\d年月]$", above) or (
        re.match(r"[》年月日]", line)
    ):  # fmt: skip
        return ""
    return "\u3000" if not above or _DATE.search(line) or above.endswith(("　", " ")) else "、"


def _event(day: date, clause: str, titles: Sequence[str]) -> Event:
    act = _act(clause, titles)
    bodies = bodies_of(clause) or bodies_of("、".join(title.strip("《》") for title in titles))
    return Event(day, act, bodies, _filled(clause, titles))


def _filled(clause: str, titles: Sequence[str]) -> str:
    for title in titles:
        clause = clause.replace("《》", title, 1)
    return clause


def _act(clause: str, titles: Sequence[str]) -> Act:
    amends = any("修正案" in title or "修改" in title or "决定" in title for title in titles)
    decided = "通过" in clause or clause.endswith("决定")
    agreed = decided and not re.search(r"人民代表大会|令第", clause)
    rules: tuple[tuple[bool, Act], ...] = (
        ("修正" in clause or "修改" in clause or (amends and "公布" not in clause), Act.AMENDED),
        ("批准" in clause or agreed, Act.APPROVED),
        ("修订" in clause and bool(titles), Act.AMENDED),
        ("修订" in clause, Act.REVISED),
        (bool(re.search(r"公布|发布|颁布|印发|公告|通过|令第", clause)), Act.PROMULGATED),
        (bool(re.search(r"施行|执行|生效|实施", clause)), Act.IN_FORCE),
    )
    return next((act for holds, act in rules if holds), Act.PROMULGATED)


def bodies_of(clause: str) -> list[str]:
    """The organs named at the beginning of a clause, in the order written."""
    if "全国人民代表大会常务委员会" in clause or re.search(rf"{_NATIONAL}\S*常务委员会", clause):
        return [f"{_NATIONAL}常务委员会"]
    if _NATIONAL in clause:
        return [_NATIONAL]
    if match := _LOCAL.search(clause):
        return [f"{match[1]}人民代表大会{match[2] or ''}"]
    found: list[str] = []
    for part in re.split(r"[、，\s]|(?<!共)和(?=国)", clause):
        name = _NAME_END.split(part, maxsplit=1)[0].strip("()（）《》")
        name = name.removeprefix("中华人民共和国").removeprefix("经")
        name = _SPELLINGS.get(name, name)
        if name and _ORGAN.search(name) and name not in found:
            found.append(name)
    return found
