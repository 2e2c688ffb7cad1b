"""A standard as a sheet to fill in, and as an official report. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from core.figures import plain
from core.official import Block, Grid, Level, Paper
from core.spreadsheets import Column, Table
from exam.papers.snapshot import Slot
from exam.results.angoff import SLOT, Judged, Place, Standard


def sheet(slots: Sequence[Slot], judged: Sequence[Judged], title: str) -> Table:
    """A column a judge, with what was entered so far."""
    return Table(
        "评分表",
        [
            Column(SLOT, "slot", 8),
            Column("题型", "type", 10),
            Column("分值", "marks", 8),
            *(Column(each.name, each.name, 12) for each in judged),
        ],
        [
            {"slot": each.slot, "type": each.item_type.label, "marks": each.marks}
            | {one.name: one.ratings.get(each.slot) for one in judged}
            for each in slots
        ],
        title=title,
        notes=["每格填 0 到 100 的整数：一百名刚好合格的人当中，有多少人能答对（得满分）这道题。"],
    )


def report(
    *,
    form: str,
    minimal: str,
    posts: Sequence[tuple[str, str]],
    first: Standard | None,
    last: Standard,
    places: Sequence[Place],
    discussion: str,
    uses: Sequence[str],
    organ: str,
    dated: date | None,
) -> Paper:
    return Paper(
        title=f"“{form}”合格线评定报告",
        blocks=list(_blocks(minimal, posts, first, last, places, discussion, uses)),
        organ=organ,
        dated=dated,
    )


def _blocks(
    minimal: str,
    posts: Sequence[tuple[str, str]],
    first: Standard | None,
    last: Standard,
    places: Sequence[Place],
    discussion: str,
    uses: Sequence[str],
) -> Iterator[Block | Grid]:
    full = plain(sum(each.marks for each in places))
    yield Block("一、方法和标准", Level.FIRST)
    yield Block(
        f"按安戈夫（Angoff）法，由 {len(posts)} 名评委逐题估计：一百名刚好合格的人当中，"
        f"有多少人能答对。各题估计乘以分值相加，即评委认为的合格线；全体评委的平均为评定结果。"
        f"全卷 {len(places)} 题，满分 {full} 分，评两轮，两轮之间讨论分歧。"
    )
    yield Block(f"评委议定的标准：{minimal}")
    yield Block("二、结果", Level.FIRST)
    yield Block(
        f"合格线 {last.cut:f} 分，标准误 {last.error:f} 分；评委之间的标准差 {last.spread:f} 分，"
        f"最低 {last.low:f} 分，最高 {last.high:f} 分。"
    )
    if first is not None:
        yield Block(
            f"第一轮为 {first.cut:f} 分，标准误 {first.error:f} 分，标准差 {first.spread:f} 分。"
        )
    before = {each.name: each.cut for each in first.judges} if first else {}
    yield Grid(
        ("评委", "职务", "第一轮（分）", "第二轮（分）"),
        [
            (each.name, dict(posts).get(each.name, ""), plain(before.get(each.name)),
             plain(each.cut))
            for each in last.judges
        ],
    )  # fmt: skip
    yield Block("三、分歧与讨论", Level.FIRST)
    apart = first.to_discuss if first else []
    named = "、".join(f"第 {each.slot} 题（{each.low}—{each.high}）" for each in apart)
    yield Block(f"第一轮评委相差 30 以上的有 {len(apart)} 题{f'：{named}' if named else ''}。")
    if discussion:
        yield Block(f"讨论纪要：{discussion}")
    still = "、".join(f"第 {each.slot} 题" for each in last.to_discuss)
    yield Block(f"讨论之后仍相差 30 以上的：{still or '没有'}。")
    yield Block("四、采用情况", Level.FIRST)
    for each in uses or ["尚未采用。"]:
        yield Block(each)
    yield Block("五、各题估计（第二轮）", Level.FIRST)
    yield Grid(
        ("题号", "分值", "平均（%）", "最低", "最高"),
        [
            (str(view.slot), plain(place.marks), plain(view.mean), str(view.low), str(view.high))
            for view, place in zip(last.items, places, strict=True)
        ],
    )
