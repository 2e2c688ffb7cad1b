"""What somebody looks for, and the places of a text where it stands. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.fulltext.grams import Field, Query, Term, Word, fold, runs
from laws.numerals import NUMERAL, article_key, article_number, to_chinese
from laws.parsing.text import PREFIX

#: What the index calls laws and articles.
LAW, ARTICLE = "law", "article"
#: More words than this are not looked for.
MAX_WORDS = 8
#: Longer words are cut: nobody types them, and each character costs.
MAX_WORD = 60
#: Characters shown around the first hit.
WINDOW = 120

_NUMBER = rf"第[{NUMERAL}]+条(?:之[{NUMERAL}]+)?"
_APART = re.compile(rf"({_NUMBER})")
_FIGURES = re.compile(r"[0-9]{1,6}")


def words(text: str) -> list[str]:
    """The words to look for, each once, in the order typed, in half width.

    An article number written on to something stands for itself: 公务员法第六十七条 is two words.
    """
    found = [part for run in runs(text) for part in _APART.split(run) if part]
    return list(dict.fromkeys(word[:MAX_WORD] for word in found))[:MAX_WORDS]


@dataclass(frozen=True)
class Wanted:
    """A search as the index takes it."""

    words: Sequence[str]
    #: Every word, wherever it stands; one at least must stand in the text or be its number.
    query: Query
    #: What finds the better part of that, best first.
    better: Sequence[Query]
    #: How the words are written in texts: what to mark.
    marks: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.words)


def wanted(text: str) -> Wanted:
    """The search that somebody means. Better hits, in this order:

    article so and so of the law named; the article of that number; the words next to each
    other; all words in the text.
    """
    found = words(text)
    numbers = [_number(word) for word in found]
    anywhere = [[_title(word), *_number(word), *_body(word)] for word in found]
    inside = [term for word in anywhere for term in word if term.field is not Field.TITLE]
    return Wanted(
        words=found,
        query=_query(anywhere, inside),
        better=_better(found, numbers, anywhere) if found else (),
        marks=list(dict.fromkeys(term.text for word in found
                                 for term in (*_body(word), _title(word), *_number(word)))),
    )  # fmt: skip


def _query(anywhere: Query, inside: Word) -> Query:
    """A single word must stand inside, wherever else it stands."""
    return [*anywhere, inside] if len(anywhere) > 1 else [inside] if inside else []


def _better(
    found: Sequence[str], numbers: Sequence[Sequence[Term]], anywhere: Query
) -> list[Query]:
    better: list[Query] = []
    if len(found) == 1 and not numbers[0]:
        return better
    if any(numbers):
        named = [number or [_title(word)] for word, number in zip(found, numbers, strict=True)]
        numbered = [number or terms for number, terms in zip(numbers, anywhere, strict=True)]
        better = [named, numbered] if named != numbered else [named]
    joined = "".join(found)
    if len(found) > 1:
        better.append([[Term(Field.BODY, joined)]])
    return [*better, [_body(word) for word in found]]


def titles(text: str) -> Query:
    """Laws whose name holds every word; a number stands for no name."""
    return [[_title(word)] for word in words(text) if not _number(word)]


def texts(text: str) -> Query:
    """Documents other than articles: every word, in title or text."""
    return [[Term(Field.TITLE, word), *_body(word)] for word in words(text)]


def better_texts(text: str) -> list[Query]:
    """The better part of ``texts``: by title; by the words next to each other; all in the text."""
    found = words(text)
    titled: list[Query] = [[[Term(Field.TITLE, word)] for word in found]]
    together: list[Query] = [[[Term(Field.BODY, "".join(found))]]] if len(found) > 1 else []
    if len(found) < 2:
        return titled if found else []
    return [*titled, *together, [_body(word) for word in found]]


def _title(word: str) -> Term:
    """People write 中华人民共和国 before names that have it not, and the other way round."""
    return Term(Field.TITLE, word.removeprefix(PREFIX) or word)


def _number(word: str) -> Word:
    """第三十四条, 34 and 三十四 as the number that articles have."""
    try:
        key = article_key(word)
        return [Term(Field.NUMBER, article_number(key))]
    except ValueError:
        return []


def _body(word: str) -> list[Term]:
    """The word, and with its figures in Chinese: 60日 also finds 六十日."""
    spelt = _FIGURES.sub(lambda match: to_chinese(int(match[0])), word)
    return [Term(Field.BODY, each) for each in dict.fromkeys((word, spelt))]


def marked(text: str, wanted: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a hit: 信访[人]应当…

    Width and case make no difference.
    """
    if not wanted:
        return [(text, False)] if text else []
    longest = sorted((fold(word) for word in wanted), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest)))
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in pattern.finditer(fold(text)):
        if match.start() > end:
            pieces.append((text[end : match.start()], False))
        pieces.append((text[match.start() : match.end()], True))
        end = match.end()
    if end < len(text):
        pieces.append((text[end:], False))
    return pieces


def excerpt(text: str, wanted: Sequence[str], window: int = WINDOW) -> list[tuple[str, bool]]:
    """The part of the text around its first hit, in marked pieces, with … where it is cut.

    The longest word leads: one that stands alone is likelier to be chance.
    """
    flat = " ".join(text.split("\n"))
    folded = fold(flat)
    places = [(-len(word), at) for word in wanted if (at := folded.find(fold(word))) >= 0]
    first = min(places, default=(0, 0))[1]
    begin = max(0, first - window // 3)
    end = min(len(flat), begin + window)
    shown = ("…" if begin else "") + flat[begin:end] + ("…" if end < len(flat) else "")
    return marked(shown, wanted)
