"""Lines become blocks, one for each item. Pure."""

from collections.abc import Sequence

from question_bank.importing.columns import Field
from question_bank.importing.paragraphs import keys, kinds, marks, passages
from question_bank.importing.paragraphs.blocks import JUDGED, Block, Grouped, Section
from question_bank.importing.paragraphs.lines import Line
from question_bank.importing.paragraphs.passages import Passage
from question_bank.importing.paragraphs.survey import BRACKETED, Survey

_CASE_STYLES = {"paren", "close", "sub"}


def group(lines: Sequence[Line]) -> Grouped:
    return _Grouping(lines).run()


class _Grouping:
    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.survey = Survey(lines)
        self.section = Section("", 0)
        self.sections = [self.section]
        self.styles = self.survey.style_of(0)
        self.blocks: list[Block] = []
        self.block: Block | None = None
        self.case: Block | None = None
        self.chapter = ""
        #: What plain lines go on with: the stem (None), an option (its place), a field.
        self.target: Field | int | None = None
        #: The last number of a list within the field that is being read.
        self.listed = 0
        #: The number of the last case that bears one such as （二）.
        self.counted = 0
        #: The index of the line that is being read.
        self.at = 0
        self.passed_over: list[str] = []
        self.unplaced: list[tuple[int, str]] = []
        #: The sections that the next list of answers is for.
        self.pending = [self.section]

    def run(self) -> Grouped:
        at = 0
        while at < len(self.lines):
            at = self._zone(at) or self._line(at) or at + 1
        return Grouped(self.blocks, self.sections, self.passed_over, self.unplaced)

    # Answers at the end.

    def _zone(self, at: int) -> int:
        """Read a list of answers that begins here; the index after it, 0 if none does."""
        if not self._opens_zone(at):
            return 0
        known = {kinds.item_type_word(each.word) or "" for each in self.sections if each.blocks}
        end = keys.zone_end(self.lines, self.survey, at + 1, known)
        entries, problems = keys.entries(self.lines[at + 1 : end])
        self.unplaced += problems
        self.unplaced += keys.give(entries, self.pending)
        self.section = Section("", self.lines[at].number)
        self.sections.append(self.section)
        self.pending = [self.section]
        self.block = self.case = None
        return end

    def _opens_zone(self, at: int) -> bool:
        text = self.lines[at].text
        if at + 1 >= len(self.lines) or not self.blocks or not marks.keys_heading(text):
            return False
        following = self.lines[at + 1].text
        if self.survey.sections[at + 1] or keys.is_range(following):
            return True
        number = marks.number(following)
        asked = self.block is not None and not self.block.answered
        if number is None or (asked and self.section.worded):
            return False
        return bool(keys.compact(following)) or number.value == 1

    # Lines.

    def _line(self, at: int) -> int:
        self.at = at
        line = self.lines[at]
        if line.text in self.survey.heads and self._between(line):
            self.passed_over.append(f"第 {line.number} 处“{line.text}”（页眉页脚）")
        elif found := self.survey.passages.get(at):
            self._closed_passage(line, found)
            return found.end
        elif self.survey.sections[at] is not None:
            self._heading(at)
        elif marks.chapter(line.text) and (self.block is None or self.block.complete):
            self.chapter, self.block, self.case = line.text, None, None
        elif not (self._passage(at) or self._numbered(at) or self._option(line)):
            self._pieces(at)
        return 0

    def _between(self, line: Line) -> bool:
        """Whether the line stands between items, where the head of a page may stand."""
        if self.block is None or (self.block.complete and isinstance(self.target, int)):
            return True
        return self.block.complete and (line.apart or self.target is Field.KEY)

    def _heading(self, at: int) -> None:
        self.section = Section(self.survey.sections[at] or "", self.lines[at].number)
        self.sections.append(self.section)
        self.pending.append(self.section)
        self.styles = self.survey.style_of(at + 1)
        self.block = self.case = None
        self.target, self.counted = None, 0

    def _closed_passage(self, line: Line, found: Passage) -> None:
        case = self._new(line.number, None, case=True)
        case.reach, case.marked = found.reach, True
        counted = passages.counted(line.text)
        self.counted = counted[0] if counted else self.counted
        case.stem += found.text
        case.doubts += [found.doubt] if found.doubt else []

    def _counted_passage(self, line: Line) -> bool:
        """Begin the case that （二）… stands for, under a heading of cases and in its turn."""
        counted = passages.counted(line.text) if self.section.cases else None
        open_ = self.case is not None and self.case.marked and not self.case.parts
        if counted is None or open_ or counted[0] != self.counted + 1:
            return False
        case = self._new(line.number, None, case=True)
        case.marked, self.counted = True, counted[0]
        shown = line.text[counted[1] :]
        case.stem += [shown] if shown else []
        return True

    def _passage(self, at: int) -> bool:
        line = self.lines[at]
        if self._counted_passage(line):
            return True
        if not marks.passage(line.text) or marks.fields(line.text)[0][0] is not None:
            return False
        if self.block is not None and self.target is None and not self.block.complete:
            # A stem that begins with 根据以下材料: nothing of its own.
            return False
        reach = marks.passage_range(line.text)
        case = self._new(line.number, None, case=True)
        case.reach, case.marked = reach, True
        shown = marks.without_passage_word(line.text)
        case.stem += [shown] if shown else []
        return True

    def _numbered(self, at: int) -> bool:
        """Begin a question, or a question of a case, if the line's number says so."""
        line, number = self.lines[at], self.survey.numbers[at]
        if self.case is not None:
            sub = marks.sub_number(line.text)
            if sub is not None and self._is_part(at, sub.style, sub.value):
                self._part(line, sub.value, line.text[sub.end :])
                return True
            if end := marks.question_word(line.text):
                if rest := line.text[end:].strip():
                    self._part(line, None, rest)
                return True
        if number is None or number.style not in self.styles or not self._begins(at):
            return False
        text, named = line.text[number.end :], marks.case_mark(line.text[number.end :])
        case = bool(named) or (self.section.cases and not self._is_choice(at))
        self._new(line.number, number.value, case=case)
        self._stem(line, text[named:])
        return True

    def _is_choice(self, at: int) -> bool:
        """Whether options stand right under the question: it is no case."""
        following = self.lines[at + 1 : at + 4]
        return any(marks.starts_with_option(each.text, 0) for each in following)

    def _is_part(self, at: int, style: str, value: int) -> bool:
        case = self.case
        if case is None or (case.reach and not case.reach[0] <= value <= case.reach[1]):
            return False
        if self.block is not case and self.target not in (None, Field.KEY, Field.RATIONALE):
            return self._is_next_part(at, style, value)
        if self.target in (Field.KEY, Field.RATIONALE) and not self.survey.has_substance(at):
            return False
        return self._is_next_part(at, style, value)

    def _is_next_part(self, at: int, style: str, value: int) -> bool:
        case = self.case
        assert case is not None  # noqa: S101 - _is_part asks first
        if case.marked:
            return bool(case.reach) or value == len(case.parts) + 1 or self.survey.has_substance(at)
        return style in _CASE_STYLES - self.styles and value == len(case.parts) + 1

    def _part(self, line: Line, value: int | None, text: str) -> None:
        case = self.case
        assert case is not None  # noqa: S101 - its callers ask first
        self.block = Block(line.number, self.section, value)
        case.parts.append(self.block)
        self.target, self.listed = None, 0
        self._stem(line, text)

    def _begins(self, at: int) -> bool:
        """Whether the numbered line begins a new question instead of a list within one."""
        number = self.survey.numbers[at]
        assert number is not None  # noqa: S101 - _numbered asks first
        substance = self.survey.has_substance(at)
        if self.block is None:
            return substance or at > self.survey.first_section
        top = self.case or self.block
        due = number.value == (top.number or 0) + 1
        if number.style == "tight" and not (
            due and (self.block.complete or self.section.word.startswith(JUDGED))
        ):
            return False
        if self.target is None or isinstance(self.target, int):
            return substance or due
        if number.value == self.listed + 1 and not substance:
            self.listed = number.value
            if due and not self.section.worded:
                self.block.doubts.append("解析或答案里的编号与题号相连，请核对是否还有一题")
            return False
        return substance or (due and not self.section.worded)

    def _new(self, line: int, number: int | None, *, case: bool = False) -> Block:
        self.block = Block(line, self.section, number, chapter=self.chapter, case=case)
        self.case = self.block if case else None
        self.section.blocks.append(self.block)
        self.blocks.append(self.block)
        self.target, self.listed = None, 0
        return self.block

    def _option(self, line: Line) -> bool:
        block = self.block
        if block is None or (block.case and not block.parts):
            return False
        if self.target in (Field.KEY, Field.RATIONALE) and block.answered:
            return False
        due = len(block.options)
        following = self._following()
        loose = line.half[:1] == chr(65 + due) and (due > 0 or following[:1] == "B")
        found = marks.options(line.text, due, loose=loose)
        if found and marks.starts_with_option(following, found[0][0] + 1):
            # The next line has the next option, so that it is not within this one.
            found = marks.options(line.text, due, loose=loose, several=False)
        if found:
            self._take(block, found)
        return bool(found)

    def _following(self) -> str:
        """The line after, in half width; "" for none."""
        at = self.at + 1
        return self.lines[at].half if at < len(self.lines) else ""

    def _take(self, block: Block, found: Sequence[tuple[int, str]]) -> None:
        last, text = found[-1]
        pieces = marks.fields(text)
        plain = pieces[0][1] if pieces and pieces[0][0] is None else ""
        block.add_options([*found[:-1], (last, plain)])
        self.target = last
        self._named(block, [(name, each) for name, each in pieces if name is not None])

    def _stem(self, line: Line, text: str) -> None:
        """The words of a question's line, which may hold options and answers as well."""
        block = self.block
        assert block is not None  # noqa: S101 - its callers have just begun it
        before, found = marks.options_within(text)
        if found and not block.case:
            block.stem.append(before)
            self._take(block, found)
            return
        pieces = marks.fields(text)
        if pieces and pieces[0][0] is None:
            block.stem.append(pieces[0][1])
            pieces = pieces[1:]
        self._named(block, [(name, each) for name, each in pieces if name is not None])

    def _pieces(self, at: int) -> None:
        """A line without a mark at its start: named fields, or more of what was before."""
        line = self.lines[at]
        pieces = self.survey.pieces[at]
        if self.block is None or self._starts_unnumbered(at):
            if pieces and pieces[0][0] is None and self._worth(at):
                self._new(line.number, None)
                self._stem(line, line.text)
            else:
                self.passed_over.append(f"第 {line.number} 处“{line.text[:30]}”")
            return
        if pieces and pieces[0][0] is None:
            self._more(line, pieces[0][1])
            pieces = pieces[1:]
        self._named(self.block, [(name, text) for name, text in pieces if name is not None])

    def _starts_unnumbered(self, at: int) -> bool:
        """Whether a line without a number begins the next question."""
        block, pieces = self.block, self.survey.pieces[at]
        if self.survey.numbered or block is None or not pieces or pieces[0][0] is not None:
            return False
        if self.section.word.startswith(JUDGED) and BRACKETED.search(self.lines[at].half):
            return True
        if not block.complete or self.case is not None:
            return False
        return self._worth(at) and (self.lines[at].apart or self.target is not Field.RATIONALE)

    def _worth(self, at: int) -> bool:
        """Whether options or an answer follow soon, so that the line is a stem."""
        if self.survey.numbered and self.block is None:
            return False
        for index in range(at, min(at + 6, len(self.lines))):
            text = self.lines[index].text
            if self.survey.sections[index]:
                return False
            if marks.starts_with_option(text, 0) or len(marks.options_within(text)[1]) >= 2:
                return True
            if index > at and any(name is Field.KEY for name, _ in self.survey.pieces[index]):
                return True
        return self.section.word.startswith(JUDGED) and bool(BRACKETED.search(self.lines[at].half))

    def _more(self, line: Line, text: str) -> None:
        block = self.block
        assert block is not None  # noqa: S101 - _pieces asks first
        if isinstance(self.target, int):
            if line.apart and len(block.options) >= 2:
                self._stray(block, line)
            else:
                block.options[self.target] += text
        elif self.target is None:
            before, found = marks.options_within(text)
            if found and not block.case:
                block.stem += [before] if before else []
                self._take(block, found)
            elif block.options:
                self._stray(block, line)
            else:
                block.stem.append(text)
        elif self.target is Field.KEY and block.answered and block.options:
            self._stray(block, line)
        else:
            block.fields.setdefault(self.target, []).append(text)

    def _stray(self, block: Block, line: Line) -> None:
        block.doubts.append(f"第 {line.number} 处“{line.text[:40]}”不知属于哪一部分，未读入")

    def _named(self, block: Block, pieces: Sequence[tuple[Field, str]]) -> None:
        for name, text in pieces:
            twice = name is Field.KEY and block.answered and bool(text)
            if twice and self.target is not Field.KEY:
                block.doubts.append("有两处答案，请核对")
            block.fields.setdefault(name, []).append(text)
            self.target, self.listed = name, 0
