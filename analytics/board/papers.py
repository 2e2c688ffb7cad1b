"""The board as a workbook, as an official paper, and as data. Pure: figures in, blocks out."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from analytics import summary
from analytics.board.measures import BOARD
from analytics.board.report import PLAN, Late, Weak, records, tile
from analytics.masking import is_hidden
from analytics.measures import Value
from analytics.tables import Row
from core import figures
from core.official import Block, Grid, Level, Paper
from core.spreadsheets import Column, Table

#: The columns of the paper's table.
COLUMNS = ("due", "study", "course_completion", "keeping", "participation", "pass_due", "mean")
HIDDEN = "不足 5 人或可由此推知个人的，不显示"
ORGAN, ADDRESSEES = "国家信访局人事司", "各司（室）、直属单位"


def resting(sources: Sequence[Mapping[str, Any]] | None) -> str:
    """Which papers the rates of laws and articles rest on."""
    if sources is None:
        return "法律、条文得分率所依据的试卷：这一版没有记下，重新计算后列出"
    named = [f"《{each['session']}》{each['form']}（{each['scripts']} 份）" for each in sources]
    return f"法律、条文得分率所依据的试卷：{'、'.join(named) or '没有成绩已公布的试卷'}"


def workbook(
    rows: Sequence[Row], laws: Sequence[Weak], articles: Sequence[Weak], *, title: str,
    basis: Sequence[str], sources: Sequence[Mapping[str, Any]] | None,
) -> list[Table]:  # fmt: skip
    return [
        summary.indicators(BOARD, rows, title=f"{title}学法情况", basis=[*basis, HIDDEN]),
        _weak("法律法规", laws, title, basis),
        _weak("条文", articles, title, basis),
        _sources(sources, title, basis),
        summary.definitions(BOARD, summary.RULES[:1]),
    ]


def _weak(what: str, found: Sequence[Weak], title: str, basis: Sequence[str]) -> Table:
    rate = summary.PERCENT
    return Table(
        what,
        [
            Column(what, "title", 50), Column("答题人数", "people", 10, summary.WHOLE),
            Column("得分率", "rate", 12, rate), Column("区间下限", "low", 12, rate),
            Column("区间上限", "high", 12, rate),
        ],
        [
            {"title": each.title, "people": each.people, "rate": each.rate, "low": each.low,
             "high": each.high}
            for each in found
        ],
        title=f"{title}{what}得分率",
        notes=[*basis, "得分率按人平均，区间为 95% 置信区间；不足 5 人的不列"],
    )  # fmt: skip


def _sources(
    sources: Sequence[Mapping[str, Any]] | None, title: str, basis: Sequence[str]
) -> Table:
    return Table(
        "依据的试卷",
        [Column("考试", "session", 40), Column("试卷", "form", 40),
         Column("计入的答卷", "scripts", 12, summary.WHOLE), Column("法律法规", "laws", 80)],
        [{**each, "laws": "、".join(each["laws"])} for each in sources or ()],
        title=f"{title}法律、条文得分率所依据的试卷",
        notes=basis,
    )  # fmt: skip


def paper(
    rows: Sequence[Row], late: Sequence[Late], laws: Sequence[Weak], articles: Sequence[Weak], *,
    title: str, basis: Sequence[str], sources: Sequence[Mapping[str, Any]] | None,
    elapsed: Decimal, dated: date,
) -> Paper:  # fmt: skip
    """情况分析: names departments, laws and articles, never persons."""
    blocks: list[Block | Grid] = [
        Block("一、总体进度", Level.FIRST),
        *(Block(line) for line in overall(rows[-1], elapsed)),
        Block("二、落后的部门", Level.FIRST),
        *(Block(f"{each.title}：{'；'.join(each.reasons)}。") for each in late),
        *([] if late else [Block("没有明显落后的部门。")]),
        Block("三、掌握不够的内容", Level.FIRST),
        Block(_named("失分较多的法律法规", laws, marked=True)),
        Block(_named("失分较多的条文", articles, marked=False)),
        Block(f"{resting(sources)}。"),
        Block("各部门情况如下：", Level.FLUSH),
        grid(rows),
        *(Block(f"{line}。") for line in (*basis, HIDDEN) if line != resting(sources)),
    ]
    return Paper(title=f"{title}学法情况分析", blocks=blocks, addressees=ADDRESSEES, organ=ORGAN,
                 dated=dated)  # fmt: skip


def overall(total: Row, elapsed: Decimal) -> list[str]:
    if is_hidden(total):
        return [f"{HIDDEN}。"]
    lines = [
        f"应参学 {total.values['due']} 人，时间进度 {figures.percent(elapsed)}。"
        + "，".join(_said(total, key) for key in ("study", "completion"))
        + "。"
    ]
    said = []
    for key in PLAN:
        found = tile(key, total, None, elapsed)
        said.append(
            f"{found.title} {found.text}" + (f"（{found.verdict}）" if found.verdict else "")
        )
    lines.append("，".join(said) + "。")
    lines.append(
        "，".join(_said(total, key) for key in ("participation", "pass_due", "mean")) + "。"
    )
    return lines


def _said(row: Row, key: str) -> str:
    ratio = BOARD.ratio(key)
    text = (
        figures.percent(row.figures[key])
        if ratio.is_percentage
        else figures.fixed(row.figures[key])
    )
    top, base = row.values[ratio.numerator], row.values[ratio.denominator]
    return f"{ratio.title} {text}（{_number(top)}/{_number(base)}）"


def _number(value: Value) -> str:
    return figures.NONE if value is None else figures.plain(Decimal(value))


def _named(what: str, found: Sequence[Weak], *, marked: bool) -> str:
    if not found:
        return f"{what}：没有足够的答卷。"
    named = [
        f"{f'《{each.title}》' if marked else each.title}（{each.people} 人，得分率 "
        f"{figures.percent(each.rate)}，"
        f"区间 {figures.percent(each.low)}–{figures.percent(each.high)}）"
        for each in found
    ]
    return f"{what}：{'、'.join(named)}。"


def grid(rows: Sequence[Row]) -> Grid:
    cells = []
    for row in rows:
        line = [row.title]
        for key in COLUMNS:
            if key in row.values:
                line.append(_number(row.values[key]))
            else:
                ratio, value = BOARD.ratio(key), row.figures[key]
                line.append(figures.percent(value) if ratio.is_percentage else figures.fixed(value))
        cells.append(line)
    return Grid(["部门", *(BOARD.titles[key] for key in COLUMNS)], cells)


def data(
    rows: Sequence[Row], laws: Sequence[Weak], articles: Sequence[Weak], **about: Any
) -> dict[str, Any]:
    """Plain JSON: numbers as numbers, what is not there as null."""
    return {
        **about,
        "records": records(),
        "rows": [
            {"row": row.key, "unit": row.title, "kind": row.kind, "hidden": is_hidden(row),
             "values": {key: _plain(value) for key, value in row.values.items()},
             "figures": {key: _plain(value) for key, value in row.figures.items()}}
            for row in rows
        ],
        "laws": [_point(each) for each in laws],
        "articles": [_point(each) for each in articles],
    }  # fmt: skip


def _point(each: Weak) -> dict[str, Any]:
    return {"title": each.title, "people": each.people, "rate": float(each.rate),
            "low": float(each.low), "high": float(each.high)}  # fmt: skip


def _plain(value: Value) -> int | float | None:
    return float(value) if isinstance(value, Decimal) else value
