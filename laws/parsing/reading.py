"""Reads law files, and puts the parts of one law together. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import PurePath

from laws.categories import Category
from laws.numerals import to_chinese
from laws.parsing import body, checks, dating, files, headings, outlining, preamble, source
from laws.parsing.files import Rejected
from laws.parsing.text import (
    Flaw,
    Level,
    ParsedArticle,
    ParsedDivision,
    ParsedLaw,
    Problem,
    Unreadable,
)


@dataclass(frozen=True)
class Batch:
    """What a set of files holds."""

    laws: Sequence[ParsedLaw]
    rejected: Sequence[Rejected]


def read_all(given: Iterable[tuple[str, bytes]]) -> Batch:
    """Read (name, content) pairs and the files in archives among them; a file that cannot be
    read is set aside with the reason."""
    laws, rejected = [], []
    for each in files.unpacked(given):
        if isinstance(each, Rejected):
            rejected.append(each)
            continue
        try:
            laws.append(read(*each))
        except Unreadable as error:
            rejected.append(Rejected(each[0], str(error)))
    return Batch(combine(laws), rejected)


def read(name: str, data: bytes) -> ParsedLaw:
    """The law, or the part of one, that a file holds. Raises Unreadable."""
    found = files.lines(name, data)
    origin = source.split(name, found.lines)
    if not 2 <= len(origin.title) <= source.MAX_TITLE:
        raise Unreadable("没有找到法律名称")
    amendment = "修正案" in origin.title
    content = body.read(origin.body, amendment=amendment)
    events = preamble.events(origin.preamble)
    stated = _day(origin.front_matter.get("publish_date"))
    made = dating.version(events, file_date=origin.file_date, other=stated)
    if made is None:
        raise Unreadable("没有找到公布日期：题注、文件名中都没有，无法确定是哪个版本")
    bodies = dating.issuing_bodies(events)
    categories = dating.categories(
        origin.title, bodies, events, origin.front_matter.get("category", "")
    )
    law = ParsedLaw(
        file=name,
        title=origin.title,
        promulgated_on=made.promulgated_on,
        effective_on=dating.effective(content.articles, events, made),
        label=made.label,
        bodies=bodies or _maker(categories),
        categories=categories,
        preamble="\n".join(origin.preamble),
        articles=content.articles,
        divisions=content.divisions,
        opening=content.opening,
        annex=content.annex,
        part=origin.part,
        problems=[
            *found.problems,
            *content.problems,
            *checks.of_end(content.articles, content.divisions, content.contents, content.annex),
            *([Problem(Flaw.UNDATED, made.doubt)] if made.doubt else []),
        ],
    )
    return law if law.part else _checked(law, first=None if amendment else 1)


def _closes(law: ParsedLaw) -> list[Problem]:
    if Category.CONSTITUTION in law.categories:
        return []
    return checks.of_closing(law.articles, law.divisions)


def _maker(categories: Sequence[Category]) -> list[str]:
    """行政法规 are made by the State Council by definition (立法法 第七十二条)."""
    return ["国务院"] if Category.ADMIN_REGULATION in categories else []


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _checked(law: ParsedLaw, *, first: int | None) -> ParsedLaw:
    """The law with its articles in the order of their numbers, and what is wrong with those."""
    found = checks.of_articles(law.articles, first=first)
    if any(after.key < before.key for before, after in pairwise(law.articles)):
        law = _sorted(law)
    return replace(law, problems=[*found, *law.problems, *([] if law.part else _closes(law))])


def _sorted(law: ParsedLaw) -> ParsedLaw:
    """The law with its articles by number, and its divisions in the order of these."""
    articles = sorted(law.articles, key=lambda article: article.key)
    first: dict[int, int] = {}
    for position, article in enumerate(articles):
        if article.division is not None:
            first.setdefault(article.division, position)
    trails = outlining.paths(law.divisions)
    order = outlining.in_order(trails, [first.get(n) for n in range(len(trails))])
    place = {old: new for new, old in enumerate(order)}
    return replace(
        law,
        divisions=[law.divisions[n] for n in order],
        articles=[
            each if each.division is None else replace(each, division=place[each.division])
            for each in articles
        ],
    )


def combine(laws: Sequence[ParsedLaw]) -> list[ParsedLaw]:
    """The same laws, with the files that are parts of one version made into one.

    民法典 comes as eight files with running article numbers. A part that comes alone is kept
    and reported.
    """
    parts: dict[tuple[str, date], list[ParsedLaw]] = {}
    for law in laws:
        if law.part:
            parts.setdefault((law.short_title, law.promulgated_on), []).append(law)
    whole = [law for law in laws if not law.part]
    return [*whole, *(_joined(group) for group in parts.values())]


def _joined(parts: Sequence[ParsedLaw]) -> ParsedLaw:
    ordered = sorted(parts, key=lambda part: part.articles[0].key)
    divisions: list[ParsedDivision] = []
    articles: list[ParsedArticle] = []
    names = _books([part.part for part in ordered])
    for part, name in zip(ordered, names, strict=True):
        book = len(divisions)
        divisions += [ParsedDivision(Level.BOOK, name), *part.divisions]
        articles += [
            replace(each, division=book if each.division is None else book + 1 + each.division)
            for each in part.articles
        ]
    first, last = ordered[0], ordered[-1]
    begins = first.articles[0].key.main == 1
    joined = replace(
        first,
        file=_name([part.file for part in ordered]),
        effective_on=last.effective_on or first.effective_on,
        articles=articles,
        divisions=divisions,
        opening="\n".join(filter(None, (part.opening for part in ordered))),
        annex="\n".join(filter(None, (part.annex for part in ordered))),
        part="" if begins else "、".join(part.part for part in ordered),
        problems=[problem for part in ordered for problem in part.problems],
    )
    checked = _checked(joined, first=articles[0].key.main)
    if begins:
        return checked
    alone = Problem(Flaw.PART, f"只有{joined.part}，请与其余各编一并导入")
    return replace(checked, problems=[alone, *checked.problems])


def _books(parts: Sequence[str]) -> Sequence[str]:
    """The headings that the parts of a whole code have in its official text: 第二编 物权."""
    whole = len(parts) > 2 and "总则" in parts[0] and parts[-1] == "附则"
    if not whole or any(headings.ordinal(part) for part in parts):
        return parts
    bare = (part.removesuffix("编") or part for part in parts[:-1])
    return [*(f"第{to_chinese(n)}编 {part}" for n, part in enumerate(bare, 1)), parts[-1]]


def _name(names: Sequence[str]) -> str:
    """What to call several files: their folder if they share one, else the first of them."""
    folders = {str(PurePath(name).parent) for name in names}
    if len(names) == 1:
        return names[0]
    folder = folders.pop() if len(folders) == 1 else "."
    return folder if folder != "." else f"{names[0]} 等 {len(names)} 个文件"
