"""Statements made of articles, true ones and ones with one planted error, for measuring a check."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from laws.numerals import to_chinese, to_int


@dataclass(frozen=True)
class Statement:
    text: str
    #: What was altered; "" for a true one.
    error: str
    article: tuple[str, str]


_NUMERAL = re.compile(
    r"(?<!第)(?:(?<![\d第])\d+|(?<![第一二三四五六七八九十百])[二三四五六七八九十百]+)(?=个?(?:工作日|日|月|年|元|人|周岁|倍))"
)
_MODAL = (("应当", "可以"), ("应当", "不得"), ("可以", "应当"), ("可以", "不得"), ("不得", "可以"),
          ("不得", "应当"), ("禁止", "可以"))  # fmt: skip
_COMPARED = (("以上", "以下"), ("以下", "以上"), ("不得超过", "不得少于"), ("不超过", "不少于"),
             ("不满", "超过"))  # fmt: skip
_NEGATED = (("不予", "予以"), ("未", ""), ("不服", "服从"), ("不能", "能"), ("无正当", "有正当"),
            ("不", ""))  # fmt: skip
_ORGANS = (
    "国务院",
    "人民法院",
    "人民检察院",
    "公安机关",
    "监察机关",
    "行政复议机关",
    "信访部门",
    "人民政府",
)


def _exchanged(pairs: Sequence[tuple[str, str]]) -> Callable[[str, Random], str | None]:
    def act(text: str, rng: Random) -> str | None:
        there = [(old, new) for old, new in pairs if old in text[3:-4]]
        if not there:
            return None
        old, new = rng.choice(there)
        at = text.index(old, 3)
        return text[:at] + new + text[at + len(old) :]

    return act


def _figure(text: str, rng: Random) -> str | None:
    found = [*_NUMERAL.finditer(text)]
    if not found:
        return None
    match = rng.choice(found)
    return text[: match.start()] + to_chinese(to_int(match[0]) + 17) + text[match.end() :]


def _organ(text: str, rng: Random) -> str | None:
    there = [organ for organ in _ORGANS if organ in text[:-6]]
    if not there:
        return None
    old = rng.choice(there)
    at = text.index(old)
    if at and re.match(r"[一-鿿]", text[at - 1]) and old in {"人民政府", "人民法院", "人民检察院"}:
        return None
    new = rng.choice([each for each in _ORGANS if each != old and each not in text])
    return text[:at] + new + text[at + len(old) :]


ERRORS: dict[str, Callable[[str, Random], str | None]] = {
    "figure": _figure,
    "modal": _exchanged(_MODAL),
    "compared": _exchanged(_COMPARED),
    "negation": _exchanged(_NEGATED),
    "organ": _organ,
}


def _loosely(text: str, rng: Random) -> str:
    """The same in other words, as writers put it; nothing that the law weighs is changed."""
    said = text
    if rng.random() < 0.5:
        said = _NUMERAL.sub(lambda match: str(to_int(match[0])), said)
    for old, new in (
        ("或者", "或"),
        ("并且", "并"),
        ("应当", "必须"),
        ("，并", "并"),
        ("予以", ""),
    ):
        if rng.random() < 0.3:
            said = said.replace(old, new)
    parts = said.split("，")
    if len(parts) > 3 and rng.random() < 0.4:
        said = "，".join(parts[:-1])
    return rng.choice(("", "根据规定，", "按照条文，", "")) + said + "。"


def statements(articles: Sequence[tuple[str, str]], rng: Random) -> Iterator[Statement]:
    """Of each sentence of the articles a true statement, and one for each error that fits."""
    for article in articles:
        for sentence in re.split(r"[。；\n]", article[1]):
            text = re.sub(r"^[（(][一二三四五六七八九十]+[)）]", "", sentence.strip())
            if not 18 <= len(text) <= 160 or text.endswith("："):
                continue
            yield Statement(_loosely(text, rng), "", article)
            for name, alter in ERRORS.items():
                said = _loosely(text, rng)
                made = alter(said, rng)
                if made and made != said:
                    yield Statement(made, name, article)
