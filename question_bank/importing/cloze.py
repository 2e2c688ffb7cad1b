"""Blanks inside a text as Moodle writes them: {1:SHORTANSWER:=甲~=乙}. Pure."""

import html
import re
from collections.abc import Sequence

from question_bank.importing.contents import BLANK, Unfit

_BLANK = re.compile(r"\{\s*(?:\d{0,3})\s*:\s*([A-Z_]+)\s*:((?:\\.|[^{}\\])*)\}")
#: What begins as a blank does, whether or not it can be read.
_BEGUN = re.compile(r"\{\s*\d{0,3}\s*:\s*[A-Z_]{2,20}")
_WORDS = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_FIGURES = {"NUMERICAL", "NM"}
_ANSWER = re.compile(r"(?:%(-?\d{1,3}(?:\.\d+)?)%)?((?:\\.|&#|[^\\#])*)(?:#.*)?", re.DOTALL)


def read(text: str) -> tuple[str, list[list[str]], list[str]]:
    """Stem with blanks, what each accepts, and what was not kept. Raises Unfit."""
    found = list(_BLANK.finditer(text))
    if not found:
        raise Unfit("完形题里没有看得懂的空；空应写成 {1:SHORTANSWER:=答案}")
    if begun := _BEGUN.search(_BLANK.sub("", text)):
        raise Unfit(f"完形题里有看不懂的空“{begun[0]}…”；空应写成 {{1:SHORTANSWER:=答案}}")
    blanks, notes = [], []
    for number, match in enumerate(found, 1):
        blanks.append(_blank(match[1], match[2], number))
        if "%" in match[2]:
            notes.append(f"第 {number} 空原有部分分，导入后只有全对的答案算对")
    return _BLANK.sub(BLANK, text), blanks, notes


def _blank(kind: str, written: str, number: int) -> list[str]:
    """What a blank accepts. Raises Unfit."""
    if kind in _FIGURES:
        answers = _figures(written, number)
    elif kind in _WORDS:
        answers = _accepted(written)
    else:
        raise Unfit(f"完形题的第 {number} 空是选择（{kind}），本系统的填空题只填文字；请改为选择题")
    if any(re.search(r"(?<!\\)\*", each) for each in answers):
        raise Unfit(f"完形题的第 {number} 空用了通配符 *，本系统没有；请逐个写出可以接受的答案")
    if not answers:
        raise Unfit(f"完形题的第 {number} 空没有得满分的答案；请改正后重新导出")
    return [each.replace("\\*", "*") for each in answers]


def _accepted(written: str) -> list[str]:
    accepted = []
    for each in re.split(r"(?<!\\)~", written):
        full = each.startswith("=")
        match = _ANSWER.fullmatch(each.removeprefix("="))
        if match and (full or match[1] in {"100", "100.0"}) and match[2].strip():
            plain = html.unescape(re.sub(r"\\([^*])", r"\1", match[2]))
            accepted.append(plain.strip())
    return accepted


def _figures(written: str, number: int) -> list[str]:
    accepted = []
    for each in _accepted(written):
        figure, _, wide = each.partition(":")
        if not re.fullmatch(r"[+-]?[\d.,]{1,30}(?:[eE][+-]?\d{1,3})?", figure.strip()):
            raise Unfit(f"完形题的第 {number} 空应填数，答案却是“{figure[:20]}”；请改正后重新导出")
        if wide.strip(" 0."):
            raise Unfit(f"完形题的第 {number} 空有误差范围，本系统没有；请改为填空题")
        accepted.append(figure.strip())
    return accepted


def write(stem: str, blanks: Sequence[Sequence[str]], pattern: re.Pattern[str]) -> str:
    """The stem with what each blank accepts in the place of the blank."""
    given = iter(blanks)
    return pattern.sub(lambda _: _written(next(given, ())), stem)


def _written(accepted: Sequence[str]) -> str:
    # Moodle takes the backslash from } and # only, and undoes character references; * alone would
    # stand for any words.
    safe = (re.sub(r"[\\~#{}%&]", lambda match: f"&#{ord(match[0])};", each).replace("*", "\\*")
            for each in accepted)  # fmt: skip
    return "{1:SHORTANSWER:" + "~".join(f"={each}" for each in safe) + "}"
