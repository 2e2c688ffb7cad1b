"""A block becomes a row: its type, its key, its parts, what is doubtful about it. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from question_bank.importing import answers, words
from question_bank.importing.columns import Field, RawRow
from question_bank.importing.paragraphs import citing, kinds, taking
from question_bank.importing.paragraphs.blocks import Block
from question_bank.importing.paragraphs.kinds import CASE, CHOICE, FILLED, JUDGED, WORDED
from question_bank.item_types import ItemType
from question_bank.types import Content

_TYPE_NAMES = {each.value: each.label for each in ItemType}
_NOT_HERE = {"matching": "匹配题", "ordering": "排序题"}
_CARRIED = (
    Field.TOPIC, Field.SOURCE, Field.COGNITIVE_LEVEL, Field.VALID_UNTIL, Field.AUDIENCE,
    Field.SCENE, Field.WRITER, Field.SECRECY, Field.MARKS, Field.ORIGINAL_NUMBER,
)  # fmt: skip
_MAX_TOPIC = 100


def row(block: Block) -> RawRow:
    """The row that a block makes; with a problem where it makes no item."""
    if block.case and not block.parts:
        if block.marked and not block.options and not block.answered:
            return _problem(block, "材料之后没有读到题目；请在材料后写小题，或者删去这段材料")
        block.case = False
    if block.case:
        return _case(block)
    kind = kinds.kind_of(block)
    if kind in _NOT_HERE:
        return _problem(
            block, f"文字格式写不下{_NOT_HERE[kind]}；请用 JSON 行、Moodle XML 或 QTI 导入"
        )
    values = _values(block)
    content: Content | None = None
    if kind in {FILLED, WORDED}:
        if not block.answered and kind == WORDED:
            return _problem(block, "缺少参考答案；请在题后写【答案】或答题要点")
        key = taking.blanks(block) if kind == FILLED else taking.points(block.text(Field.KEY))
        content = Content(ItemType.of(kind), _stem(block), (), key)
    else:
        taking.judged_or_choice(block, kind)
        values[Field.KEY] = block.text(Field.KEY)
    if kind != CHOICE:
        values[Field.ITEM_TYPE] = _TYPE_NAMES[kind]
    values[Field.STEM] = _stem(block)
    values[Field.RATIONALE] = _rationale(block, values)
    return RawRow(
        block.line,
        {name: text for name, text in values.items() if text},
        block.options,
        content=content,
        doubts=_doubts(block),
        soft=True,
    )


def _problem(block: Block, reason: str) -> RawRow:
    return RawRow(block.line, {Field.STEM: _stem(block)}, problem=reason, soft=True)


def _stem(block: Block) -> str:
    return "\n".join(each.strip() for each in block.stem if each.strip())


def _values(block: Block) -> dict[Field, str]:
    values = {name: block.text(name) for name in _CARRIED}
    try:
        words.scene(values[Field.SCENE])
    except words.Unknown as error:
        values[Field.SCENE] = ""
        block.doubts.append(str(error))
    values[Field.TOPIC] = (values[Field.TOPIC] or block.chapter)[:_MAX_TOPIC]
    values[Field.DIFFICULTY] = _difficulty(block)
    cited, rest = citing.columns(block.text(Field.LAW))
    block.fields[Field.LAW] = [rest] if rest else []
    return values | dict(cited)


def _difficulty(block: Block) -> str:
    """The difficulty if it is one of ours; others are kept with the rationale."""
    written = block.text(Field.DIFFICULTY).strip(" 。")
    stars = re.fullmatch(r"[★☆⭐]+", written)
    written = str(written.count("★") + written.count("⭐")) if stars else written
    try:
        words.difficulty(written)
    except words.Unknown:
        block.fields.setdefault(Field.RATIONALE, []).append(f"难度：{written}")
        return ""
    return written


def _rationale(block: Block, values: Mapping[Field, str]) -> str:
    law = block.text(Field.LAW)
    return "\n".join(filter(None, (block.text(Field.RATIONALE), f"法律依据：{law}" if law else "")))


def _doubts(block: Block) -> Sequence[str]:
    gaps = [chr(65 + n) for n, each in enumerate(block.options) if not each]
    found = [f"选项 {'、'.join(gaps)} 没有读到，请核对"] if gaps else []
    return list(dict.fromkeys([*block.doubts, *found]))


def _case(block: Block) -> RawRow:
    _share(block)
    doubts = list(block.doubts)
    if block.reach and len(block.parts) != block.reach[1] - block.reach[0] + 1:
        first, last = block.reach
        doubts.append(f"材料写明第 {first} 至 {last} 题，读到 {len(block.parts)} 题，请核对")
    elif block.marked and not block.reach and not block.section.cases:
        doubts.append(f"材料没有写明包括哪几题，其后 {len(block.parts)} 题归入同一案例，请核对")
    parts: list[dict[str, Any]] = []
    for number, each in enumerate(block.parts, 1):
        part, why = _part(each)
        if part is None:
            return _problem(block, f"小题 {each.number or number}：{why}")
        doubts += [f"小题 {each.number or number}：{text}" for text in _doubts(each)]
        parts.append(part)
    values = _values(block)
    values[Field.ITEM_TYPE] = _TYPE_NAMES[CASE]
    values[Field.STEM] = _stem(block)
    values[Field.RATIONALE] = _rationale(block, values)
    return RawRow(
        block.line,
        {name: text for name, text in values.items() if text},
        content=Content(ItemType.of(CASE), _stem(block), (), {}, parts),
        doubts=doubts,
        soft=True,
    )


def _share(case: Block) -> None:
    """Divide an answer that stands after the last question among all of them."""
    last = case.parts[-1]
    alone = [each for each in case.parts[:-1] if each.answered]
    written = case.text(Field.KEY) or ("" if alone else last.text(Field.KEY))
    if not written or (len(case.parts) == 1 and last.answered):
        if case.answered and len(case.parts) == 1:
            last.fields.setdefault(Field.KEY, []).append(written)
        return
    shares = taking.listing(written)
    if len(shares) == len(case.parts) and len(shares) > 1:
        for each, share in zip(case.parts, shares, strict=True):
            each.fields[Field.KEY] = [share]
        case.fields.pop(Field.KEY, None)


def _part(block: Block) -> tuple[dict[str, Any] | None, str]:
    """The part that a sub-question makes; None with the reason where it makes none."""
    kind = kinds.kind_of(block)
    if kind in _NOT_HERE:
        return None, f"文字格式写不下{_NOT_HERE[kind]}"
    if kind == JUDGED and not block.answered:
        # Nothing says that it is a statement: a question to be answered in words.
        kind = WORDED
    if kind in {FILLED, WORDED}:
        if not block.answered:
            return None, "缺少参考答案；请补上这一小题的答案"
        key: Any = taking.blanks(block) if kind == FILLED else taking.points(block.text(Field.KEY))
    else:
        taking.judged_or_choice(block, kind)
        try:
            if kind == JUDGED:
                key = answers.judgement(block.text(Field.KEY), block.options)
            else:
                key = answers.choices(block.text(Field.KEY), block.options)
        except answers.Unclear as error:
            return None, str(error) if block.answered else "缺少正确答案；请填写，如 A、ACD 或 正确"
        kind = kind or ("multiple_choice" if len(key) > 1 else "single_choice")
    return {
        "item_type": kind,
        "stem": _stem(block),
        "options": [] if kind == JUDGED else list(block.options),
        "key": key,
        "weight": _weight(block),
        "rationale": _rationale(block, {}),
    }, ""


def _weight(block: Block) -> int | float:
    """The marks of a sub-question as its weight; 1 where none are written."""
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?)\s*分?", block.text(Field.MARKS))
    value = float(match[1]) if match else 1.0
    return int(value) if value.is_integer() else value
