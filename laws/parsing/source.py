"""Where a file's front matter, title, preamble and body lie. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from laws.parsing import headings
from laws.parsing.decoding import squeezed

_INFO_END = re.compile(r"<!--\s*INFO END\s*-->")
_FIELD = re.compile(r"([\w-]+):\s*(.*)")
#: 公务员法(2018-12-29), 仲裁法_20250912.
_FILE_DATE = re.compile(r"[(（_]\s*(\d{4})-?(\d{2})-?(\d{2})\s*[)）]?$")
#: 宪法（2018年修正文本）: the version, not part of the name.
_VERSION = re.compile(r"[(（](\d{4})年?(修正文本|修正本|修订本|修正|修订)[)）]$")
_PREAMBLE = re.compile(r"[(（]?\s*(根据)?\d{4}年\d{1,2}月\d{1,2}日|[(（].*(通过|公布|发布|施行)")


@dataclass(frozen=True)
class Source:
    title: str
    #: The second first-level heading, or the front matter's subtitle: 总则, 物权编.
    part: str
    preamble: Sequence[str]
    body: Sequence[str]
    #: Nothing in it is to be trusted where the text itself speaks.
    front_matter: Mapping[str, str]
    #: The date in the file's name, if there is one.
    file_date: date | None


def split(name: str, lines: Sequence[str]) -> Source:
    front, rest = _front_matter(lines)
    head, body = _head_and_body(rest)
    titles, preamble = _titles(head)
    more, body = _rest_of_head(body, titles)
    stem = PurePath(name).stem
    title = titles[0] if titles else front.get("title") or _FILE_DATE.sub("", stem)
    part = titles[1] if len(titles) > 1 else front.get("subtitle", "")
    return Source(
        title=clean_title(title),
        part=squeezed(part),
        preamble=[*preamble, *more],
        body=body,
        front_matter=front,
        file_date=_file_date(stem),
    )


def clean_title(title: str) -> str:
    """The name of the law in one spelling, whatever file it comes from."""
    title = squeezed(title).strip("#*").translate(str.maketrans("()<>", "（）〈〉"))
    title = _VERSION.sub("", title)
    return title.removeprefix("《").removesuffix("》") if title.count("《") == 1 else title


def _front_matter(lines: Sequence[str]) -> tuple[dict[str, str], Sequence[str]]:
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        return {}, lines
    end = lines.index("---", 1)
    fields = (_FIELD.fullmatch(line) for line in lines[1:end])
    return {m[1]: m[2].strip().strip("\"'") for m in fields if m}, lines[end + 1 :]


def _head_and_body(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    for index, line in enumerate(lines):
        if _INFO_END.fullmatch(line):
            return lines[:index], lines[index + 1 :]
    start = next((n for n, line in enumerate(lines) if _begins_body(line, n)), len(lines))
    return lines[:start], lines[start:]


def _begins_body(line: str, index: int) -> bool:
    if index == 0:
        return False
    return headings.begins_text(line) or (
        # A text without chapters and articles begins where the preamble ends.
        index > 1 and not line.startswith("#") and len(line) > 30 and not _PREAMBLE.match(line)
        and not line.endswith(("）", ")"))
    )  # fmt: skip


def _titles(head: Sequence[str]) -> tuple[list[str], list[str]]:
    """The title and the name of the part, and the lines that are left."""
    marked = [line for line in head if line.startswith("# ")]
    if marked:
        rest = [line for line in head if not line.startswith("#")]
        return [line.removeprefix("# ") for line in marked], rest
    # Official plain text: the title may run over several lines, up to the line in brackets.
    title: list[str] = []
    for line in head:
        if _PREAMBLE.match(line) or len(title) == 3 or len(line) > 60:
            break
        title.append(line)
    return (["".join(title)] if title else []), list(head[len(title) :])


def _rest_of_head(
    body: Sequence[str], titles: Sequence[str]
) -> tuple[Sequence[str], Sequence[str]]:
    """A preamble in brackets, and a second copy of the title, that stand after the head's end."""
    title = clean_title(titles[0]) if titles else ""
    for count in (1, 2, 3):
        if title and clean_title("".join(body[:count])) == title:
            body = body[count:]
            break
    count = 0
    while count < min(3, len(body)) and _PREAMBLE.match(body[count]) and not (
        headings.begins_text(body[count])
    ):  # fmt: skip
        count += 1
    return body[:count], body[count:]


def _file_date(stem: str) -> date | None:
    match = _FILE_DATE.search(stem)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
