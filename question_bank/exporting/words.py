"""The text of an item in a Word document: real tables, pictures in the line. Pure."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from docx.shared import Cm, Emu

from core.pictures import Picture
from question_bank import markup
from question_bank.exporting import rich
from question_bank.markup import Block, Piece, Table

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: Words that stand out; read back by it (importing.paragraphs.documents).
STRONG = "Strong"
#: No wider, and no higher, than what a page takes; what a point measures else.
_WIDEST, _HIGHEST, _POINT = Cm(14), Cm(16), 9525


def put(document: Any, block: Block, pictures: Mapping[str, Picture]) -> None:
    """Add a block to a document: a paragraph for each of its lines, or a table."""
    if isinstance(block, Table):
        _table(document, block, pictures)
        return
    for line in rich.lines(block):
        _pieces(document.add_paragraph(), line, pictures, _WIDEST)


def _table(document: Any, table: Table, pictures: Mapping[str, Picture]) -> None:
    columns = len(table.rows[0])
    made = document.add_table(rows=len(table.rows), cols=columns, style="Table Grid")
    for number, row in enumerate(table.rows):
        for cell, pieces in zip(made.rows[number].cells, row, strict=True):
            _pieces(cell.paragraphs[0], pieces, pictures, Emu(_WIDEST // columns))
    if table.headed:
        # Word repeats a row of headings on every page; that it is one is read back, too.
        for run in [run for cell in made.rows[0].cells for run in cell.paragraphs[0].runs]:
            run.bold = True
        properties = made.rows[0]._tr.get_or_add_trPr()
        properties.append(properties.makeelement(f"{_W}tblHeader", {}))


def _pieces(
    paragraph: Any, pieces: Sequence[Piece], pictures: Mapping[str, Picture], widest: int
) -> None:
    for piece in pieces:
        if isinstance(piece, markup.Picture):
            _picture(paragraph, piece, pictures.get(piece.address), widest)
        elif isinstance(piece, markup.Text) and piece.strong:
            paragraph.add_run(piece.text, style=STRONG)
        else:
            paragraph.add_run(piece.text)


def _picture(paragraph: Any, piece: markup.Picture, found: Picture | None, widest: int) -> None:
    if found is None:
        paragraph.add_run(markup.picture(piece.alt, piece.address))
        return
    width, height = found.width * _POINT, found.height * _POINT
    scale = min(1.0, widest / width, _HIGHEST / height)
    shape = paragraph.add_run().add_picture(io.BytesIO(found.data), width=Emu(int(width * scale)))
    shape._inline.docPr.set("descr", piece.alt)
