"""试卷: the paper itself, with the score box and what each section says of itself. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from core.figures import plain
from core.ooxml import Element
from core.pictures import Picture
from exam.papers.snapshot import Paper, Section
from exam.printing import layout, writing
from exam.printing.layout import HEI, SHEETS, SMALL_FOUR, Face, Sheet, Stock, paragraph, run


def write(
    paper: Paper,
    face: Face,
    *,
    stock: Stock,
    card: bool,
    pictures: Mapping[str, Picture],
) -> bytes:
    """The paper as a .docx file; ``card``: it is answered on the answer card, not on itself."""
    sheet = SHEETS[stock]
    return layout.document(
        _content(paper, face, sheet, card=card),
        sheet=sheet,
        running=face.whole,
        pictures=pictures,
    )


def _content(paper: Paper, face: Face, sheet: Sheet, *, card: bool) -> Iterator[Element]:
    time = "＿＿＿" if face.minutes is None else str(face.minutes)
    facts = f"考试时间：{time} 分钟　　满分：{plain(paper.total)} 分　　共 {len(paper.slots)} 题"
    yield from layout.heading(face, [face.title], [facts], sheet)
    yield paragraph(run("注意事项", HEI), before=6, keep=True)
    for place, each in enumerate(rules(card=card), 1):
        yield paragraph(run(f"{place}．{each}"), indent=1, hang=1.5)
    yield paragraph(exact=8, keep=True)
    yield score_box(paper, sheet)
    for number, section in enumerate(paper.sections):
        yield paragraph(run(headline(section), HEI, SMALL_FOUR), before=10, keep=True)
        for slot in paper.slots:
            if slot.section == number:
                yield from writing.item(slot, f"{slot.slot}．", slot.marks, sheet, lines=not card)
    if sheet.scale > 1:
        # A file does not end with a table.
        yield paragraph(exact=1)


def rules(*, card: bool) -> list[str]:
    """注意事项."""
    if card:
        return [
            "答题前，请在试卷和答题卡密封线内填写姓名、部门、职务和考号；密封线内不要答题。",
            "答案写在答题卡相应位置，写在试卷上无效；填涂用 2B 铅笔，书写用黑色字迹签字笔。",
            "考试结束，试卷和答题卡一并交回，不得带出考场；不得作与答题无关的标记。",
        ]
    return [
        "答题前，请在密封线内填写姓名、部门、职务和考号；密封线内不要答题。",
        "答案用黑色字迹签字笔直接写在试卷上；选择题在括号内填字母，判断题填“√”或“×”。",
        "考试结束，试卷交回，不得带出考场；不得作与答题无关的标记。",
    ]


def headline(section: Section) -> str:
    """一、单选题（共 20 题，每题 2 分，共 40 分。每题只有一个正确答案。）"""
    return f"{section.title}（{section.instructions}）"


def score_box(paper: Paper, sheet: Sheet) -> Element:
    """总分栏."""
    names = [each.title.partition("、")[0] for each in paper.sections]
    label, total = round(18 * sheet.scale), 20
    each = min(20, (sheet.column - label - total) // len(names))
    empty = [""] * (len(names) + 1)
    rows = [["题号", *names, "总分"], ["得分", *empty], ["阅卷人", *empty], ["复核人", *empty]]
    cells = [[[run(text)] for text in row] for row in rows]
    return layout.table(cells, [label, *[each] * len(names), total], height=7)


def marks_of(paper: Paper, number: int) -> Decimal:
    """What a section is worth."""
    return sum((each.marks for each in paper.slots if each.section == number), Decimal(0))
