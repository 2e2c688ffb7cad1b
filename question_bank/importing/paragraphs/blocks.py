"""What belongs to one item, before anybody asks what its answer means. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.importing.columns import Field

#: Types whose answers are words of one's own: their answers run over lines.
WORDED = ("简答", "简述", "论述", "问答", "名词解释")
CASES = ("案例", "案情", "材料", "综合分析")
FILLED = ("填空",)
JUDGED = ("判断", "是非")


@dataclass
class Section:
    """What stands under one heading, such as 一、单项选择题."""

    #: The word of the heading for the type; "" before the first heading.
    word: str
    line: int
    blocks: list["Block"] = field(default_factory=list)

    @property
    def worded(self) -> bool:
        return self.word.startswith((*WORDED, *CASES))

    @property
    def cases(self) -> bool:
        return self.word.startswith(CASES)


@dataclass
class Block:
    """The pieces of one question, or of one case with its questions."""

    line: int
    section: Section
    #: As written before it; None where nothing is.
    number: int | None = None
    stem: list[str] = field(default_factory=list)
    #: By place; a place that was left out holds "".
    options: list[str] = field(default_factory=list)
    fields: dict[Field, list[str]] = field(default_factory=dict)
    #: What its reader has to settle.
    doubts: list[str] = field(default_factory=list)
    chapter: str = ""
    #: The stem is a text that the parts are about.
    case: bool = False
    parts: list["Block"] = field(default_factory=list)
    #: The questions that the passage says it is for.
    reach: tuple[int, int] | None = None
    #: Began with a word such as 材料一, not just with a number.
    marked: bool = False

    @property
    def answered(self) -> bool:
        return any(text.strip() for text in self.fields.get(Field.KEY, ()))

    @property
    def complete(self) -> bool:
        return len(self.options) >= 2 or self.answered

    def text(self, name: Field) -> str:
        return "\n".join(self.fields.get(name, ())).strip()

    def add_options(self, found: Sequence[tuple[int, str]]) -> None:
        for place, text in found:
            if place < len(self.options) and self.options[place]:
                self.doubts.append(f"选项 {chr(65 + place)} 出现两次，请核对是否漏了题号")
                continue
            while len(self.options) <= place:
                self.options.append("")
            self.options[place] = text


@dataclass
class Grouped:
    blocks: list[Block]
    sections: list[Section]
    #: Lines that belong to no item: titles, instructions.
    passed_over: list[str]
    #: Answers of the file that no item wants: line and what is wrong.
    unplaced: list[tuple[int, str]] = field(default_factory=list)
