"""What a written file does not hold of its items: it is read back and compared. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.files import Unreadable
from question_bank import markup
from question_bank.exporting.records import ExportItem, cells
from question_bank.importing import cases, readers, words
from question_bank.importing.columns import Field
from question_bank.importing.formats import Format
from question_bank.importing.paragraphs.kinds import BLANK
from question_bank.importing.rows import ReadRow
from question_bank.item_types import ItemType
from question_bank.types import Written, kind_of

#: In these types the order in which the right-hand sides are written says nothing.
_LOOSE = (ItemType.MATCHING, ItemType.ORDERING)


#: Formats whose files hold pictures.
CARRY_PICTURES = {Format.DOCX, Format.MOODLE, Format.QTI, Format.QTI3}


@dataclass(frozen=True)
class Loss:
    #: The item in the bank.
    number: int
    what: str
    #: The item is not in the file at all.
    whole: bool = False

    @property
    def text(self) -> str:
        return f"试题 {self.number}：{'未导出，' if self.whole else '未能保存：'}{self.what}"


def compared(items: Sequence[ExportItem], data: bytes, format_: Format) -> list[Loss] | None:
    """What the file lost of its items; None where it does not hold one row for each of them."""
    carries = format_ in CARRY_PICTURES
    try:
        read = cases.read_all(readers.read(data, format_).rows)
    except Unreadable:
        return [] if not items else None
    if len(read) != len(items):
        return None
    losses = []
    for item, row in zip(items, read, strict=True):
        if row.draft is None:
            losses.append(Loss(item.number, "这种格式写不下它的文字（读回时有误）", whole=True))
        elif missing := list(_missing(item, row, carries=carries)):
            losses.append(Loss(item.number, "、".join(missing)))
    return losses


def _missing(item: ExportItem, row: ReadRow, *, carries: bool) -> Iterator[str]:
    draft = row.draft
    assert draft is not None  # noqa: S101 - compared asks first
    brought = row.raw.pictures if row.raw else {}
    if set(item.pictures) - set(brought):
        yield "图片" if carries else "图片（文件里只有编号）"
    yield from _content(item, draft)
    for label, mine, read in (
        ("解析", _same(item.rationale), _same(draft.rationale)),
        ("难度", item.difficulty, draft.difficulty),
        ("认知层次", item.cognitive_level, draft.cognitive_level),
        ("情景", item.scene, draft.scene),
        ("知识点", item.topic.strip(), draft.topic),
        ("题源", item.source.strip(), draft.source),
        ("有效期", item.valid_until, draft.valid_until),
    ):
        if mine != read:
            yield label
    if _cited(item) != [(each.law, [*each.numbers], each.version) for each in row.cited]:
        yield "引用条文"
    kept = {name for name in item.extra if item.extra[name] != draft.extra.get(name)}
    writer = cells(item)[Field.WRITER]
    kept -= {Field.WRITER.label} if draft.extra.get(Field.WRITER.label) == writer else set()
    if kept:
        yield "、".join(sorted(kept))
    if row.doubts:
        yield f"读回时有疑问（{row.doubts[0]}）"


def _content(item: ExportItem, draft: Written) -> Iterator[str]:
    mine = item.content
    if item.item_type is not draft.item_type:
        yield "题型"
        return
    stems = (_same(mine.stem), _same(draft.stem))
    if item.item_type is ItemType.FILL_BLANK:
        stems = (_bare(mine.stem), _bare(draft.stem))
    if stems[0] != stems[1]:
        yield "题干的写法"
    kind = kind_of(item.item_type)
    options, read = list(mine.options), list(draft.options)
    if options != read and not (item.item_type in _LOOSE and sorted(options) == sorted(read)):
        yield "选项的写法"
    if item.item_type is ItemType.CASE_ANALYSIS:
        if [_part(each) for each in mine.parts] != [_part(each) for each in draft.parts]:
            yield "小题的分值、解析或写法"
    elif kind.key_words(mine) != kind.key_words(draft) or (
        item.item_type not in (*_LOOSE, ItemType.TRUE_FALSE) and mine.key != _listed(draft.key)
    ):
        yield "答案的写法"


def _listed(key: Any) -> Any:
    return list(key) if isinstance(key, tuple) else key


def _part(part: Any) -> Any:
    content = {**part, "stem": _bare(part["stem"]), "weight": part.get("weight", 1)}
    content.setdefault("rationale", "")
    content["options"] = list(part.get("options", ()))
    return content


def _bare(stem: str) -> str:
    """The stem with one way of writing blanks."""
    blanks = re.sub(r"[ \u3000]*____[ \u3000]*", "____", BLANK.sub("____", _same(stem)))
    return blanks.strip()


def _same(text: str) -> str:
    """The text with one way of writing tables."""
    return markup.canonical(text.replace("\r\n", "\n")).strip()


def _cited(item: ExportItem) -> list[tuple[str, list[str], Any]]:
    return [
        (each.law, words.numbers("、".join(each.numbers)), each.promulgated_on)
        for each in item.cited
    ]


def report(losses: Sequence[Loss], format_: Format, *, written: int) -> str:
    """What goes beside the file."""
    head = [
        f"导出格式：{format_.label}",
        (
            f"写入 {written} 道试题；{sum(each.whole for each in losses)} 道没有写入，"
            f"{sum(not each.whole for each in losses)} 道有内容这种格式保存不了。"
        ),
        "需要完整保存的，请导出为“无损包”。",
        "",
    ]
    return "\r\n".join([*head, *(each.text for each in losses), ""])
