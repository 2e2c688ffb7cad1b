"""The lines of a text or of a document, without what a page adds to them. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.characters import RADICALS
from core.documents import Paragraph

#: Longer lines belong to no bank that people wrote.
MAX_LINE = 20_000
#: A line that stands so often between items is the head or the foot of a page.
_OFTEN, _SHORT = 4, 40
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\xad]")
_PAGE = re.compile(
    r"[-—–·~\s]*(?:第\s*\d{1,4}\s*页|\d{1,4}\s*/\s*\d{1,4}|page\s*\d{1,4}(?:\s*of\s*\d{1,4})?)"
    r"(?:[\s,，/()（]*共\s*\d{1,4}\s*页)?[)）\s]*[-—–·~\s]*|[-—–·]+\s*\d{1,4}\s*[-—–·]+",
    re.IGNORECASE,
)
_RULE = re.compile(r"[-—–_=*·.…#~\s]*")
#: An answer before the number of a statement: (√)1.…
_BEFORE = re.compile(r"([(（]\s*[√×✓✗✘对错ＡＢA-J]{1,6}\s*[)）])\s*(?=[\d０-９]{1,4}\s*[.、．])")
_FILLED = re.compile(r"_{2,}")


@dataclass(frozen=True)
class Line:
    #: The line of the text, or the paragraph of the document, from 1.
    number: int
    text: str
    #: Something stood between it and the line before: nothing but space.
    apart: bool = False

    @property
    def half(self) -> str:
        """The text in half width, each character in its place."""
        return self.text.translate(_HALF)


def half(text: str) -> str:
    """The text in half width, each character in its place."""
    return text.translate(_HALF)


def of_text(text: str) -> list[Line]:
    return _cleaned(enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1))


def of_document(paragraphs: Iterable[tuple[int, Paragraph]]) -> list[Line]:
    """The lines of numbered paragraphs; a label that Word counts stands before its text."""
    return _cleaned(
        (number, piece)
        for number, each in paragraphs
        if not each.boxed
        for piece in _labelled(each).split("\n")
    )


def _labelled(paragraph: Paragraph) -> str:
    if not paragraph.label or not paragraph.text.strip():
        return paragraph.text
    gap = "" if paragraph.label.endswith(tuple(".、)）．:：")) else " "
    return f"{paragraph.label}{gap}{paragraph.text.lstrip()}"


def _cleaned(raw: Iterable[tuple[int, str]]) -> list[Line]:
    lines: list[Line] = []
    apart = False
    for number, written in raw:
        text = (
            _INVISIBLE.sub("", written).translate(RADICALS).replace("\t", " ").strip(" \u3000\xa0")
        )
        if not text or _PAGE.fullmatch(text):
            apart = apart or not text
        elif _RULE.fullmatch(text) and not _FILLED.fullmatch(text):
            apart = True
        else:
            if match := _BEFORE.match(text):
                text = text[match.end() :] + match[1]
            lines.append(Line(number, text, apart))
            apart = False
    return lines


def running_heads(lines: Sequence[Line], plain: Sequence[bool]) -> set[str]:
    """Texts that stand again and again as plain lines: heads and feet of pages."""
    often = Counter(
        line.text for line, each in zip(lines, plain, strict=True)
        if each and len(line.text) <= _SHORT
        and not line.text.startswith("|") and not line.text.endswith(("。", "；", "，", "."))
    )  # fmt: skip
    return {text for text, count in often.items() if count >= _OFTEN}
