"""Names of QTI 3.0 (qti-choice-interaction) as those of 2.x (choiceInteraction). Pure."""

import re

from lxml import etree

from core import xml


def name(element: etree._Element) -> str:
    """The name of an element in the way of 2.x, without namespace; "" for no element."""
    local = xml.local(element)
    return camel(local.removeprefix("qti-")) if local.startswith("qti-") else local


def camel(text: str) -> str:
    return re.sub(r"-([a-z0-9])", lambda match: match[1].upper(), text)


def attribute(element: etree._Element, wanted: str) -> str:
    """The attribute in the way of either version; "" for none."""
    kebab = re.sub(r"([A-Z])", lambda match: f"-{match[1].lower()}", wanted)
    return str(element.get(wanted, element.get(kebab, ""))).strip()


def children(element: etree._Element, wanted: str) -> list[etree._Element]:
    return [each for each in element if name(each) == wanted]


def every(element: etree._Element, wanted: str) -> list[etree._Element]:
    return [each for each in element.iter() if name(each) == wanted]


def first(element: etree._Element, wanted: str) -> etree._Element | None:
    return next((each for each in element.iter() if name(each) == wanted), None)
