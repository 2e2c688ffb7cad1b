"""Files of items as rows: tables here, other formats by their own readers. Pure.

What a file is shows in its content (``formats``), whatever its name says.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core import spreadsheets, xml
from core.files import Unreadable, decode
from core.pictures import Picture
from core.spreadsheets import Sheet
from question_bank import markup
from question_bank.importing import aiken, gift, moodle, words
from question_bank.importing.columns import Field, Layout, RawRow, field_named, layout
from question_bank.importing.formats import HEAD_ROWS, Format, detected
from question_bank.importing.paragraphs import documents, reader
from question_bank.importing.qti import packages
from question_bank.item_types import MAX_OPTIONS


@dataclass(frozen=True)
class ReadFile:
    format: Format
    rows: Sequence[RawRow]
    #: Headings that mean nothing to us; their cells are kept with the item.
    unknown: Sequence[str] = ()
    #: Sheets without a heading of items: the instructions, as a rule; lines that are no item.
    passed_over: Sequence[str] = ()


def read(data: bytes, format_: Format | None = None) -> ReadFile:
    """The rows of a file, of the format given or found. Raises Unreadable."""
    found = format_ or detected(data)
    read_one = _READERS.get(found)
    if read_one is None:
        raise Unreadable(
            f"这是{found.label}，不是逐题导入的文件；请研究室在“题库 → 恢复无损包”中恢复"
        )
    file = read_one(data)
    if len(file.rows) > spreadsheets.MAX_ROWS:
        raise Unreadable(f"试题超过 {spreadsheets.MAX_ROWS} 道，请拆分后重试")
    return file


def _document(data: bytes) -> ReadFile:
    changed, pictures, lost = documents.settled(data)
    rows, passed, sheets = reader.read_document(changed)
    rows, passed = [_showing(each, pictures) for each in rows], [*passed, *lost]
    tables = _tables(Format.DOCX, sheets) if sheets else ReadFile(Format.DOCX, ())
    if not rows and not tables.rows:
        raise Unreadable(_NO_ITEMS)
    return ReadFile(Format.DOCX, [*rows, *tables.rows], tables.unknown, passed)


def _showing(row: RawRow, pictures: Mapping[str, Picture]) -> RawRow:
    """The row with those of the pictures that its texts name."""
    content = row.content
    said: list[Any] = [dict(row.values), list(row.options)]
    if content is not None:
        said += [content.stem, list(content.options), content.key, list(content.parts)]
    shown = markup.addresses(said) & set(pictures) if pictures else ()
    return replace(row, pictures={each: pictures[each] for each in shown}) if shown else row


def _paragraphs(data: bytes) -> ReadFile:
    rows, passed = reader.read_text(data)
    if not rows:
        raise Unreadable(_NO_ITEMS)
    return ReadFile(Format.TEXT, rows, (), passed)


def _gift(data: bytes) -> ReadFile:
    return _found(Format.GIFT, list(gift.read(decode(data))))


def _aiken(data: bytes) -> ReadFile:
    return _found(Format.AIKEN, list(aiken.read(decode(data))))


def _moodle(data: bytes) -> ReadFile:
    return _found(Format.MOODLE, list(moodle.read(xml.parse(data))))


def _qti(data: bytes) -> ReadFile:
    if data[:4].startswith(b"PK"):
        rows, passed = packages.read_package(data)
        return ReadFile(Format.QTI, rows, (), passed)
    return ReadFile(Format.QTI, [packages.read_item(xml.parse(data))])


def _found(format_: Format, rows: Sequence[RawRow]) -> ReadFile:
    if not rows:
        raise Unreadable(_NO_ITEMS)
    return ReadFile(format_, rows)


_NO_ITEMS = "没有读到试题；文字题库请写成“1.题干”“A.选项”“【答案】A”的样子，或者使用模板（.xlsx）"


def _tables(format_: Format, sheets: Sequence[Sheet]) -> ReadFile:
    rows: list[RawRow] = []
    unknown: dict[str, None] = {}
    passed_over = []
    read = []
    for sheet in sheets:
        found = _heading(sheet.rows)
        if found is None:
            passed_over += [sheet.name] if sheet.rows else []
            continue
        at, columns = found
        read.append(sheet)
        unknown |= dict.fromkeys(columns.extra.values())
        rows += _rows(sheet, at, columns)
    if not read:
        raise Unreadable(_no_heading(sheets))
    if len(read) == 1:
        rows = [RawRow(each.number, each.values, each.options, each.extra, "", each.section)
                for each in rows]  # fmt: skip
    return ReadFile(format_, rows, list(unknown), passed_over)


def _heading(rows: Sequence[Sequence[str]]) -> tuple[int, Layout] | None:
    """The index of the row of headings, and what they say."""
    for at, cells in enumerate(rows[:HEAD_ROWS]):
        columns = layout(cells)
        if columns.is_items:
            return at, columns
    return None


def _rows(sheet: Sheet, at: int, columns: Layout) -> Iterator[RawRow]:
    section = _type_in(sheet.name)
    for number, cells in enumerate(sheet.rows[at + 1 :], at + 2):
        filled = [cell for cell in cells if cell.strip()]
        if len(filled) == 1 and words.is_section(filled[0]):
            section = _type_in(filled[0])
        elif filled and list(cells) != list(sheet.rows[at]):
            yield columns.row(cells, number, sheet=sheet.name, section=section)


def _type_in(text: str) -> str:
    """The words of the text that name a type of item; "" if none do."""
    return next(
        (
            word
            for word in (
                "单选",
                "单项选择",
                "多选",
                "多项选择",
                "判断",
                "填空",
                "简答",
                "匹配",
                "排序",
            )
            if word in text
        ),
        "",
    )


def _no_heading(sheets: Sequence[Sheet]) -> str:
    first = next((row for sheet in sheets for row in sheet.rows if any(row)), None)
    if first is None:
        return "文件里没有内容，请检查后重新选择"
    seen = "、".join(cell for cell in first if cell)[:80]
    return (
        "没有找到列名“题干”和“正确答案”；请使用模板，或在数据上方加一行列名。"
        f"读到的第一行是：{seen}"
    )


def _objects(text: str) -> ReadFile:
    rows = list(_parsed(text))
    if len(rows) > spreadsheets.MAX_ROWS:
        raise Unreadable(f"行数超过 {spreadsheets.MAX_ROWS} 行，请拆分后重试")
    if not any(Field.STEM in each.values for each in rows):
        raise Unreadable("没有读到试题；每行应是一个 JSON 对象，含 stem（题干）、options、key 等")
    names = dict.fromkeys(name for each in rows for name in each.extra)
    return ReadFile(Format.JSONL, rows, list(names))


def _parsed(text: str) -> Iterator[RawRow]:
    if text.lstrip().startswith("["):
        try:
            values = json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            raise Unreadable("JSON 格式有误；请每行写一个 JSON 对象") from None
        yield from (_object(value, number) for number, value in enumerate(values, 1))
        return
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield _object(json.loads(line), number)
        except (json.JSONDecodeError, RecursionError):
            yield RawRow(number, {}, problem="不是完整的 JSON 对象；请检查这一行的引号、括号和逗号")


def _object(value: Any, number: int) -> RawRow:
    if not isinstance(value, dict):
        return RawRow(number, {}, problem="不是 JSON 对象；请写成 {…}")
    values: dict[Field, str] = {}
    options: Sequence[str] = ()
    extra: dict[str, str] = {}
    for name, content in value.items():
        known = field_named(name)
        if known is Field.OPTIONS:
            options = _listed(content)
        elif known is None:
            extra |= {name: _cell(content)} if _cell(content) else {}
        elif _cell(content):
            values.setdefault(known, _cell(content))
    return RawRow(number, values, options[: MAX_OPTIONS + 1], extra)


def _listed(content: Any) -> Sequence[str]:
    """Options as a list, or by letter."""
    if isinstance(content, dict):
        content = [content[name] for name in sorted(content)]
    return [_cell(each) for each in content] if isinstance(content, list) else []


def _cell(content: Any) -> str:
    match content:
        case None:
            return ""
        case bool():
            return "TRUE" if content else "FALSE"
        case list():
            return "、".join(_cell(each) for each in content)
        case dict():
            return json.dumps(content, ensure_ascii=False)
        case _:
            return str(content).strip()


def _workbook(data: bytes) -> ReadFile:
    return _tables(Format.XLSX, spreadsheets.read_workbook(data))


def _csv(data: bytes) -> ReadFile:
    return _tables(Format.CSV, [spreadsheets.read_csv(data)])


def _jsonl(data: bytes) -> ReadFile:
    return _objects(decode(data))


_READERS: Mapping[Format, Callable[[bytes], ReadFile]] = {
    Format.XLSX: _workbook,
    Format.CSV: _csv,
    Format.JSONL: _jsonl,
    Format.TEXT: _paragraphs,
    Format.DOCX: _document,
    Format.GIFT: _gift,
    Format.AIKEN: _aiken,
    Format.MOODLE: _moodle,
    Format.QTI: _qti,
    Format.QTI3: _qti,
}
