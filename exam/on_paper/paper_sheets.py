"""Score sheets of exams on paper: the sheet to fill in, and what a filled one says. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.figures import plain
from core.files import Unreadable
from core.labels import Labelled
from core.spreadsheets import Column, Sheet, Table
from exam.kinds import PaperState
from exam.on_paper import paper_scores
from exam.on_paper.paper_scores import Entry
from exam.papers.snapshot import Paper, Slot
from question_bank.item_types import ItemType

NUMBER, NAME, UNIT, PAPER, STATE = "考号", "姓名", "部门", "试卷", "状态"
TOTAL, REASON = "总分", "说明"
_NUMBER_TOO = {NUMBER, "工号", "考号（工号）"}
_ITEM = re.compile(r"第\s*(\d{1,3})\s*题(?:得分)?")
#: So many rows are looked through for the headings.
_HEAD = 10
_HINTS = {
    ItemType.TRUE_FALSE: "√ 或 ×",
    ItemType.FILL_BLANK: "各空用“；”隔开",
    ItemType.MATCHING: "依次填右项字母，未答的填 -",
    ItemType.ORDERING: "依次填选项字母",
}


class By(Labelled):
    """What a sheet asks for of each script."""

    TOTAL = "total", "只填总分"
    SECTION = "section", "按大题填分"
    ITEM = "item", "按题填答案"


@dataclass(frozen=True)
class Row:
    """A line of a sheet: whose it is, and the entry, or what is wrong with it."""

    place: str
    number: str
    name: str
    entry: Entry | None
    faults: Sequence[str] = ()
    #: The title of the paper that it was, where the sheet says.
    paper: str = ""


def same_name(one: str, other: str) -> bool:
    """Whether two names are one: 张　三 is set apart to stand under longer ones, and the dot within
    阿依古丽·吐尔逊 is typed in many ways."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return re.sub(r"[·•・‧∙⋅.]", "·", re.sub(r"\s", "", unicodedata.normalize("NFKC", name)))


def template(paper: Paper, by: By, people: Sequence[Mapping[str, str]], title: str) -> Table:
    """The sheet with everybody who owes the exam, to be filled in; keys as the columns' titles.

    It names papers where people are given with theirs.
    """
    given = any(PAPER in each for each in people)
    who = [
        Column(NUMBER, NUMBER, 12),
        Column(NAME, NAME, 12),
        Column(UNIT, UNIT, 18),
        *([Column(PAPER, PAPER, 20, hint="名单所分配的，与答卷不符的先改分配")] if given else []),
        Column(STATE, STATE, 10, choices=[each.label for each in PaperState],
               hint="有成绩的可不填"),
    ]  # fmt: skip
    return Table(
        "登分表",
        [*who, *_asked(paper, by), Column(REASON, REASON, 24, hint="成绩无效的事实、更正的理由")],
        people,
        title=f"{title}登分表（满分 {plain(paper.total)} 分）",
    )


def _asked(paper: Paper, by: By) -> list[Column]:
    if by is By.ITEM:
        return [_item_column(slot) for slot in paper.slots]
    total = Column(TOTAL, TOTAL, 9)
    if by is By.TOTAL:
        return [total]
    possible = paper_scores.section_marks(paper)
    return [
        *(Column(each.title, each.title, 14, hint=f"满分 {plain(marks)} 分")
          for each, marks in zip(paper.sections, possible, strict=True)),
        total,
    ]  # fmt: skip


def _item_column(slot: Slot) -> Column:
    if paper_scores.takes_marks(slot):
        title = f"第{slot.slot}题得分"
        return Column(
            title, title, 12, hint=f"阅卷所给的分，满分 {plain(slot.marks)} 分；没有得分的填 0"
        )
    title = f"第{slot.slot}题"
    return Column(title, title, 8, hint=_HINTS.get(slot.item_type, "选项字母；未答留空"))


def read(
    sheets: Sequence[Sheet], paper: Paper, others: Mapping[str, Paper] | None = None
) -> tuple[By, list[Row]]:
    """The filled rows of every sheet that has the headings. Raises Unreadable.

    ``others`` are the papers of those, by 考号, who sat another one than ``paper``.
    """
    readers: list[tuple[Sheet, int, _Reader]] = []
    refused: Unreadable | None = None
    for sheet in sheets:
        at = _head(sheet)
        if at is None:
            continue
        titles = [each.strip() for each in sheet.rows[at]]
        try:
            readers.append((sheet, at, _Reader(titles, paper, others or {})))
        except Unreadable as error:
            # A list of people beside the sheet has a 考号, too.
            refused = refused or error
    if not readers:
        raise refused or Unreadable("找不到表头：表中应有“考号”一列；请用本页下载的登分表填写")
    rows = []
    for sheet, at, reader in readers:
        place = f"{sheet.name} " if len(readers) > 1 else ""
        rows += [
            reader.row(row, f"{place}第 {number} 行")
            for number, row in enumerate(sheet.rows[at + 1 :], at + 2)
            if reader.is_filled(row)
        ]
    return readers[0][2].by, rows


def _head(sheet: Sheet) -> int | None:
    """Where the headings stand; None in a sheet without."""
    for at, cells in enumerate(sheet.rows[:_HEAD]):
        if _NUMBER_TOO & {each.strip() for each in cells}:
            return at
    return None


class _Reader:
    """Reads the rows under given headings. Raises Unreadable for headings that do not do."""

    def __init__(self, titles: Sequence[str], paper: Paper, others: Mapping[str, Paper]) -> None:
        self._first = self._paper = paper
        self._others = others
        self._at: dict[str, int] = {}
        self._slots: dict[int, int] = {}
        for place, title in enumerate(titles):
            if match := _ITEM.fullmatch(title):
                self._slots.setdefault(int(match[1]), place)
            else:
                self._at.setdefault(NUMBER if title in _NUMBER_TOO else title, place)
        self._sections = [each.title for each in paper.sections if each.title in self._at]
        self.by = self._kind()

    def _kind(self) -> By:
        if self._slots:
            missing = [each.slot for each in self._paper.slots if each.slot not in self._slots]
            if missing:
                raise Unreadable(f"缺少第 {'、'.join(map(str, missing[:10]))} 题的列")
            return By.ITEM
        if self._sections:
            missing_too = [each.title for each in self._paper.sections
                           if each.title not in self._at]  # fmt: skip
            if missing_too:
                raise Unreadable(f"缺少“{'”“'.join(missing_too)}”的列")
            return By.SECTION
        if TOTAL not in self._at:
            raise Unreadable("缺少“总分”一列；请用本页下载的登分表填写")
        return By.TOTAL

    def _cell(self, row: Sequence[str], title: str) -> str:
        return self._text(row, self._at.get(title, -1))

    def _text(self, row: Sequence[str], place: int) -> str:
        return row[place].strip().lstrip("'") if 0 <= place < len(row) else ""

    def is_filled(self, row: Sequence[str]) -> bool:
        """Whether anything is said of a script; whose it is alone is not."""
        places = [*self._slots.values(), *(self._at[each] for each in self._sections)]
        places += [self._at[each] for each in (STATE, TOTAL) if each in self._at]
        return any(self._text(row, place) for place in places)

    def row(self, row: Sequence[str], place: str) -> Row:
        whose = unicodedata.normalize("NFKC", self._cell(row, NUMBER)).upper()
        self._paper = self._others.get(whose, self._first)
        who = {"number": whose, "name": self._cell(row, NAME), "paper": self._cell(row, PAPER)}
        word = self._cell(row, STATE)
        if not word and self._cell(row, TOTAL) == PaperState.ABSENT.label:
            word = PaperState.ABSENT.label
        state = PaperState.by_label(word) if word else PaperState.SCORED
        found: list[str] = []
        if state is None:
            names = "、".join(each.label for each in PaperState)
            found.append(f"状态“{word}”不认识；请填{names}之一")
        entry = self._entry(row, state or PaperState.SCORED, found)
        if entry is not None and not found:
            found += paper_scores.faults(entry, self._paper)
        return Row(place, **who, entry=None if found else entry, faults=found)

    def _entry(self, row: Sequence[str], state: PaperState, found: list[str]) -> Entry | None:
        reason = self._cell(row, REASON)
        if self.by is By.ITEM:
            return self._of_items(row, state, reason, found)
        sections = [self._marks(row, each, found) for each in self._sections]
        total = self._marks(row, TOTAL, found)
        known = [each for each in sections if each is not None]
        if known and len(sections) != len(self._paper.sections):
            found.append("这份试卷的大题与表中各列不同，请只填总分")
            return None
        if known and len(known) < len(sections):
            named = "、".join(title for title, each in zip(self._sections, sections, strict=True)
                             if each is None)  # fmt: skip
            found.append(f"{named}没有填分；没有得分的填 0")
            return None
        if known and total is None:
            total = sum(known, Decimal(0))
        return Entry(state, total, known, reason=reason)

    def _of_items(
        self, row: Sequence[str], state: PaperState, reason: str, found: list[str]
    ) -> Entry | None:
        texts = {slot.slot: self._text(row, self._slots.get(slot.slot, -1))
                 for slot in self._paper.slots}  # fmt: skip
        if state is PaperState.ABSENT:
            if any(texts.values()):
                found.append("缺考的不填答案")
            return Entry(state, reason=reason)
        items: dict[int, Any] = {}
        step = paper_scores.step(self._paper)
        for slot in self._paper.slots:
            if state is PaperState.VOIDED and not texts[slot.slot]:
                # A script that does not count need not have been marked.
                continue
            try:
                items[slot.slot] = paper_scores.read_item(slot, texts[slot.slot], step)
            except paper_scores.Unreadable as bad:
                found.append(f"第 {slot.slot} 题：{bad}")
        if found:
            return None
        return paper_scores.of_items(self._paper, items, state=state, reason=reason)

    def _marks(self, row: Sequence[str], title: str, found: list[str]) -> Decimal | None:
        text = self._cell(row, title)
        # Written where the marks would stand, it says the same as in the column of its own.
        if not text or (title == TOTAL and text == PaperState.ABSENT.label):
            return None
        try:
            return paper_scores.read_marks(text)
        except paper_scores.Unreadable as bad:
            found.append(f"{title}：{bad}")
            return None
