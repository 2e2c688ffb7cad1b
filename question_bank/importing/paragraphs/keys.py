"""Answers that stand together: 1-5 ABCDA, or 1.A 2.B, or a list with explanations. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from question_bank.importing.columns import Field
from question_bank.importing.paragraphs import marks
from question_bank.importing.paragraphs.blocks import Block, Section
from question_bank.importing.paragraphs.kinds import CASE, FILLED, WORDED, item_type_word
from question_bank.importing.paragraphs.lines import Line, half
from question_bank.importing.paragraphs.survey import Survey

_SIGN = r"√|×|✓|✔|✗|✘|正确|错误|对|错"
_RANGE = re.compile(
    rf"[(\[【第]?\s*(\d{{1,5}})\s*题?\s*[-~—–至到]+\s*第?\s*(\d{{1,5}})\s*题?\s*[)\]】]?\s*[:.、]?\s*"
    rf"((?:(?:[A-Ja-j]+|{_SIGN}|[TF])[\s,，、;；.]*)+)"
)
_SINGLE = re.compile(
    rf"[(\[【第]?\s*(\d{{1,5}})\s*题?\s*[)\]】]?\s*[.、:)\s-]{{0,3}}(?:答案)?[:]?\s*[(\[【]?\s*"
    rf"([A-J](?:[\s,，、]{{0,2}}[A-J]){{0,9}}|[a-j]{{1,10}}|{_SIGN}|[TF])\s*[)\]】]?"
    r"(?=[\s,，;；。.、【\[(]|$|\d|解析|难度)"
)
_BETWEEN = re.compile(r"[\s,，;；、。.|]*")
_WORDS = re.compile(rf"[A-Ja-j]+|{_SIGN}|[TF]")
#: A line with a blank in it, or with brackets in which the answer may stand, asks; others answer.
_MAY_BE_BLANK = re.compile(r"[_＿(（]")


@dataclass
class Entry:
    """An answer in a list of answers."""

    line: int
    number: int
    #: Counts the headings, and the places where numbers begin anew.
    run: int
    #: The word for the type under whose heading it stands; "" for none.
    word: str
    fields: dict[Field, list[str]] = field(default_factory=dict)


def is_range(text: str) -> bool:
    return bool(_RANGE.match(half(text)))


def compact(text: str) -> list[tuple[int, str]]:
    """Number and answer of each entry of a line that holds nothing else; empty for others.

    A range whose count of answers is not its count of numbers gives the numbers with "".
    """
    found, end = _entries(half(text))
    return found if end == len(text) else []


def _entries(shape: str) -> tuple[list[tuple[int, str]], int]:
    """The entries at the start of the text, and where they end."""
    found: list[tuple[int, str]] = []
    at = _after(shape, 0)
    while at < len(shape):
        if match := _RANGE.match(shape, at):
            found += _spread(int(match[1]), int(match[2]), match[3])
        elif match := _SINGLE.match(shape, at):
            found.append((int(match[1]), match[2]))
        else:
            break
        at = _after(shape, match.end())
    return found, at


def _after(shape: str, at: int) -> int:
    match = _BETWEEN.match(shape, at)
    return match.end() if match else at


def _spread(first: int, last: int, written: str) -> list[tuple[int, str]]:
    count = last - first + 1
    if not 0 < count <= 500:
        return [(first, "")]
    words = _WORDS.findall(written)
    if len(words) != count:
        words = [each for word in words for each in (word if word.isascii() else [word])]
    if len(words) != count:
        words = [""] * count
    return list(zip(range(first, last + 1), words, strict=True))


def zone_end(lines: Sequence[Line], survey: Survey, start: int, known: Collection[str]) -> int:
    """The index after the last line of the answers: where questions begin again.

    ``known`` are the types that have been asked so far; answers to others cannot come yet.
    """
    for at in range(start, len(lines)):
        if marks.starts_with_option(lines[at].text, 0) and not compact(lines[at].text):
            return _begin_of_question(survey, at, start)
        if survey.sections[at] and _asks(lines, survey, at, known):
            return at
        if marks.chapter(lines[at].text) and _reopens(lines, survey, at, known):
            return at
    return len(lines)


def _reopens(lines: Sequence[Line], survey: Survey, at: int, known: Collection[str]) -> bool:
    """Whether questions stand under the chapter: their options come before any more answers."""
    for n in range(at + 1, min(at + 10, len(lines))):
        if marks.keys_heading(lines[n].text) or compact(lines[n].text):
            return False
        if survey.sections[n] and not _after_heading(lines[n].text):
            return _asks(lines, survey, n, known) or n + 1 == len(lines)
        if marks.starts_with_option(lines[n].text, 0):
            return True
    return False


def _asks(lines: Sequence[Line], survey: Survey, at: int, known: Collection[str]) -> bool:
    """Whether questions, not answers, stand under the heading."""
    kind = item_type_word(survey.sections[at] or "")
    if kind is not None and kind not in known:
        return True
    following = lines[at + 1].text if at + 1 < len(lines) else ""
    if kind in {WORDED, CASE} or marks.number(following) is None or _after_heading(lines[at].text):
        return False
    if kind == FILLED and not _MAY_BE_BLANK.search(following):
        return False
    has_key = any(name is Field.KEY for name, _ in survey.pieces[at + 1])
    return not has_key and not _entries(half(following))[0]


def _begin_of_question(survey: Survey, at: int, start: int) -> int:
    """The index of the heading or number above the options at ``at``."""
    number = next((n for n in range(at, start - 1, -1) if survey.numbers[n]), at)
    return next((n for n in range(number, max(start, number - 4) - 1, -1)
                    if survey.sections[n]), number)  # fmt: skip


def entries(lines: Sequence[Line]) -> tuple[list[Entry], list[tuple[int, str]]]:
    """The answers of a list, and the lines of it that say nothing that we understand."""
    return _Zone().read(lines)


class _Zone:
    def __init__(self) -> None:
        self.found: list[Entry] = []
        self.problems: list[tuple[int, str]] = []
        self.run = 0
        self.word = ""

    def read(self, lines: Sequence[Line]) -> tuple[list[Entry], list[tuple[int, str]]]:
        for line in lines:
            word = marks.section(line.text)
            if word is not None:
                self.run, self.word = self.run + 1, word
                rest = _after_heading(line.text)
                if rest:
                    self._line(Line(line.number, rest))
            elif not marks.keys_heading(line.text):
                self._line(line)
        return self.found, self.problems

    def _line(self, line: Line) -> None:
        found, end = _entries(half(line.text))
        rest = line.text[end:]
        if found and (not rest or len(found) == 1):
            for number, key in found:
                self._add(line, number, [(Field.KEY, key)])
            if rest:
                self._more(line, rest)
        elif begun := marks.number(line.text):
            pieces = marks.fields(line.text[begun.end :])
            self._add(line, begun.value, [(name or Field.KEY, text) for name, text in pieces])
        elif self.found:
            self._more(line, line.text)
        else:
            self.problems.append((line.number, f"看不懂文末答案中的“{line.text[:40]}”"))

    def _add(self, line: Line, number: int, pieces: Sequence[tuple[Field, str]]) -> None:
        if self.found and self.found[-1].run == self.run and number <= self.found[-1].number:
            self.run += 1
        entry = Entry(line.number, number, self.run, self.word)
        for name, text in pieces:
            entry.fields.setdefault(name, []).append(text)
        self.found.append(entry)

    def _more(self, line: Line, text: str) -> None:
        entry = self.found[-1]
        last = next(reversed(entry.fields), Field.KEY)
        for name, each in marks.fields(text):
            objective = last is Field.KEY and _SINGLE.fullmatch(f"1.{half(entry.fields[last][0])}")
            target = name or (Field.RATIONALE if objective else last)
            entry.fields.setdefault(target, []).append(each)
            last = target


def _after_heading(text: str) -> str:
    """The answers that stand on the line of a heading: 一、单选题：1-5 ABCDA."""
    shape = half(text)
    for match in re.finditer(r"[:)\s题]", shape):
        found, end = _entries(shape[match.end() :])
        if found and match.end() + end == len(shape):
            return text[match.end() :]
    return ""


def give(found: Sequence[Entry], sections: Sequence[Section]) -> list[tuple[int, str]]:
    """Give each answer to its question; what remains, with the reason."""
    asked = [each for each in sections if each.blocks]
    runs: dict[int, list[Entry]] = {}
    for entry in found:
        runs.setdefault(entry.run, []).append(entry)
    placed = _places(list(runs.values()), asked)
    problems = []
    for entry in found:
        block = placed.get(entry.run, {}).get(entry.number)
        if block is None:
            problems.append((entry.line, (f"文末答案的第 {entry.number} 题找不到对应的试题，"
                             "请核对题号和大题的名称")))  # fmt: skip
        else:
            _put(entry, block)
    return problems


def _places(
    runs: Sequence[Sequence[Entry]], sections: Sequence[Section]
) -> dict[int, dict[int, Block]]:
    """For each run of answers the blocks by number that they can belong to."""
    flat = [block for each in sections for block in _questions(each)]
    numbers = [block.number for block in flat]
    if len(set(numbers)) == len(numbers):
        everywhere = _by_number(flat)
        return {run[0].run: everywhere for run in runs}
    kinds = [item_type_word(each.word) for each in sections]
    placed: dict[int, dict[int, Block]] = {}
    used: set[int] = set()
    headed = all(run[0].word for run in runs)
    if not headed and len(runs) == len(sections):
        return {run[0].run: _by_number(_questions(each))
                for run, each in zip(runs, sections, strict=True)}  # fmt: skip
    for run in runs if headed else ():
        kind = item_type_word(run[0].word)
        at = next((n for n, each in enumerate(kinds) if each == kind and n not in used), None)
        if at is not None:
            used.add(at)
            placed[run[0].run] = _by_number(_questions(sections[at]))
    return placed


def _questions(section: Section) -> list[Block]:
    """The questions of a section that bear numbers of their own, those within cases as well."""
    found = []
    for block in section.blocks:
        found += block.parts if block.case and block.marked and block.parts else [block]
    return found


def _by_number(blocks: Sequence[Block]) -> dict[int, Block]:
    found: dict[int, Block] = {}
    for at, block in enumerate(blocks, 1):
        found.setdefault(at if block.number is None else block.number, block)
    return found


def _put(entry: Entry, block: Block) -> None:
    for name, texts in entry.fields.items():
        if name is Field.KEY and texts == [""]:
            block.doubts.append(f"文末答案（第 {entry.line} 处）的个数与题数不符，请核对")
        elif name is Field.KEY and block.answered:
            if _bare(block.text(name)) != _bare("\n".join(texts)):
                block.doubts.append(
                    f"题后的答案“{block.text(name)[:20]}”与文末的“{texts[0][:20]}”不同，请核对"
                )
        else:
            block.fields.setdefault(name, []).extend(texts)


def _bare(text: str) -> str:
    return re.sub(r"[\s,，、.。()]", "", half(text)).upper()
