"""What a careful registrar notices about a text: gaps, wrong order, a missing end. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from laws import clauses
from laws.numerals import Key, article_number, to_chinese
from laws.parsing import headings
from laws.parsing.decoding import squeezed
from laws.parsing.text import Flaw, Level, ParsedArticle, ParsedDivision, Problem

#: How the last sentence of a law may end, and how one before others may.
_END = re.compile(r"[。”’）)」』》〉!！?？…|]$")
_BREAKS_OFF = re.compile(r"[\u4e00-\u9fff，、]$")
#: What programs put in the place of a character that they did not know, or made up for one.
_UNKNOWN = re.compile("[\ufffd\ue000-\uf8ff]")
#: What the last article of a law is about, if it is the last one.
_CLOSING = re.compile(r"施行|实施|执行|实行|生效|废止|解释|为准|参照|适用")
#: Laws without chapters and of so few articles need not say when they begin to apply.
_SHORT = 6
#: More missing numbers than this come from a slip in one number, not from missing text.
MAX_MISSING = 500


def of_articles(articles: Sequence[ParsedArticle], *, first: int | None = 1) -> list[Problem]:
    """Gaps and wrong order in the numbers. ``first``: the number that the text must begin with."""
    keys = [article.key for article in articles]
    names = {article.key: article.number for article in articles}
    bracketed = bool(articles) and articles[0].number.startswith("（")
    plain = bool(articles) and not articles[0].number.startswith("第")

    def name(key: Key) -> str:
        if key in names:
            return names[key]
        return headings.item_number(key, bracketed=bracketed) if plain else article_number(key)

    problems = []
    if missing := list(_missing(keys, first)):
        shown = tuple(name(key) for key in missing)
        problems.append(Problem(Flaw.GAP, f"缺 {len(missing)} 个条号", shown))
    back = tuple(name(after) for before, after in pairwise(keys) if after < before)
    if back:
        problems.append(Problem(Flaw.ORDER, "条号次序颠倒，已按条号排列", back))
    return problems


def _missing(keys: Sequence[Key], first: int | None) -> Iterator[Key]:
    present = set(keys)
    if not present:
        return
    start = min(key.main for key in present) if first is None else first
    mains = sorted({key.main for key in present})
    last = start - 1
    inserted: dict[int, set[int]] = {}
    for key in present:
        inserted.setdefault(key.main, set()).add(key.sub)
    for main in mains:
        yield from (Key(n) for n in range(last + 1, min(main, last + 1 + MAX_MISSING)))
        subs = inserted[main]
        yield from (Key(main, n) for n in range(max(subs)) if n not in subs)
        last = main


def of_end(
    articles: Sequence[ParsedArticle],
    divisions: Sequence[ParsedDivision],
    contents: Sequence[str],
    annex: str,
) -> list[Problem]:
    """Signs that text is missing: an unfinished sentence, chapters announced or skipped."""
    problems = []
    last = articles[-1]
    if not annex and not _END.search(last.text):
        problems.append(Problem(Flaw.TRUNCATED, "文末的句子不完整，文件可能被截断", (last.number,)))
    empty = tuple(each.number for each in articles[:-1] if not each.text)
    if empty:
        problems.append(Problem(Flaw.TRUNCATED, "只有条号，没有内容", empty))
    problems += _of_middle(articles)
    if odd := tuple(each.number for each in articles if _UNKNOWN.search(each.text)):
        problems.append(Problem(Flaw.LAYOUT, "有认不出的字符（�），请对照原文补正", odd))
    if back := _turned_back(divisions):
        problems.append(Problem(Flaw.DIVISION, f"章节次序颠倒：{'、'.join(back)}"))
    listed, present = Counter(contents), Counter(squeezed(each.title) for each in divisions)
    lost = [entry for entry in listed - present if headings.ordinal(entry)]
    if lost:
        problems.append(Problem(Flaw.TRUNCATED, f"目录所列章节不见于正文：{'、'.join(lost)}"))
    elif skipped := _skipped(divisions):
        problems.append(Problem(Flaw.DIVISION, f"章节序号不连续：缺{'、'.join(skipped)}"))
    elif [headings.ordinal(each.title) for each in divisions] == [("章", 1)]:
        problems.append(Problem(Flaw.TRUNCATED, "只有第一章，其余各章缺失", (last.number,)))
    return problems


def of_closing(
    articles: Sequence[ParsedArticle], divisions: Sequence[ParsedDivision]
) -> list[Problem]:
    """A law closes with 附则, or at least says from when it applies or who explains it."""
    chapters = [division for division in divisions if division.level is Level.CHAPTER]
    titles = [division.title for division in chapters[-1:]]
    if len(chapters) < 2 and len(articles) < _SHORT:
        return []
    if any("附则" in title for title in titles) or _CLOSING.search(articles[-1].text):
        return []
    text = "没有附则，" if len(chapters) > 1 else ""
    text += "最后一条不是施行条款，文末可能缺失，请核对"
    return [Problem(Flaw.TRUNCATED, text, (articles[-1].number,))]


def _of_middle(articles: Sequence[ParsedArticle]) -> list[Problem]:
    """Articles that break off, and lists with items missing."""
    problems = []
    broken = tuple(each.number for each in articles[:-1] if _breaks_off(each.text))
    if broken:
        text = "条文中断：句子没有写完，或列项只有冒号没有内容"
        problems.append(Problem(Flaw.TRUNCATED, text, broken))
    for each in articles:
        if gaps := clauses.gaps(each.text):
            text = f"{each.number}缺{'、'.join(gaps)}"
            problems.append(Problem(Flaw.TRUNCATED, text, (each.number,)))
    return problems


def _breaks_off(text: str) -> bool:
    """The article ends within a sentence: its last line with a character or a comma, though
    lines before end in stops, or with the colon of a list that does not come."""
    last = text.rsplit("\n", 1)[-1]
    if len(last) <= 20 or any(sign in last for sign in "=＝×÷"):
        return False  # a name or a formula, not a sentence
    return last.endswith(("：", ":")) or _BREAKS_OFF.search(last) is not None


def _turned_back(divisions: Sequence[ParsedDivision]) -> list[str]:
    """Chapters that stand behind a later one of the same book."""
    last: dict[str, int] = {}
    back = []
    for division in divisions:
        ordinal = headings.ordinal(division.title)
        if ordinal is None or ordinal[0] == "节":
            continue
        kind, number = ordinal
        if kind != "章":
            last["章"] = 0
        if 1 < number < last.get(kind, 0) or (number == 1 < last.get(kind, 0) and kind == "编"):
            back.append(division.title)
        last[kind] = number
    return back


def _skipped(divisions: Sequence[ParsedDivision]) -> list[str]:
    """Numbers left out between divisions of one kind; a kind may begin again at one."""
    last: dict[str, int] = {}
    skipped = []
    for division in divisions:
        ordinal = headings.ordinal(division.title)
        if ordinal is None:
            continue
        kind, number = ordinal
        expected = last.get(kind, 0) + 1
        if number > expected:
            upto = min(number, expected + MAX_MISSING)
            skipped += [f"第{to_chinese(n)}{kind}" for n in range(expected, upto)]
        last[kind] = number
        if kind == "章":
            last["节"] = 0
    return skipped
