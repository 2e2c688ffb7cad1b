"""The text of an item as elements of HTML, for the formats that have those. Pure.

Everything is text of elements or of attributes that we name: what is written into an item can
become neither.
"""

from collections.abc import Callable, Sequence

from lxml import etree

from question_bank import markup
from question_bank.markup import Block, Paragraph, Picture, Piece, Table

#: Stands for a blank where an element is made: with its index.
GAP = "gap"
#: Makes an element: (parent, name, text, attributes).
Add = Callable[..., etree._Element]
#: Where a picture is found in the file, by its address.
Source = Callable[[str], str]
#: The elements that a text may become.
NAMES = {"p", "br", "div", "strong", "img", "table", "thead", "tbody", "tr", "th", "td"}


def html(text: str, source: Source) -> str:
    """The text as a piece of HTML."""
    root = etree.Element("div")
    blocks(root, markup.parse(text), _plain_add, source)
    return "".join(etree.tostring(each, encoding="unicode", method="html") for each in root)


def _plain_add(
    parent: etree._Element, name: str, text: str = "", **attributes: str
) -> etree._Element:
    element = etree.SubElement(parent, name, attributes)
    element.text = text or None
    return element


def blocks(parent: etree._Element, found: Sequence[Block], add: Add, source: Source) -> None:
    """Paragraphs, one for each line, and tables."""
    for block in found:
        if isinstance(block, Table):
            _table(parent, block, add, source)
        else:
            for line in lines(block):
                pieces(add(parent, "p"), line, add, source)


def lines(paragraph: Paragraph) -> list[list[Piece]]:
    """The pieces of each line of a paragraph."""
    found: list[list[Piece]] = [[]]
    for piece in paragraph.pieces:
        if not isinstance(piece, markup.Text):
            found[-1].append(piece)
            continue
        first, *others = piece.text.split("\n")
        found[-1] += [markup.Text(first, piece.strong)] if first else []
        found += [[markup.Text(each, piece.strong)] if each else [] for each in others]
    return found


def pieces(parent: etree._Element, found: Sequence[Piece], add: Add, source: Source) -> None:
    """Words, words that stand out, pictures; a break for each break of the text."""
    for piece in found:
        if isinstance(piece, Picture):
            add(parent, "img", src=source(piece.address), alt=piece.alt)
        elif isinstance(piece, markup.Gap):
            add(parent, GAP, index=str(piece.index))
        elif piece.strong:
            add(parent, "strong", piece.text)
        else:
            first, *others = piece.text.split("\n")
            _append(parent, first)
            for line in others:
                add(parent, "br")
                _append(parent, line)


def _append(parent: etree._Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _table(parent: etree._Element, table: Table, add: Add, source: Source) -> None:
    made = add(parent, "table")
    rows = list(table.rows)
    if table.headed:
        row = add(add(made, "thead"), "tr")
        for cell in rows.pop(0):
            pieces(add(row, "th"), cell, add, source)
    body = add(made, "tbody")
    for each in rows:
        row = add(body, "tr")
        for cell in each:
            pieces(add(row, "td"), cell, add, source)
