"""What people write in the column of right answers. Pure.

Accepted for choices: ``ABC``, ``A,B,C``, ``A、C``, ``A|B``, ``ACB``, ``1,3``, full-width letters,
or the words of an option. For true/false: 正确, 对, √, T, 是 … and their opposites.
"""

import re
import unicodedata
from collections.abc import Sequence

from question_bank.item_types import LETTERS, TRUE_FALSE_OPTIONS

_TRUE = {"正确", "对", "√", "✓", "✔", "是", "T", "TRUE", "Y", "YES", "RIGHT", "1"}
_FALSE = {
    "错误", "错", "不正确", "不对", "×", "X", "✗", "✘", "✕", "否", "F", "FALSE", "N", "NO", "WRONG",
    "0", "2",
}  # fmt: skip
_SEPARATORS = re.compile(r"[\s,、;|/\\.。·和与及&+()\[\]【】]+")
_PREFIX = re.compile(r"^[\[【(]?(?:正确)?答案[\]】)]?[::]?\s*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Unclear(ValueError):
    """The answer cannot be taken; the message says why and what to write."""


def folded(text: str) -> str:
    """Without width and case, on one line."""
    return " ".join(unicodedata.normalize("NFKC", text).upper().split())


def truth(written: str) -> bool | None:
    """What an answer says about a statement; None for something else."""
    text = _PREFIX.sub("", folded(written)).strip("()[]【】。. ")
    return True if text in _TRUE else False if text in _FALSE else None


def says_true_or_false(written: str) -> bool:
    """Whether the answer can only belong to a true/false item: 正确, √, T, but not 1."""
    text = _PREFIX.sub("", folded(written)).strip("()[]【】。. ")
    return truth(written) is not None and not text.isdecimal() and text not in {"X", "Y", "N"}


def judgement(written: str, options: Sequence[str]) -> list[int]:
    """The key of a true/false item: [0] for 正确, [1] for 错误. Raises Unclear.

    A letter means the option of that place as the file words it; 正确, 错误 where it words none.
    """
    found = truth(written)
    if found is None:
        letter = _PREFIX.sub("", folded(written)).strip("()[]【】。. ")
        worded = [option for option in options if option] or list(TRUE_FALSE_OPTIONS)
        place = LETTERS.find(letter) if len(letter) == 1 else -1
        if 0 <= place < len(worded):
            found = truth(worded[place])
    if found is None:
        raise Unclear(f"看不懂“{written}”；判断题请填 正确 或 错误（√、×、对、错也可以）")
    return [0 if found else 1]


def choices(written: str, options: Sequence[str]) -> list[int]:
    """Indices of the right options, ascending. Raises Unclear."""
    text = _PREFIX.sub("", folded(written))
    if _DATE.fullmatch(text):
        raise Unclear(f"“{written}”像是被表格软件改成了日期；请把这一列设为文本，填选项字母")
    worded = [n for n, option in enumerate(options) if option and folded(option) == text]
    places = _places(text, len(options))
    outside = [each for each in places or () if not 0 <= each < len(options)]
    if len(worded) == 1 and (places is None or outside):
        return worded
    if places is None:
        raise Unclear(f"看不懂“{written}”；请填选项字母，如 A 或 ACD")
    if worded and worded != places:
        raise Unclear(f"“{written}”既是选项的文字，又可以是序号；请填选项字母")
    if outside:
        last = LETTERS[len(options) - 1] if options else "?"
        named = "、".join(_name(each) for each in outside)
        raise Unclear(f"答案 {named} 不在选项 A 至 {last} 之中；请改正答案或补上选项")
    return places


def _places(text: str, count: int) -> list[int] | None:
    """Option places of letters or numbers; None for other text."""
    parts = [part for part in _SEPARATORS.split(text) if part]
    run = "".join(parts)
    if run and all("A" <= char <= "Z" for char in run):
        return sorted({ord(char) - ord("A") for char in run})
    if not run or not run.isascii() or not run.isdecimal():
        return None
    if len(parts) == 1 and int(run) > count:
        # 13 for 1 and 3: how a sheet keeps "1,3" in a cell for numbers.
        parts = list(run)
    return sorted({int(part) - 1 for part in parts})


def _name(place: int) -> str:
    return chr(ord("A") + place) if 0 <= place < 26 else str(place + 1)
