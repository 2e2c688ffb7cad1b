"""Responses from a CSV file: scored, or as chosen with a key. Pure.

First row: titles, if it has some. One row a person. Scored: 1 right, 0 wrong (TRUE and FALSE, too),
or marks; the most that anybody earned is what an item is worth. Chosen: letters, compared with the
key. Blank, NA and ., and codes like 9 and -9, are nothing: wrong, or not asked, as the caller says.
"""

import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analytics.psychometrics import layout
from analytics.psychometrics.layout import NOTHING
from analytics.psychometrics.responses import Floats, Responses

_MARKS = {"1": 1.0, "TRUE": 1.0, "1.0": 1.0, "0": 0.0, "FALSE": 0.0, "0.0": 0.0}
#: Read as marks only where most columns have them: beside figures they may say anything.
_WORDS = dict.fromkeys(("对", "正确", "√", "✓", "Y", "YES"), 1.0) | dict.fromkeys(
    ("错", "错误", "×", "✗", "N", "NO"), 0.0
)
#: Letters and digits of full width (U+FF01 and on are U+0021 and on).
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()}
_NUMBERED = re.compile(r"(\D*?\s*)\d+(\D*)")
_COMMA = re.compile(r"-?\d+,\d+")
#: More of either is no test, but another kind of file.
MAX_ITEMS, MAX_PEOPLE = 2_000, 1_000_000
#: No item has more.
MOST_OPTIONS = 8


class Unreadable(Exception):
    """The file is no matrix of responses; says where and why, in Chinese."""


@dataclass(frozen=True)
class Matrix:
    responses: Responses
    #: Columns that are no items, and why.
    ignored: Sequence[str]
    #: Those columns as they stand: what people can be told apart by.
    others: Mapping[str, Sequence[str]]
    #: Codes that were taken for a missing answer.
    missing: Sequence[str] = ()


def text_of(data: bytes) -> str:
    """UTF-8 (with or without BOM), UTF-16 with BOM, else GB18030. Raises Unreadable."""
    if data.startswith(b"PK\x03\x04"):
        raise Unreadable("这是工作簿（.xlsx）或压缩包，请另存为 CSV")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("文件的编码认不出来，请另存为 UTF-8 的 CSV")


def read(
    data: bytes,
    key: bytes | None = None,
    *,
    only: Sequence[str] = (),
    blank_is_wrong: bool = True,
    beside: str | None = None,
) -> Matrix:
    """Raises Unreadable.

    ``beside``: a column that tells people apart, and is no item whatever it holds.

    With a key every column that the key has is an item. Without, the columns of 0 and 1 are, with
    those of marks that are titled like them; if there is none of 0 and 1, those of numbers.
    ``only`` names the items instead.
    """
    titles, rows = _table(data)
    if missing := [each for each in only if each not in titles]:
        raise Unreadable(f"没有名为“{missing[0]}”的列")
    cells = np.array(rows, dtype=np.str_).reshape(len(rows), len(titles))
    if beside is not None and beside not in only and titles.count(beside) == 1:
        place = titles.index(beside)
        apart = [str(each) for each in cells[:, place]]
        titles, cells = [*titles[:place], *titles[place + 1 :]], np.delete(cells, place, axis=1)
        found = _matrix(titles, cells, key, only, blank_is_wrong=blank_is_wrong)
        ignored = [*found.ignored, f"{beside}：分组列，未计入"]
        return replace(found, ignored=ignored, others={**found.others, beside: apart})
    return _matrix(titles, cells, key, only, blank_is_wrong=blank_is_wrong)


def _matrix(
    titles: list[str],
    cells: np.ndarray,
    key: bytes | None,
    only: Sequence[str],
    *,
    blank_is_wrong: bool,
) -> Matrix:
    if key is not None:
        return _chosen(titles, cells, _key(key, titles, only, cells), blank_is_wrong=blank_is_wrong)
    return _scored(titles, cells, only, blank_is_wrong=blank_is_wrong)


def _table(data: bytes) -> tuple[list[str], list[list[str]]]:
    lines = _lines(data)
    if not lines:
        raise Unreadable("文件是空的")
    if layout.has_titles(lines):
        titles, rows = lines[0], lines[1:]
    else:
        titles, rows = layout.numbered(len(lines[0])), lines
    rows = [_without_tail(row, len(titles)) for row in rows]
    if len(titles) > MAX_ITEMS or len(rows) > MAX_PEOPLE:
        raise Unreadable(f"超过 {MAX_ITEMS} 列或 {MAX_PEOPLE} 行")
    # R writes the names of rows into a column without a title.
    if rows and all(len(row) == len(titles) + 1 for row in rows):
        titles = ["", *titles]
    _must_be_whole(titles, rows)
    return titles, rows


def _lines(data: bytes) -> list[list[str]]:
    """Cells between commas, semicolons, tabs, bars or, where none of these are, spaces; letters
    and digits of full width as plain ones. Rows of nothing are left out. Raises Unreadable."""
    text = text_of(data).translate(_NARROW)
    head = text.split("\n", 1)[0]
    comma = max(",;\t|", key=head.count)
    if comma not in head and " " in head.strip():
        comma = " "
    source = io.StringIO(text, newline="")
    reader = csv.reader(source, delimiter=comma, skipinitialspace=comma == " ")
    try:
        rows = [[cell.strip() for cell in row] for row in reader]
    except csv.Error as error:
        raise Unreadable(f"不是完好的 CSV：{error}") from None
    return [row for row in rows if any(row)]


def _without_tail(row: Sequence[str], width: int) -> list[str]:
    """Without empty cells beyond the titles, which spreadsheets leave behind."""
    kept = list(row)
    while len(kept) > width and not kept[-1]:
        kept.pop()
    return kept


def _must_be_whole(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    seen: set[str] = set()
    for number, title in enumerate(titles, 1):
        if title and title in seen:
            raise Unreadable(f"第 {number} 列的列名“{title}”与前面的列相同")
        seen.add(title)
    for number, row in enumerate(rows, 2):
        if len(row) != len(titles):
            raise Unreadable(f"第 {number} 行有 {len(row)} 格，表头有 {len(titles)} 列")


def _key(
    data: bytes, titles: Sequence[str], only: Sequence[str], cells: np.ndarray
) -> dict[str, str]:
    """Item to right option. The key is a row under the items' titles, or a column of options in
    the order of the items, or two columns: item, option; or all options in one word."""
    lines = _lines(data)
    wanted = list(only) or [each for each in titles if each]
    if not lines:
        raise Unreadable("答案文件是空的")
    if len(lines) == len(lines[0]) == 1 and len(lines[0][0]) > 1:
        lines = [list(lines[0][0])]
    if len(lines) == 2 and len(lines[0]) > 1 and set(lines[0]) & set(titles):
        found = {
            title: option
            for title, option in zip(lines[0], lines[1], strict=False)
            if title not in titles or not _tells_apart(cells[:, titles.index(title)], option)
        }
    elif len(lines[0]) >= 2 and sum(row[0] in titles for row in lines) > len(lines) // 2:
        found = {row[0]: row[1] for row in lines if len(row) > 1 and row[0] in titles}
    else:
        found = _in_order(lines, titles, wanted, cells, chosen=bool(only))
    known = {item: option.upper() for item, option in found.items() if item in wanted and option}
    if not known:
        raise Unreadable("答案文件里的题名与作答文件的列名都不相同")
    return known


def _tells_apart(column: np.ndarray, option: str) -> bool:
    """The column says who a row is, not what was chosen: all differ, and none is the key's."""
    values = {cell.upper() for cell in column.tolist()}
    return len(values) > max(MOST_OPTIONS, len(column) / 2) and option.upper() not in values


def _in_order(
    lines: Sequence[Sequence[str]],
    titles: Sequence[str],
    wanted: Sequence[str],
    cells: np.ndarray,
    *,
    chosen: bool,
) -> dict[str, str]:
    """A key without the items' names: a column, or a row, of options in their order."""
    in_rows = len(lines) <= 2 and len(lines[0]) > 2
    options = list(lines[-1]) if in_rows else [row[-1] for row in lines]
    if options[0].upper() not in np.char.upper(cells) and len(options) > 1:
        # Nobody ever chose that: it is a title.
        options = options[1:]
    if len(options) == len(wanted) - 1 and not chosen:
        # The first column says who, and is no item.
        wanted = wanted[1:]
    if len(options) != len(wanted) and not chosen:
        places = layout.option_columns(cells.T.tolist(), options)
        named = [titles[each] for each in places]
        wanted = named if len(named) == len(options) else wanted
    if len(options) != len(wanted):
        raise Unreadable(f"答案有 {len(options)} 个，题有 {len(wanted)} 道，对不上")
    return dict(zip(wanted, options, strict=True))


def _chosen(
    titles: Sequence[str], cells: np.ndarray, key: dict[str, str], *, blank_is_wrong: bool
) -> Matrix:
    columns = [place for place, title in enumerate(titles) if title in key]
    items = [titles[each] for each in columns]
    chosen = np.char.upper(cells[:, columns]) if len(cells) else cells[:, columns]
    if len(chosen) and not np.isin(chosen, list(key.values())).any():
        raise Unreadable("没有一个人选过答案里的任何选项，作答文件与答案文件对不上")
    # Among letters, and among few figures, 9 is nobody's option.
    codes = {"9"} if not {"9", "8"} & (set(key.values())) and "9" in chosen else set[str]()
    blank = np.isin(chosen, list(NOTHING | codes))
    chosen = np.where(blank, "", chosen)
    keys = [key[each] for each in items]
    scores = (chosen == np.array(keys)).astype(float)
    if not blank_is_wrong:
        scores[blank] = np.nan
    return Matrix(
        Responses(items, scores, np.ones(len(items)), chosen, keys),
        [f"{title or '（无列名）'}：答案文件里没有" for title in titles if title not in key],
        _others(titles, cells, items),
        sorted(codes),
    )


def _scored(
    titles: Sequence[str], cells: np.ndarray, only: Sequence[str], *, blank_is_wrong: bool
) -> Matrix:
    codes = layout.missing_codes(cells.T.tolist())
    numeric = _numeric(titles, cells, codes, _MARKS)
    left = [n for n, title in enumerate(titles) if title not in numeric]
    worded = _numeric([titles[n] for n in left], cells[:, left], codes, _MARKS | _WORDS)
    if len(worded) > sum(_is_item(*each) for each in numeric.items()):
        numeric |= worded
    if only:
        for title in only:
            if title not in numeric:
                raise Unreadable(f"列“{title}”不都是数，按选项统计请同时给出答案文件")
        items = list(only)
    else:
        every = [title for title, each in numeric.items() if _is_item(title, each)]
        binary = {title for title in every if _binary(numeric[title])}
        # Beside 0 and 1 other numbers are about people, unless they are titled like the items.
        alike = {_stem(title) for title in binary} - {""}
        items = [each for each in every if not binary or each in binary or _stem(each) in alike]
        if not items:
            raise Unreadable("没有一列是得分（0、1 或分数）；按选项统计请同时给出答案文件")
    scores = np.column_stack([numeric[each] for each in items])
    if blank_is_wrong:
        scores = np.nan_to_num(scores)
    with np.errstate(all="ignore"):
        best = np.nanmax(scores, axis=0, initial=0.0) if len(scores) else np.ones(len(items))
    if (scores < 0).any():
        raise Unreadable("有负分，请只给每题的得分")
    return Matrix(
        Responses(items, scores, np.where(best > 0, best, 1.0)),
        [f"{title or '（无列名）'}：不是得分，未计入" for title in titles if title not in items],
        _others(titles, cells, items),
        sorted(codes),
    )


def _numeric(
    titles: Sequence[str], cells: np.ndarray, codes: Collection[str], marks: Mapping[str, float]
) -> dict[str, Floats]:
    columns = {title: _numbers(cells[:, n], codes, marks) for n, title in enumerate(titles)}
    return {title: each for title, each in columns.items() if each is not None}


def _is_item(title: str, column: Floats) -> bool:
    return bool(title) and (_binary(column) or not _counts(column))


def _stem(title: str) -> str:
    """What stands before the number of a title such as Q12 or 第12题; "" without one."""
    found = _NUMBERED.fullmatch(title)
    return found[1].strip() + found[2] if found else ""


def _others(
    titles: Sequence[str], cells: np.ndarray, items: Sequence[str]
) -> Mapping[str, Sequence[str]]:
    return {
        title: cells[:, place].tolist() for place, title in enumerate(titles) if title not in items
    }


def _numbers(
    cells: np.ndarray, codes: Collection[str], marks: Mapping[str, float]
) -> Floats | None:
    """A column as marks, NaN where it says nothing; None if a cell is no number."""
    found = np.empty(len(cells))
    for place, cell in enumerate(cells.tolist()):
        text = cell.upper()
        if text in marks:
            found[place] = marks[text]
        elif text in NOTHING or text in codes:
            found[place] = np.nan
        else:
            try:
                found[place] = float(cell.replace(",", ".") if _COMMA.fullmatch(cell) else cell)
            except ValueError:
                return None
            if not np.isfinite(found[place]):
                return None
    return found


def _binary(column: Floats) -> bool:
    known = column[~np.isnan(column)]
    return bool(len(known)) and bool(np.isin(known, (0.0, 1.0)).all())


def _counts(column: Floats) -> bool:
    """1, 2, 3 …: row numbers, not marks."""
    return len(column) > 2 and bool((np.diff(column) == 1).all())
