"""机读答题卡: what an optical reader takes off a script, with marks to find its way by. Pure.

Black squares near the corners say how the sheet lies, a black bar at the left of each row where the
row is (同步头). Everything to fill stands in rows of one height and columns of one width.
"""

from collections.abc import Iterator, Sequence

from core.ooxml import MM, Element, node
from core.pictures import Picture
from exam.papers.snapshot import Paper, Slot
from exam.printing import layout
from exam.printing.layout import HEI, SHEETS, SMALL_FOUR, Face, Sheet, Stock, paragraph, run
from question_bank.item_types import ItemType
from question_bank.types import kind_of
from question_bank.types.base import letter

#: What is read by machine; the rest is written on the ordinary card.
READ = (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE)
#: Places for the digits of a candidate's number, and the height of a row to fill, in millimetres.
DIGITS, ROW = 8, 5.0
#: Four blocks of the usual four letters stand beside one another on A4, a hundred items on a page.
_BAR, _NUMBER, _BUBBLE = 5.0, 8.0, 7.0
_SQUARE, _FROM_EDGE = 6.0, 6.0
_SMALL = 18
#: The blocks of items that stand beside one another are parted by so much.
_APART = 4.0


def read_by_machine(paper: Paper) -> list[Slot]:
    return [each for each in paper.slots if each.item_type in READ]


def write(paper: Paper, face: Face) -> bytes:
    """The card as a .docx file, always A4."""
    sheet = SHEETS[Stock.A4]
    pictures: dict[str, Picture] = {}
    return layout.document(
        _content(paper, face, sheet),
        sheet=sheet,
        running=f"{face.whole}　机读答题卡",
        pictures=pictures,
        head=_squares(sheet),
    )


def _content(paper: Paper, face: Face, sheet: Sheet) -> Iterator[Element]:
    slots = read_by_machine(paper)
    yield from layout.heading(face, [face.title, "机读答题卡"], [], sheet)
    yield paragraph(
        run("姓名：＿＿＿＿＿　部门：＿＿＿＿＿＿＿　考号：＿＿＿＿＿　缺考 [　]（监考人员填涂）"),
        before=4,
    )
    yield paragraph(
        run(
            "用 2B 铅笔把方括号内涂满涂黑，修改时擦净；考号只填涂其中的数字，靠右填，空位不涂。"
            "卡片不要折叠，四角和左侧的黑块上不要作标记。"
        ),
        keep=True,
    )
    yield paragraph(run("考号", HEI, SMALL_FOUR), before=6, keep=True)
    yield _numbers()
    yield paragraph(run("选择题、判断题", HEI, SMALL_FOUR), before=8, keep=True)
    yield _items(slots, sheet)
    if len(slots) < len(paper.slots):
        rest = [each.slot for each in paper.slots if each not in slots]
        named = "、".join(map(str, rest))
        yield paragraph(run(f"第 {named} 题写在答题卡或试卷上，不在本卡作答。"), before=6)


def _numbers() -> Element:
    """The boxes to write the digits in, and below each the digits to fill."""
    widths = [_BAR, *[_BUBBLE] * DIGITS]
    rows = [[_cell("", _BAR), *(_cell("", _BUBBLE, ruled=True) for _ in range(DIGITS))]]
    rows += [
        [_bar(), *(_cell(f"[{digit}]", _BUBBLE) for _ in range(DIGITS))] for digit in range(10)
    ]
    return _table(rows, widths)


def _items(slots: Sequence[Slot], sheet: Sheet) -> Element:
    """Block beside block, each of so many rows; the items run downwards."""
    most = max((len(_letters(each)) for each in slots), default=4)
    block = _NUMBER + _BUBBLE * most
    beside = max(1, int((sheet.column - _BAR + _APART) // (block + _APART)))
    height = -(-len(slots) // beside) if slots else 0
    columns = [slots[at : at + height] for at in range(0, len(slots), height or 1)]
    widths = [_BAR]
    for place in range(len(columns)):
        widths += [*([_APART] if place else []), _NUMBER, *[_BUBBLE] * most]
    rows = []
    for at in range(height):
        # Only the first stays with its heading: what does not fit on the page goes on the next.
        row = [_bar(keep=not at)]
        for place, column in enumerate(columns):
            row += [_cell("", _APART, keep=not at)] if place else []
            slot = column[at] if at < len(column) else None
            shown = _letters(slot) if slot else []
            row.append(_cell(str(slot.slot) if slot else "", _NUMBER, keep=not at))
            row += [
                _cell(f"[{shown[n]}]" if n < len(shown) else "", _BUBBLE, keep=not at)
                for n in range(most)
            ]
        rows.append(row)
    return _table(rows, widths)


def _letters(slot: Slot) -> list[str]:
    """What is printed in the brackets; a reader reports true as A and false as B."""
    if slot.item_type is ItemType.TRUE_FALSE:
        return ["√", "×"]
    return [letter(n) for n in range(len(kind_of(slot.item_type).options(slot)))]


def _table(rows: Sequence[Sequence[Element]], widths: Sequence[float]) -> Element:
    found = node(
        "tbl",
        node(
            "tblPr",
            node("tblW", w=round(sum(widths) * MM), type="dxa"),
            node("tblLayout", type="fixed"),
            node("tblCellMar", node("left", w=0, type="dxa"), node("right", w=0, type="dxa")),
        ),
        node("tblGrid", *(node("gridCol", w=round(each * MM)) for each in widths)),
    )
    for cells in rows:
        height = node("trHeight", val=round(ROW * MM), hRule="exact")
        found.append(node("tr", node("trPr", node("cantSplit"), height), *cells))
    return found


def _cell(text: str, width: float, *, ruled: bool = False, keep: bool = True) -> Element:
    sides = ("top", "left", "bottom", "right") if ruled else ()
    borders = [node(each, val="single", sz=4, space=0, color="000000") for each in sides]
    return node(
        "tc",
        node(
            "tcPr",
            node("tcW", w=round(width * MM), type="dxa"),
            *([node("tcBorders", *borders)] if borders else []),
            node("vAlign", val="center"),
        ),
        _line(text, keep=keep),
    )


def _line(text: str, *, keep: bool) -> Element:
    return paragraph(
        *([run(text, size=_SMALL)] if text else []), place="center", keep=keep, exact=12
    )


def _bar(*, keep: bool = True) -> Element:
    """The black bar that says where a row is: half of its cell, so that bars stay apart."""
    return node(
        "tc",
        node("tcPr", node("tcW", w=round(_BAR * MM), type="dxa"), node("vAlign", val="center")),
        paragraph(run("■", size=_SMALL), place="left", keep=keep, exact=12),
    )


def _squares(sheet: Sheet) -> list[Element]:
    """A black square near each corner of every page."""
    right, low = sheet.width - _FROM_EDGE - _SQUARE, sheet.height - _FROM_EDGE - _SQUARE
    places = [(x, y) for y in (_FROM_EDGE, low) for x in (_FROM_EDGE, right)]
    return [_square(x, y) for x, y in places]


def _square(x: float, y: float) -> Element:
    side = round(_SQUARE * MM)
    cell = node(
        "tc",
        node(
            "tcPr",
            node("tcW", w=side, type="dxa"),
            node("shd", val="clear", color="auto", fill="000000"),
        ),
        paragraph(exact=6),
    )
    return node(
        "tbl",
        node(
            "tblPr",
            node(
                "tblpPr", leftFromText=0, rightFromText=0, vertAnchor="page", horzAnchor="page",
                tblpX=round(x * MM), tblpY=round(y * MM),
            ),
            node("tblW", w=side, type="dxa"),
            node("tblLayout", type="fixed"),
            node("tblCellMar", node("left", w=0, type="dxa"), node("right", w=0, type="dxa")),
        ),
        node("tblGrid", node("gridCol", w=side)),
        node("tr", node("trPr", node("trHeight", val=side, hRule="exact")), cell),
    )  # fmt: skip
