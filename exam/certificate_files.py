"""合格证书 as a Word document, and its QR code. Pure."""

import io
from datetime import date
from typing import Any

import segno
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from core import figures
from exam.certificates import Fields

_BODY, _TITLE = "仿宋_GB2312", "方正小标宋简体"
_RED = RGBColor(0xB0, 0x2A, 0x25)


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
    for text in (f"{fields.issuer}（章）", figures.day(date.fromisoformat(fields.issued_on))):
        signed = _line(document, text, _BODY, 16)
        signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


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
