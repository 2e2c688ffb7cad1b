"""Articles as somebody writes them down for a lesson. Pure.

One law a line: 信访工作条例 第十条、第二十二条至第二十四条.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from laws.numerals import NUMERAL, Key, article_key

#: The longest run of articles that 至 may stand for.
LONGEST_RUN = 60
_NUMBERS = rf"[第条之{NUMERAL}、，,；;\s至到~～—-]*"
_LINE = re.compile(
    rf"《?(?P<law>[^《》]+?)(?:》?[\s：:]*(?=第)|[》\s：:]+)(?P<numbers>[第{NUMERAL}]{_NUMBERS})$"
)


class Unclear(ValueError):
    """A line that we cannot read; the message says which and what to write instead."""


@dataclass(frozen=True)
class Cited:
    """Articles of one law, in the order written."""

    law: str
    keys: Sequence[Key]


def read(text: str) -> list[Cited]:
    """The citations, one law a line. Raises Unclear."""
    lines = [line.strip() for line in text.splitlines()]
    return [_cited(number, line) for number, line in enumerate(lines, 1) if line]


def _cited(number: int, line: str) -> Cited:
    match = _LINE.match(line)
    if match is None:
        raise Unclear(f"第 {number} 行“{line}”应写作：法律名称 条款，如“信访工作条例 第三十四条”")
    parts = re.split(r"[、，,；;\s]+", match["numbers"].strip())
    try:
        keys = [key for part in parts if part for key in _run(part)]
    except ValueError as error:
        raise Unclear(f"第 {number} 行的条款看不懂，请写作“第三十四条”：{error}") from None
    return Cited(match["law"].strip(), list(dict.fromkeys(keys)))


def _run(part: str) -> Iterator[Key]:
    """One article, or several from 第十条至第十五条."""
    ends = re.split(r"[至到~～—]+", part)
    if len(ends) == 1:
        yield article_key(part)
        return
    first, last = article_key(ends[0]), article_key(ends[-1])
    if not first.main <= last.main < first.main + LONGEST_RUN:
        raise ValueError(f"“{part}”的起止不对，或一次超过 {LONGEST_RUN} 条")
    yield from (Key(main) for main in range(first.main, last.main + 1))
