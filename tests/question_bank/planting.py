"""Rewrites of items as people make them, for measuring what the duplicate finder finds.

The words exchanged here are not those that the finder folds, apart from a few that any finder
would: a test of the finder by its own table would prove nothing.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from laws.numerals import to_chinese


@dataclass(frozen=True)
class Worded:
    stem: str
    options: tuple[str, ...] = ()
    right: tuple[str, ...] = ()


_SYNONYMS = (
    ("下列", "以下"), ("规定", "要求"), ("哪一项", "哪个"), ("哪些", "哪几项"), ("正确", "准确"),
    ("办理", "处理"), ("及时", "尽快"), ("收到", "接到"), ("告知", "通知"), ("提出", "提交"),
    ("相关", "有关"), ("决定", "裁决"), ("公民", "群众"), ("由于", "因为"), ("如果", "若"),
    ("应当", "应"), ("可以", "能够"), ("机关", "部门"), ("要求", "请求"), ("情形", "情况"),
    ("认为", "觉得"), ("后来", "之后"), ("某", "某某"),
)  # fmt: skip


def _synonyms(item: Worded, rng: Random) -> Worded:
    there = [pair for pair in _SYNONYMS if pair[0] in item.stem]
    stem = item.stem
    for old, new in rng.sample(there, min(3, len(there))):
        stem = stem.replace(old, new)
    return replace(item, stem=stem)


def _order_of_parts(item: Worded, rng: Random) -> Worded:
    parts = [part for part in re.split(r"[，,]", item.stem) if part]
    if len(parts) < 2:
        return _order_of_options(item, rng)
    at = rng.randrange(len(parts) - 1)
    parts[at], parts[at + 1] = parts[at + 1], parts[at]
    return replace(item, stem="，".join(parts))


def _order_of_options(item: Worded, rng: Random) -> Worded:
    return replace(item, options=tuple(rng.sample(item.options, len(item.options))))


def _marks_and_width(item: Worded, rng: Random) -> Worded:
    stem = item.stem.replace("，", ", ").replace("？", "?").replace("（", "(").replace("）", " )")
    return replace(item, stem=f" {stem.rstrip('。')}：（　　）")


def _numerals(item: Worded, rng: Random) -> Worded:
    def said(text: str) -> str:
        return re.sub(r"\d+(?=[日天月年人个元])", lambda match: to_chinese(int(match[0])), text)

    return Worded(said(item.stem), tuple(map(said, item.options)), tuple(map(said, item.right)))


def _another_opening(item: Worded, rng: Random) -> Worded:
    stem = re.sub(r"^(根据|依照|按照|依据)[^，,]{2,20}[，,]", "", item.stem)
    return replace(item, stem=stem if stem != item.stem else f"根据有关法律规定，{item.stem}")


def _another_distractor(item: Worded, rng: Random) -> Worded:
    wrong = [n for n, option in enumerate(item.options) if option not in item.right]
    if not wrong:
        return item
    options = list(item.options)
    options[rng.choice(wrong)] = "以上都不对"
    return replace(item, options=tuple(options))


#: Every way by name; the last ones are of several ways together.
WAYS: dict[str, Sequence[Callable[[Worded, Random], Worded]]] = {
    "synonyms": [_synonyms],
    "order of parts": [_order_of_parts],
    "order of options": [_order_of_options],
    "marks and width": [_marks_and_width],
    "numerals": [_numerals],
    "another opening": [_another_opening],
    "another distractor": [_another_distractor],
    "synonyms, order of options": [_synonyms, _order_of_options, _marks_and_width],
    "everything": [_another_opening, _synonyms, _order_of_parts, _order_of_options, _numerals],
}


def rewritten(item: Worded, way: str, rng: Random) -> Worded:
    for each in WAYS[way]:
        item = each(item, rng)
    return item


def other_figure(item: Worded, rng: Random) -> Worded | None:
    """The item with another figure in its stem; None where it has none that can change."""
    numeral = (
        r"(?<!第)(\d+|(?<![第一二三四五六七八九十])[二三四五六七八九十]+)"
        r"(?=(?:个?工作日|日|天|个月|年|元|人))"
    )
    found = [*re.finditer(numeral, item.stem)]
    found = [each for each in found if not re.match(r"\d{4}年", item.stem[each.start() :])]
    if not found:
        return None
    at = rng.choice(found)
    return replace(item, stem=item.stem[: at.start()] + "十七" + item.stem[at.end() :])


def opposite(item: Worded, rng: Random) -> Worded | None:
    """The item saying the opposite; None where that is no matter of a word."""
    for old, new in (("应当", "不得"), ("可以", "不得"), ("不得", "可以"), ("不正确", "正确"),
                     ("正确", "不正确"), ("以上", "以下")):  # fmt: skip
        if old in item.stem:
            return replace(item, stem=item.stem.replace(old, new, 1))
    return None
