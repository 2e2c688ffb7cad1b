"""Tables, pictures and words that stand out in a QTI item, brought into its words. Pure.

The item is changed before it is read: a picture becomes the text that names it, a table a block
for each of its rows. What asks something inside of a table stays where it is.
"""

import posixpath
from collections.abc import Mapping
from urllib.parse import unquote

from lxml import etree

from question_bank import markup
from question_bank.importing import album
from question_bank.importing.contents import Found
from question_bank.importing.markup import MAX_COLUMNS, MAX_ROWS
from question_bank.importing.qti import names

#: Elements that stand in a line of their own; in a cell they do not.
_BLOCKS = {"p", "div", "br", "li", "ul", "ol", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5",
           "h6", "hr"}  # fmt: skip
_INLINE = {"textEntryInteraction", "inlineChoiceInteraction"}


def settle(root: etree._Element, found: Found, files: Mapping[str, bytes]) -> None:
    """Change the item so that its words say what it shows; ``files`` are those of its package."""
    for image in names.every(root, "img"):
        if said := _picture(image, found, files):
            _become(image, said)
    for each in names.every(root, "strong"):
        said = "".join(map(str, each.itertext()))
        if not len(each) and said.strip():
            _become(each, markup.strong(said))
    # From the innermost out: what is in a cell is words by then.
    for table in reversed(list(names.every(root, "table"))):
        _table(table)


def _picture(image: etree._Element, found: Found, files: Mapping[str, bytes]) -> str:
    source, alt = str(image.get("src", "")), str(image.get("alt", "")).strip()
    if source.lower().startswith("data:"):
        return found.picture(album.of_data_address(source), alt=alt, name="")
    if "://" in source or source.startswith("/"):
        return ""
    folder = posixpath.dirname(found.sheet)
    name = posixpath.normpath(posixpath.join(folder, unquote(source.partition("?")[0])))
    return found.picture(files.get(name), alt=alt, name=name) if source else ""


def _become(element: etree._Element, text: str) -> None:
    """Put text in an element's place."""
    text += element.tail or ""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(element)


def _table(table: etree._Element) -> None:
    rows = [[each for each in row if names.name(each) in {"td", "th"}]
            for row in names.every(table, "tr")]  # fmt: skip
    rows = [row for row in rows if row]
    width = max(map(len, rows), default=0)
    asks = [names.name(each) for each in table.iter() if names.name(each).endswith("Interaction")]
    if not (2 <= len(rows) <= MAX_ROWS and 2 <= width <= MAX_COLUMNS) or set(asks) - _INLINE:
        return
    headed = all(names.name(each) == "th" for each in rows[0])
    block = etree.Element(_named(table, "div"))
    for number, row in enumerate(rows):
        block.append(_row(table, row, width))
        if number == 0 and headed:
            etree.SubElement(block, _named(table, "p")).text = f"|{' --- |' * width}"
    block.tail = table.tail
    parent = table.getparent()
    if parent is not None:
        parent.replace(table, block)


def _row(table: etree._Element, cells: list[etree._Element], width: int) -> etree._Element:
    line = etree.Element(_named(table, "p"))
    line.text = "| "
    for cell in cells:
        _flatten(cell)
        cell.tag, cell.tail = _named(table, "span"), " | "
        line.append(cell)
    etree.SubElement(line, _named(table, "span")).tail = " | " * (width - len(cells))
    return line


def _flatten(cell: etree._Element) -> None:
    """Nothing in a cell begins a line, and no bar of its words divides cells."""
    for each in cell.iter():
        if names.name(each) in _BLOCKS:
            each.tag = _named(each, "span")
            each.text = f" {each.text or ''}"
        each.text = each.text.replace("|", "\\|") if each.text else each.text
        if each is not cell and each.tail:
            each.tail = each.tail.replace("|", "\\|")


def _named(beside: etree._Element, name: str) -> str:
    """The name in the namespace of the element beside."""
    space = etree.QName(beside).namespace
    return f"{{{space}}}{name}" if space else name
