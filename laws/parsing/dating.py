"""Which version a text is: when it was promulgated, from when it applies, who issued it. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core import figures
from laws.categories import Category
from laws.parsing.preamble import Act, Event, dates
from laws.parsing.text import ParsedArticle, short_title

_OWN = r"(?:^|[。，；\n])\s*(?:本[^，。；《》\n]{0,14}|)(?:自|从|于|由)"
_IN_FORCE = r"(?:施行|实施|执行|生效|实行)"
_FROM_DATE = re.compile(
    rf"{_OWN}([^，。；\n]{{6,16}}日)(?:零时|0时)?(?:起|开始|)\s*(?:正式)?{_IN_FORCE}"
)
_FROM_ISSUE = re.compile(
    rf"{_OWN}(?:修订|本\S{{1,6}})?(?:公布|发布|颁布|签署|通过|批准)(?:之日|日)"
    rf"(?:起|后)?(?:第?(\d+)(?:日|天)(?:后)?)?(?:起|后)*{_IN_FORCE}"
)
_PROVINCES = re.compile(
    "^(北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川"
    "|贵州|云南|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆)"
)
_OF_FRONT_MATTER = {
    "宪法": Category.CONSTITUTION, "行政法规": Category.ADMIN_REGULATION,
    "司法解释": Category.JUDICIAL_INTERPRETATION, "地方性法规": Category.LOCAL_REGULATION,
    "党内法规": Category.PARTY_REGULATION, "监察法规": Category.SUPERVISION_REGULATION,
    "部门规章": Category.RULE, "地方政府规章": Category.RULE,
}  # fmt: skip
_LAW_BRANCHES = {
    "法律", "宪法相关法", "民法典", "民法商法", "民商法", "行政法", "经济法", "社会法", "刑法",
    "诉讼与非诉讼程序法", "环境法",
}  # fmt: skip


#: Days within which a text that was agreed upon is published.
A_YEAR = 366


@dataclass(frozen=True)
class Version:
    promulgated_on: date
    label: str
    #: Made by changing an earlier version in part.
    amended: bool = False
    #: Why the date is not what the preamble says; empty where it is.
    doubt: str = ""


def version(
    events: Sequence[Event], *, file_date: date | None, other: date | None
) -> Version | None:
    """The version that the last act of the preamble made; None where no date can be found.

    Preambles in circulation often lack their last line, so the date in the file's name counts
    where it is later; ``other`` (of the front matter) counts only where there is nothing else.
    Both are noted as doubts.
    """
    public = [each for each in events if each.act in {Act.PROMULGATED, Act.REVISED, Act.AMENDED}]
    approved = max((each.on for each in events if each.act is Act.APPROVED), default=None)
    in_force = {each.on for each in events if each.act is Act.IN_FORCE}
    last = max(public, key=lambda each: each.on, default=None)
    known = last.on if last else None
    if file_date and file_date not in in_force and file_date > (known or date.min):
        # The day on which the text agreed upon earlier was published.
        agreed = (
            approved is not None
            and approved > (known or date.min)
            and 0 <= (file_date - approved).days <= A_YEAR
        )
        return _of_file(file_date, events, revised=bool(public), agreed=agreed)
    if last:
        amended = last.act is Act.AMENDED
        return Version(last.on, f"{last.on.year}年{_manner(last, events)}", amended)
    if approved:
        return Version(approved, f"{approved.year}年公布")
    return Version(other, f"{other.year}年公布", doubt=_NO_PREAMBLE) if other else None


_NO_PREAMBLE = "没有题注，公布日期取自文件名或文件头，请核对"


def _of_file(day: date, events: Sequence[Event], *, revised: bool, agreed: bool) -> Version:
    national = any(body.startswith("全国人民代表大会") for each in events for body in each.bodies)
    manner = ("修正" if national else "修订") if revised else "公布"
    doubt = f"题注没有记载{figures.day(day)}的文本，公布日期取自文件名，请核对"
    if agreed:
        doubt = ""
    elif not events:
        doubt = _NO_PREAMBLE
    return Version(day, f"{day.year}年{manner}", amended=revised and not agreed, doubt=doubt)


def _manner(last: Event, events: Sequence[Event]) -> str:
    if last.act is Act.AMENDED:
        return "修订" if "修订" in last.text else "修正"
    revised = any("修订" in each.text and each.act is Act.APPROVED and
                  0 <= (last.on - each.on).days <= A_YEAR for each in events)  # fmt: skip
    return "修订" if revised or last.act is Act.REVISED else "公布"


def effective(
    articles: Sequence[ParsedArticle], events: Sequence[Event], made: Version
) -> date | None:
    """From when the version applies; None where neither text nor preamble says.

    The closing article of a law that was amended in part still gives the day on which the law
    first applied; it says nothing about the amendment.
    """
    said = [*_said_in(articles, made), *_said_by(events, made)]
    usable = [day for day, relative in said
              if not (made.amended and (relative or day < made.promulgated_on))]  # fmt: skip
    return usable[0] if usable else None


def _said_in(articles: Sequence[ParsedArticle], made: Version) -> Iterator[tuple[date, bool]]:
    """Days in force that the articles name, the last article first; and whether it is 公布之日."""
    for article in reversed(articles[-6:]):
        if match := _FROM_DATE.search(article.text):
            yield from ((day, False) for day, *_ in dates(match[1]))
        if match := _FROM_ISSUE.search(article.text):
            yield made.promulgated_on + timedelta(days=int(match[1] or 0)), True


def _said_by(events: Sequence[Event], made: Version) -> Iterator[tuple[date, bool]]:
    for event in events:
        if event.act is Act.IN_FORCE or "公布施行" in event.text or "发布施行" in event.text:
            yield event.on, False
        elif re.search(r"(发布|公布)之日(起)?施行", event.text):
            yield made.promulgated_on, True


def issuing_bodies(events: Sequence[Event]) -> list[str]:
    """Who made the law: the organ of its enactment or of its last revision as a whole."""
    for acts in ({Act.PROMULGATED, Act.REVISED}, {Act.APPROVED}, {Act.AMENDED}):
        made = [each for each in events if each.act in acts and each.bodies]
        if made:
            bodies = max(made, key=lambda each: each.on).bodies
            return _succeeded(bodies, events)
    return []


def _succeeded(bodies: Sequence[str], events: Sequence[Event]) -> list[str]:
    """The State Council stands for its predecessor once it has amended the text itself."""
    council = any(each.act is Act.AMENDED and "国务院" in each.bodies for each in events)
    return ["国务院" if body == "政务院" and council else body for body in bodies]


def categories(
    title: str, bodies: Sequence[str], events: Sequence[Event], front_matter: str
) -> list[Category]:
    """Every category of the law, from who made it; the front matter only where nobody is named."""
    name = short_title(title)
    if name == "宪法" or name.startswith("宪法修正案"):
        return [Category.CONSTITUTION]
    by_council = any(re.search(r"国务院|政务院", each.text) for each in events)
    found = [category for category in Category
             if any(_makes(body, by_council) is category for body in bodies)]  # fmt: skip
    return found or [_guess(title, front_matter)]


def _makes(body: str, by_council: bool) -> Category:
    """The category of what an organ makes; ministries make rules unless the council approved."""
    rules = (
        (body.startswith("全国人民代表大会"), Category.LAW),
        (body.startswith(("中共", "中国共产党", "中央纪律检查")), Category.PARTY_REGULATION),
        (body.startswith(("最高人民法院", "最高人民检察院")), Category.JUDICIAL_INTERPRETATION),
        ("人民代表大会" in body, Category.LOCAL_REGULATION),
        (body == "国家监察委员会", Category.SUPERVISION_REGULATION),
        (body in {"国务院", "政务院"} or by_council, Category.ADMIN_REGULATION),
    )
    return next((category for holds, category in rules if holds), Category.RULE)


def _guess(title: str, front_matter: str) -> Category:
    if front_matter in _OF_FRONT_MATTER:
        return _OF_FRONT_MATTER[front_matter]
    rules = (
        (front_matter in _LAW_BRANCHES, Category.LAW),
        (title.startswith("最高人民"), Category.JUDICIAL_INTERPRETATION),
        (title.startswith("中国共产党"), Category.PARTY_REGULATION),
        (bool(_PROVINCES.match(title)), Category.LOCAL_REGULATION),
        (title.startswith("国务院"), Category.ADMIN_REGULATION),
        (title.endswith(("法", "法典")), Category.LAW),
    )
    return next((category for holds, category in rules if holds), Category.RULE)
