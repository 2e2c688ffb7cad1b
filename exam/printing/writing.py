"""Items in print: stems, options in as many columns as fit, blanks, lines to write on. Pure.

What an item's text looks like is one function, ``words``: whatever text comes to hold besides
letters is drawn there.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from core import ooxml
from core.figures import half_up, plain
from core.ooxml import MM, Element, node
from exam.printing.layout import (
    FIVE,
    SONG,
    Sheet,
    brackets,
    holds_picture,
    hole,
    paragraph,
    picture,
    run,
    table,
)
from question_bank import markup
from question_bank.item_types import ItemType
from question_bank.markup import Block, Picture, Piece, Table, Text
from question_bank.types import Written, kind_of
from question_bank.types.base import letter
from question_bank.types.fill_blank import BLANK, holds_blank

_HOLE = "＿＿"
_TICKED = {ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE}
LINE = 26
#: Points between a table and the words around it.
_AIR = 4
MOST_LINES = 24
#: Rows of text that an item may take that is held together by a table; a page in large print has
#: room for thirty.
_MOST_ROWS = 24


def words(
    text: str,
    sheet: Sheet,
    *,
    number: str = "",
    answered: bool = False,
    indent: float = 0,
    before: int = 0,
    font: str = SONG,
    keep: bool = True,
) -> Iterator[Element]:
    """The text of an item with its number before it, and brackets at the right edge where it is
    ``answered`` in them. Blanks within it can be written in.

    Tables, pictures and words that stand out as question_bank.markup has them; kept on one page
    with what follows unless ``keep`` says otherwise.
    """
    blocks = [each for block in markup.parse(text) for each in _lines(block)]
    if isinstance(blocks[0], Table):
        blocks.insert(0, [])
    if answered and isinstance(blocks[-1], Table):
        blocks.append([])
    for place, block in enumerate(blocks):
        if isinstance(block, Table):
            yield paragraph(exact=_AIR, keep=True)
            yield _table(block, sheet, indent, font)
            yield paragraph(exact=_AIR, keep=keep)
            continue
        head = number if place == 0 else ""
        tail = answered and place == len(blocks) - 1
        yield paragraph(
            *([run(head, font)] if head else []),
            *_runs(block, font),
            *([run("\t", font), *brackets(font=font)] if tail else []),
            edge=round(sheet.column * MM) if tail else 0,
            indent=indent,
            before=before if place == 0 else 0,
            keep=keep,
        )


def _lines(block: Block) -> list[list[Piece] | Table]:
    """A paragraph line by line, blank ones left out."""
    if isinstance(block, Table):
        return [block]
    lines: list[list[Piece]] = [[]]
    for piece in block.pieces:
        if not isinstance(piece, Text):
            lines[-1].append(piece)
            continue
        first, *rest = piece.text.split("\n")
        lines[-1].append(Text(first, piece.strong))
        lines += [[Text(each, piece.strong)] for each in rest]
    found = [line for line in lines
             if any(not isinstance(each, Text) or each.text.strip() for each in line)]  # fmt: skip
    return list(found or [[]])


def _runs(pieces: Sequence[Piece], font: str = SONG) -> list[Element]:
    found: list[Element] = []
    for each in pieces:
        if isinstance(each, Picture):
            found.append(picture(each.address, each.alt))
        else:
            found += _said(each.text, font, bold=isinstance(each, Text) and each.strong)
    return found


def _said(text: str, font: str, *, bold: bool) -> Iterator[Element]:
    """Runs of a text, blanks and empty brackets as layout draws them."""
    at = 0
    for blank in BLANK.finditer(text):
        if at < blank.start():
            yield run(text[at : blank.start()], font, bold=bold)
        if blank[0][0] in "（(":
            yield from brackets(blank[0], font)
        else:
            yield hole(font)
        at = blank.end()
    if at < len(text) or not text:
        yield run(text[at:], font, bold=bold)


def _table(block: Table, sheet: Sheet, indent: float, font: str) -> Element:
    room = sheet.column - round(2 * indent * FIVE * 10 / MM)
    columns = len(block.rows[0])
    rows = [
        [
            _runs([Text(each.text, strong=True) if block.headed and not place
                   and isinstance(each, Text) else each for each in cell], font)
            for cell in row
        ]
        for place, row in enumerate(block.rows)
    ]  # fmt: skip
    return table(rows, [room // columns] * columns)


def item(
    written: Written, number: str, marks: Decimal, sheet: Sheet, *, lines: bool, indent: float = 0
) -> Iterator[Element]:
    """An item to be answered by hand, whole on one page; of a case each question is.

    ``lines``: with room to write on, where the answers do not go on a card.
    """
    kind = kind_of(written.item_type)
    parts = kind.parts(written)
    if parts:
        yield from words(f"材料：{written.stem}", sheet, number=number, before=4)
        total = sum((each.weight for each in parts), Decimal(0))
        for place, part in enumerate(parts, 1):
            earns = marks * part.weight / total
            head = f"（{place}）{worth(half_up(earns))}"
            yield from item(part.content, head, earns, sheet, lines=lines, indent=indent + 1)
        return
    found = list(_plain(written, number, marks, sheet, lines=lines, indent=indent))
    if sheet.scale > 1 and _fits(found, sheet):
        yield _held(found, sheet)
    else:
        yield from found[:-1]
        yield loosened(found[-1])


def _plain(
    written: Written, number: str, marks: Decimal, sheet: Sheet, *, lines: bool, indent: float
) -> Iterator[Element]:
    kind, stem = kind_of(written.item_type), written.stem
    if written.item_type in _TICKED:
        answered = not holds_blank(stem)
        yield from words(stem, sheet, number=number, answered=answered, indent=indent, before=4)
        if written.item_type is not ItemType.TRUE_FALSE:
            yield from options(kind.options(written), sheet, indent=indent)
        return
    if written.item_type is ItemType.FILL_BLANK:
        stem = BLANK.sub(_HOLE, stem)
    yield from words(stem, sheet, number=number, indent=indent, before=4)
    if written.item_type is ItemType.MATCHING:
        for place, left in enumerate(written.key["left"], 1):
            yield from words(left, sheet, number=f"{place}．", answered=True, indent=indent + 2)
        yield from options(written.options, sheet, indent=indent)
    if written.item_type is ItemType.ORDERING:
        yield from options(written.options, sheet, indent=indent)
        yield paragraph(run("正确次序："), *sequence(written), indent=indent + 2, hang=5, keep=True)
    if kind.by_hand and lines:
        yield from ruled(line_count(marks))


def sequence(written: Written) -> list[Element]:
    """The brackets that an order is written into."""
    found = brackets()
    for _ in written.options[1:]:
        found += [run("→"), *brackets()]
    return found


def options(shown: Sequence[str], sheet: Sheet, *, indent: float = 0) -> Iterator[Element]:
    """Options in four, two or one column, whatever the longest of them lets stand in a line."""
    if not shown:
        return
    lines = [markup.line(text.strip()) for text in shown]
    heads = [f"{letter(n)}．" for n in range(len(shown))]
    left = indent + 2
    room = sheet.characters - left
    longest = max(2 + _width(each) for each in lines)
    columns = next((each for each in (4, 2) if longest + 1 <= room / each), 1)
    if columns == 1:
        for head, each in zip(heads, lines, strict=True):
            yield paragraph(run(head), *_runs(each), indent=left, hang=1.5, keep=True)
        return
    step = room / columns
    tabs = [round((left + step * place) * FIVE * 10) for place in range(1, columns)]
    for at in range(0, len(lines), columns):
        row: list[Element] = []
        for place in range(at, min(at + columns, len(lines))):
            tab = "\t" if place > at else ""
            row += [run(f"{tab}{heads[place]}"), *_runs(lines[place])]
        yield paragraph(*row, indent=left, tabs=tabs, keep=True)


def _width(pieces: Sequence[Piece]) -> float:
    """Characters of full width; a picture takes a line of its own."""
    if not all(isinstance(each, Text) for each in pieces):
        return float("inf")
    return sum(width(each.text) for each in pieces if isinstance(each, Text))


def width(text: str) -> float:
    """Characters of full width that a text takes."""
    if "\n" in text:
        return float("inf")
    return sum(1 if each > "\x7f" else 0.55 for each in text)


def ruled(count: int) -> Iterator[Element]:
    for _ in range(count):
        yield paragraph(ruled=True, exact=LINE, keep=True)


def line_count(marks: Decimal) -> int:
    """Lines for an answer in words: what it is worth says how many, never what the key says."""
    return min(MOST_LINES, max(6, int(marks)))


def loosened(last: Element) -> Element:
    """The same paragraph, free to stand at the foot of a page."""
    look = last[0]
    for each in list(look):
        if each.tag.endswith("}keepNext"):
            look.remove(each)
    return last


def _fits(found: Sequence[Element], sheet: Sheet) -> bool:
    """Whether an item takes well less than a page, as far as it is known before it is drawn."""
    if any(each.tag != ooxml.tag("p") or holds_picture(each) for each in found):
        return False
    # What is indented, hangs or is written into takes room, too.
    room, rows = sheet.characters - 6, 0.0
    for each in found:
        said = "".join(letters.text or "" for letters in each.iter(ooxml.tag("t")))
        rows += -(-(width(said) + 6) // room) if said else 2
    return rows <= _MOST_ROWS


def _held(found: Sequence[Element], sheet: Sheet) -> Element:
    """Paragraphs in the one row of a table without lines, which no page ends within.

    In large print few items fill a page, and LibreOffice tears some whose paragraphs are merely
    kept with the next. A row that is longer than a page it would cut off.
    """
    wide = round(sheet.column * MM)
    none = [node(side, w=0, type="dxa") for side in ("left", "right")]
    return node(
        "tbl",
        node(
            "tblPr",
            node("tblW", w=wide, type="dxa"),
            node("tblLayout", type="fixed"),
            node("tblCellMar", *none),
        ),
        node("tblGrid", node("gridCol", w=wide)),
        node(
            "tr",
            node("trPr", node("cantSplit")),
            node("tc", node("tcPr", node("tcW", w=wide, type="dxa")), *map(loosened, found)),
        ),
    )


def worth(marks: Decimal) -> str:
    return f"（{plain(marks)} 分）"


def tab_stops(count: int, room_mm: int) -> list[int]:
    """So many equal columns in a room of millimetres."""
    return [round(room_mm * MM / count * place) for place in range(1, count)]
