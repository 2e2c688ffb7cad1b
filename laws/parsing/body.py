"""From the lines of a body to divisions and articles. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from laws.numerals import Key, article_number
from laws.parsing import headings
from laws.parsing.decoding import evened
from laws.parsing.text import (
    Flaw,
    Level,
    ParsedArticle,
    ParsedDivision,
    Problem,
    Unreadable,
)

#: How far the numbers of 一、二、… may jump and still be the same count.
MAX_JUMP = 3
#: Notes under the last article: ① 刑法、历次刑法修正案….
_NOTE = ("①", "②", "③", "注：", "注:", "附件", "附录", "附表")


@dataclass(frozen=True)
class Body:
    divisions: Sequence[ParsedDivision]
    articles: Sequence[ParsedArticle]
    opening: str
    annex: str
    #: The headings of the table of contents, without white space.
    contents: Sequence[str]
    problems: Sequence[Problem]


@dataclass
class _Open:
    """An article that is still being read."""

    number: str
    key: Key
    division: int | None
    paragraphs: list[str]

    def closed(self) -> ParsedArticle:
        text = "\n".join(evened(each) for each in self.paragraphs)
        return ParsedArticle(self.number, self.key, text, self.division)


@dataclass
class _Reader:
    """Where each line goes, given the lines before it."""

    #: An amendment quotes the articles that it inserts: only its own count begins an article.
    amendment: bool
    #: Nothing sets the articles' text off from their numbers.
    glued: bool = False
    divisions: list[ParsedDivision] = field(default_factory=list)
    articles: list[_Open] = field(default_factory=list)
    opening: list[str] = field(default_factory=list)
    annex: list[str] = field(default_factory=list)
    #: Numbers that were recognised though they are not set as they should be.
    irregular: list[str] = field(default_factory=list)

    @property
    def previous(self) -> Key | None:
        return self.articles[-1].key if self.articles else None

    def continues(self, key: Key) -> bool:
        return self.previous in (None, Key(key.main - 1), Key(key.main, key.sub - 1)) or (
            self.previous is not None and not key.sub and key.main == self.previous.main + 1
        )

    def article(self, line: str) -> tuple[Key, str] | None:
        return headings.article(line, self.previous, first=self.glued)

    def begin(self, number: str, key: Key, text: str) -> None:
        division = len(self.divisions) - 1 if self.divisions else None
        self.articles.append(_Open(number, key, division, [text] if text else []))

    def add(self, line: str) -> None:
        if not self.annex and line.strip("* ").isdecimal():
            return  # the number of a page
        if self.annex:
            self.annex.append(line.lstrip("# "))
        elif self.articles:
            self.articles[-1].paragraphs.append(line.lstrip("# "))
        else:
            self.opening.append(line)

    def spread(self) -> None:
        """Take the last paragraph of the last article apart: its line ran paragraphs together."""
        paragraphs = self.articles[-1].paragraphs
        paragraphs[-1:] = [
            part for text in paragraphs[-1:] for part in headings.run_on_paragraphs(text)
        ]

    def head(self, division: ParsedDivision) -> None:
        if division.title == "附则" and any(each.level is Level.BOOK for each in self.divisions):
            division = ParsedDivision(Level.BOOK, division.title)  # of the code, not of a book
        if not self.articles and not self.divisions and division.title in {"序言", "前言", "引言"}:
            self.opening.append(division.title)
        else:
            self.divisions.append(division)


def read(lines: Sequence[str], *, amendment: bool) -> Body:
    """Divisions, articles and what lies around them. Raises Unreadable if there is no article."""
    contents, rest = headings.split_contents(headings.whole(lines))
    rest = [line for line in rest if line.strip("# ")]
    reader = _Reader(amendment, headings.is_glued(rest, amendment=amendment))
    if not reader.glued or any(headings.article(line, None, first=True) for line in rest):
        _read_articles(rest, reader)
    else:
        _read_items(rest, reader)
    if not reader.articles:
        raise Unreadable("没有找到条文（第……条，或者一、二、……）")
    _move_notes(reader)
    articles, problems = _without_repeats([each.closed() for each in reader.articles])
    if reader.irregular:
        text = "条号没有另起一行或中间有空格，已识别，请核对"
        problems.append(Problem(Flaw.LAYOUT, text, tuple(reader.irregular)))
    return Body(
        divisions=reader.divisions,
        articles=articles,
        opening="\n".join(reader.opening),
        annex="\n".join(reader.annex),
        contents=contents,
        problems=problems,
    )


def _read_articles(lines: Sequence[str], reader: _Reader) -> None:
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        first, *more = headings.run_on(line)
        found = reader.article(first)
        # In an annex only the next number of the law's own count leads back into the law.
        own = found and (reader.continues(found[0]) or not (reader.annex or reader.amendment))
        if found and own:
            reader.begin(article_number(found[0]), *found)
            if headings.is_spaced(first):
                reader.irregular.append(article_number(found[0]))
        elif reader.annex or reader.amendment:
            reader.add(first)
        elif reader.articles and headings.begins_annex(first):
            reader.annex.append(first.lstrip("# "))
        elif division := headings.division(first) or headings.untitled_section(first, following):
            reader.head(division)
        else:
            reader.add(first)
        if more:
            _read_run_on(more, reader)


def _read_run_on(pieces: Sequence[str], reader: _Reader) -> None:
    """Articles that stand behind another one in the same line, as far as they continue the count;
    anything else of the kind is a reference and stays in the text."""
    if reader.articles and not reader.annex:
        reader.spread()
    for piece in pieces:
        found = reader.article(piece)
        if found and reader.continues(found[0]) and not reader.amendment:
            reader.begin(article_number(found[0]), *found)
            reader.irregular.append(article_number(found[0]))
            reader.spread()
        else:
            reader.add(piece)


def _read_items(lines: Sequence[str], reader: _Reader) -> None:
    """A text that counts 一、二、… (or, failing that, （一）（二）…) instead of 第…条."""
    bracketed = not any(headings.item(line, bracketed=False) for line in lines)
    for line in lines:
        found = headings.item(line, bracketed=bracketed)
        last = reader.previous.main if reader.previous else 0
        if found and last < found[0].main <= last + MAX_JUMP and not reader.annex:
            number = headings.item_number(found[0], bracketed=bracketed)
            reader.begin(number, found[0], found[1])
        elif reader.articles and headings.begins_annex(line):
            reader.annex.append(line)
        elif not reader.amendment and (division := _numbered_division(line)):
            reader.head(division)
        else:
            reader.add(line)


def _numbered_division(line: str) -> ParsedDivision | None:
    division = headings.division(line)
    return division if division and headings.ordinal(division.title) else None


def _move_notes(reader: _Reader) -> None:
    """Notes at the foot of the last article belong to the annex."""
    paragraphs = reader.articles[-1].paragraphs
    first = next((n for n, line in enumerate(paragraphs) if n and line.startswith(_NOTE)), None)
    if first is not None:
        reader.annex[:0] = paragraphs[first:]
        del paragraphs[first:]


def _without_repeats(
    articles: Sequence[ParsedArticle],
) -> tuple[list[ParsedArticle], list[Problem]]:
    """The first article of each number, and a problem that names the numbers met again.

    Which of two texts is the law cannot be told from the file, so the first is registered, the
    second is not, and a person decides.
    """
    first: dict[Key, ParsedArticle] = {}
    same: list[str] = []
    other: list[str] = []
    for article in articles:
        kept = first.setdefault(article.key, article)
        if kept is not article:
            (same if kept.text == article.text else other).append(article.number)
    problems = []
    if same:
        problems.append(Problem(Flaw.REPEAT, "条号重复，内容相同，只登记一次", tuple(same)))
    if other:
        text = "条号重复，内容不同，登记首次出现的条文，其余请人工核对"
        problems.append(Problem(Flaw.REPEAT, text, tuple(other)))
    return list(first.values()), problems
