"""The body of a QTI item as words and interactions in reading order. Pure."""

import re
from dataclasses import dataclass, field

from lxml import etree

from question_bank.importing.qti import names

_BLOCKS = {"p", "div", "br", "li", "tr", "blockquote", "pre", "ul", "ol", "table", "hr",
           "h1", "h2", "h3", "h4", "h5", "h6"}  # fmt: skip
_MEDIA = {"img": "图片", "object": "嵌入对象", "audio": "音频", "video": "视频", "math": "公式",
          "picture": "图片", "mediaInteraction": "音视频"}  # fmt: skip
#: Without their form the words may say something else.
_FORMS = {"sup": "上标", "sub": "下标", "table": "表格"}
_HIDDEN = {"rubricBlock", "feedbackBlock", "feedbackInline", "templateBlock", "templateInline",
           "stylesheet", "script", "style", "modalFeedback", "infoControl"}  # fmt: skip
#: Interactions that stand within a line of words.
INLINE = {"textEntryInteraction", "inlineChoiceInteraction"}
GAP = "\ue010"


@dataclass
class Asked:
    """An interaction, and the words since the one before."""

    element: etree._Element
    kind: str
    before: str


@dataclass
class Body:
    asked: list[Asked] = field(default_factory=list)
    #: All words; an interaction within a line leaves a GAP.
    text: str = ""
    after: str = ""
    lost: list[str] = field(default_factory=list)


def read(element: etree._Element) -> Body:
    walker = _Walker()
    walker.through(element)
    body = walker.body
    body.after = tidy("".join(walker.pieces))
    body.text = "\n".join(filter(None, (*(each.before for each in body.asked), body.after)))
    return body


def words(element: etree._Element | None, lost: list[str] | None = None) -> str:
    """The words of an element, with its media named in ``lost``."""
    if element is None:
        return ""
    walker = _Walker(inner=True)
    walker.through(element)
    if lost is not None:
        lost += [each for each in walker.body.lost if each not in lost]
    return tidy("".join(walker.pieces))


def tidy(text: str) -> str:
    lines = [re.sub(r"[ \t\r]+", " ", line).strip(" ") for line in text.split("\n")]
    return "\n".join(line for line in lines if line)


class _Walker:
    def __init__(self, *, inner: bool = False) -> None:
        self.body = Body()
        self.pieces: list[str] = []
        self.inner = inner

    def through(self, element: etree._Element) -> None:
        self._say(element.text)
        for child in element:
            self._child(child)
            self._say(child.tail)

    def _child(self, child: etree._Element) -> None:
        name = names.name(child)
        if name in _MEDIA:
            self._media(child, name)
        elif name.endswith("Interaction"):
            self._interaction(child, name)
        elif name and name not in _HIDDEN:
            if name in _BLOCKS:
                self.pieces.append("\n")
            elif name in {"td", "th"}:
                self.pieces.append(" ")
            if name in _FORMS:
                self.body.lost.append(_FORMS[name])
            self.through(child)
            if name in _BLOCKS:
                self.pieces.append("\n")

    def _say(self, text: str | None) -> None:
        if text:
            self.pieces.append(re.sub(r"[ \t\r\n]+", " ", text))

    def _media(self, child: etree._Element, name: str) -> None:
        self.body.lost.append(_MEDIA[name])
        if alt := str(child.get("alt", "")).strip():
            self.pieces.append(f"［{_MEDIA[name]}：{alt}］")

    def _interaction(self, child: etree._Element, name: str) -> None:
        if self.inner:
            return
        if name in INLINE:
            self.pieces.append(GAP)
            self.body.asked.append(Asked(child, name, ""))
            return
        self.body.asked.append(Asked(child, name, tidy("".join(self.pieces))))
        self.pieces = []
