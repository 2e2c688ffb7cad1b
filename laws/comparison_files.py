"""修订对照表 as a Word document and as a workbook. Pure."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from core import figures, ooxml
from core.spreadsheets import Column, Table, write_workbook
from laws.comparison import Comparison, Side, lines
from laws.wording import Mark, Piece

_BODY, _HEAD, _TITLE = "仿宋_GB2312", "黑体", "方正小标宋简体"
_WIDTHS = (Cm(1.9), Cm(11.0), Cm(11.0), Cm(1.8))
_LEGEND = "说明：加删除线的是删去的文字，加粗并加下划线的是增加的文字；条号变化见各栏条号。"


def title(comparison: Comparison) -> str:
    if comparison.same_law:
        return f"{figures.titled(comparison.new.title)}修订对照表"
    return f"{figures.titled(comparison.old.title)}与{figures.titled(comparison.new.title)}对照表"


def summary(comparison: Comparison) -> str:
    """未变 1 条，仅条号变 2 条，…"""
    return "，".join(f"{kind.label} {n} 条" for kind, n in comparison.counts.items())


def side(text: Side) -> str:
    """How a column is headed: the version and its dates."""
    named = "　".join(filter(None, (text.title, text.label)))
    said = [
        f"{figures.day(day)}{what}"
        for day, what in ((text.promulgated_on, "公布"), (text.effective_on, "施行"))
        if day
    ]
    return f"{named}（{'，'.join(said)}）" if said else named


def docx(comparison: Comparison, *, made_on: date) -> bytes:
    """An A4 landscape table; its head is repeated on every page."""
    document = Document()
    ooxml.bring_up_to_date(document.settings.element)
    _lay_out(document)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(heading, title(comparison), _TITLE, 18)
    for text in (summary(comparison) + f"。　制表日期：{figures.day(made_on)}", _LEGEND):
        _write(document.add_paragraph(), text, _BODY, 10.5)
    table = document.add_table(rows=1, cols=4, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    heads = ("变化", f"修改前　{side(comparison.old)}", f"修改后　{side(comparison.new)}", "说明")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(cell.paragraphs[0], text, _HEAD, 10.5)
    _flag(table.rows[0], "w:tblHeader")
    for row in comparison.rows:
        line = table.add_row()
        _flag(line, "w:cantSplit", only_if=_length(row.old) + _length(row.new) < 600)
        cells = line.cells
        _write(cells[0].paragraphs[0], row.kind.label, _BODY, 10.5)
        _fill(cells[1], row.old_number, row.old)
        _fill(cells[2], row.new_number, row.new)
        _write(cells[3].paragraphs[0], row.note, _BODY, 9)
    for line in table.rows:
        for cell, width in zip(line.cells, _WIDTHS, strict=True):
            cell.width = width
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _length(pieces: Sequence[Piece]) -> int:
    return sum(len(each.text) for each in pieces)


def _lay_out(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(2.0)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.0)
    style = document.styles["Normal"]
    style.font.name = _BODY
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _BODY)
    style.paragraph_format.space_after = Pt(0)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, code in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES"), (" 页", "")):
        _write(footer, text, _BODY, 9)
        if code:
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), code)
            footer._p.append(field)


def _flag(row: Any, name: str, *, only_if: bool = True) -> None:
    if only_if:
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement(name))


def _write(paragraph: Any, text: str, font: str, size: float) -> Any:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = font, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _fill(cell: Any, number: str, pieces: Sequence[Piece]) -> None:
    paragraph = cell.paragraphs[0]
    if number:
        _write(paragraph, f"{number}　", _HEAD, 10.5)
    for n, line in enumerate(lines(pieces)):
        if n:
            paragraph = cell.add_paragraph()
            paragraph.paragraph_format.first_line_indent = Pt(21)
        for piece in line:
            run = _write(paragraph, piece.text, _BODY, 10.5)
            run.font.strike = piece.mark is Mark.REMOVED or None
            run.font.bold = run.font.underline = piece.mark is Mark.ADDED or None


def xlsx(comparison: Comparison, *, made_on: date) -> bytes:
    """The same table to filter and sort; marks as 〔删：…〕 and 〔增：…〕."""
    columns = [
        Column("变化", "kind", 10),
        Column("原条号", "old_number", 14),
        Column("修改前", "old", 60),
        Column("新条号", "new_number", 14),
        Column("修改后", "new", 60),
        Column("说明", "note", 24),
    ]
    rows = [
        {
            "kind": row.kind.label,
            "old_number": row.old_number,
            "old": plain(row.old),
            "new_number": row.new_number,
            "new": plain(row.new),
            "note": row.note,
        }
        for row in comparison.rows
    ]
    notes = [
        side(comparison.old),
        side(comparison.new),
        f"{summary(comparison)}。制表日期：{figures.day(made_on)}",
    ]
    return write_workbook(Table("对照表", columns, rows, title=title(comparison), notes=notes))


_SIGNS = {Mark.SAME: "{}", Mark.REMOVED: "〔删：{}〕", Mark.ADDED: "〔增：{}〕"}


def plain(pieces: Sequence[Piece]) -> str:
    """The wording with its marks as text; what is removed or added whole is left as it is."""
    if len(pieces) == 1:
        return pieces[0].text
    return "".join(_SIGNS[each.mark].format(each.text) for each in pieces)
