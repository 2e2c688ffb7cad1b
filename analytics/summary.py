"""The official tables, on paper and as workbooks: columns, notes and the line to sign. Pure.

部门汇总表 has the columns of the trade's form in its order; everything else that the pages show
follows on a second sheet, and what each figure means on the last.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from analytics.measures import EXAM, LEARNING, Count, Measures, Ratio
from analytics.tables import SMALLEST_RANKED, Row
from core.spreadsheets import Column, Table

PERCENT, NUMBER, WHOLE = '0.00"%"', "0.00", "0"
#: 部门汇总表: what each column shows, under the form's own names where they differ.
DEPARTMENTS: Sequence[tuple[str, str | None]] = (
    ("roster", None),
    ("exempt", None),
    ("deferred", None),
    ("due", None),
    ("taken", None),
    ("participation", None),
    ("passed", "合格数"),
    ("pass_due", None),
    ("excellent", "优秀数"),
    ("excellent_due", "优秀率"),
    ("mean", None),
    ("highest", None),
    ("lowest", None),
    ("absent", "缺考人数"),
)
SIGNATURE = "填报单位（盖章）　　　　负责人签字　　　　填报人　　　　联系电话　　　　日期"
RULES = (
    "合计由人数与总分重算，不对各部门比率求平均；百分比四舍五入到两位，分母为零显示“—”",
    f"应参考不足 {SMALLEST_RANKED} 人的部门只列数、不排名；单列和其他人员不排名",
    "名次依次比较合格率（应考）、平均分、参考率（均按显示的两位小数），相同者并列",
)


def notes(total: Row) -> list[str]:
    """What a reader of the exam's table must know beside its figures."""
    voided = total.values["voided"]
    said = [f"成绩无效 {voided} 人，按 0 分计入平均分"] if voided else []
    if total.values["unmarked"]:
        said.append(
            f"{total.values['unmarked']} 人的答卷待阅卷：计入实参考，其合格、优秀和分数评完后计入"
        )
    if total.values["waiting"]:
        said.append(f"场次尚在进行，{total.values['waiting']} 人尚未参考，数字为暂计")
    if total.values["pending"]:
        said.append(f"{total.values['pending']} 人缓考，待补考")
    return said


def titled(measures: Measures, columns: Sequence[tuple[str, str | None]]) -> list[tuple[str, str]]:
    """(key, title) of columns."""
    return [(key, title or measures.titles[key]) for key, title in columns]


def exam_tables(rows: Sequence[Row], *, title: str, basis: Sequence[str]) -> list[Table]:
    """The workbook of an exam; ``basis`` says which roster and moment the figures stand on."""
    ranked = [_column(EXAM, key, name) for key, name in titled(EXAM, DEPARTMENTS)]
    return [
        Table(
            "部门汇总表",
            [Column("序号", "number", 6, WHOLE), *_place(), *ranked, _rank()],
            [_record(row, number) for number, row in _numbered(rows)],
            title=f"{title}部门汇总表",
            notes=[*basis, *notes(rows[-1]), *RULES, SIGNATURE],
        ),
        Table(
            "全部指标",
            [*_place(), *(_column(EXAM, each.key) for each in EXAM.records), _rank()],
            [_record(row) for row in rows],
            title=f"{title}全部指标",
            notes=list(basis),
        ),
        definitions(EXAM, RULES),
    ]


def indicators(
    measures: Measures, rows: Sequence[Row], *, title: str, basis: Sequence[str]
) -> Table:
    """Every count, total and ratio of each row: whoever has the sheet can work out its ratios."""
    return Table(
        "全部指标",
        [
            Column("序号", "number", 6, WHOLE),
            *_place(),
            *(_column(measures, each.key) for each in measures.records),
        ],
        [_record(row, number) for number, row in _numbered(rows)],
        title=title,
        notes=[*basis, RULES[0]],
    )


def learning_tables(rows: Sequence[Row], *, title: str, basis: Sequence[str]) -> list[Table]:
    return [
        Table(
            "学习汇总表",
            [
                Column("序号", "number", 6, WHOLE),
                *_place(),
                *(_column(LEARNING, each.key) for each in LEARNING.records),
            ],
            [_record(row, number) for number, row in _numbered(rows)],
            title=title,
            notes=[*basis, RULES[0], SIGNATURE],
        ),
        definitions(LEARNING, RULES[:1]),
    ]


def _numbered(rows: Sequence[Row]) -> list[tuple[int | None, Row]]:
    """Rows with 序号; sums have none."""
    return [(None if row.is_sum else n, row) for n, row in enumerate(rows, 1)]


def _place() -> list[Column]:
    return [Column("部门", "place", 24)]


def _rank() -> Column:
    return Column("名次", "rank", 8, WHOLE)


def _column(measures: Measures, key: str, title: str | None = None) -> Column:
    record = measures.record(key)
    if isinstance(record, Count):
        return Column(title or record.title, key, 10, WHOLE)
    is_percentage = isinstance(record, Ratio) and record.is_percentage
    return Column(title or record.title, key, 12, PERCENT if is_percentage else NUMBER)


def _record(row: Row, number: int | None = None) -> dict[str, Any]:
    return {
        "number": number,
        "place": row.title,
        **row.values,
        **row.figures,
        "rank": row.rank,
    }


def definitions(measures: Measures, rules: Iterable[str]) -> Table:
    """The sheet 口径: what every column means, and what it is divided by."""
    values = ({"title": each.title, "definition": each.definition} for each in measures.values)
    ratios = (
        {"title": each.title, "definition": f"{measures.formula(each)}；{each.why}"}
        for each in measures.ratios
    )
    return Table(
        "口径",
        [Column("项目", "title", 20), Column("口径", "definition", 80)],
        [*values, *ratios],
        notes=list(rules),
    )
