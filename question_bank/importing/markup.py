"""HTML out of other systems as the text of items: nothing runs, nothing is fetched. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from question_bank import markup

_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table",
           "blockquote", "pre", "hr"}  # fmt: skip
_PARTS = {"thead", "tbody", "tfoot", "caption", "colgroup"}
_DROPPED = {"script", "style", "head", "title", "iframe", "object", "svg", "template"}
_MEDIA = {"img": "图片", "audio": "音频", "video": "视频", "object": "嵌入对象",
          "iframe": "嵌入网页", "math": "公式", "svg": "图形"}  # fmt: skip
#: Without their form the words may say something else: 10 to the power of 2 is not 102.
_FORMS = {"sup": "上标", "sub": "下标"}


@dataclass
class Plain:
    text: str
    #: What could not become text: 图片, 音频.
    lost: list[str] = field(default_factory=list)


#: Says for a picture's address and words how the text names it; "" for one that is not there.
Shown = Callable[[str, str], str]
#: Larger tables are no part of a question.
MAX_ROWS, MAX_COLUMNS = 60, 20


@dataclass
class _Table:
    """A table while it is read."""

    rows: list[list[str]] = field(default_factory=list)
    #: Every cell of the first row is a heading.
    headed: bool = True
    #: Where the words of the open cell begin among the pieces; None between cells.
    cell: int | None = None
    span: int = 1

    def text(self) -> str:
        rows = [row for row in self.rows if row]
        width = max(map(len, rows), default=0)
        if not (2 <= len(rows) <= MAX_ROWS and 2 <= width <= MAX_COLUMNS):
            return "\n".join(" ".join(filter(None, row)) for row in rows)
        return markup.table([row + [""] * (width - len(row)) for row in rows], self.headed)


class _Reader(HTMLParser):
    def __init__(self, shown: Shown | None = None) -> None:
        super().__init__(convert_charrefs=True)
        self.shown = shown
        self.table: _Table | None = None
        #: Tables inside of the open one.
        self.inner = 0
        self.strong: list[int] = []
        self.pieces: list[str] = []
        self.lost: list[str] = []
        self.dropped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if self.dropped == 0 and self._opened(tag, values):
            return
        self._note_lost(tag, values)
        if tag in _DROPPED:
            self.dropped += 1
        elif tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in {"td", "th"}:
            self.pieces.append(" ")

    def _note_lost(self, tag: str, values: dict[str, str | None]) -> None:
        if tag in _MEDIA:
            self.lost.append(_MEDIA[tag])
            if alt := (values.get("alt") or "").strip():
                self.pieces.append(f"［{_MEDIA[tag]}：{alt}］")
        if tag == "a" and (href := values.get("href")):
            self.lost.append("附件" if "@@PLUGINFILE@@" in href else "链接")
        if tag in _FORMS:
            self.lost.append(_FORMS[tag])

    def _opened(self, tag: str, values: dict[str, str | None]) -> bool:
        """Whether the tag was one that the text has a way of writing for."""
        if tag == "img" and self.shown:
            found = self.shown(values.get("src") or "", (values.get("alt") or "").strip())
            self.pieces.append(found)
            return bool(found)
        if tag == "strong":
            self.strong.append(len(self.pieces))
            return True
        if tag == "table":
            if self.table is None:
                self.table = _Table()
                self.pieces.append("\n")
                return True
            self.inner += 1
        if self.table is None or self.inner or tag not in {"tr", "td", "th", *_PARTS}:
            return False
        self._close_cell()
        if tag == "tr":
            self.table.rows.append([])
        elif tag in {"td", "th"}:
            self.table.rows = self.table.rows or [[]]
            self.table.headed &= tag == "th" or len(self.table.rows) > 1
            self.table.cell = len(self.pieces)
            span = values.get("colspan") or ""
            self.table.span = min(int(span), MAX_COLUMNS) if re.fullmatch(r"[1-9]\d?", span) else 1
        return True

    def _close_cell(self) -> None:
        table = self.table
        if table is None or table.cell is None:
            return
        text = " ".join("".join(self.pieces[table.cell :]).split())
        del self.pieces[table.cell :]
        table.rows[-1] += [text, *[""] * (table.span - 1)]
        table.cell = None

    def _closed(self, tag: str) -> bool:
        if tag == "strong" and self.strong:
            start = self.strong.pop()
            said = "".join(self.pieces[start:])
            if said.strip() and "\n" not in said:
                self.pieces[start:] = [markup.strong(said)]
            return True
        if self.table is None:
            return False
        if tag == "table" and self.inner == 0:
            self._close_table()
            return True
        self.inner -= tag == "table"
        if self.inner == 0 and tag in {"tr", "td", "th", *_PARTS}:
            self._close_cell()
            return True
        return False

    def _close_table(self) -> None:
        self._close_cell()
        if self.table is not None:
            self.pieces += ["\n", self.table.text(), "\n"]
        self.table = None

    def close(self) -> None:
        super().close()
        self._close_table()

    def handle_endtag(self, tag: str) -> None:
        if self.dropped == 0 and self._closed(tag):
            return
        if tag in _DROPPED:
            self.dropped = max(0, self.dropped - 1)
        elif tag in _BLOCKS - {"br", "hr"}:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.dropped:
            self.pieces.append(re.sub(r"[ \t\r\n]+", " ", data))


def plain(html: str, shown: Shown | None = None) -> Plain:
    """The text that a reader of the HTML sees, with its tables; ``shown`` finds its pictures."""
    reader = _Reader(shown)
    reader.feed(html)
    reader.close()
    lines = [line.strip() for line in "".join(reader.pieces).split("\n")]
    return Plain("\n".join(line for line in lines if line), list(dict.fromkeys(reader.lost)))


def looks_like(text: str) -> bool:
    return bool(re.search(r"</?[a-zA-Z][^<>]*>|&(?:[a-z]+|#\d+);", text))
