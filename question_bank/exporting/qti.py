"""Items as QTI packages: 2.1, and 3.0 by its names for the same things. Pure."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from core.pictures import Picture
from question_bank import markup
from question_bank.exporting import rich, wording
from question_bank.exporting.records import ExportItem
from question_bank.importing.paragraphs import rubric
from question_bank.importing.paragraphs.kinds import BLANK
from question_bank.item_types import LETTERS, TRUE_FALSE_OPTIONS, ItemType
from question_bank.markup import Block, Paragraph, Piece
from question_bank.types import Content, Written

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LOM = "http://ltsc.ieee.org/xsd/LOM"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Version:
    namespace: str
    schema: str
    package: str
    kind: str
    title: str
    number: str
    templates: str

    @property
    def is_3(self) -> bool:
        return self.namespace.endswith("v3p0")


QTI_21 = Version(
    "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
    "http://www.imsglobal.org/xsd/imscp_v1p1",
    "imsqti_item_xmlv2p1",
    "QTIv2.1 Package",
    "1.0.0",
    "http://www.imsglobal.org/question/qti_v2p1/rptemplates/",
)
QTI_30 = Version(
    "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
    "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    "imsqti_item_xmlv3p0",
    "QTI Package",
    "3.0.0",
    "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
)


def write(items: Sequence[ExportItem], version: Version) -> bytes:
    """The package; the same items make the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "imsmanifest.xml", _manifest(items, version))
        for number, item in enumerate(items, 1):
            _add(archive, _name(number), _Writer(version, item.pictures).item(number, item))
        every = {address: each for item in items for address, each in item.pictures.items()}
        for address, picture in sorted(every.items()):
            archive.writestr(zipfile.ZipInfo(_picture(address, picture), _FIRST_DAY), picture.data)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, root: etree._Element) -> None:
    data = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), data, zipfile.ZIP_DEFLATED)


def _name(number: int) -> str:
    return f"items/item-{number:05d}.xml"


def _picture(address: str, picture: Picture) -> str:
    return f"pictures/{address}.{picture.suffix}"


def _manifest(items: Sequence[ExportItem], version: Version) -> etree._Element:
    space = f"{{{version.package}}}"
    root = etree.Element(f"{space}manifest", identifier="MANIFEST", nsmap=_space(version.package))
    metadata = etree.SubElement(root, f"{space}metadata")
    etree.SubElement(metadata, f"{space}schema").text = version.title
    etree.SubElement(metadata, f"{space}schemaversion").text = version.number
    etree.SubElement(root, f"{space}organizations")
    resources = etree.SubElement(root, f"{space}resources")
    for number, item in enumerate(items, 1):
        resource = etree.SubElement(
            resources, f"{space}resource", identifier=f"RES-{number:05d}", type=version.kind,
            href=_name(number),
        )  # fmt: skip
        if tags := wording.tags(item):
            _keywords(etree.SubElement(resource, f"{space}metadata"), tags)
        etree.SubElement(resource, f"{space}file", href=_name(number))
        for address, picture in sorted(item.pictures.items()):
            etree.SubElement(resource, f"{space}file", href=_picture(address, picture))
    return root


def _keywords(parent: etree._Element, tags: Sequence[str]) -> None:
    lom = etree.SubElement(parent, f"{{{_LOM}}}lom", nsmap=_space(_LOM))
    general = etree.SubElement(lom, f"{{{_LOM}}}general")
    for tag in tags:
        keyword = etree.SubElement(general, f"{{{_LOM}}}keyword")
        etree.SubElement(keyword, f"{{{_LOM}}}string", language="zh-CN").text = tag


class _Writer:
    """Writes one item in the names of a version."""

    def __init__(self, version: Version, pictures: Mapping[str, Picture]) -> None:
        self.version = version
        self.pictures = pictures

    def source(self, address: str) -> str:
        """A picture of the package, as the item's file names it."""
        picture = self.pictures.get(address)
        return f"../{_picture(address, picture)}" if picture else f"{address}.png"

    def item(self, number: int, item: ExportItem) -> etree._Element:
        root = self.root(f"ITEM-{number:05d}", f"试题 {number}")
        parts = item.content.parts
        contents = [_content(part) for part in parts] if parts else [item.content]
        ids = [f"RESPONSE{n}" for n in range(1, len(contents) + 1)] if parts else ["RESPONSE"]
        for each, name in zip(contents, ids, strict=True):
            self.declare(root, each, name)
        self.outcomes(root, said=bool(item.rationale))
        body = self.add(root, "itemBody")
        if parts:
            self.lines(self.add(body, "div"), item.content.stem)
        for each, name in zip(contents, ids, strict=True):
            self.ask(self.add(body, "div") if parts else body, each, name)
        self.processing(root, contents, ids)
        if item.rationale:
            self.feedback(root, item.rationale)
        return root

    def root(self, identifier: str, title: str) -> etree._Element:
        space = self.version.namespace
        name = "qti-assessment-item" if self.version.is_3 else "assessmentItem"
        spaces = _space(space, xsi="http://www.w3.org/2001/XMLSchema-instance")
        root = etree.Element(f"{{{space}}}{name}", nsmap=spaces)
        root.set(_XSI, f"{space} {self.version.schema}")
        for key, value in (("identifier", identifier), ("title", title), ("adaptive", "false"),
                           ("timeDependent", "false")):  # fmt: skip
            root.set(self.named(key), value)
        root.set(_LANG, "zh-CN")
        return root

    def named(self, name: str) -> str:
        """An attribute's name in this version."""
        return _kebab(name) if self.version.is_3 else name

    def add(
        self, parent: etree._Element, name: str, text: str = "", **attributes: str
    ) -> etree._Element:
        own = f"qti-{_kebab(name)}" if self.version.is_3 and name not in rich.NAMES else name
        element = etree.SubElement(parent, f"{{{self.version.namespace}}}{own}")
        for key, value in attributes.items():
            element.set(self.named(key), value)
        if text:
            element.text = text
        return element

    # Declarations.

    def declare(self, root: etree._Element, content: Written, name: str) -> None:
        if content.item_type is ItemType.FILL_BLANK:
            for place, accepted in enumerate(content.key["blanks"], 1):
                self.declare_blank(root, f"{name}_{place}", accepted)
            return
        cardinality, kind = _CARDINALITY.get(content.item_type, ("single", "identifier"))
        declared = self.add(root, "responseDeclaration", identifier=name, cardinality=cardinality,
                            baseType=kind)  # fmt: skip
        correct = self.add(declared, "correctResponse")
        for value in _values(content):
            self.add(correct, "value", value)

    def declare_blank(self, root: etree._Element, name: str, accepted: Sequence[str]) -> None:
        declared = self.add(root, "responseDeclaration", identifier=name, cardinality="single",
                            baseType="string")  # fmt: skip
        self.add(self.add(declared, "correctResponse"), "value", accepted[0])
        mapping = self.add(declared, "mapping", defaultValue="0")
        for each in accepted:
            self.add(mapping, "mapEntry", mapKey=each, mappedValue="1")

    def outcomes(self, root: etree._Element, *, said: bool) -> None:
        score = self.add(root, "outcomeDeclaration", identifier="SCORE", cardinality="single",
                         baseType="float")  # fmt: skip
        self.add(self.add(score, "defaultValue"), "value", "0")
        if said:
            self.add(root, "outcomeDeclaration", identifier="FEEDBACK", cardinality="single",
                     baseType="identifier")  # fmt: skip

    def processing(
        self, root: etree._Element, contents: Sequence[Written], ids: Sequence[str]
    ) -> None:
        """The standard template for one response, a sum for several; none where a person marks."""
        kinds = {each.item_type for each in contents}
        if ItemType.SHORT_ANSWER in kinds:
            return
        if ids == ["RESPONSE"] and ItemType.FILL_BLANK not in kinds:
            self.add(root, "responseProcessing", template=f"{self.version.templates}match_correct"
                     + (".xml" if self.version.is_3 else ""))  # fmt: skip
            return
        processing = self.add(root, "responseProcessing")
        for each, name in zip(contents, ids, strict=True):
            if each.item_type is ItemType.FILL_BLANK:
                for place in range(1, len(each.key["blanks"]) + 1):
                    total = self.gain(processing)
                    self.add(total, "mapResponse", identifier=f"{name}_{place}")
            else:
                self.match(processing, name)

    def gain(self, parent: etree._Element) -> etree._Element:
        """A sum that is added to the score."""
        total = self.add(self.add(parent, "setOutcomeValue", identifier="SCORE"), "sum")
        self.add(total, "variable", identifier="SCORE")
        return total

    def match(self, processing: etree._Element, name: str) -> None:
        condition = self.add(self.add(processing, "responseCondition"), "responseIf")
        match = self.add(condition, "match")
        self.add(match, "variable", identifier=name)
        self.add(match, "correct", identifier=name)
        self.add(self.gain(condition), "baseValue", "1", baseType="float")

    def feedback(self, root: etree._Element, text: str) -> None:
        said = self.add(root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier="RATIONALE",
                        showHide="hide")  # fmt: skip
        self.lines(self.add(said, "contentBody") if self.version.is_3 else said, text)

    # The body.

    def lines(self, parent: etree._Element, text: str) -> None:
        rich.blocks(parent, markup.parse(text), self.add, self.source)

    def ask(self, parent: etree._Element, content: Written, name: str) -> None:
        if content.item_type is ItemType.FILL_BLANK:
            self.blanks(parent, content, name)
            return
        before, prompt = _parted(content.stem)
        rich.blocks(parent, before, self.add, self.source)
        kind, attributes = _INTERACTIONS.get(content.item_type, ("choiceInteraction", {}))
        element = self.add(parent, kind, responseIdentifier=name, **attributes)
        if kind == "choiceInteraction":
            several = content.item_type is ItemType.MULTIPLE_CHOICE
            element.set(self.named("maxChoices"), "0" if several else "1")
        if kind == "matchInteraction":
            element.set(self.named("maxAssociations"), str(len(content.key["left"])))
        rich.pieces(self.add(element, "prompt"), prompt, self.add, self.source)
        if content.item_type is ItemType.MATCHING:
            self.sets(element, content)
        elif content.item_type is not ItemType.SHORT_ANSWER:
            shown = (
                TRUE_FALSE_OPTIONS if content.item_type is ItemType.TRUE_FALSE else content.options
            )
            for letter, option in zip(LETTERS, shown, strict=False):
                self.prompt(self.add(element, "simpleChoice", identifier=letter), option)

    def prompt(self, parent: etree._Element, text: str) -> None:
        rich.pieces(parent, markup.line(text), self.add, self.source)

    def sets(self, parent: etree._Element, content: Written) -> None:
        for sign, texts, most in (("L", content.key["left"], "1"), ("R", content.options, "0")):
            group = self.add(parent, "simpleMatchSet")
            for place, text in enumerate(texts, 1):
                self.prompt(self.add(group, "simpleAssociableChoice", identifier=f"{sign}{place}",
                                     matchMax=most), text)  # fmt: skip

    def blanks(self, parent: etree._Element, content: Written, name: str) -> None:
        def add(within: etree._Element, kind: str, text: str = "", **given: str) -> etree._Element:
            if kind == rich.GAP:
                number = int(given["index"]) + 1
                return self.add(within, "textEntryInteraction", expectedLength="12",
                                responseIdentifier=f"{name}_{number}")  # fmt: skip
            return self.add(within, kind, text, **given)

        rich.blocks(parent, markup.parse(content.stem, BLANK), add, self.source)


_CARDINALITY = {
    ItemType.MULTIPLE_CHOICE: ("multiple", "identifier"),
    ItemType.ORDERING: ("ordered", "identifier"),
    ItemType.MATCHING: ("multiple", "directedPair"),
    ItemType.SHORT_ANSWER: ("single", "string"),
}
_INTERACTIONS: Mapping[ItemType, tuple[str, Mapping[str, str]]] = {
    ItemType.SINGLE_CHOICE: ("choiceInteraction", {"shuffle": "true"}),
    ItemType.MULTIPLE_CHOICE: ("choiceInteraction", {"shuffle": "true"}),
    ItemType.TRUE_FALSE: ("choiceInteraction", {"shuffle": "false"}),
    ItemType.ORDERING: ("orderInteraction", {"shuffle": "true"}),
    ItemType.MATCHING: ("matchInteraction", {"shuffle": "true"}),
    ItemType.SHORT_ANSWER: ("extendedTextInteraction", {"expectedLines": "10"}),
}


def _parted(stem: str) -> tuple[Sequence[Block], Sequence[Piece]]:
    """What stands before the prompt, and the prompt, which holds no tables."""
    blocks = markup.parse(stem)
    last = blocks[-1]
    return (blocks[:-1], last.pieces) if isinstance(last, Paragraph) else (blocks, ())


def _values(content: Written) -> list[str]:
    match content.item_type:
        case ItemType.SHORT_ANSWER:
            return [rubric.write(content.key)]
        case ItemType.MATCHING:
            return [f"L{n} R{at + 1}" for n, at in enumerate(content.key["pairs"], 1)]
        case _:
            return [LETTERS[n] for n in content.key]


def _content(part: Mapping[str, Any]) -> Content:
    return Content(
        ItemType.of(part["item_type"]), part["stem"], part.get("options", ()), part["key"]
    )


def _space(default: str, **others: str) -> Any:
    """Namespaces by prefix, the default one first."""
    return {None: default, **others}


def _kebab(name: str) -> str:
    return re.sub(r"([A-Z])", lambda match: f"-{match[1].lower()}", name)
