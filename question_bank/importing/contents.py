"""What the formats of other systems have in common when they become our items. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.files import Unreadable
from core.pictures import Picture
from question_bank.importing import answers
from question_bank.importing.album import Album, named
from question_bank.importing.columns import Field, RawRow
from question_bank.importing.tags import read as read_tags
from question_bank.item_types import ItemType
from question_bank.types import Content

BLANK = "____"


class Unfit(Exception):
    """The question cannot become an item; the text says why and what to do."""


@dataclass
class Found:
    """A question of another system, as far as it has been read."""

    number: int
    sheet: str = ""
    stem: str = ""
    rationale: str = ""
    topic: str = ""
    tags: Sequence[str] = ()
    content: Content | None = None
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    extra: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    #: What its system calls it, for finding it there: 第 3 题“名称”.
    called: str = ""
    identifier: str = ""
    #: The pictures of the whole file, and those that this question shows.
    album: Album = field(default_factory=Album)
    pictures: dict[str, Picture] = field(default_factory=dict)

    def picture(self, data: bytes | None, *, alt: str, name: str) -> str:
        """A picture as the text names it; "" for one that cannot be taken, which is noted."""
        try:
            if data is None:
                raise Unreadable("文件里没有它的内容")
            found = self.album.picture(data)
        except Unreadable as error:
            self.doubts.append(f"含图片“{(alt or name)[:40]}”，没有导入：{error}")
            return ""
        if not alt.strip():
            self.notes.append("图片没有说明图上是什么，请补写")
        self.pictures[found.address] = found
        return named(alt, name, found)

    def row(self) -> RawRow:
        values, other = read_tags(self.tags)
        values.setdefault(Field.TOPIC, self.topic)
        stem = self.content.stem if self.content else self.stem
        if self.content:
            values[Field.ITEM_TYPE] = self.content.item_type.label
        values |= {Field.STEM: stem, Field.RATIONALE: self.rationale}
        extra = dict(self.extra) | other
        return RawRow(
            self.number,
            {name: text for name, text in values.items() if text},
            self.content.options if self.content else (),
            extra,
            self.sheet,
            problem="：".join(filter(None, (self.called, self.problem))) if self.problem else "",
            content=None if self.problem else self.content,
            doubts=list(dict.fromkeys(self.doubts)),
            notes=list(dict.fromkeys(self.notes)),
            pictures=self.pictures,
            identifier=self.identifier,
        )


def choice(stem: str, options: Sequence[str], key: Sequence[int], *, several: bool) -> Content:
    """A choice; two options 正确 and 错误 are a statement. Raises Unfit."""
    if not key:
        raise Unfit("没有正确选项；请在原系统中标出正确答案后重新导出")
    said = [answers.truth(option) for option in options]
    if len(options) == 2 and set(said) == {True, False} and len(key) == 1 and not several:
        return Content(ItemType.TRUE_FALSE, stem, (), [0 if said[key[0]] else 1])
    kind = ItemType.MULTIPLE_CHOICE if several else ItemType.SINGLE_CHOICE
    if several and len(key) == 1:
        kind = ItemType.SINGLE_CHOICE
    return Content(kind, stem, list(options), sorted(key))


def true_false(stem: str, *, true: bool) -> Content:
    return Content(ItemType.TRUE_FALSE, stem, (), [0 if true else 1])


def fill(stem: str, blanks: Sequence[Sequence[str]], *, any_order: bool = False) -> Content:
    """A text with blanks; one that has none gets one at its end."""
    if not re.search(r"_{2,}|[(（][ \u3000]*[)）]", stem):
        stem = f"{stem.rstrip()} {BLANK}"
    key = {"blanks": [list(dict.fromkeys(each)) for each in blanks], "any_order": any_order}
    return Content(ItemType.FILL_BLANK, stem, (), key)


def matching(stem: str, pairs: Sequence[tuple[str, str]], others: Sequence[str] = ()) -> Content:
    """Left and right of each pair; ``others`` are right-hand sides that fit nothing."""
    options = list(dict.fromkeys([*(right for _, right in pairs), *others]))
    key = {
        "left": [left for left, _ in pairs],
        "pairs": [options.index(right) for _, right in pairs],
    }
    return Content(ItemType.MATCHING, stem, options, key)


def ordering(stem: str, options: Sequence[str], key: Sequence[int]) -> Content:
    return Content(ItemType.ORDERING, stem, list(options), list(key))


def worded(stem: str, key: Mapping[str, Any]) -> Content:
    return Content(ItemType.SHORT_ANSWER, stem, (), dict(key))


def shares(
    weights: Sequence[float], options: Sequence[str], *, single: bool
) -> tuple[list[int], list[str]]:
    """The right options by the percentage that each earns, and what of it we do not keep.

    Raises Unfit where the percentages make no key.
    """
    letters = [chr(ord("A") + n) if n < 26 else str(n + 1) for n in range(len(weights))]
    notes = []
    if single:
        full = [n for n, weight in enumerate(weights) if weight >= 99.9]
        partly = [n for n, weight in enumerate(weights) if 0 < weight < 99.9]
        if len(full) != 1:
            raise Unfit(
                f"单选题应有且只有一个 100% 的选项，现有 {len(full)} 个；请在原系统中改正后重新导出"
            )
        if partly:
            named = "、".join(letters[n] for n in partly)
            notes.append(f"选项 {named} 原可得部分分，导入后选它不得分")
        key = full
    else:
        key = [n for n, weight in enumerate(weights) if weight > 0]
        total = sum(weights[n] for n in key)
        if key and not 99.9 <= total <= 100.1:
            raise Unfit(f"正确选项的分值合计 {total:g}%，不是 100%；请在原系统中改正后重新导出")
        if key and max(weights[n] for n in key) - min(weights[n] for n in key) > 0.1:
            notes.append("各正确选项原有不同的分值，导入后按本系统的多选规则计分")
    if any(weight < 0 for weight in weights):
        notes.append("错误选项原要倒扣分，导入后按本系统的规则计分")
    return key, notes
