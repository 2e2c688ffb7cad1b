"""How a matrix lies in a file: with titles or without, and which codes mean that nothing is known.

Pure. Files come from many programs: some write no titles, most write 9, 99 or -9 for an answer that
is missing.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence

NOTHING = {
    "", "NA", "NAN", "N/A", ".", "-", "NULL", "NONE", "#N/A", "*", "?", "缺", "缺考", "缺失", "空",
    "未答", "未作答", "无",
}  # fmt: skip
#: Codes for what is missing, and up to which value the others of a column go beside them.
_CODES = {"9": 6.0, "99": 20.0, "999": 200.0, "-9": 1e9, "-99": 1e9, "-999": 1e9}
#: A file of which a row has something else than answers in so many cells still has no titles.
_OTHERS = 3
_ANSWER = re.compile(r"-?\d{1,3}(\.\d+)?|[A-Za-z]|TRUE|FALSE|true|false|True|False")


def has_titles(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns instead of being somebody's answers.

    It is an answer sheet if nearly all its cells are found below them in their columns, and they
    are no names: names differ from one another.
    """
    if len(rows) < 2:
        return True
    first, rest = rows[0], rows[1:]
    cells = [cell for cell in first if cell.upper() not in NOTHING]
    if not cells or not all(_ANSWER.fullmatch(cell) for cell in cells[-1:]):
        return True
    alike = [
        cell.upper() in NOTHING or cell.upper() in {row[place].upper() for row in rest}
        for place, cell in enumerate(first)
        if all(len(row) > place for row in rest)
    ]
    found = [_ANSWER.fullmatch(cell) is not None for cell in cells]
    spared = min(_OTHERS, len(first) // 3)
    if sum(found) < len(cells) - spared or sum(alike) < len(first) - spared:
        return True
    answers = [cell.upper() for cell, is_one in zip(cells, found, strict=True) if is_one]
    if len(set(answers)) < len(answers):
        return False
    # All different: names like 1, 2, 3 or a, b, c – or two people's worth of right and wrong.
    return not set(answers) <= {"0", "1", "TRUE", "FALSE"}


def numbered(width: int) -> list[str]:
    """Titles for a file that has none."""
    return [f"V{number}" for number in range(1, width + 1)]


def missing_codes(columns: Sequence[Sequence[str]]) -> set[str]:
    """The codes that stand for a missing answer in columns of numbers.

    A code counts only where all other values of its column are well below it, or it is negative;
    and 9 only where no column goes from 0 up to it by the way.
    """
    found: Counter[str] = Counter()
    against: set[str] = set()
    for column in columns:
        values = {cell for cell in column if cell.upper() not in NOTHING}
        known = _numbers(values)
        if known is None:
            continue
        others = [value for text, value in known.items() if text not in _CODES]
        if not others:
            continue
        for code, most in _CODES.items():
            if code in values:
                fits = max(others) <= most and min(others) >= 0
                found.update([code] if fits else [])
                against.update([] if fits else [code])
    return set(found) - against


def _numbers(values: Collection[str]) -> dict[str, float] | None:
    try:
        return {text: float(text) for text in values}
    except ValueError:
        words = {"TRUE": 1.0, "FALSE": 0.0}
        upper = {text.upper() for text in values}
        return {text: words[text.upper()] for text in values} if upper <= words.keys() else None


def option_columns(columns: Sequence[Sequence[str]], keys: Collection[str]) -> list[int]:
    """The columns that hold options such as the key's, by their place."""
    letters = all(key.isalpha() for key in keys)
    usual = {key.upper() for key in keys}
    found = []
    for place, column in enumerate(columns):
        values = {cell.upper() for cell in column if cell.upper() not in NOTHING}
        short = all(len(value) == 1 for value in values)
        alike = all(value.isalpha() == letters or value == "9" for value in values)
        if values and short and alike and values & usual:
            found.append(place)
    return found
