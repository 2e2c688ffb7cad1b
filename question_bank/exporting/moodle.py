"""Items as Moodle XML. Pure."""

import base64
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from lxml import etree

from core.pictures import Picture
from question_bank import markup
from question_bank.exporting import rich, wording
from question_bank.exporting.records import ExportItem
from question_bank.exporting.wording import Unwritable
from question_bank.importing import cloze
from question_bank.importing.paragraphs import rubric
from question_bank.importing.paragraphs.kinds import BLANK
from question_bank.item_types import ItemType

_TYPES = {
    ItemType.SINGLE_CHOICE: "multichoice",
    ItemType.MULTIPLE_CHOICE: "multichoice",
    ItemType.TRUE_FALSE: "truefalse",
    ItemType.FILL_BLANK: "cloze",
    ItemType.SHORT_ANSWER: "essay",
    ItemType.MATCHING: "matching",
    ItemType.ORDERING: "ordering",
}
_PLAIN = "plain_text"


def unfit(item: ExportItem) -> Unwritable | None:
    return None if item.item_type in _TYPES else Unwritable.CASE


def write(items: Sequence[ExportItem]) -> bytes:
    quiz = etree.Element("quiz")
    for number, item in enumerate(items, 1):
        _question(quiz, number, item)
    written: bytes = etree.tostring(quiz, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def _question(quiz: etree._Element, number: int, item: ExportItem) -> None:
    kind = _TYPES[item.item_type]
    question = etree.SubElement(quiz, "question", type=kind)
    _text(question, "name", f"试题 {number}")
    pictures = item.pictures
    stem = item.content.stem
    if kind == "cloze":
        stem = cloze.write(stem, item.content.key["blanks"], BLANK)
    _said(question, "questiontext", stem, pictures)
    _said(question, "generalfeedback", item.rationale, pictures)
    if kind != "cloze":
        _leaf(question, "defaultgrade", "1")
    _leaf(question, "penalty", "1" if kind == "truefalse" else "0.3333333")
    _leaf(question, "hidden", "0")
    _leaf(question, "idnumber", "")
    _ANSWERS[kind](question, item)
    if tags := wording.tags(item):
        parent = etree.SubElement(question, "tags")
        for tag in tags:
            _text(parent, "tag", tag)


def _choice(question: etree._Element, item: ExportItem) -> None:
    single = item.item_type is ItemType.SINGLE_CHOICE
    key = set(item.content.key)
    _leaf(question, "single", "true" if single else "false")
    _leaf(question, "shuffleanswers", "true")
    _leaf(question, "answernumbering", "ABCD")
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _text(question, name, "", _PLAIN)
    right = f"{100 / len(key):.5f}".rstrip("0").rstrip(".")
    for index, option in enumerate(item.content.options):
        # Where several are right, a wrong one takes the marks back: ticking all earns nothing.
        wrong = "0" if single else "-100"
        _answer(question, option, right if index in key else wrong, pictures=item.pictures)


def _true_false(question: etree._Element, item: ExportItem) -> None:
    for index, value in enumerate(("true", "false")):
        _answer(question, value, "100" if index in item.content.key else "0", "moodle_auto_format")


def _matching(question: etree._Element, item: ExportItem) -> None:
    _leaf(question, "shuffleanswers", "true")
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _text(question, name, "", _PLAIN)
    content, pairs = item.content, item.content.key["pairs"]
    listed = list(zip(content.key["left"], (content.options[at] for at in pairs), strict=True))
    listed += [("", each) for n, each in enumerate(content.options) if n not in pairs]
    for left, right in listed:
        sub = _said(question, "subquestion", left, item.pictures)
        _text(sub, "answer", right)


def _ordering(question: etree._Element, item: ExportItem) -> None:
    for name, value in (("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", "0"),
                        ("gradingtype", "ALL_OR_NOTHING"), ("showgrading", "SHOW"),
                        ("numberingstyle", "none")):  # fmt: skip
        _leaf(question, name, value)
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _text(question, name, "", _PLAIN)
    for place, index in enumerate(item.content.key, 1):
        _answer(question, item.content.options[index], f"{place}.0000000", pictures=item.pictures)


def _essay(question: etree._Element, item: ExportItem) -> None:
    for name, value in (("responseformat", "plain"), ("responserequired", "1"),
                        ("responsefieldlines", "15"), ("minwordlimit", ""), ("maxwordlimit", ""),
                        ("attachments", "0"), ("attachmentsrequired", "0"), ("maxbytes", "0"),
                        ("filetypeslist", "")):  # fmt: skip
        _leaf(question, name, value)
    _text(question, "graderinfo", rubric.write(item.content.key), _PLAIN)
    _text(question, "responsetemplate", "", _PLAIN)


def _nothing(_question: etree._Element, _item: ExportItem) -> None:
    """A cloze question has its answers in its text."""


def _answer(
    parent: etree._Element,
    text: str,
    fraction: str,
    format_: str = _PLAIN,
    *,
    pictures: Mapping[str, Picture] = MappingProxyType({}),
) -> None:
    answer = etree.SubElement(parent, "answer", fraction=fraction, format=format_)
    _put(answer, text, pictures)
    _text(answer, "feedback", "", _PLAIN)


def _said(
    parent: etree._Element, name: str, text: str, pictures: Mapping[str, Picture]
) -> etree._Element:
    """An element with what an item says."""
    element = etree.SubElement(parent, name, {"format": _PLAIN})
    _put(element, text, pictures)
    return element


def _put(element: etree._Element, text: str, pictures: Mapping[str, Picture]) -> None:
    """A text; as HTML with its pictures beside it where it is more than words."""
    shown = sorted(markup.addresses(text) & set(pictures))
    if markup.is_plain(text) or (not shown and markup.plain(text) == text):
        _leaf(element, "text", text)
        return
    element.set("format", "html")
    names = {address: f"{address}.{pictures[address].suffix}" for address in shown}
    source = {address: f"@@PLUGINFILE@@/{name}" for address, name in names.items()}
    _leaf(element, "text", rich.html(text, lambda address: source.get(address, "")))
    for address, name in names.items():
        file = etree.SubElement(element, "file", name=name, path="/", encoding="base64")
        file.text = base64.b64encode(pictures[address].data).decode()


def _text(parent: etree._Element, name: str, text: str, format_: str = "") -> etree._Element:
    element = etree.SubElement(parent, name, {"format": format_} if format_ else {})
    _leaf(element, "text", text)
    return element


def _leaf(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text


_ANSWERS = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "cloze": _nothing,
}
