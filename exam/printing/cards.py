"""答题卡: boxes to fill for what is ticked, lines for what is written. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from core.ooxml import Element
from exam.papers.snapshot import Paper
from exam.printing import layout, papers, writing
from exam.printing.layout import (
    HEI,
    SHEETS,
    SMALL_FOUR,
    Face,
    Sheet,
    Stock,
    hole,
    paragraph,
    run,
)
from question_bank.item_types import ItemType
from question_bank.types import Written, kind_of
from question_bank.types.base import letter

#: What is ticked.
BOXES = {ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE}
#: Blanks in a row.
_HOLES = 2
#: The number of an item and so many lines, less one, stay together.
_KEPT = 3


def write(paper: Paper, face: Face) -> bytes:
    """The answer card of a paper as a .docx file, always A4."""
    sheet = SHEETS[Stock.A4]
    running = f"{face.whole}　答题卡"
    return layout.document(_content(paper, face, sheet), sheet=sheet, running=running, pictures={})


def _content(paper: Paper, face: Face, sheet: Sheet) -> Iterator[Element]:
    yield from layout.heading(face, [face.title, "答题卡"], [], sheet)
    yield paragraph(
        run("填涂用 2B 铅笔涂满涂黑，如 [■]，修改时擦净；书写用黑色字迹签字笔，写在本题横线上。"),
        before=4,
    )
    yield paragraph(run("缺考标记 [　]（由监考人员填涂）"), keep=True)
    yield paragraph(exact=8, keep=True)
    yield papers.score_box(paper, sheet)
    for number, section in enumerate(paper.sections):
        yield paragraph(
            run(f"{section.title}{writing.worth(papers.marks_of(paper, number))}", HEI, SMALL_FOUR),
            before=10,
            keep=True,
        )
        slots = [each for each in paper.slots if each.section == number]
        yield from _section([(f"{each.slot}", each, each.marks) for each in slots], sheet)


def _section(places: Sequence[tuple[str, Written, Decimal]], sheet: Sheet) -> Iterator[Element]:
    """Boxes of neighbouring items stand side by side, everything else below one another."""
    row: list[str] = []
    for name, written, marks in places:
        if written.item_type in BOXES:
            row.append(f"{name}．{boxes(written)}")
            continue
        yield from _boxed(row, sheet)
        row = []
        yield from _written(name, written, marks)
    yield from _boxed(row, sheet)


def boxes(written: Written) -> str:
    """[A] [B] [C] [D], or [√] [×]."""
    if written.item_type is ItemType.TRUE_FALSE:
        return "[√] [×]"
    count = len(kind_of(written.item_type).options(written))
    return " ".join(f"[{letter(n)}]" for n in range(count))


def _boxed(row: Sequence[str], sheet: Sheet) -> Iterator[Element]:
    if not row:
        return
    longest = max(writing.width(each) for each in row)
    columns = max(1, min(5, int(sheet.characters / (longest + 1))))
    tabs = writing.tab_stops(columns, sheet.column)
    for at in range(0, len(row), columns):
        yield paragraph(run("\t".join(row[at : at + columns])), tabs=tabs, before=4)


def _written(name: str, written: Written, marks: Decimal) -> Iterator[Element]:
    kind = kind_of(written.item_type)
    parts = kind.parts(written)
    if parts:
        yield paragraph(run(f"{name}．"), before=6, keep=True)
        total = sum((each.weight for each in parts), Decimal(0))
        for place, part in enumerate(parts, 1):
            inner = f"（{place}）"
            if part.content.item_type in BOXES:
                yield paragraph(run(f"{inner}{boxes(part.content)}"), indent=1, before=4)
            else:
                yield from _answer(inner, part.content, marks * part.weight / total, 1)
        return
    yield from _answer(f"{name}．", written, marks)


def _answer(head: str, written: Written, marks: Decimal, indent: float = 0) -> Iterator[Element]:
    if kind_of(written.item_type).by_hand:
        found = [
            paragraph(run(f"{head}{writing.worth(marks)}"), indent=indent, before=6, keep=True),
            *writing.ruled(writing.line_count(marks)),
        ]
        # Lines are written on across the pages; a page is not left half empty for them.
        yield from found[:_KEPT]
        yield from (writing.loosened(each) for each in found[_KEPT:])
        return
    if written.item_type is ItemType.FILL_BLANK:
        yield from _holes(head, len(written.key["blanks"]), indent)
        return
    if written.item_type is ItemType.ORDERING:
        places = writing.sequence(written)
    else:
        letters = " ".join(f"[{letter(n)}]" for n in range(len(written.options)))
        count = len(written.key["left"])
        places = [run("　　".join(f"{n}→{letters}" for n in range(1, count + 1)))]
    yield paragraph(run(head), *places, indent=indent, hang=2, before=6)


def _holes(head: str, count: int, indent: float) -> Iterator[Element]:
    """So many blanks to write on, some in a row."""
    for at in range(1, count + 1, _HOLES):
        row = [run(head if at == 1 else "　　")]
        for n in range(at, min(at + _HOLES, count + 1)):
            row += [run(f"{n}）"), hole(), hole(), run("　")]
        yield paragraph(*row, indent=indent, hang=2, before=6, keep=at + _HOLES <= count)
