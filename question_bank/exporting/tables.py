"""The template, and items written into it: workbook, CSV, JSON lines. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from core import spreadsheets
from core.spreadsheets import Column, Table
from question_bank.exporting.records import ExportItem, cells, option_heading, others, part_cells
from question_bank.importing.columns import Field
from question_bank.importing.formats import Format
from question_bank.item_types import DIFFICULTIES, CognitiveLevel, Scene
from question_bank.types import kinds

#: Option columns of the template; an export has more where an item has more.
OPTIONS = 8
_WIDTHS = {Field.STEM: 48, Field.RATIONALE: 36, Field.LAW: 22, Field.TOPIC: 18, Field.NUMBER: 8}
_CHOICES: Mapping[Field, Sequence[str]] = {
    Field.DIFFICULTY: list(DIFFICULTIES.values()),
    Field.COGNITIVE_LEVEL: [label for _, label in CognitiveLevel.choices()],
    Field.SCENE: [label for _, label in Scene.choices()],
    Field.SECRECY: ["公开", "内部"],
}
_BEFORE = (Field.NUMBER, Field.ITEM_TYPE, Field.STEM)
_AFTER = (
    Field.KEY, Field.RATIONALE, Field.DIFFICULTY, Field.TOPIC, Field.LAW, Field.ARTICLE,
    Field.VERSION, Field.COGNITIVE_LEVEL, Field.SCENE, Field.AUDIENCE, Field.WRITER, Field.SOURCE,
    Field.VALID_UNTIL, Field.SECRECY, Field.PASSAGE, Field.GROUP, Field.WEIGHT,
)  # fmt: skip
#: Column, whether it must be filled, what to write, and an example.
_GUIDE = (
    (Field.ITEM_TYPE, "选填", "各种题型的名称；选择题和判断题不填时由答案推断", "多选题"),
    (Field.STEM, "必填", "不写题号；不要把答案写在括号里", "下列关于复查的说法，正确的有："),
    (Field.OPTIONS, "选择题填", "从选项A起依次填，2 至 10 个，不写字母", "应当书面答复"),
    (Field.KEY, "必填", "ABC、A,B,C、A、C、A|B、1,3 都可以；判断题填 正确/错误、√/×、对/错", "ACD"),
    (Field.RATIONALE, "选填", "为什么对、为什么错", ""),
    (Field.DIFFICULTY, "选填", "易、较易、中等、较难、难，或 1 至 5；不填为中等", "中等"),
    (Field.TOPIC, "选填", "章节或知识点，100 字以内", "复查复核"),
    (Field.LAW, "发布前必填", "全称或简称，须已在法律库登记；两部法律用分号隔开", "信访工作条例"),
    (Field.ARTICLE, "发布前必填", "第三十四条、第34条、34 都可以；多条用顿号隔开", "第三十四条"),
    (Field.VERSION, "选填", "公布或施行日期；不填为现行有效的版本", "2022-02-25"),
    (Field.COGNITIVE_LEVEL, "选填", "识记、理解、应用；不填为识记", "应用"),
    (Field.SCENE, "选填", "情景题的来源：来访、来信、网上件；不是情景题的不填", "来访"),
    (Field.AUDIENCE, "选填", "原样保存", "处级及以下"),
    (Field.WRITER, "选填", "原样保存；系统中的命题人是导入的人", ""),
    (Field.SOURCE, "选填", "出处，200 字以内", "自编"),
    (Field.VALID_UNTIL, "选填", "到这一天为止可以抽取；不填为长期", "2027-12-31"),
    (Field.SECRECY, "选填", "只能是公开或内部；本系统不得录入涉密内容", "公开"),
    (Field.PASSAGE, "案例题填", "写在题型为案例分析题的一行，法律、难度等也写在这一行", ""),
    (Field.GROUP, "案例题填", "同一案例的材料行和各小题行填相同的题组号", "1"),
    (Field.WEIGHT, "案例小题填", "小题所占的份数，1 至 100 的整数；不填为 1", "2"),
)  # fmt: skip


def _guide() -> list[tuple[str, str, str, str]]:
    """The lines of the instructions: every column, then how each type writes its answer."""
    columns = [(field.label, need, how, example) for field, need, how, example in _GUIDE]
    types = [(f"正确答案（{kind.item_type.label}）", "按题型", *kind.key_help) for kind in kinds()]
    return [*columns, *types]


def template() -> bytes:
    """The empty workbook: what to write, and the sheet to write it in."""
    guide = Table(
        "填写说明",
        (Column("列", "field", 14), Column("要求", "need", 14), Column("写法", "how", 64),
         Column("示例", "example", 30)),
        [{"field": field, "need": need, "how": how, "example": example}
         for field, need, how, example in _guide()],
        title="试题导入模板填写说明",
        notes=("试题填在“试题”表中，每行一题，列的次序可以调整，多余的列会原样保存。",
               "导入前先预览，有问题的行逐行列出，其余照常导入；确认前不写入任何内容。"),
    )  # fmt: skip
    return spreadsheets.write_workbook(guide, Table("试题", _columns(OPTIONS, hints=True), ()))


def write(items: Sequence[ExportItem], format_: Format) -> bytes:
    """The items as a file that our import reads again."""
    if format_ is Format.JSONL:
        lines = (json.dumps(each, ensure_ascii=False) for item in items for each in _objects(item))
        return "".join(f"{line}\n" for line in lines).encode()
    listed = [each.options for each in items]
    listed += [part.options for each in items for part in each.parts]
    most = max(map(len, listed), default=0)
    headings = dict.fromkeys(name for each in items for name in others(each))
    columns = (
        *_columns(max(OPTIONS, most)),
        _column(Field.STATE),
        *(Column(name, name) for name in headings),
    )
    table = Table("试题", columns, (row for each in items for row in _rows(each)))
    if format_ is Format.CSV:
        return spreadsheets.write_csv(table)
    return spreadsheets.write_workbook(table)


def refused(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows by heading, with 原因, to be mended and imported again."""
    columns = (Column("原行号", "原行号", 10), Column("原因", "原因", 60), *_columns(OPTIONS))
    return spreadsheets.write_workbook(
        Table("试题", [Column(each.title, each.title, each.width) for each in columns], rows)
    )


def _columns(options: int, *, hints: bool = False) -> tuple[Column, ...]:
    worded = [Column(option_heading(n), option_heading(n), 20) for n in range(options)]
    before = [_column(each, hints=hints) for each in _BEFORE]
    after = [_column(each, hints=hints) for each in _AFTER]
    return (*before, *worded, *after)


def _column(field: Field, *, hints: bool = False) -> Column:
    how = {each: text for each, _, text, _ in _GUIDE}
    return Column(
        field.label,
        field.value,
        _WIDTHS.get(field, 12),
        choices=_choices(field) if hints else (),
        hint=how.get(field, "") if hints else "",
    )


def _choices(field: Field) -> Sequence[str]:
    if field is Field.ITEM_TYPE:
        return [kind.item_type.label for kind in kinds()]
    return _CHOICES.get(field, ())


def _rows(item: ExportItem) -> Iterator[dict[str, Any]]:
    """The item's row; after that of a case one for each of its sub-questions."""
    yield others(item) | _named(cells(item)) | _worded(item.options)
    for part in item.parts:
        yield _named(part_cells(item, part)) | _worded(part.options)


def _named(values: Mapping[Field, Any]) -> dict[str, Any]:
    return {field.value: value for field, value in values.items()}


def _worded(options: Sequence[str]) -> dict[str, str]:
    return {option_heading(n): text for n, text in enumerate(options)}


def _objects(item: ExportItem) -> Iterator[dict[str, Any]]:
    yield others(item) | _filled(cells(item), item.options)
    for part in item.parts:
        yield _filled(part_cells(item, part), part.options)


def _filled(values: Mapping[Field, Any], options: Sequence[str]) -> dict[str, Any]:
    filled = {
        field.value: value.isoformat() if isinstance(value, date) else value
        for field, value in values.items()
        if value not in (None, "")
    }
    return filled | ({"options": list(options)} if options else {})
