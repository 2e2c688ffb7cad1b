"""What an optical reader exports, one line an answer, as the score sheet that people fill in. Pure.

Its columns are 考号 (or 学号, 工号), 题号 and 选项 (or 答案); items that a person marks stand in it
with their marks.
"""

import re
from collections.abc import Mapping, Sequence

from core.files import Unreadable
from core.spreadsheets import Sheet
from exam.on_paper import paper_scores
from exam.papers.snapshot import Paper

_WHO = {"考号", "学号", "工号", "准考证号"}
_ITEM, _CHOICE = {"题号"}, {"选项", "答案", "选择", "作答"}
#: So many rows are looked through for the headings.
_HEAD = 10


def is_of_a_reader(sheet: Sheet) -> bool:
    return _head(sheet) is not None


def as_filled(
    sheet: Sheet, paper: Paper, others: Mapping[str, Paper], numbers: Sequence[str]
) -> Sheet:
    """One row a script. Raises Unreadable, naming the lines that cannot be taken.

    ``numbers``: the candidates of the session. A card has room for the digits of a number only, so
    that digits stand for the one candidate whose number ends in them.
    """
    head = _head(sheet)
    if head is None:
        raise Unreadable("找不到表头：应有“考号”“题号”“选项”三列")
    at, who, item, choice = head
    found: dict[str, dict[int, str]] = {}
    wrong: list[str] = []
    for place, row in enumerate(sheet.rows[at + 1 :], at + 2):
        cells = [each.strip() for each in row]
        text = [cells[each] if each < len(cells) else "" for each in (who, item, choice)]
        if not any(text):
            continue
        number, slot = _number(text[0], numbers), _slot(text[1])
        asked = {each.slot for each in others.get(number, paper).slots}
        if slot is None or slot not in asked:
            wrong.append(f"第 {place} 行：试卷没有第“{text[1]}”题")
        elif found.setdefault(number, {}).get(slot, text[2]) != text[2]:
            wrong.append(f"第 {place} 行：考号 {number} 第 {slot} 题出现两次，选项不同")
        else:
            found[number][slot] = text[2]
    if wrong:
        more = f"等 {len(wrong)} 处" if len(wrong) > 5 else ""
        raise Unreadable(f"{'；'.join(wrong[:5])}{more}；请核对读卡机导出的文件")
    return _sheet(sheet.name, found, paper, others)


def _head(sheet: Sheet) -> tuple[int, int, int, int] | None:
    """The row of the headings, and where whose, item and choice stand."""
    for at, row in enumerate(sheet.rows[:_HEAD]):
        titles = [each.strip() for each in row]
        places = [
            next((n for n, title in enumerate(titles) if title in wanted), None)
            for wanted in (_WHO, _ITEM, _CHOICE)
        ]
        if None not in places:
            who, item, choice = (each or 0 for each in places)
            return at, who, item, choice
    return None


def _number(text: str, numbers: Sequence[str]) -> str:
    written = text.upper()
    if written in numbers or not written.isdecimal():
        return written
    digits = written.lstrip("0")
    ends = [each for each in numbers if re.sub(r"\D", "", each).lstrip("0") == digits]
    return ends[0] if len(ends) == 1 else written


def _slot(text: str) -> int | None:
    match = re.fullmatch(r"(?:第\s*)?0*(\d{1,3})(?:\s*题)?(?:\.0)?", text)
    return int(match[1]) if match else None


def _sheet(
    name: str,
    found: Mapping[str, Mapping[int, str]],
    paper: Paper,
    others: Mapping[str, Paper],
) -> Sheet:
    """What a machine saw nothing for is left blank; marks of persons have to be in the file."""
    papers = [others.get(number, paper) for number in found] or [paper]
    given = {slot for answers in found.values() for slot in answers}
    by_hand = {each.slot for one in papers for each in one.slots if paper_scores.takes_marks(each)}
    slots = sorted({each.slot for one in papers for each in one.slots} - (by_hand - given))
    titles = ["考号", *(f"第{slot}题" for slot in slots)]
    rows = [[number, *(answers.get(slot, "") for slot in slots)]
            for number, answers in found.items()]  # fmt: skip
    return Sheet(name, [titles, *rows])
