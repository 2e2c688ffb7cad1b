"""Text files and Word documents as rows. Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from core import documents
from core.documents import Paragraph
from core.files import Unreadable, decode
from core.spreadsheets import Sheet
from question_bank.importing.columns import RawRow, layout
from question_bank.importing.paragraphs import content, grouping, lines
from question_bank.importing.paragraphs.lines import MAX_LINE, Line

#: Lines of a file; 2,400 items have some 20,000.
MAX_LINES = 300_000


def read_text(data: bytes) -> tuple[Sequence[RawRow], Sequence[str]]:
    """The items of a text, and what was passed over. Raises Unreadable."""
    text = decode(data)
    if text.count("\n") > MAX_LINES:
        raise Unreadable(f"文本超过 {MAX_LINES} 行，请拆分后重试")
    return _rows(lines.of_text(text))


def read_document(data: bytes) -> tuple[Sequence[RawRow], Sequence[str], Sequence[Sheet]]:
    """As ``read_text``, of a .docx; its tables of items, to be read as tables, apart."""
    found = list(enumerate(documents.paragraphs(data), 1))
    tables: list[Sheet] = []
    plain: list[tuple[int, Paragraph]] = []
    for table, group in groupby(found, key=lambda each: each[1].table):
        inside = list(group)
        cells = _cells([each for _, each in inside]) if table else []
        if cells and any(layout(row).is_items for row in cells[:3]):
            tables.append(Sheet(f"表格 {len(tables) + 1}", cells))
        elif card := _card(cells):
            _put_card(card, tables)
        elif answers := _answers(cells):
            plain.append((inside[0][0], Paragraph("参考答案")))
            plain.append((inside[0][0], Paragraph(answers)))
        else:
            plain += inside
    rows, passed = _rows(lines.of_document(plain)) if plain else ((), ())
    return rows, passed, tables


def _rows(found: Sequence[Line]) -> tuple[Sequence[RawRow], Sequence[str]]:
    for line in found:
        if len(line.text) > MAX_LINE:
            raise Unreadable(
                f"第 {line.number} 行有 {len(line.text)} 字，超过 {MAX_LINE} 字；请检查文件"
            )
    grouped = grouping.group(found)
    rows = [content.row(block) for block in grouped.blocks]
    rows += [RawRow(line, {}, problem=reason) for line, reason in grouped.unplaced]
    return sorted(rows, key=lambda each: each.number), grouped.passed_over


def _cells(paragraphs: Sequence[Paragraph]) -> list[list[str]]:
    """The table that the paragraphs stand in, row by row."""
    rows: list[list[str]] = []
    for each in paragraphs:
        if each.cell is None:
            continue
        row, column = each.cell
        while len(rows) < row:
            rows.append([])
        while len(rows[row - 1]) < column:
            rows[row - 1].append("")
        text = rows[row - 1][column - 1]
        rows[row - 1][column - 1] = f"{text}\n{each.text}".strip()
    return rows


def _card(cells: Sequence[Sequence[str]]) -> list[list[str]]:
    """A table that holds one item, a name and its text in each row, as headings and a row."""
    pairs = [(row[0], row[1]) for row in cells if len(row) == 2 and row[0].strip()]
    if len(pairs) < 2 or not layout([name for name, _ in pairs]).is_items:
        return []
    return [[name for name, _ in pairs], [text for _, text in pairs]]


def _put_card(card: list[list[str]], tables: list[Sheet]) -> None:
    """Cards that name the same things make one table."""
    if tables and list(tables[-1].rows[0]) == card[0]:
        tables[-1] = Sheet(tables[-1].name, [*tables[-1].rows, card[1]])
    else:
        tables.append(Sheet(f"表格 {len(tables) + 1}", card))


def _answers(cells: Sequence[Sequence[str]]) -> str:
    """1.A 2.B … of a table that has numbers of questions above their answers; "" for others."""
    return " ".join(f"{number}.{key}" for number, key in _pairs(cells))


def _pairs(cells: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    for above, below in pairwise(cells):
        heads = [(each[0] if each else "").replace(" ", "") for each in (above, below)]
        if heads[0] in {"题号", "序号"} and heads[1] in {"答案", "参考答案", "正确答案"}:
            for number, key in zip(above[1:], below[1:], strict=False):
                if number.strip().isdecimal() and key.strip():
                    yield number.strip(), key.strip()
