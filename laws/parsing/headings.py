"""What a line of a law is: a division's heading, an article's first line, or text. Pure."""

import re
from collections.abc import Sequence

from laws.numerals import NUMERAL, Key, article_number, to_int
from laws.parsing.decoding import squeezed
from laws.parsing.text import Level, ParsedDivision

_LEVELS = {"编": Level.BOOK, "分编": Level.SUBBOOK, "章": Level.CHAPTER, "节": Level.SECTION}
_MARKS = {1: Level.BOOK, 2: Level.CHAPTER, 3: Level.CHAPTER, 4: Level.SECTION}

#: 第　十　一　章: official texts spread headings out.
_SPREAD = rf"[{NUMERAL}](?:\s*[{NUMERAL}])*"
_DIVISION = re.compile(rf"(#*)\s*第\s*({_SPREAD})\s*(编|分编|章|节)[\s:：]*(.*)")
_MARKED = re.compile(r"(#{1,6})\s*(.*)")
#: 第一条, and with what people put around it: **第一条**, #### 第一条, 【第一条】.
_ARTICLE = re.compile(
    rf"(?:#+\s*)?[*【\[]*第\s*([{NUMERAL}]+)\s*条(?:\s*之\s*([{NUMERAL}]+))?"
    r"([*】\]]*[\s:：]+|[】\]]|\**$)?(.*)"
)
#: 第一百二十八 条: a space inside the number.
_SPACED = re.compile(rf"\**第(\s+[{NUMERAL}]+\s*|[{NUMERAL}]+\s+)条")
#: Where the next article, or the next paragraph, begins within a line that runs them together.
_RUN_ON = re.compile(rf"(?<=[。；：”）)])\s+(?=第[{NUMERAL}]+条(?:之[{NUMERAL}]+)?[\s])")
_RUN_ON_PARAGRAPH = re.compile(r"(?<=[。；：])\s+")
#: What may not follow an article number that is not set off by a space: it is then a reference.
_REFERENCE = re.compile(
    rf"[、，。；：,的之]|[(（][{NUMERAL}]+[)）]|第[{NUMERAL}]+[款项目条]|(?:和|及|与|或者?|以及|至|到)(?:第[{NUMERAL}]|本法|本条|前|《)"
    r"|规定(?!本)|所(?:列|称|指|述|规定)|中(?:的|所|规定|关于|有关)|以外|之外|修改|改为|删去|作为第|修正|增加"
)
_ITEM = re.compile(r"([一二三四五六七八九十百]+)\s*[、.．]\s*(.*)")
_BRACKETED = re.compile(r"[(（]([一二三四五六七八九十百]+)[)）]\s*(.*)")
_ANNEX = re.compile(
    rf"#*\s*(附件|附录|附表|附图|附注|附)\s*[{NUMERAL}]*\s*(?:[:：].{{0,60}}|\s+\S.{{0,60}}|)"
)
_SENTENCE = re.compile(r"[。；，]")
#: 附　则, 序　言: divisions without a number.
UNNUMBERED = {"序言", "附则", "总则", "前言", "引言"}
CONTENTS = "目录"
#: What a table of contents puts between a heading and its page: ………12, ....（12）, or just 12.
_LEADER = re.compile(r"[\s.．·•…‥・⋯_\-—]*(?:\d{0,4}|[(（]\s*\d{1,4}\s*[)）])$")
#: No law has as many articles, nor as many articles inserted behind one.
MAX_MAIN, MAX_SUB = 9_999, 199


def _key(main: str, sub: str | None = None) -> Key | None:
    try:
        key = Key(to_int(main), to_int(sub) if sub else 0)
    except ValueError:
        return None
    return key if 0 < key.main <= MAX_MAIN and key.sub <= MAX_SUB else None


def begins_text(line: str) -> bool:
    """The line cannot belong to the title or the preamble any more."""
    return (
        squeezed(line).strip("#") in UNNUMBERED
        or is_contents(line)
        or division(line) is not None
        or article(line, None, first=True) is not None
        or _ITEM.match(line) is not None
        or _BRACKETED.match(line) is not None
    )


def is_contents(line: str) -> bool:
    """目　录 heads a table of contents, in brackets or not."""
    return squeezed(line).strip("#*【】[]〔〕:：") == CONTENTS


def division(line: str) -> ParsedDivision | None:
    """The division that the line heads: 第三章 总则, 附则, or any marked heading."""
    if match := _DIVISION.fullmatch(line):
        number = f"第{squeezed(match[2])}{match[3]}"
        name = squeezed(match[4]).removeprefix(number)
        if match[1] or (len(name) <= 40 and not _SENTENCE.search(name)):
            return ParsedDivision(_LEVELS[match[3]], f"{number} {name}".strip())
    if squeezed(line).strip("#") in UNNUMBERED:
        return ParsedDivision(Level.CHAPTER, squeezed(line).strip("#"))
    if (match := _MARKED.fullmatch(line)) and match[2]:
        return ParsedDivision(_MARKS.get(len(match[1]), Level.SECTION), squeezed(match[2]))
    return None


def untitled_section(line: str, following: str) -> ParsedDivision | None:
    """一、受案范围 in plain text: a heading if it is short, no sentence, and an article follows."""
    short = _ITEM.match(line) and len(line) <= 30 and not re.search(r"[。；，：:]", line)
    if short and article(following, None, first=True) is not None:
        return ParsedDivision(Level.CHAPTER, squeezed(line))
    return None


def begins_article(line: str) -> bool:
    """The line begins an article, or looks as if, in any of the ways in which texts number them."""
    match = _ARTICLE.fullmatch(line)
    return match is not None and (match[3] is not None or not _REFERENCE.match(match[4]))


def is_glued(lines: Sequence[str], *, amendment: bool = False) -> bool:
    """No article of the text is set off from its number: 第一条为了….

    In an amendment the first one tells: those after it may be quoted ones.
    """
    if amendment:
        lines = [line for line in lines if begins_article(line)][:1]
    return not any(article(line, None) for line in lines)


def article(line: str, previous: Key | None, *, first: bool = False) -> tuple[Key, str] | None:
    """The article that the line begins, with the rest of the line.

    第五条 with a space after it always begins an article; run together with its text it does so
    only where it continues the count, since a paragraph may begin with a reference, or, if
    ``first`` says that nothing in the text is set off, where the count begins.
    """
    match = _ARTICLE.fullmatch(line)
    key = _key(match[1], match[2]) if match else None
    if not match or key is None:
        return None
    if match[3] is None:
        follows = first if previous is None else key in (
            Key(previous.main + 1), Key(previous.main, previous.sub + 1)
        )  # fmt: skip
        if not follows or _REFERENCE.match(match[4]):
            return None
    return key, _without_number(match[4].strip(), key)


def _without_number(text: str, key: Key) -> str:
    """The text of an article, without the number if that was written twice: 第一条　第一条　…."""
    again = _ARTICLE.fullmatch(text)
    if not again or _key(again[1], again[2]) != key:
        return text
    return text if again[3] is None and _REFERENCE.match(again[4]) else again[4].strip()


def is_spaced(line: str) -> bool:
    """The article's number is written with a space in it."""
    return _SPACED.match(line) is not None


def run_on(line: str) -> list[str]:
    """The line, taken apart where another article begins within it."""
    return _RUN_ON.split(line)


def run_on_paragraphs(text: str) -> list[str]:
    """The paragraphs of an article out of a line that ran everything together."""
    return _RUN_ON_PARAGRAPH.split(text)


def item(line: str, *, bracketed: bool) -> tuple[Key, str] | None:
    """一、… or （一）… in a text without 第…条."""
    match = (_BRACKETED if bracketed else _ITEM).match(line.lstrip("# "))
    key = _key(match[1]) if match else None
    return (key, match[2]) if match and key else None


def begins_annex(line: str) -> bool:
    return squeezed(line).strip("#") != "附则" and _ANNEX.fullmatch(line) is not None


def ordinal(title: str) -> tuple[str, int] | None:
    """第三章 总则 as ("章", 3); None for a heading without a number."""
    match = _DIVISION.fullmatch(title)
    key = _key(match[2]) if match else None
    return (match[3], key.main) if match and key else None


def whole(lines: Sequence[str]) -> list[str]:
    """The lines, with headings put together that stand on two: 第一章 and, under it, 总则."""
    found: list[str] = []
    for line in lines:
        above = division(found[-1]) if found else None
        if above and above.title.endswith(("编", "章", "节")) and _names_division(line):
            found[-1] = f"{found[-1]}\u3000{line.strip('# ')}"
        else:
            found.append(line)
    return found


def _names_division(line: str) -> bool:
    bare = re.sub(r"[\s.…·\d]+$", "", line)
    return len(bare) <= 30 and not (
        _SENTENCE.search(line) or "：" in line or (begins_text(bare) and bare not in UNNUMBERED
        and squeezed(bare) not in UNNUMBERED) or begins_annex(line)
    )  # fmt: skip


def split_contents(lines: Sequence[str]) -> tuple[list[str], Sequence[str]]:
    """The headings that a table of contents lists, squeezed, and the lines without it.

    A list without the word 目录 over it shows by its first heading, which comes again.
    """
    start = next((n for n, line in enumerate(lines[:40]) if is_contents(line)), None)
    if start is None:
        return _unannounced_contents(lines)
    listed: list[str] = []
    for index in range(start + 1, len(lines)):
        line = _entry(lines[index])
        if (listed and line == listed[0]) or not _may_be_listed(lines[index]):
            return listed, [*lines[:start], *lines[index:]]
        listed.append(line)
    return listed, lines[:start]


def _unannounced_contents(lines: Sequence[str]) -> tuple[list[str], Sequence[str]]:
    start = next((n for n, line in enumerate(lines[:40]) if division(line)), len(lines))
    listed: list[str] = []
    for index in range(start, len(lines)):
        line = _entry(lines[index])
        if len(listed) > 1 and line == listed[0]:
            return listed, [*lines[:start], *lines[index:]]
        if not _may_be_listed(lines[index]):
            break
        listed.append(line)
    return [], lines


def _entry(line: str) -> str:
    """A heading as the contents list it, without white space, leader and page."""
    return squeezed(_LEADER.sub("", line.strip("# ")))


def _may_be_listed(line: str) -> bool:
    line = _LEADER.sub("", line)
    if not line:
        return True
    return division(line) is not None or begins_annex(line) or (
        item(line, bracketed=False) is not None and len(line) <= 30
    )  # fmt: skip


def item_number(key: Key, *, bracketed: bool) -> str:
    text = article_number(key)[1:-1]
    return f"（{text}）" if bracketed else text
