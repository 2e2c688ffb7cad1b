"""The departments' index as a workbook and as an official paper. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from analytics.evaluation.departments import Index
from analytics.evaluation.kinds import Measure
from core.figures import NONE, fixed
from core.official import Block, Grid, Level, Paper
from core.spreadsheets import Column, Table

NUMBER = "0.00"
NOTES = (
    "部门指数按部门本行人员重算，单列和其他人员不计；没有分母的项剔除，其余各项按比例重分权",
    "人数不足下限的部门只列不排；并列的名次相同（1、2、2、4）",
    "本表只作参考材料，不代替公务员年度考核，等次名称不与法定等次混用",
)


def table(rows: Sequence[Index], *, title: str, basis: Sequence[str]) -> Table:
    return Table(
        "部门指数",
        [
            Column("名次", "rank", 7, "0"),
            Column("部门", "unit", 22),
            Column("人数", "people", 8, "0"),
            Column("指数", "total", 9, NUMBER),
            *(Column(each.label, each.value, 11, NUMBER) for each in Measure),
        ],
        [_row(each) for each in rows],
        title=f"{title}部门指数表",
        notes=[*basis, "各项所列为该项得分（重分权以后）", *NOTES],
    )


def _row(each: Index) -> dict[str, Any]:
    points = {
        one.measure.value: None if one.value is None else round(float(one.points), 6)
        for one in each.shares
    }
    return {"rank": each.rank, "unit": each.unit, "people": each.people, "total": each.total,
            **points}  # fmt: skip


def paper(
    rows: Sequence[Index], *, title: str, basis: Sequence[str], state: str, dated: date
) -> Paper:
    ranked = sorted((each for each in rows if each.rank), key=lambda each: each.rank or 0)
    listed = [each for each in rows if not each.rank]
    blocks: list[Block | Grid] = [
        Block("一、依据", Level.FIRST),
        *(Block(f"{each}。") for each in basis),
        Block(f"本版{state}。"),
        Block("二、部门指数", Level.FIRST),
        Grid(
            ("名次", "部门", "人数", "指数"),
            [
                (str(each.rank) if each.rank else NONE, each.unit, str(each.people),
                 fixed(each.total))
                for each in [*ranked, *listed]
            ],
        ),
        Block("三、说明", Level.FIRST),
        *(Block(f"{each}。") for each in NOTES),
    ]  # fmt: skip
    return Paper(title=f"{title}部门指数", blocks=blocks, organ="人事司", dated=dated)
