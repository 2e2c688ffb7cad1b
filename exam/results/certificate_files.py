"""合格证书 as a Word document and as a drawing for a PDF, and its QR code. Pure."""

import io
import re
from html import escape
from typing import Any

import segno
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from core import figures, ooxml
from exam.results.certificates import Fields

_BODY, _TITLE = "仿宋_GB2312", "方正小标宋简体"
_RED = RGBColor(0xB0, 0x2A, 0x25)
#: A4 in points, and what the drawing of a certificate is made with.
_WIDE, _HIGH, _LEFT = 595, 842, 92
_SONG = "仿宋_GB2312, FangSong, STFangsong, Noto Serif CJK SC, Source Han Serif SC, serif"
_HEAD = "方正小标宋简体, STZhongsong, Noto Serif CJK SC, Source Han Serif SC, serif"


def qr_svg(url: str) -> str:
    """The address as a drawing that stands inside a page."""
    drawn: str = segno.make(url, error="m").svg_inline(
        border=2, omitsize=True, svgclass="xf-qr", lineclass="xf-qr-line"
    )
    return drawn


def _qr_png(url: str) -> io.BytesIO:
    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="png", scale=8, border=2)
    out.seek(0)
    return out


def docx(fields: Fields, *, number: str, url: str) -> bytes:
    """One page of A4 with a double frame; ``url`` is where it can be checked."""
    document = Document()
    ooxml.bring_up_to_date(document.settings.element)
    _lay_out(document)
    _space(document, 4)
    _line(document, "合 格 证 书", _TITLE, 36, centred=True, colour=_RED)
    _space(document, 3)
    body = _line(document, fields.sentence(), _BODY, 18)
    body.paragraph_format.first_line_indent = Pt(36)
    body.paragraph_format.line_spacing = 2
    _space(document, 2)
    _line(document, f"证书编号：{number}", _BODY, 14)
    code = document.add_paragraph()
    code.add_run().add_picture(_qr_png(url), width=Cm(3.2))
    _line(document, "扫码或在系统“证书核验”页输入编号，可核验真伪。", _BODY, 10.5)
    _space(document, 2)
    for text in (f"{fields.issuer}（章）", figures.day(fields.issued)):
        signed = _line(document, text, _BODY, 16)
        signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def svg(fields: Fields, *, number: str, url: str) -> str:
    """The same page as a drawing, for core.pdf."""
    signed = (f"{fields.issuer}（章）", figures.day(fields.issued))
    lines = wrapped(f"　　{fields.sentence()}", (_WIDE - 2 * _LEFT) / 18)
    below = 300 + 36 * len(lines)
    drawn = [
        _frame(22, 4),
        _frame(29, 1),
        _said("合 格 证 书", _WIDE / 2, 200, 36, anchor="middle", font=_HEAD, colour="#b02a25"),
        *(_said(line, _LEFT, 300 + 36 * n, 18) for n, line in enumerate(lines)),
        _said(f"证书编号：{number}", _LEFT, below + 24, 14),
        _qr_drawn(url, _LEFT, below + 40, 92),
        _said("扫码或在系统“证书核验”页输入编号，可核验真伪。", _LEFT, below + 152, 10.5),
        *(_said(line, _WIDE - _LEFT, below + 220 + 30 * n, 16, anchor="end")
          for n, line in enumerate(signed)),
    ]  # fmt: skip
    body = "".join(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDE}" height="{_HIGH}" '
        f'viewBox="0 0 {_WIDE} {_HIGH}">{body}</svg>'
    )


#: Figures and Latin words stay whole; a mark that opens something stays with what it opens, one
#: that ends something with what it ends.
_WHOLE = re.compile(r"[“《（]*(?:[!-~]{1,40}|[^“《（])[，。：；、）”》]*")


def wrapped(text: str, room: float) -> list[str]:
    """Lines of so many full-width characters."""
    lines, taken = [""], 0.0
    for each in _WHOLE.findall(text):
        width = sum(1.0 if one > "\x7f" else 0.55 for one in each)
        if lines[-1] and taken + width > room:
            lines, taken = [*lines, ""], 0.0
        lines[-1] += each
        taken += width
    return lines


def _said(
    text: str,
    x: float,
    y: float,
    size: float,
    *,
    anchor: str = "start",
    font: str = _SONG,
    colour: str = "#000000",
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}" fill="{colour}" '
        f'font-family="{font}" xml:space="preserve">{escape(text)}</text>'
    )


def _frame(inset: int, thick: int) -> str:
    return (
        f'<rect x="{inset}" y="{inset}" width="{_WIDE - 2 * inset}" height="{_HIGH - 2 * inset}" '
        f'fill="none" stroke="#b02a25" stroke-width="{thick}"/>'
    )


def _qr_drawn(url: str, x: float, y: float, size: float) -> str:
    code = segno.make(url, error="m")
    rows = list(code.matrix_iter(border=2))
    path = "".join(
        f"M{column} {row}h1v1h-1z"
        for row, cells in enumerate(rows)
        for column, dark in enumerate(cells)
        if dark
    )
    scale = size / len(rows)
    return f'<path transform="translate({x:g} {y:g}) scale({scale:.4f})" d="{path}"/>'


def _lay_out(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(3.2)
    section.top_margin = section.bottom_margin = Cm(2.8)
    frame = OxmlElement("w:pgBorders")
    frame.set(qn("w:offsetFrom"), "page")
    for side in ("top", "left", "bottom", "right"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "thinThickSmallGap"), ("sz", "24"), ("space", "24"),
                            ("color", "B02A25")):  # fmt: skip
            line.set(qn(f"w:{name}"), value)
        frame.append(line)
    properties = section._sectPr
    properties.insert_element_before(
        frame, "w:lnNumType", "w:pgNumType", "w:cols", "w:docGrid", "w:printerSettings"
    )
    style = document.styles["Normal"]
    style.font.name = _BODY
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _BODY)
    style.paragraph_format.space_after = Pt(0)


def _space(document: Any, lines: int) -> None:
    for _ in range(lines):
        document.add_paragraph()


def _line(
    document: Any,
    text: str,
    font: str,
    size: float,
    *,
    centred: bool = False,
    colour: RGBColor | None = None,
) -> Any:
    paragraph = document.add_paragraph()
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.name, run.font.size = font, Pt(size)
    if colour is not None:
        run.font.color.rgb = colour
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return paragraph
