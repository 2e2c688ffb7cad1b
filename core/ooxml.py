"""Word files part by part: elements, fields, and the package that holds them. Pure.

What a document looks like is for those who write it (core.official, exam.printing).
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from core.characters import fit
from core.documents import DOCX

_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_W = f"{{{_NS}}}"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_WP, _A, _PIC = (f"{_DRAWING}/{each}" for each in ("wordprocessingDrawing", "main", "picture"))
#: Word lays a document out by the rules of the version it says it is for: 15 is that of 2013 and of
#: all since. Of one that says none, Word and WPS think that it is from 2007.
_MODE = "15"
_MODE_OF = "compatibilityMode"
#: English metric units in a millimetre.
_EMU = 36_000
#: Twentieths of a point in a millimetre.
MM = 1440 / 25.4

Element = etree._Element


@dataclass(frozen=True)
class Part:
    """A part beside the document: its name without .xml, its kind (styles, header …), its root."""

    name: str
    kind: str
    root: Element


@dataclass(frozen=True)
class Media:
    """A picture of the package: its name with png or jpg."""

    name: str
    data: bytes


def node(tag: str, /, *children: Element, **attributes: str | int) -> Element:
    """An element of the main namespace; ``type_`` stands for the attribute ``type``."""
    found = etree.Element(f"{_W}{tag}", nsmap={"w": _NS, "r": _REL})
    for key, value in attributes.items():
        found.set(f"{_W}{key.rstrip('_')}", str(value))
    found.extend(children)
    return found


def tag(name: str) -> str:
    """The name of an element of the main namespace, to look for."""
    return f"{_W}{name}"


def text(content: str) -> Element:
    """The text of a run; control characters and ends of lines have no place in it."""
    body = node("t")
    body.text = fit(content).replace("\n", "").replace("\r", "")
    body.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return body


def settings(*further: Element) -> Element:
    """The root of the part of settings; ``further`` stand before what all documents have."""
    mode = node("compatSetting", name=_MODE_OF, uri="http://schemas.microsoft.com/office/word",
                val=_MODE)  # fmt: skip
    return node("settings", *further, node("compat", mode))


def bring_up_to_date(root: Element) -> None:
    """Let settings that somebody else began name the version that ours name."""
    for each in root.iter(tag("compatSetting")):
        if each.get(tag("name")) == _MODE_OF:
            each.set(tag("val"), _MODE)


def reference(tag: str, which: str, place: int) -> Element:
    """A section's reference to the part at a place of the package, from 1."""
    found = node(tag, type=which)
    found.set(f"{{{_REL}}}id", f"rId{place}")
    return found


def field(code: str, look: Element, shown: str = "1") -> list[Element]:
    """The runs of a field such as PAGE; ``shown`` stands until a program works it out."""
    instruction = node("instrText")
    instruction.text = code
    begin, separate, end = (
        node("fldChar", fldCharType=kind) for kind in ("begin", "separate", "end")
    )
    inside = (begin, instruction, separate, text(shown), end)
    return [node("r", _copy(look), each) for each in inside]


def place_picture(alt: str) -> Element:
    """Where a picture is to stand in a run; ``put_picture`` draws it."""
    return node("drawing", alt=alt)


def put_picture(place: Element, number: int, relation: int, width: float, height: float) -> None:
    """Draw the picture of a relation, so many millimetres wide and high."""
    alt = place.attrib.pop(f"{_W}alt", "")
    size = {"cx": str(round(width * _EMU)), "cy": str(round(height * _EMU))}
    inline = etree.SubElement(place, f"{{{_WP}}}inline", nsmap={"wp": _WP, "a": _A, "pic": _PIC})
    etree.SubElement(inline, f"{{{_WP}}}extent", size)
    named = {"id": str(number), "name": f"图 {number}", "descr": str(alt)}
    etree.SubElement(inline, f"{{{_WP}}}docPr", named)
    graphic = etree.SubElement(inline, f"{{{_A}}}graphic")
    data = etree.SubElement(graphic, f"{{{_A}}}graphicData", uri=_PIC)
    found = etree.SubElement(data, f"{{{_PIC}}}pic")
    about = etree.SubElement(found, f"{{{_PIC}}}nvPicPr")
    etree.SubElement(about, f"{{{_PIC}}}cNvPr", named)
    etree.SubElement(about, f"{{{_PIC}}}cNvPicPr")
    fill = etree.SubElement(found, f"{{{_PIC}}}blipFill")
    etree.SubElement(fill, f"{{{_A}}}blip", {f"{{{_REL}}}embed": f"rId{relation}"})
    etree.SubElement(etree.SubElement(fill, f"{{{_A}}}stretch"), f"{{{_A}}}fillRect")
    shape = etree.SubElement(found, f"{{{_PIC}}}spPr")
    frame = etree.SubElement(shape, f"{{{_A}}}xfrm")
    etree.SubElement(frame, f"{{{_A}}}off", x="0", y="0")
    etree.SubElement(frame, f"{{{_A}}}ext", size)
    geometry = etree.SubElement(shape, f"{{{_A}}}prstGeom", prst="rect")
    etree.SubElement(geometry, f"{{{_A}}}avLst")


def _copy(element: Element) -> Element:
    return etree.fromstring(etree.tostring(element))


def package(document: Element, parts: Sequence[Part], media: Sequence[Media] = ()) -> bytes:
    """The .docx file; the same parts give the same bytes.

    Relations are numbered through: the parts from 1 on, then the media.
    """
    trees = {
        "[Content_Types].xml": _content_types(parts),
        "_rels/.rels": _relations([("officeDocument", "word/document.xml")]),
        "word/_rels/document.xml.rels": _relations(
            [
                *((each.kind, f"{each.name}.xml") for each in parts),
                *(("image", f"media/{each.name}") for each in media),
            ]
        ),
        "word/document.xml": document,
        **{f"word/{each.name}.xml": each.root for each in parts},
    }
    files = {
        name: etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        for name, tree in trees.items()
    }
    files |= {f"word/media/{each.name}": each.data for each in media}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def _relations(targets: Sequence[tuple[str, str]]) -> Element:
    space = f"{_PACKAGE}/relationships"
    root = etree.Element(f"{{{space}}}Relationships", nsmap={None: space})  # type: ignore[dict-item]  # what the stubs forget
    for place, (kind, target) in enumerate(targets, 1):
        etree.SubElement(
            root,
            f"{{{space}}}Relationship",
            Id=f"rId{place}",
            Type=f"{_REL}/{kind}",
            Target=target,
        )
    return root


def _content_types(parts: Sequence[Part]) -> Element:
    space = f"{_PACKAGE}/content-types"
    root = etree.Element(f"{{{space}}}Types", nsmap={None: space})  # type: ignore[dict-item]  # what the stubs forget
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    etree.SubElement(root, f"{{{space}}}Default", Extension="rels", ContentType=rels)
    etree.SubElement(root, f"{{{space}}}Default", Extension="xml", ContentType="application/xml")
    for suffix, media_type in (("png", "image/png"), ("jpg", "image/jpeg")):
        etree.SubElement(root, f"{{{space}}}Default", Extension=suffix, ContentType=media_type)
    base = DOCX.rpartition(".")[0]
    kinds = [("document", "document.main"), *((each.name, each.kind) for each in parts)]
    for name, kind in kinds:
        etree.SubElement(
            root,
            f"{{{space}}}Override",
            PartName=f"/word/{name}.xml",
            ContentType=f"{base}.{kind}+xml",
        )
    return root
