"""Reads law files, and puts the parts of one law together. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from laws.categories import Category
from laws.parsing import body, checks, dating, decoding, preamble, source
from laws.parsing.text import (
    Flaw,
    Level,
    ParsedArticle,
    ParsedDivision,
    ParsedLaw,
    Problem,
    Unreadable,
)

SUFFIXES = (".md", ".txt")
MAX_TITLE = 200


@dataclass(frozen=True)
class Rejected:
    """A file of which nothing can be registered."""

    file: str
    reason: str


@dataclass(frozen=True)
class Batch:
    """What a set of files holds."""

    laws: Sequence[ParsedLaw]
    rejected: Sequence[Rejected]


def read_all(files: Iterable[tuple[str, bytes]]) -> Batch:
    """Read (name, content) pairs; a file that cannot be read is set aside with the reason."""
    laws, rejected = [], []
    for name, data in files:
        try:
            laws.append(read(name, data))
        except Unreadable as error:
            rejected.append(Rejected(name, str(error)))
    return Batch(combine(laws), rejected)


def read(name: str, data: bytes) -> ParsedLaw:
    """The law, or the part of one, that a file holds. Raises Unreadable."""
    if not name.lower().endswith(SUFFIXES):
        raise Unreadable("只能导入 .md 和 .txt 文本")
    origin = source.split(name, decoding.lines(data))
    if not 2 <= len(origin.title) <= MAX_TITLE:
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
    articles = sorted(law.articles, key=lambda article: article.key)
    law = replace(law, articles=articles)
    return replace(law, problems=[*found, *law.problems, *([] if law.part else _closes(law))])


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
    for part in ordered:
        book = len(divisions)
        divisions += [ParsedDivision(Level.BOOK, part.part), *part.divisions]
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


def _name(files: Sequence[str]) -> str:
    """What to call several files: their folder if they share one, else the first of them."""
    folders = {str(PurePath(file).parent) for file in files}
    if len(files) == 1:
        return files[0]
    folder = folders.pop() if len(folders) == 1 else "."
    return folder if folder != "." else f"{files[0]} 等 {len(files)} 个文件"
