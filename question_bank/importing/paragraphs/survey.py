"""What can be known of a file before it is read line by line. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from question_bank.importing.columns import Field
from question_bank.importing.paragraphs import marks, passages
from question_bank.importing.paragraphs.lines import Line, half, running_heads
from question_bank.importing.paragraphs.marks import Number

#: So many lines are looked through for what a question has.
_FAR = 60
#: An answer in the brackets of a stem.
BRACKETED = re.compile(
    r"[(【\[]\s*((?:[A-Ja-j][\s、,，.]*){1,10}|[√×✓✔✗✘╳]|对|错|正确|错误|是|否|T|F)\s*[)】\]]"
)
_STRICT = {"dot", "dun", "word", "tight"}


@dataclass
class Survey:
    lines: Sequence[Line]

    def __post_init__(self) -> None:
        self.numbers: list[Number | None] = _numbers(self.lines)
        self.sections: list[str | None] = [marks.section(each.text) for each in self.lines]
        self.pieces = [marks.fields(each.text) for each in self.lines]
        plain = [
            number is None and section is None and len(pieces) == 1 and pieces[0][0] is None
            and not marks.starts_with_option(line.text, _any(line.text))
            and not BRACKETED.search(line.half) and not marks.passage(line.text)
            for line, number, section, pieces in zip(
                self.lines, self.numbers, self.sections, self.pieces, strict=True)
        ]  # fmt: skip
        self.passages = passages.closed(self.lines, self.pieces, plain, self.sections)
        asks = [marks.starts_with_option(each.text, 0) for each in (*self.lines[1:], Line(0, ""))]
        self.heads = running_heads(
            self.lines, [one and not next_ for one, next_ in zip(plain, asks, strict=False)]
        )

    @cached_property
    def first_section(self) -> int:
        """The index of the first heading of a type; that of no line if there is none."""
        found = (at for at, each in enumerate(self.sections) if each)
        return next(found, -1)

    @cached_property
    def numbered(self) -> bool:
        """Whether questions bear numbers here."""
        questions = sum(self.has_substance(at) for at, each in enumerate(self.numbers) if each)
        firsts = sum(marks.starts_with_option(each.text, 0) for each in self.lines)
        keys = sum(any(name is Field.KEY for name, _ in each) for each in self.pieces)
        return questions > 0 and questions * 2 >= max(firsts, min(keys, len(self.lines) // 4))

    def has_substance(self, at: int) -> bool:
        """Whether options or an answer follow the numbered line before the next one."""
        for index in range(at, min(at + _FAR, len(self.lines))):
            if index > at and (self.numbers[index] or self.sections[index]):
                return False
            if self._answers(index, own=index == at):
                return True
        return False

    def _answers(self, index: int, *, own: bool) -> bool:
        line = self.lines[index]
        return (
            any(name is Field.KEY for name, _ in self.pieces[index])
            or marks.starts_with_option(line.text, 0)
            or len(marks.options_within(line.text)[1]) >= 2
            or (own and bool(BRACKETED.search(half(line.text))))
        )

    def style_of(self, start: int) -> set[str]:
        """The ways of numbering that count as questions from the heading at ``start`` on."""
        first = None
        for at in range(start, len(self.lines)):
            if at > start and self.sections[at]:
                break
            number = self.numbers[at]
            if number and number.style in _STRICT:
                return _STRICT
            first = first or (number and number.style)
        return {first} if first else _STRICT


def _numbers(lines: Sequence[Line]) -> list[Number | None]:
    """The number of each line; a figure such as 2.60 counts only where it is the next one."""
    found: list[Number | None] = []
    last = 0
    for line in lines:
        number = marks.number(line.text)
        if number and number.style == "tight" and number.value != last + 1:
            number = None
        last = number.value if number else last
        found.append(number)
    return found


def _any(text: str) -> int:
    """The place of the letter that the line begins with; that of no option for other lines."""
    found = half(text).lstrip(" ([【")[:1].upper()
    return ord(found) - ord("A") if "A" <= found <= "J" else 99
