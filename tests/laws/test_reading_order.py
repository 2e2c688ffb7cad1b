from dataclasses import dataclass

from laws import reading_order
from laws.parsing import outlining
from laws.parsing.text import Level, ParsedDivision


@dataclass(frozen=True)
class Division:
    id: int
    level: int
    title: str = ""


@dataclass(frozen=True)
class Article:
    number_main: int
    division_id: int | None = None
    number_sub: int = 0


BOOK, CHAPTER, SECTION = Division(1, 1), Division(2, 3), Division(3, 4)
LAST, EMPTY = Division(4, 3), Division(5, 3)


def test_headings_stand_before_the_articles_that_they_lead_to() -> None:
    first, second, third = Article(1), Article(2, division_id=3), Article(3, division_id=4)
    blocks = reading_order.blocks([BOOK, CHAPTER, SECTION, LAST, EMPTY], [first, second, third])
    assert [block.division or block.article for block in blocks] == [
        first, BOOK, CHAPTER, SECTION, second, LAST, third, EMPTY,
    ]  # fmt: skip


def test_the_contents_are_a_tree() -> None:
    [book] = reading_order.contents([BOOK, CHAPTER, SECTION, LAST])
    assert [node.division for node in book.below] == [CHAPTER, LAST]
    assert [node.division for node in book.below[0].below] == [SECTION]


def test_an_article_has_an_anchor_of_its_number() -> None:
    assert reading_order.anchor(Article(34)) == "a34"
    assert reading_order.anchor(Article(262, number_sub=1)) == "a262-1"


def test_divisions_of_one_name_are_told_apart_by_what_they_lie_in() -> None:
    divisions = [
        ParsedDivision(Level.BOOK, "总则"), ParsedDivision(Level.CHAPTER, "第一章 规定"),
        ParsedDivision(Level.BOOK, "物权编"), ParsedDivision(Level.CHAPTER, "第一章 规定"),
    ]  # fmt: skip
    assert outlining.paths(divisions) == [
        ("总则",), ("总则", "第一章 规定"), ("物权编",), ("物权编", "第一章 规定"),
    ]  # fmt: skip


def test_divisions_follow_the_articles_that_they_hold() -> None:
    trails = [("乙",), ("乙", "一"), ("甲",), ("甲", "一"), ("甲", "二")]
    assert outlining.in_order(trails, [None, 3, None, 1, None]) == [2, 3, 4, 0, 1]
