"""A version as plain text, in the form of the official files. Pure."""

from collections.abc import Iterable
from typing import Any

_INDENT = "　　"


def write(*, title: str, preamble: str, opening: str, blocks: Iterable[Any], annex: str) -> str:
    """Lines with CRLF: title, preamble in brackets, headings and articles, annex."""
    said = "　".join(preamble.split("\n")).strip("（）()　")
    lines = [title, "", f"（{said}）" if said else "", ""]
    lines += opening.split("\n") if opening else []
    for block in blocks:
        if block.division is not None:
            lines += ["", block.division.title.replace(" ", "　"), ""]
        else:
            first, *rest = block.article.text.split("\n")
            lines.append(f"{numbered(block.article.number)}{first}")
            lines += [f"{_INDENT}{paragraph}" for paragraph in rest]
    lines += ["", *annex.split("\n")] if annex else []
    return "\r\n".join(lines) + "\r\n"


def numbered(number: str) -> str:
    """The number with what sets it off from the text: 第一条　, 一、, （一）."""
    if number.startswith("第"):
        return f"{number}　"
    return number if number.startswith("（") else f"{number}、"
