"""The archive as a Word file: the sections of the page, with places to write and to sign. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from core import official
from core.figures import NONE
from core.official import Block, Grid, Level, Paper
from study.archive.sections import WORDS, Archive, Section

_NUMERALS = "一二三四五六七八九十"
#: What people write by hand after the file was printed.
BY_HAND = ("评价及解释", "签字栏")
FIGURES = ("项目", "数量", "要求")


def numeral(number: int) -> str:
    """1 to 19, as headings number."""
    return _NUMERALS[number - 1] if number <= 10 else f"十{_NUMERALS[number - 11]}"


def paper(archive: Archive, dated: date, frozen: str = "") -> Paper:
    """``frozen`` says which edition the archive is, if one."""
    return Paper(
        title=f"个人学法档案\n（{archive.year}年）",
        blocks=list(_blocks(archive, dated, frozen)),
    )


def _blocks(archive: Archive, dated: date, frozen: str) -> Iterator[Block | Grid]:
    yield Block("一、基本信息", Level.FIRST)
    yield Grid(["项目", "内容"], [[label, value or NONE] for label, value in archive.facts.items()])
    number = 1
    counted = [each for each in archive.sections if each.key not in WORDS]
    for number, each in enumerate(counted, 2):
        yield Block(f"{numeral(number)}、{each.title}", Level.FIRST)
        yield from _section(each)
    yield Block(f"{numeral(number + 1)}、{BY_HAND[0]}", Level.FIRST)
    written = {each.key: each.text for each in archive.sections}
    for key, who in WORDS.items():
        yield Block(f"{who}：")
        yield from map(Block, written.get(key) or ["　"])
    yield Block(f"{numeral(number + 2)}、{BY_HAND[1]}", Level.FIRST)
    yield Grid(
        ["签字人", "签字", "日期"],
        [["本人", "", ""], ["部门负责人", "", ""], ["人事司", "", ""]],
    )
    if frozen:
        yield Block(f"定版存档：{frozen}")
    yield Block(f"生成日期：{official.in_words(dated)}")
    yield Block(f"内容校验值（SHA-256）：{archive.digest}")


def _section(section: Section) -> Iterator[Block | Grid]:
    if section.note:
        yield Block(section.note)
    if section.figures:
        wide = 3 if section.asks else 2
        yield Grid(
            FIGURES[:wide],
            [[each.label, each.written, each.wanted or NONE][:wide] for each in section.figures],
        )
    if section.rows:
        yield Grid(section.heading, _cells(section.rows))


def _cells(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[cell or NONE for cell in row] for row in rows]


def docx(archive: Archive, dated: date, frozen: str = "") -> bytes:
    return official.write(paper(archive, dated, frozen))
