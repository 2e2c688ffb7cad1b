"""Charts of the board: what each shows, as drawn and as the table behind it. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from analytics import pictures, tables
from analytics.board.facts import MONTHS
from analytics.board.measures import BOARD, FUNNEL
from analytics.evaluation.departments import gini
from analytics.masking import SMALLEST, is_hidden
from analytics.pictures import Lines
from analytics.tables import Row
from core import figures

PROGRESS = ("study", "course_completion")
#: Of a hundred marks.
LINES = Lines(Decimal(100), Decimal(60), Decimal(90))


@dataclass(frozen=True)
class Chart:
    """A chart and the table behind it; ``drawn`` names it in analytics.charts."""

    name: str
    title: str
    note: str
    drawn: str
    rows: Sequence[dict[str, Any]]
    heading: Sequence[str]
    table: Sequence[Sequence[str]]
    #: What stands for it on phones: the small bars.
    words: Sequence[dict[str, Any]]
    #: The value that fills a small bar; None for the largest.
    most: int | None = 100


def progress(rows: Sequence[Row]) -> Chart:
    """参学率 and 课程完成率 of each department and of the bureau."""
    shown = [row for row in rows if row.kind in (tables.RANKED, tables.TOTAL)]
    bars = pictures.departments(shown, BOARD, PROGRESS)
    table = [
        [_name(row), *(_parted(row, key) for key in PROGRESS)]
        for row in shown
        if not is_hidden(row)
    ]
    return Chart(
        "progress", "各部门参学率、课程完成率", "括号内为分子／分母；单列和其他人员只计入“全局”。",
        "departments", bars, ["部门", *(BOARD.titles[key] for key in PROGRESS)], table,
        pictures.words(bars),
    )  # fmt: skip


def _name(row: Row) -> str:
    return "全局" if row.is_sum else row.title


def _parted(row: Row, key: str) -> str:
    ratio = BOARD.ratio(key)
    top, base = (_plain(row, each) for each in (ratio.numerator, ratio.denominator))
    return f"{figures.percent(row.figures[key])}（{figures.plain(top)}/{figures.plain(base)}）"


def _plain(row: Row, key: str) -> Decimal | None:
    value = row.values[key]
    return None if value is None else Decimal(value)


def funnel(row: Row) -> Chart:
    """From assigned to passed: each stage among those of the one before."""
    told = [(BOARD.titles[key], row.values[key]) for key in FUNNEL]
    # Who may not know the scores of a handful does not see how many passed.
    counts = [(title, int(value)) for title, value in told if value is not None]
    first = counts[0][1] if counts else 0
    rows, table = [], []
    for place, (title, people) in enumerate(counts):
        share = figures.percent(figures.rate(people, first))
        step = (
            figures.percent(figures.rate(people, counts[place - 1][1])) if place else figures.NONE
        )
        rows.append({"label": title, "value": people, "text": f"{people} 人　{share}"})
        table.append([title, str(people), share, step])
    return Chart(
        "funnel", "从布置到合格", "每一段都是前一段的一部分；百分比以有必修任务的人为分母。",
        "bars", rows, ["阶段", "人数", "占有必修任务", "占前一段"], table, rows, None,
    )  # fmt: skip


def months(found: Mapping[str, pd.DataFrame], first_days: Sequence[date]) -> Chart:
    """Minutes of study a head, month by month, of one or two groups of cells."""
    rows, table = [], [[f"{each.year} 年 {each.month} 月"] for each in first_days]
    notes = []
    for title, cells in found.items():
        due = int(cells["due"].sum())
        minutes = monthly(cells, len(first_days))
        for place, each in enumerate(minutes):
            value = figures.half_up(Decimal(each) / due) if due else None
            table[place].append(figures.fixed(value))
            rows.append({"month": f"{first_days[place].month} 月", "measure": title,
                         "value": float(value or 0), "text": figures.plain(value, 1)})  # fmt: skip
        notes.append(f"{title}均衡度 {figures.percent(balance(minutes))}")
    words = [
        {"label": each["month"], "value": each["value"], "text": f"{each['text']} 分钟"}
        for each in rows
        if each["measure"] == next(iter(found), "")
    ]
    return Chart(
        "months", "每月人均学习分钟", f"{'；'.join(notes)}（1 − 基尼系数，各月一样多为 100%）。",
        "months", rows, ["月份", *(f"{title}（分钟）" for title in found)], table, words, None,
    )  # fmt: skip


def monthly(cells: pd.DataFrame, count: int) -> list[int]:
    """Whole minutes of each month."""
    return [int(cells[key].sum()) // 60 for key in MONTHS[:count]]


def balance(minutes: Sequence[int]) -> Decimal | None:
    """1 − Gini of the months, in percent; None where nothing was studied."""
    found = gini(minutes)
    if found is None:
        return None
    share = Fraction(1) - found
    return figures.rate(share.numerator, share.denominator)


def _parts(cells: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The cells of each department's row, by the row's key."""
    groups = cells[["unit_id", "line", "scores", *MONTHS]].groupby(["unit_id", "line"])
    return {f"{unit_id}-{line}": own for (unit_id, line), own in groups}


def regularity(cells: pd.DataFrame, rows: Sequence[Row], count: int) -> Chart:
    """How evenly each department studied over the months."""
    bars, table, parts = [], [], _parts(cells)
    for row in rows:
        if row.kind not in (tables.RANKED, tables.TOTAL) or is_hidden(row):
            continue
        own = cells if row.is_sum else parts[row.key]
        minutes = monthly(own, count)
        value = balance(minutes)
        text = figures.percent(value)
        bars.append({"label": _name(row), "value": float(value or 0), "text": text})
        table.append([_name(row), text, str(sum(minutes))])
    return Chart(
        "regularity", "各部门学习均衡度",
        "1 − 各月学习分钟的基尼系数：各月一样多为 100%，集中在一个月接近 0。",
        "bars", bars, ["部门", "均衡度", "学习分钟"], table, bars,
    )  # fmt: skip


def scores_of(cells: pd.DataFrame) -> pd.Series:
    """One entry a person with a score, in hundredths, ascending."""
    counted: Counter[int] = Counter()
    for each in cells["scores"]:
        counted.update({int(score): people for score, people in each.items()})
    ordered = sorted(counted.items())
    numbers = np.repeat([score for score, _ in ordered], [people for _, people in ordered])
    return pd.Series(numbers, dtype="int64")


def distribution(cells: pd.DataFrame) -> Chart:
    scores = scores_of(cells)
    found = pictures.scores(
        pd.DataFrame({"score": scores, "scored": True, "voided": False}).astype(
            {"scored": "bool", "voided": "bool"}
        ),
        LINES,
    )
    words = [
        {"label": f"{each['range']} 分", "value": each["people"],
         "text": f"{each['people']} 人，{each['level']}"} for each in found
    ]  # fmt: skip
    return Chart(
        "scores", "成绩分布",
        "每人各场的平均成绩（百分制）；每段含下限、不含上限，最高一段含 100 分；"
        "60 分、90 分为本图的分界，各场的合格线以场次为准。",
        "scores", found, ["成绩", "人数", "等次"],
        [[f"{each['range']} 分", str(each["people"]), each["level"]] for each in found],
        words, None,
    )  # fmt: skip


def boxes(cells: pd.DataFrame, rows: Sequence[Row], *, named: bool) -> Chart:
    """The middle half, the median and the extremes of each department's scores; of departments of
    few only for those who may know their people (``named``)."""
    drawn, table, parts = [], [], _parts(cells)
    for row in rows:
        if row.kind not in (tables.RANKED, tables.TOTAL) or is_hidden(row):
            continue
        scores = scores_of(cells if row.is_sum else parts[row.key])
        if len(scores) < (1 if named else SMALLEST):
            continue
        five = five_numbers(scores)
        keys = ("low", "q1", "median", "q3", "high")
        numbers = {key: float(value) for key, value in zip(keys, five, strict=True)}
        told = {"unit": _name(row), "people": len(scores), "text": figures.fixed(five[2])}
        drawn.append(told | numbers)
        table.append([_name(row), str(len(scores)), *(figures.fixed(each) for each in five)])
    words = [{"label": each["unit"], "value": each["median"], "text": f"中位 {each['text']} 分"}
             for each in drawn]  # fmt: skip
    return Chart(
        "boxes", "各部门成绩的高低", "箱体为中间一半的人，竖线为中位数，两端为最低和最高；"
        "分位数按线性插值；不足 5 人的不画。",
        "boxes", drawn, ["部门", "人数", "最低", "下四分位", "中位数", "上四分位", "最高"],
        table, words,
    )  # fmt: skip


def five_numbers(scores: pd.Series) -> list[Decimal]:
    """Lowest, quartiles (by linear interpolation) and highest, in marks, half up."""
    ordered = sorted(scores.tolist())
    found = []
    for quarter in range(5):
        place, rest = divmod((len(ordered) - 1) * quarter, 4)
        upper = ordered[min(place + 1, len(ordered) - 1)]
        hundredths = Fraction(ordered[place]) + Fraction(rest, 4) * (upper - ordered[place])
        exact = Decimal(hundredths.numerator) / Decimal(hundredths.denominator * 100)
        found.append(figures.half_up(exact))
    return found


def compared(
    key: str, first: tuple[str, Sequence[Row]], second: tuple[str, Sequence[Row]]
) -> Chart:
    """A figure of two periods, department by department."""
    ratio = BOARD.ratio(key)
    other = {row.key: row for row in second[1]}
    bars, table = [], []
    for row in first[1]:
        if row.kind not in (tables.RANKED, tables.TOTAL):
            continue
        then = other.get(row.key)
        pair = [(first[0], row.figures[key]), (second[0], then.figures[key] if then else None)]
        said = [figures.percent(v) if ratio.is_percentage else figures.fixed(v) for _, v in pair]
        gap = pair[0][1] - pair[1][1] if pair[0][1] is not None and pair[1][1] is not None else None
        table.append([_name(row), *said, signed(gap)])
        bars += [
            {"unit": _name(row), "measure": title, "value": float(value), "text": text}
            for (title, value), text in zip(pair[::-1], said[::-1], strict=True)
            if value is not None
        ]
    return Chart(
        "compare", f"{ratio.title}：{first[0]}与{second[0]}",
        "两期名单、任务和考试不尽相同，只看大致变化。",
        "departments", bars, ["部门", first[0], second[0], "相差"], table, pictures.words(bars),
        None,
    )  # fmt: skip


def signed(gap: Decimal | None) -> str:
    if gap is None:
        return figures.NONE
    return f"{'+' if gap > 0 else '−' if gap < 0 else ''}{figures.plain(abs(gap))}"
