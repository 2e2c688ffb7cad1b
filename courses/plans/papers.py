"""A plan as a workbook and as an official paper. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from core.figures import percent, plain
from core.official import Block, Grid, Level, Paper
from core.spreadsheets import Column

PERCENT = '0.00"%"'
ITEMS = (
    Column("序号", "number", 6),
    Column("班名", "title", 30),
    Column("月份", "month", 8),
    Column("培训类别", "kind", 10),
    Column("培训种类", "training_kind", 14),
    Column("主要内容", "category", 12),
    Column("对象", "audience", 20),
    Column("计划学时", "hours", 10),
    Column("计划人数", "people", 10),
    Column("已办班次", "classes", 10),
    Column("完成学时", "done_hours", 10),
    Column("结业人数", "done_people", 10),
    Column("人数完成率", "rate", 12, PERCENT),
    Column("情况", "state", 10),
)
TARGETS = (
    Column("对象", "audience", 24),
    Column("每人学时", "hours", 10),
    Column("达标比例要求（%）", "percent", 16),
    Column("应训人数", "people", 10),
    Column("已参训人数", "trained", 10),
    Column("达标人数", "reached", 10),
    Column("达标率", "rate", 10, PERCENT),
    Column("至今应有学时", "asked", 12, "0.00"),
    Column("按进度人数", "paced", 10),
    Column("结论", "met", 18),
)
SHARES = (
    Column("内容", "category", 14),
    Column("要求不少于（%）", "wanted", 14),
    Column("计划学时", "planned_hours", 10),
    Column("计划占比", "planned", 10, PERCENT),
    Column("完成学时", "held_hours", 10),
    Column("完成占比", "held", 10, PERCENT),
)

Row = Mapping[str, Any]


def paper(
    *,
    title: str,
    edition: str,
    reason: str,
    about: str,
    items: Sequence[Row],
    targets: Sequence[Row],
    shares: Sequence[Row],
    dated: date | None,
) -> Paper:
    return Paper(
        title=title + (f"\n（{edition}）" if edition else ""),
        blocks=list(_blocks(reason, about, items, targets, shares)),
        organ="人事司",
        dated=dated,
    )


def _blocks(
    reason: str,
    about: str,
    items: Sequence[Row],
    targets: Sequence[Row],
    shares: Sequence[Row],
) -> Iterator[Block | Grid]:
    if reason:
        yield Block(f"修改原因：{reason}")
    yield Block("一、总体要求", Level.FIRST)
    yield Block(about or "按照干部教育培训和普法规划的要求，组织开展法治培训。")
    yield Block("二、培训目标", Level.FIRST)
    for each in targets:
        yield Block(
            f"{each['audience']}：每人集中培训不少于 {plain(each['hours'])} 学时，"
            f"达标人数不低于 {each['percent']}%。"
        )
    wanted = [f"{each['category']}不少于 {each['wanted']}%" for each in shares if each["wanted"]]
    if wanted:
        yield Block(f"内容安排：{'，'.join(wanted)}。")
    yield Block("三、班次安排", Level.FIRST)
    yield Grid(
        ("序号", "班名", "月份", "对象", "学时", "人数"),
        [(str(each["number"]), each["title"], each["month"], each["audience"],
          plain(each["hours"]), str(each["people"])) for each in items],
    )  # fmt: skip
    yield Block("四、执行情况", Level.FIRST)
    yield Grid(
        ("班名", "情况", "结业人数", "人数完成率"),
        [(each["title"], each["state"], str(each["done_people"]), percent(each["rate"]))
         for each in items],
    )  # fmt: skip
    yield Grid(
        ("对象", "应训", "已参训", "达标", "达标率"),
        [(each["audience"], str(each["people"]), str(each["trained"]), str(each["reached"]),
          percent(each["rate"])) for each in targets],
    )  # fmt: skip
