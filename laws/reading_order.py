"""A version as its page shows it: headings and articles, one after the other. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from laws.parsing.text import Level


class Heading(Protocol):
    @property
    def id(self) -> int: ...

    @property
    def level(self) -> int: ...


class Numbered(Protocol):
    @property
    def division_id(self) -> int | None: ...

    @property
    def number_main(self) -> int: ...

    @property
    def number_sub(self) -> int: ...


H = TypeVar("H", bound=Heading)
A = TypeVar("A", bound=Numbered)


@dataclass(frozen=True)
class Block(Generic[H, A]):
    """Exactly one of the two is set."""

    division: H | None = None
    article: A | None = None


def blocks(divisions: Sequence[H], articles: Sequence[A]) -> Iterator[Block[H, A]]:
    """Every article after the headings that lead to it; headings without articles at the end."""
    places = {division.id: place for place, division in enumerate(divisions)}
    shown = 0
    for article in articles:
        reach = -1 if article.division_id is None else places[article.division_id]
        for division in divisions[shown : reach + 1]:
            yield Block(division=division)
        shown = max(shown, reach + 1)
        yield Block(article=article)
    for division in divisions[shown:]:
        yield Block(division=division)


def anchor(article: Numbered) -> str:
    """The article's address on the page: a34, a262-1."""
    return f"a{article.number_main}" + (f"-{article.number_sub}" if article.number_sub else "")


@dataclass
class Node(Generic[H]):
    """An entry of the contents with the entries below it."""

    division: H
    below: list["Node[H]"]


def contents(divisions: Sequence[H]) -> list[Node[H]]:
    """The divisions, in reading order, as a tree."""
    top: list[Node[H]] = []
    above: list[Node[H]] = []
    for division in divisions:
        while above and above[-1].division.level >= division.level:
            above.pop()
        node = Node(division, [])
        (above[-1].below if above else top).append(node)
        above.append(node)
    return top


def is_chapter(level: int) -> bool:
    return level <= Level.CHAPTER
