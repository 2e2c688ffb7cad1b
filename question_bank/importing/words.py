"""What people write in the columns of types, difficulties, levels, days and articles. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from laws.numerals import NUMERAL
from question_bank.item_types import CognitiveLevel, ItemType, Scene
from question_bank.types import kinds


class Unknown(ValueError):
    """A word that means nothing here; the message says what to write."""


#: One or several right options: the key decides.
_EITHER = ("不定项", "选择")
_DIFFICULTIES = {
    1: "易 容易 简单 很易",
    2: "较易 偏易",
    3: "中等 中 一般 适中",
    4: "较难 偏难",
    5: "难 困难 很难",
}
_SCENES = {
    Scene.VISIT: "来访 走访 接访 visit",
    Scene.LETTER: "来信 信件 letter",
    Scene.ONLINE: "网上件 网上 网信 网上信访 online",
}
_LEVELS = {
    CognitiveLevel.REMEMBER: "识记 记忆 了解 知道 remember",
    CognitiveLevel.UNDERSTAND: "理解 掌握 领会 understand",
    CognitiveLevel.APPLY: "应用 运用 分析 综合 apply",
}
_OPEN = {"", "公开", "非密", "无", "内部", "内部资料", "不涉密"}
_SECTION = re.compile(
    r"[(（]?[一二三四五六七八九十\d]*[)）]?[、.．\s]*"
    r"(?:单选|单项选择|多选|多项选择|不定项选择|判断|填空|简答|匹配|排序)题?(?:[(（,，].*)?"
)
_DAY = re.compile(
    r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?(?:[T ].*)?|(\d{4})(\d\d)(\d\d)"
)


def plain(text: str) -> str:
    return re.sub(r"[\s_]", "", unicodedata.normalize("NFKC", text)).lower()


def item_type(written: str) -> ItemType | None:
    """The type that is meant; None where the key is to decide. Raises Unknown."""
    text = plain(written).removesuffix("题").removesuffix("choice")
    if not text:
        return None
    for kind in kinds():
        if any(name in text for name in (*kind.names, plain(kind.item_type.label))):
            return kind.item_type
    if any(name in text for name in _EITHER):
        return None
    known = "、".join(kind.item_type.label for kind in kinds())
    raise Unknown(f"没有“{written}”这种题型；请填{known}")


def is_section(text: str) -> bool:
    """A heading between the rows, such as 一、单项选择题（每题1分）."""
    return len(text) <= 40 and bool(_SECTION.fullmatch(text.strip()))


def difficulty(written: str) -> int:
    """1 (易) to 5 (难); 3 where nothing is written. Raises Unknown."""
    text = plain(written).removesuffix("题").removesuffix("度")
    if not text:
        return 3
    for value, names in _DIFFICULTIES.items():
        if text == str(value) or text in names.split(" "):
            return value
    raise Unknown(f"看不懂难度“{written}”；请填易、较易、中等、较难、难，或者 1 至 5")


def cognitive_level(written: str) -> CognitiveLevel:
    """识记 where nothing is written. Raises Unknown."""
    text = plain(written)
    if not text:
        return CognitiveLevel.REMEMBER
    for level, names in _LEVELS.items():
        if text in names.split(" "):
            return level
    raise Unknown(f"看不懂认知层次“{written}”；请填识记、理解或应用")


def scene(written: str) -> Scene | None:
    """None where nothing is written, and for 无. Raises Unknown."""
    text = plain(written)
    if text in {"", "无", "否"}:
        return None
    for each, names in _SCENES.items():
        if text in names.split(" "):
            return each
    raise Unknown(f"看不懂情景“{written[:20]}”；请填来访、来信或网上件，不是情景题的不填")


def day(written: str) -> date | None:
    """A day as people write it; None for nothing and for 长期. Raises Unknown."""
    text = unicodedata.normalize("NFKC", written).strip()
    if plain(text) in {"", "长期", "长期有效", "永久", "无"}:
        return None
    match = _DAY.fullmatch(text)
    try:
        if match:
            return date(*(int(part) for part in match.groups() if part))
    except ValueError:
        pass
    raise Unknown(f"看不懂日期“{written}”；请写成 2026-12-31")


def secrecy(written: str) -> str:
    """The marking as written, if the system may hold it. Raises Unknown."""
    if plain(written) not in _OPEN:
        raise Unknown(f"本系统不得录入涉密内容（密级“{written}”）；请删去这一行")
    return written


@dataclass(frozen=True)
class Cited:
    """The articles of one law that a row cites, as written."""

    law: str
    numbers: Sequence[str] = ()
    #: The day of promulgation or of effect that names the version; None for the one in force.
    version: date | None = None


_GROUPS = re.compile(r"[;；\n]+")
_WITHIN = re.compile(r"[、,，/\s]+|(?<=条)(?=第)|和|及|与")
#: 第三十四条第一款第（三）项: paragraph and item are not part of the article's number.
_PARAGRAPH = re.compile(rf"(条(?:之[{NUMERAL}]+)?)(?:第?[(（]?[{NUMERAL}]+[)）]?[款项目])+")
_WHOLE = re.compile(r"《?([^《》]+?)》?\s*(第[^《》]+条.*)")


def cited(law: str, article: str, version: str) -> list[Cited]:
    """What the columns 法律名称, 条款号 and 法律版本日 of a row cite. Raises Unknown.

    Several laws are divided by ；, and so are the articles and versions that belong to them.
    """
    laws = [part.strip() for part in _GROUPS.split(law) if part.strip()]
    if len(laws) == 1 and not article.strip() and (match := _WHOLE.fullmatch(laws[0])):
        laws, article = [match[1]], match[2]
    groups = [part for part in _GROUPS.split(article) if part.strip()]
    if len(laws) == 1:
        groups = ["、".join(groups)]
    versions = [day(part) for part in _GROUPS.split(version) if part.strip()]
    if len(groups) != len(laws) and groups:
        raise Unknown(f"有 {len(laws)} 部法律、{len(groups)} 组条款号；请用分号一一对应")
    if len(versions) not in {0, len(laws)}:
        raise Unknown(f"有 {len(laws)} 部法律、{len(versions)} 个版本日；请用分号一一对应")
    return [
        Cited(name, numbers(groups[n]) if groups else (), versions[n] if versions else None)
        for n, name in enumerate(laws)
    ]


def numbers(written: str) -> list[str]:
    """The article numbers of a cell: 第三十四条、第三十五条第二款 without the paragraph."""
    closed = re.sub(r"第\s*([^第条]*?)\s*条", r"第\1条", written)
    parts = _WITHIN.split(_PARAGRAPH.sub(r"\1", closed))
    return list(dict.fromkeys(part.strip() for part in parts if part and part.strip()))
