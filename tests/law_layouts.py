"""One law, set in the ways in which offices and databases set it: for tests of the importer."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import parse_xml

from laws import plain_text
from laws.parsing.text import ParsedLaw

WIDE = "\u3000"


@dataclass(frozen=True)
class Line:
    """A line of the text and what it is: heading, article, paragraph, or text around these."""

    kind: str
    text: str
    #: 第一条, for the first line of an article.
    number: str = ""


def lines_of(law: ParsedLaw) -> Iterator[Line]:
    """Headings, articles and paragraphs in reading order, as the law has them."""
    for line in filter(None, law.opening.split("\n")):
        yield Line("opening", line)
    shown = 0
    for article in law.articles:
        reach = -1 if article.division is None else article.division
        for division in law.divisions[shown : reach + 1]:
            yield Line("heading", division.title)
        shown = max(shown, reach + 1)
        first, *rest = article.text.split("\n")
        yield Line("article", first, plain_text.numbered(article.number).rstrip(WIDE))
        yield from (Line("paragraph", text) for text in rest)
    for line in filter(None, law.annex.split("\n")):
        yield Line("annex", line)


def preamble_of(law: ParsedLaw) -> str:
    said = WIDE.join(law.preamble.split("\n")).strip("（）()" + WIDE)
    return f"（{said}）" if said else ""


def spread(heading: str) -> str:
    """第一章 总则 as 第一章　总　　则, as official texts set it."""
    number, _, name = heading.rpartition(" ")
    name = f"{name[0]}{WIDE * 2}{name[1]}" if len(name) == 2 else name
    return f"{number}{WIDE}{name}" if number else name


def contents(law: ParsedLaw, leader: Callable[[int], str] = lambda _n: "") -> list[str]:
    headings = [each for each in law.divisions if "、" not in each.title[:4]]
    if len(headings) < 2:
        return []
    return ["目　　录", *(spread(each.title) + leader(n) for n, each in enumerate(headings, 1))]


class Document:
    def __init__(self) -> None:
        self._document = docx.Document()

    def add(self, text: str, *, style: str | None = None, centred: bool = False) -> None:
        paragraph = self._document.add_paragraph(text, style=style)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def article(self, number: str, gap: str, text: str) -> None:
        """The number in bold, the text in runs that break anywhere."""
        paragraph = self._document.add_paragraph()
        half = len(number) // 2
        for piece in (number[:half], number[half:]):
            paragraph.add_run(piece).bold = True
        paragraph.add_run(gap)
        for start in range(0, len(text), 7):
            paragraph.add_run(text[start : start + 7])

    def broken(self, pieces: Sequence[str]) -> None:
        """One paragraph with line breaks inside."""
        paragraph = self._document.add_paragraph()
        for n, piece in enumerate(pieces):
            if n:
                paragraph.add_run().add_break(WD_BREAK.LINE)
            paragraph.add_run(piece)

    def row(self, *cells: str) -> None:
        table = self._document.add_table(rows=1, cols=len(cells))
        for cell, text in zip(table.rows[0].cells, cells, strict=True):
            first, *rest = text.split("\n")
            cell.paragraphs[0].text = first
            for more in rest:
                cell.add_paragraph(more)

    def furnish(self) -> None:
        """Running head and page number."""
        section = self._document.sections[0]
        section.header.paragraphs[0].text = "国家法律法规数据库"
        section.footer.paragraphs[0].text = "— 1 —"

    def contents_control(self, entries: Sequence[str]) -> None:
        """A table of contents as Word makes it: a content control with field codes."""
        space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        rows = "".join(
            f"<w:p><w:r><w:instrText>PAGEREF _Toc{n}</w:instrText></w:r><w:r><w:t>{escape(text)}"
            f"</w:t></w:r><w:r><w:tab/></w:r><w:r><w:t>{n}</w:t></w:r></w:p>"
            for n, text in enumerate(entries)
        )
        control = parse_xml(f"<w:sdt {space}><w:sdtContent>{rows}</w:sdtContent></w:sdt>")
        body = self._document.element.body
        body.insert(len(body) - 1, control)

    def saved(self) -> bytes:
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()


def official(law: ParsedLaw, gap: str = WIDE, indent: str = WIDE * 2) -> bytes:
    """As the national database offers it: a paragraph for each 款, contents, full-width spaces."""
    made = Document()
    made.add(law.title, centred=True)
    made.add("")
    if preamble_of(law):
        made.add(preamble_of(law), centred=True)
    for entry in contents(law):
        made.add(entry)
    for line in lines_of(law):
        if line.kind == "heading":
            made.add(spread(line.text), centred=True)
        elif line.number:
            made.article(indent + line.number, gap if line.number[0] == "第" else "", line.text)
        else:
            made.add(indent + line.text)
    return made.saved()


def tabbed(law: ParsedLaw) -> bytes:
    return official(law, gap="\t", indent="")


def glued(law: ParsedLaw) -> bytes:
    return official(law, gap="")


def styled(law: ParsedLaw) -> bytes:
    """Headings by style, the title on two lines, a contents control, head and foot."""
    made = Document()
    made.furnish()
    middle = len(law.title) // 2
    made.add(law.title[:middle], style="Title")
    made.add(law.title[middle:], style="Title")
    for said in filter(None, law.preamble.split("\n")):
        made.add(f"（{said.strip('（）()')}）", centred=True)
    listed = contents(law)
    if listed:
        made.add(listed[0])
        made.contents_control(listed[1:])
    for line in lines_of(law):
        if line.kind == "heading":
            made.add(line.text, style="Heading 1")
        else:
            made.add(line.number + (WIDE if line.number else "") + line.text)
    return made.saved()


def broken(law: ParsedLaw) -> bytes:
    """Articles whole in one paragraph, with line breaks; leaders and pages in the contents."""
    made = Document()
    made.broken([law.title, preamble_of(law)])
    if contents(law):
        made.broken(contents(law, lambda n: f"……………{n}"))
    open_: list[str] = []
    for line in [*lines_of(law), Line("heading", "")]:
        if line.kind == "heading" or line.number:
            if open_:
                made.broken(open_)
            open_ = []
        if line.kind == "heading" and line.text:
            number, _, name = line.text.rpartition(" ")
            made.broken([part for part in (number, name) if part])
        elif line.text:
            open_.append(WIDE * 2 + line.number + (WIDE if line.number else "") + line.text)
    return made.saved()


def tabled(law: ParsedLaw) -> bytes:
    """The number in one column of a table, the text in the other."""
    made = Document()
    made.add(law.title, centred=True)
    if preamble_of(law):
        made.add(preamble_of(law))
    for entry in contents(law):
        made.add(entry)
    rows: list[list[str]] = []
    for line in lines_of(law):
        if line.kind == "heading":
            rows.append([spread(line.text)])
        elif line.number:
            rows.append([line.number, line.text])
        elif rows:
            rows[-1][-1] += f"\n{line.text}"
        else:
            rows.append([line.text])
    for row in rows:
        made.row(*row)
    return made.saved()


def plain(law: ParsedLaw) -> bytes:
    """The official .txt: byte order mark, CRLF, page numbers, zero-width spaces."""
    found = ["", law.title, "", preamble_of(law), *contents(law), ""]
    for n, line in enumerate(lines_of(law)):
        if line.kind == "heading":
            found += ["", spread(line.text), ""]
        else:
            found.append(WIDE * 2 + line.number + (WIDE if line.number else "") + line.text)
        if n % 40 == 39:
            found += ["", f"— {n // 40 + 1} —", law.title]
    return ("\ufeff" + "\r\n".join(found)).replace("人民", "人\u200b民").encode()


def printed(law: ParsedLaw) -> bytes:
    """As a page of the web, saved: breadcrumb, blocks, scripts, a foot."""
    blocks = [f"<h1>{escape(law.title)}</h1>", f"<p align=center>{escape(preamble_of(law))}</p>"]
    blocks += [f"<p>{entry}</p>" for entry in contents(law)]
    for line in lines_of(law):
        text = escape(line.text)
        if line.kind == "heading":
            blocks.append(f"<p><strong>{spread(text)}</strong></p>")
        elif line.number:
            blocks.append(f"<p>&emsp;&emsp;<b>{line.number}</b>&nbsp;\n{text}</p>")
        else:
            blocks.append(f"<div>&emsp;&emsp;{text}<br></div>")
    body = "\n".join(blocks)
    return (
        "<!DOCTYPE html><html><head><meta charset=gbk><title>法律</title><style>p{}</style></head>"
        f"<body><nav>首页</nav><div>当前位置：首页 &gt; 法律</div>{body}"
        "<script>第一条 假</script><div>【打印】</div><div>版权所有</div></body></html>"
    ).encode("gb18030")


def archive(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return buffer.getvalue()


def zipped(law: ParsedLaw) -> bytes:
    return archive({"法律/": b"", "法律/文本.docx": official(law), "__MACOSX/._文本.docx": b"x"})


#: Name of the layout, what its file is called, and who sets it.
LAYOUTS: dict[str, tuple[str, Callable[[ParsedLaw], bytes]]] = {
    "official docx": ("官方.docx", official),
    "docx with tabs": ("制表位.docx", tabbed),
    "docx without a gap": ("无间隔.docx", glued),
    "docx with styles": ("样式.docx", styled),
    "docx with line breaks": ("换行.docx", broken),
    "docx in a table": ("表格.docx", tabled),
    "official txt": ("官方.txt", plain),
    "web page": ("网页.htm", printed),
    "zip": ("压缩.zip", zipped),
}
