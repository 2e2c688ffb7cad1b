"""Where a file's front matter, title, preamble and body lie. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile
from pathlib import PurePath

from laws.parsing import headings
from laws.parsing.decoding import evened, squeezed
from laws.parsing.text import Level

MAX_TITLE = 200

_INFO_END = re.compile(r"<!--\s*INFO END\s*-->")
_FIELD = re.compile(r"([\w-]+):\s*(.*)")
#: 公务员法(2018-12-29), 仲裁法_20250912.
_FILE_DATE = re.compile(r"[(（_]\s*(\d{4})-?(\d{2})-?(\d{2})\s*[)）]?$")
#: 宪法（2018年修正文本）: the version, not part of the name.
_VERSION = re.compile(r"[(（](\d{4})年?(修正文本|修正本|修订本|修正|修订)[)）]$")
_PREAMBLE = re.compile(
    r"[(（]?\s*(根据)?\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[(（].*(通过|公布|发布|施行|修订|修正)"
)
#: A day alone: the date under an order, not the line under a title.
_BARE_DATE = re.compile(r"[(（]?\s*\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*[)）]?")
#: （十二）: the number of an amendment, on a line of its own.
_TITLE_NUMBER = re.compile(r"[(（][一二三四五六七八九十]+[)）]")
#: The order that publishes a law, and what web pages put above one.
_ORDER = re.compile(
    r"令$|第\S{1,9}号$|(总理|主席|委员长|部长|主任|局长)\s+\S{1,4}(\s+\S{1,2})?$|现予公布|现公布|现将"
)
_ABOVE = re.compile(
    r"[，。：:>›»|]|https?|www|来源|字号|字体|打印|当前位置|首页|数据库|公报|发布时间|索引号|发文机关|^\d+$"
)
_TITLE_LINES = 4
#: 民法典·物权编, 民法典（总则）: a part of a code, named behind the code.
_PART_OF_CODE = re.compile(
    r"(.+法典)[（〈·—\-_、]*(总则|附则|[^第法]{1,8}编|第.{1,4}编.{0,12}?)[）〉]?"
)


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
    if match := None if part else _PART_OF_CODE.fullmatch(clean_title(title)):
        title, part = match[1], match[2]
    if not part and "修正案" not in title:
        part, body = _part_in(body)
        again, body = _rest_of_head(body, [])
        more = [*more, *again]
    # The title again at the head of a page.
    name_of = clean_title(title)
    body = [line for line in body if len(line) > len(name_of) + 20 or clean_title(line) != name_of]
    return Source(
        title=name_of,
        part=_heading(part),
        preamble=[evened(line) for line in (*preamble, *more)],
        body=body,
        front_matter=front,
        file_date=_file_date(stem),
    )


def _heading(part: str) -> str:
    """A part by its name, or by its heading as every copy of the text would have it."""
    found = headings.division(part) if part else None
    return found.title if found else squeezed(part)


def _part_in(body: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The part of a code that the file holds, and the body without the part's heading.

    It is the only 编 of which the file knows; or 总则 and 附则, set as a title is or before
    articles that do not begin at one.
    """
    divisions = [headings.division(line) for line in body]
    books = {each.title for each in divisions if each and each.level is Level.BOOK}
    start = next((n for n, line in enumerate(body) if headings.begins_article(line)), len(body))
    titles = [each.title for each in divisions[:start] if each]
    if len(books) == 1:
        [part] = books
    else:
        part = titles[0] if titles and divisions[0] and not books else ""
        begins = headings.article(body[start], None, first=True) if start < len(body) else None
        late = begins is not None and begins[0].main > 1
        entitled = len(body) > 1 and _PREAMBLE.match(body[1])
        if part not in headings.UNNUMBERED or not (late or entitled):
            return "", body
    if part not in titles:
        return "", body
    return part, [line for line, each in zip(body, divisions, strict=True)
                  if not each or each.title != part]  # fmt: skip


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
    if index == 0 or (index == 1 and _TITLE_NUMBER.fullmatch(line)):
        return False
    return headings.begins_text(line) or (
        # A text without chapters and articles begins where the preamble ends.
        index > 1 and not line.startswith("#") and len(line) > 30 and not _PREAMBLE.match(line)
        and not _ORDER.search(line) and not line.endswith(("）", ")"))
    )  # fmt: skip


def _titles(head: Sequence[str]) -> tuple[list[str], list[str]]:
    """The title and the name of the part, and the lines that are left."""
    marked = [line for line in head if line.startswith("# ")]
    if marked:
        rest = [line for line in head if not line.startswith("#")]
        return [line.removeprefix("# ") for line in marked], rest
    return _titles_of_plain_text(head)


def _titles_of_plain_text(head: Sequence[str]) -> tuple[list[str], list[str]]:
    """The title may run over several lines, down to the line in brackets; above it may stand the
    order that publishes the law, or what a web page puts there."""
    said = (n for n, line in enumerate(head) if _PREAMBLE.match(line) and not
            (_BARE_DATE.fullmatch(line) and not line.startswith(("(", "（"))))  # fmt: skip
    start = next(said, None)
    if start is None and not any(_ORDER.search(line) for line in head):
        title: list[str] = []
        head = list(dropwhile(_is_no_title, head))
        for line in head:
            if _is_no_title(line) or len(title) == _TITLE_LINES:
                break
            title.append(line)
        return (["".join(title)] if title else []), list(head[len(title) :])
    above = list(head if start is None else head[:start])
    title = []
    while above and len(title) < _TITLE_LINES and not _is_no_title(above[-1]):
        title.insert(0, above.pop())
    # A running head, or a page's own heading, repeats the title.
    whole = clean_title(title[-1]) if title else ""
    if any(clean_title(line) == whole for line in title[:-1]):
        title = title[-1:]
    return (["".join(title)] if title else []), list(above if start is None else head[start:])


def _is_no_title(line: str) -> bool:
    signs = (_PREAMBLE.match, _BARE_DATE.fullmatch, _ORDER.search, _ABOVE.search)
    return len(line) > 60 or any(found(line) for found in signs)


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
    while count < min(6, len(body)) and _PREAMBLE.match(body[count]) and not (
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
