"""Rows that share a 题组号 become one case: a head with the passage, a row a sub-question. Pure.

The head is the row of the type 案例分析题; a file that has none says everything in the first row.
A head that has a passage, a question and its answer asks that question, too, and is a whole case
where it has no 题组号.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from question_bank import drafts
from question_bank.drafts import ItemDraft
from question_bank.importing import rows, words
from question_bank.importing.columns import Field, RawRow
from question_bank.importing.rows import Fault, ReadRow
from question_bank.item_types import ItemType

#: What a case has once, so that only its head, or its first row, says it.
_OF_CASE = (Field.LAW, Field.ARTICLE, Field.VERSION)


def read_all(raws: Iterable[RawRow]) -> list[ReadRow]:
    """The rows in order, those of a case as one, at the place of the first of them."""
    found: list[ReadRow | None] = []
    groups: dict[tuple[str, str], tuple[int, list[RawRow]]] = {}
    for raw in raws:
        group = rows.clean(raw.values.get(Field.GROUP, ""))
        if not group and _is_whole(raw):
            found.append(_case([raw]))
        elif not group or raw.problem:
            found.append(rows.read(raw))
        elif (raw.sheet, group) in groups:
            groups[raw.sheet, group][1].append(raw)
        else:
            groups[raw.sheet, group] = (len(found), [raw])
            found.append(None)
    for place, members in groups.values():
        found[place] = _case(members)
    return [each for each in found if each is not None]


def _case(members: Sequence[RawRow]) -> ReadRow:
    heads = [each for each in members if _is_head(each)]
    head = heads[0] if heads else members[0]
    twice = "这个题组号的案例有两行（第 {} 行）；请改正题组号"
    faults = [Fault(Field.GROUP.label, twice.format(each.number)) for each in heads[1:]]
    parts = []
    for raw in (each for each in members if each not in heads or _asks(each)):
        part, wrong = _part(raw)
        parts += [part] if part else []
        faults += wrong
    passage = next(filter(None, (_passage(each, head=each in heads) for each in members)), "")
    about = rows.read(_plain(head, passage, rationale=bool(heads)))
    faults += about.faults
    draft = about.draft and replace(about.draft, item_type=ItemType.CASE_ANALYSIS, stem=passage,
                                    options=(), key={}, parts=parts)  # fmt: skip
    if draft is not None and not faults:
        faults = _wrong(draft)
    return replace(
        about,
        number=members[0].number,
        stem=passage,
        draft=None if faults else draft,
        faults=faults,
        notes=(),
        raw=members[0],
    )


def _passage(raw: RawRow, *, head: bool) -> str:
    """The passage as the row has it; a head may write it as its stem, or go on there."""
    written = rows.clean(raw.values.get(Field.PASSAGE, ""))
    stem = rows.clean(raw.values.get(Field.STEM, "")) if head and not _asks(raw) else ""
    return "\n".join(filter(None, (written, "" if stem == written else stem)))


def _asks(raw: RawRow) -> bool:
    """Whether a row has a passage and, beside it, a question with its answer."""
    asked = (Field.PASSAGE, Field.STEM, Field.KEY)
    return _is_head(raw) and all(rows.clean(raw.values.get(each, "")) for each in asked)


def _is_whole(raw: RawRow) -> bool:
    """Whether a row is a case of one question by itself."""
    return not raw.problem and raw.content is None and _asks(raw)


def _wrong(draft: ItemDraft) -> list[Fault]:
    return [Fault(Field.GROUP.label, text) for text in drafts.faults(draft)]


def _is_head(raw: RawRow) -> bool:
    try:
        written = raw.values.get(Field.ITEM_TYPE, "")
        return words.item_type(written) is ItemType.CASE_ANALYSIS
    except words.Unknown:
        return False


def _plain(head: RawRow, passage: str, *, rationale: bool) -> RawRow:
    """What the head says besides its question, as a row that is right if that is."""
    own = {Field.ITEM_TYPE: "判断题", Field.STEM: passage, Field.KEY: "正确"}
    left = {Field.PASSAGE, *(() if rationale and not _asks(head) else (Field.RATIONALE,))}
    values = {each: text for each, text in head.values.items() if each not in left}
    return replace(head, values=values | own, options=())


def _part(raw: RawRow) -> tuple[dict[str, Any] | None, list[Fault]]:
    """A sub-question, and what is wrong with its row."""
    once = (*_OF_CASE, Field.PASSAGE)
    values = {each: text for each, text in raw.values.items() if each not in once}
    if _is_head(raw):
        # Options say that one is to be chosen; else the answer is in words.
        chosen = any(map(rows.clean, raw.options))
        values[Field.ITEM_TYPE] = "" if chosen else ItemType.SHORT_ANSWER.label
    read = rows.read(replace(raw, values=values))
    weight = rows.clean(raw.values.get(Field.WEIGHT, "")) or "1"
    faults = [Fault(each.field, f"第 {raw.number} 行：{each.reason}") for each in read.faults]
    if not (weight.isascii() and weight.isdecimal()):
        reason = f"第 {raw.number} 行：“{weight}”不是整数；请填 1 至 100"
        faults.append(Fault(Field.WEIGHT.label, reason))
    if read.draft is None or faults:
        return None, faults
    draft = read.draft
    return {
        "item_type": draft.item_type.value,
        "stem": draft.stem,
        "options": list(draft.options),
        "key": draft.key,
        "weight": int(weight),
        "rationale": draft.rationale,
    }, []
