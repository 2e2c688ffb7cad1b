"""The roster as a workbook: what is exported reads back in, and the template to fill in. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from accounts.roster.columns import CLEAR, COLUMNS, ORDINAL, RosterColumn
from accounts.roster.entry import PersonEntry
from accounts.standing import DutyStatus
from core.labels import Labelled
from core.spreadsheets import Column, Table

#: What spreadsheet programs hold of a list to choose from, in characters.
LONGEST_LIST = 255
_COLUMNS = (
    Column(ORDINAL, "ordinal", 8),
    *(Column(column.title, column.field, column.width) for column in COLUMNS),
)


def roster_table(
    entries: Iterable[PersonEntry],
    unit_names: Mapping[int, str],
    *,
    status_label: Callable[[DutyStatus], str],
    with_notes: bool,
    title: str,
) -> Table:
    """The people in order; ``with_notes`` for those alone who keep the roster."""
    columns = [each for each in _COLUMNS if with_notes or each.key != "note"]
    rows = [
        _row(number, entry, unit_names, status_label) for number, entry in enumerate(entries, 1)
    ]
    return Table("名册", columns, rows, title=title)


def _row(
    number: int,
    entry: PersonEntry,
    unit_names: Mapping[int, str],
    status_label: Callable[[DutyStatus], str],
) -> Mapping[str, Any]:
    return {"ordinal": number} | {
        column.field: _cell(column, getattr(entry, column.field), unit_names, status_label)
        for column in COLUMNS
    }


def _cell(
    column: RosterColumn,
    value: Any,
    unit_names: Mapping[int, str],
    status_label: Callable[[DutyStatus], str],
) -> Any:
    if isinstance(value, DutyStatus):
        return status_label(value)
    if isinstance(value, Labelled):
        return value.label
    return unit_names[value] if column.read is None else value


def template_tables(unit_names: Sequence[str]) -> list[Table]:
    """An explanation, an empty roster, and what the fixed columns may hold."""
    lists: dict[str, Sequence[str]] = {
        column.title: [each.label for each in column.words] for column in COLUMNS if column.words
    }
    lists = {"部门": unit_names} | lists
    return [
        Table(
            "填写说明",
            [
                Column("列", "title", 18),
                Column("必填", "required", 10),
                Column("怎么填", "help", 60),
            ],
            [
                {
                    "title": column.title,
                    "required": "新增必填" if column.required else "",
                    "help": column.help or _choose(column),
                }
                for column in COLUMNS
            ],
            title="人员名册填写说明",
            notes=(
                "在“名册”表中每人一行填写；列的次序不限，不用的列可以删去。",
                f"已在名册中的人：空单元格不改动原有内容；要清空某项，填“{CLEAR}”。",
                "日期可写 2024-3-1、2024/3/1、2024年3月1日，或用日期格式的单元格。",
                "不收集身份证号、手机号等：文件中若有这些列，一律不读取、不保存。",
            ),
        ),
        Table("名册", [_guided(column, unit_names) for column in _COLUMNS], []),
        Table(
            "可填内容",
            [Column(title, title, 16) for title in lists],
            [
                {title: words[line] for title, words in lists.items() if line < len(words)}
                for line in range(max(map(len, lists.values())))
            ],
        ),
    ]


def _guided(column: Column, unit_names: Sequence[str]) -> Column:
    """The column as a sheet to be filled in offers it."""
    ours = next((each for each in COLUMNS if each.field == column.key), None)
    if ours is None:
        return column
    words = [each.label for each in ours.words or ()]
    choices = unit_names if ours.read is None else words
    fits = len(",".join(choices)) <= LONGEST_LIST
    return replace(column, choices=choices if fits else (), hint=ours.help)


def _choose(column: RosterColumn) -> str:
    return "见“可填内容”表" if column.words else ""
