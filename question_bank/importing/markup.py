"""HTML out of other systems as plain text: nothing runs, nothing is fetched. Pure."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table",
           "blockquote", "pre", "hr"}  # fmt: skip
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


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.lost: list[str] = []
        self.dropped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _MEDIA:
            self.lost.append(_MEDIA[tag])
            alt = (values.get("alt") or "").strip()
            if alt:
                self.pieces.append(f"［{_MEDIA[tag]}：{alt}］")
        if tag == "a" and values.get("href"):
            self.lost.append("附件" if "@@PLUGINFILE@@" in (values["href"] or "") else "链接")
        if tag in _FORMS:
            self.lost.append(_FORMS[tag])
        if tag in _DROPPED:
            self.dropped += 1
        elif tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in {"td", "th"}:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self.dropped = max(0, self.dropped - 1)
        elif tag in _BLOCKS - {"br", "hr"}:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.dropped:
            self.pieces.append(re.sub(r"[ \t\r\n]+", " ", data))


def plain(html: str) -> Plain:
    """The text that a reader of the HTML sees."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [line.strip() for line in "".join(reader.pieces).split("\n")]
    return Plain("\n".join(line for line in lines if line), list(dict.fromkeys(reader.lost)))


def looks_like(text: str) -> bool:
    return bool(re.search(r"</?[a-zA-Z][^<>]*>|&(?:[a-z]+|#\d+);", text))
