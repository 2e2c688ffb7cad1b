"""Aiken: a question, its options A) B) …, and ANSWER: B. Pure."""

import re
from collections.abc import Iterator

from question_bank.importing.columns import Field, RawRow
from question_bank.importing.paragraphs.lines import half

_OPTION = re.compile(r"\s*([A-Za-z])\s*[.)]\s+(.*)|\s*([A-Z])\s*[.)](\S.*)")
_ANSWER = re.compile(r"\s*ANSWER\s*:\s*(.*)", re.IGNORECASE)


def looks_like(text: str) -> bool:
    lines = text.splitlines()
    return any(re.match(r"\s*ANSWER:\s*[A-Za-z]", half(line)) for line in lines) and any(
        re.match(r"\s*A[.)]", half(line)) for line in lines
    )


def read(text: str) -> Iterator[RawRow]:
    """The questions of a file, each with the line that it begins on."""
    stem: list[str] = []
    options: list[str] = []
    start, problem = 0, ""
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if not line.strip():
            continue
        shape = half(line)
        if answer := _ANSWER.fullmatch(shape):
            yield _row(start or number, stem, options, answer[1].strip(), problem)
            stem, options, start, problem = [], [], 0, ""
            continue
        option = _OPTION.fullmatch(shape)
        place = ord((option[1] or option[3]).upper()) - ord("A") if option else -1
        if option and stem and place == len(options):
            at = option.start(2) if option[1] else option.start(4)
            options.append(line[at:].strip())
        elif options:
            problem = problem or (
                f"第 {number} 行“{line.strip()[:30]}”既不是选项也不是 ANSWER；请检查选项字母，"
                "每题以 ANSWER: 结束"
            )
            stem += [] if problem else [line.strip()]
        else:
            start = start or number
            stem.append(line.strip())
    if stem or options:
        yield _row(start, stem, options, "", problem or "没有 ANSWER: 一行；请补上正确答案")


def _row(start: int, stem: list[str], options: list[str], key: str, problem: str) -> RawRow:
    words = "\n".join(stem)
    if not problem and len(options) < 2:
        problem = "选项不足两个；每个选项写成 A) …、B) …"
    if problem:
        return RawRow(start, {Field.STEM: words}, options, problem=problem)
    return RawRow(start, {Field.STEM: words, Field.KEY: key}, options)
