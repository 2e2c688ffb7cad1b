"""One row of a file becomes a draft, or a list of what keeps it from being one. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from core.spreadsheets import FORMULA_STARTS, is_error
from question_bank import drafts, item_types, markup, types
from question_bank.drafts import ItemDraft
from question_bank.importing import answers, words
from question_bank.importing.columns import KEPT, Field, RawRow
from question_bank.importing.words import Cited
from question_bank.item_types import LETTERS, CognitiveLevel, ItemType
from question_bank.types import KEY, OPTIONS, STEM, Content, Unclear, kind_of

T = TypeVar("T")

_CHOICES = (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE)
_COLUMNS = {types.STEM: Field.STEM, types.OPTIONS: Field.OPTIONS, types.KEY: Field.KEY,
            types.PARTS: Field.KEY}  # fmt: skip

#: What the faults of pictures in the texts of a row are about.
PICTURE = "图片"
#: Cells of unknown columns that are kept with an item, and how much of each.
MAX_EXTRA, MAX_EXTRA_TEXT = 20, 500
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_PLACES = {STEM: Field.STEM.label, OPTIONS: Field.OPTIONS.label, KEY: Field.KEY.label}
_BRACKETED = re.compile(r"[(（]\s*([A-Ja-jＡ-Ｊ、,，]+|[√×对错])\s*[)）]")


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be taken, and what to do about it."""

    #: The heading of our template that it belongs to.
    field: str
    reason: str


@dataclass(frozen=True)
class ReadRow:
    number: int
    sheet: str
    #: As far as it could be read, for showing; complete where there are no faults.
    stem: str
    #: None where there are faults.
    draft: ItemDraft | None = None
    cited: Sequence[Cited] = ()
    faults: Sequence[Fault] = ()
    #: What was done with the row that its writer should know.
    notes: Sequence[str] = ()
    raw: RawRow | None = None
    #: What could be read in more than one way; taken only when a person says so.
    doubts: Sequence[str] = ()
    #: A citation that the register does not know is noted instead of refused.
    soft: bool = False
    #: The how many-th row of its file, from 0.
    place: int = 0


class _Reading:
    """The cells of a row, and what is wrong with them so far."""

    def __init__(self, raw: RawRow) -> None:
        self._values = {each: clean(value) for each, value in raw.values.items()}
        self.faults: list[Fault] = []
        cells = [*raw.values.items(), *((Field.OPTIONS, each) for each in raw.options)]
        for each, value in cells:
            if is_error(value):
                self.fail(each, f"单元格是错误值 {value}；请改正公式，或填入内容")

    def text(self, field: Field) -> str:
        return self._values.get(field, "")

    def fail(self, field: Field, reason: str) -> None:
        self.faults.append(Fault(field.label, reason))

    def parsed(self, field: Field, parse: Callable[[str], T], default: T) -> T:
        try:
            return parse(self.text(field))
        except (words.Unknown, answers.Unclear) as error:
            self.fail(field, str(error))
            return default


def clean(text: str) -> str:
    """Text that a database takes: no control characters, no mark that kept a formula inert."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def read(raw: RawRow) -> ReadRow:
    if raw.problem:
        stem = clean(raw.values.get(Field.STEM, ""))
        return ReadRow(raw.number, raw.sheet, stem, faults=[Fault("整行", raw.problem)], raw=raw)
    row = _Reading(raw)
    draft = _of_cells(raw, row) if raw.content is None else _of_content(raw, row, raw.content)
    for text in [*(each.text for each in drafts.picture_faults(draft)),
                 *markup.faults(draft.rationale)]:  # fmt: skip
        row.faults.append(Fault(PICTURE, text))
    cited = _cited(row)
    return ReadRow(
        raw.number,
        raw.sheet,
        draft.stem,
        draft=None if row.faults else draft,
        cited=cited,
        faults=row.faults,
        notes=[*_notes(draft), *raw.notes],
        raw=raw,
        doubts=raw.doubts,
        soft=raw.soft,
    )


def _of_cells(raw: RawRow, row: _Reading) -> ItemDraft:
    """The draft that the cells of a table say, its faults noted."""
    stem = "\n".join(filter(None, (row.text(Field.PASSAGE), row.text(Field.STEM))))
    written = _options(raw, row.text(Field.OPTIONS))
    item_type, key = _type_and_key(row, written, raw.section)
    options: Sequence[str] = () if item_type is ItemType.TRUE_FALSE else written
    draft = ItemDraft(
        item_type=item_type or ItemType.SINGLE_CHOICE,
        stem=stem,
        options=options,
        key=key or (),
        **_described(raw, row),
    )
    _judge(row, draft, key=key, typed=item_type is not None)
    return draft


def _of_content(raw: RawRow, row: _Reading, content: Content) -> ItemDraft:
    """The draft of a format that has types and keys of its own, its faults noted."""
    draft = ItemDraft(
        item_type=content.item_type,
        stem=clean(content.stem),
        options=[clean(each) for each in content.options],
        key=cleaned(content.key),
        parts=cleaned(list(content.parts)),
        **_described(raw, row),
    )
    if not draft.stem:
        row.fail(Field.STEM, "题干为空；请填写题干")
    for problem in drafts.too_long(draft):
        row.faults.append(Fault(problem.split("超过")[0], f"{problem}；请缩短"))
    for fault in kind_of(draft.item_type).faults(draft):
        row.faults.append(Fault(_PLACES.get(fault.field, "小题"), f"{fault.text}；请改正后再导入"))
    return draft


def _described(raw: RawRow, row: _Reading) -> dict[str, Any]:
    """What every type has besides its content."""
    return {
        "rationale": row.text(Field.RATIONALE),
        "difficulty": row.parsed(Field.DIFFICULTY, words.difficulty, 3),
        "cognitive_level": row.parsed(
            Field.COGNITIVE_LEVEL, words.cognitive_level, CognitiveLevel.REMEMBER
        ),
        "scene": row.parsed(Field.SCENE, words.scene, None),
        "topic": row.text(Field.TOPIC),
        "source": row.text(Field.SOURCE),
        "valid_until": row.parsed(Field.VALID_UNTIL, words.day, None),
        "extra": _extra(raw, row),
    }


def cleaned(value: Any) -> Any:
    """A JSON value with all of its texts clean."""
    match value:
        case str():
            return clean(value)
        case list() | tuple():
            return [cleaned(each) for each in value]
        case dict():
            return {name: cleaned(each) for name, each in value.items()}
        case _:
            return value


def _options(raw: RawRow, together: str) -> Sequence[str]:
    """The options as worded, without the letters that a file repeats before each."""
    texts = [clean(each) for each in raw.options]
    if not any(texts) and together:
        texts = [part.strip() for part in re.split(r"\n+|\s*[|｜]\s*", together) if part.strip()]
    while texts and not texts[-1]:
        texts.pop()
    return without_letters(texts)


def without_letters(options: Sequence[str]) -> Sequence[str]:
    """(A)甲, B.乙 as 甲, 乙, where every option begins with its own letter."""
    bare = []
    for letter, option in zip(LETTERS, options, strict=False):
        match = re.match(rf"\s*[(（]?{letter}\s*[)）.．、:：]\s*(?=\S)", option)
        if not match:
            return options
        bare.append(option[match.end() :])
    return bare if len(bare) == len(options) else options


def _type_and_key(
    row: _Reading, options: Sequence[str], section: str
) -> tuple[ItemType | None, Any]:
    """The type and the key; None for what is missing or cannot be read."""
    written = row.text(Field.KEY)
    try:
        item_type = words.item_type(row.text(Field.ITEM_TYPE) or section)
    except words.Unknown as error:
        row.fail(Field.ITEM_TYPE, str(error))
        return None, None
    if item_type is None and row.text(Field.MULTIPLE).upper() in {"TRUE", "是"}:
        item_type = ItemType.MULTIPLE_CHOICE
    if item_type is None and _is_judgement(written, options):
        item_type = ItemType.TRUE_FALSE
    if not written:
        return item_type, []
    try:
        if item_type is not None:
            return item_type, kind_of(item_type).read_key(written, options, row.text(Field.STEM))
        key = answers.choices(written, options)
    except (answers.Unclear, Unclear) as error:
        row.fail(Field.KEY, str(error))
        return item_type, None
    return ItemType.MULTIPLE_CHOICE if len(key) > 1 else ItemType.SINGLE_CHOICE, key


def _is_judgement(written: str, options: Sequence[str]) -> bool:
    if options:
        said = [answers.truth(option) for option in options]
        return len(said) == 2 and set(said) == {True, False}
    return answers.says_true_or_false(written)


def _judge(row: _Reading, draft: ItemDraft, *, key: Any, typed: bool) -> None:
    """Note what is wrong with the item as a whole."""
    if not draft.stem:
        row.fail(Field.STEM, "题干为空；请填写题干，或者删去这一行")
    for problem in drafts.too_long(draft):
        row.faults.append(Fault(problem.split("超过")[0], f"{problem}；请缩短"))
    judge = _judge_choice if draft.item_type in _CHOICES else _judge_other
    judge(row, draft, key=key, typed=typed)


def _judge_choice(row: _Reading, draft: ItemDraft, *, key: Any, typed: bool) -> None:
    if typed or draft.options:
        for problem in item_types.option_faults(draft.item_type, draft.options):
            row.fail(Field.OPTIONS, _about_options(problem, draft.options))
    if key == []:
        row.fail(Field.KEY, "缺少正确答案；请填写，如 A、ACD 或 正确")
    elif key:
        for problem in item_types.key_faults(draft.item_type, draft.options, key):
            row.fail(Field.KEY, f"{problem}；请改正答案或题型")


def _judge_other(row: _Reading, draft: ItemDraft, *, key: Any, typed: bool) -> None:
    """What is wrong with an item that has no options to tick."""
    if key == []:
        how, example = kind_of(draft.item_type).key_help
        row.fail(
            Field.KEY, f"缺少正确答案；{how}，如 {example}" if example else f"缺少正确答案；{how}"
        )
    elif key is not None:
        for fault in drafts.content_faults(draft):
            row.fail(_COLUMNS[fault.field], fault.text)


def _about_options(problem: str, options: Sequence[str]) -> str:
    if problem == "选项重复":
        seen: dict[str, int] = {}
        for index, option in enumerate(options):
            first = seen.setdefault(option, index)
            if first != index:
                return f"选项 {LETTERS[first]} 与选项 {LETTERS[index]} 相同；请改正其中一个"
    if problem == "选项不能为空":
        gaps = "、".join(LETTERS[n] for n, option in enumerate(options[:10]) if not option)
        return f"选项 {gaps} 为空，后面还有选项；请补上或前移"
    return f"{problem}，现有 {len(options)} 个；请增减选项"


def _cited(row: _Reading) -> Sequence[Cited]:
    law, article = row.text(Field.LAW), row.text(Field.ARTICLE)
    if article and not law:
        row.fail(Field.LAW, f"有条款号“{article}”而没有法律名称；请填写法律名称")
        return ()
    try:
        return words.cited(law, article, row.text(Field.VERSION))
    except words.Unknown as error:
        row.fail(Field.VERSION if "日期" in str(error) else Field.ARTICLE, str(error))
        return ()


def _extra(raw: RawRow, row: _Reading) -> dict[str, Any]:
    row.parsed(Field.SECRECY, words.secrecy, "")
    kept = {each.label: row.text(each) for each in KEPT if row.text(each)}
    unknown = list(raw.extra.items())[:MAX_EXTRA]
    return kept | {clean(name)[:50]: clean(text)[:MAX_EXTRA_TEXT] for name, text in unknown}


def _notes(draft: ItemDraft) -> list[str]:
    return ["题干括号中似有答案，请核对"] if _shows_its_key(draft) else []


def _shows_its_key(draft: ItemDraft) -> bool:
    found = _BRACKETED.findall(draft.stem)
    if not found or draft.item_type not in _CHOICES:
        return False
    if draft.item_type is ItemType.TRUE_FALSE:
        return any(answers.truth(each) is not None for each in found)
    letters = item_types.letters(draft.key)
    return any(re.sub(r"[、,]", "", answers.folded(each)) == letters for each in found)


def as_written(raw: RawRow) -> Mapping[str, str]:
    """The cells of a row by the headings of our template, to be mended and sent again."""
    values = {each.label: text for each, text in raw.values.items()}
    options = {f"选项{LETTERS[n]}": text for n, text in enumerate(raw.options) if n < len(LETTERS)}
    return {**values, **options}
