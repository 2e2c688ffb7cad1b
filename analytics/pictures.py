"""What each chart shows: its rows out of department tables and scores. Pure.

The drawn chart (analytics.charts) and the small bars of a phone are made of the same rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from analytics.measures import EXAM, Measures, Ratio
from analytics.tables import RANKED, TOTAL, Row
from core.figures import percent, plain

#: The two rates that each kind of table is drawn with.
EXAM_SHOWN = ("participation", "pass_due")
LEARNING_SHOWN = ("participation", "completion")


def departments(
    rows: Sequence[Row], measures: Measures, keys: Sequence[str]
) -> list[dict[str, Any]]:
    """A bar a rate for each department's own row and for the bureau; none without people."""
    return [
        {
            "unit": "全局" if row.is_sum else row.title,
            "measure": measures.ratio(key).title,
            "value": float(row.figures[key] or 0),
            "text": _with_people(row, measures.ratio(key)),
        }
        for row in rows
        if row.kind in (RANKED, TOTAL)
        for key in keys
        if row.figures[key] is not None
    ]


def words(bars: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rate drawn last, as the small bars that stand for a chart on phones and in speech."""
    return [
        {"label": bar["unit"], "value": bar["value"], "text": bar["text"].partition("（")[0]}
        for bar in bars
        if bar["measure"] == bars[-1]["measure"]
    ]


def _with_people(row: Row, ratio: Ratio) -> str:
    """A rate with its people: 97.50%（39/40）."""
    parts = f"{row.values[ratio.numerator]}/{row.values[ratio.denominator]}"
    return f"{percent(row.figures[ratio.key])}（{parts}）"


def trend(exams: Sequence[tuple[str, Row]]) -> list[dict[str, Any]]:
    """The bureau's rates from exam to exam, oldest first."""
    return [
        {
            "exam": title,
            "measure": EXAM.ratio(key).title,
            "value": float(row.figures[key] or 0),
            "text": percent(row.figures[key]),
        }
        for title, row in exams
        for key in EXAM_SHOWN
        if row.figures[key] is not None
    ]


@dataclass(frozen=True)
class Lines:
    """The marks of a session: what a paper is worth, passes with, is excellent with."""

    total: Decimal
    passing: Decimal
    excellent: Decimal


def scores(people: pd.DataFrame, lines: Lines) -> list[dict[str, Any]]:
    """People by score, in ranges that hold their lower end, from the lowest that holds anybody.

    Voided and unmarked sittings are left out; a makeup that reached the excellent line lies where
    its score does, though it does not count as 优秀.
    """
    valid = people.loc[people["scored"] & ~people["voided"], "score"]
    edges = _edges(lines)
    places = pd.cut(valid, [*(int(edge * 100) for edge in edges[:-1]), 10**9], right=False)
    numbers = places.value_counts(sort=False).tolist()
    ranges = [
        {"range": f"{plain(low)}–{plain(high)}", "people": number, "level": _level(low, lines)}
        for low, high, number in zip(edges, edges[1:], numbers, strict=False)
    ]
    first = next((n for n, each in enumerate(ranges) if each["people"]), 0)
    return ranges[first:]


def _edges(lines: Lines) -> list[Decimal]:
    """0, then every tenth of the paper, with the pass and the excellent line among them."""
    tenths = {lines.total * n / 10 for n in range(11)}
    inside = {edge for edge in (lines.passing, lines.excellent) if edge < lines.total}
    near = {
        tenth
        for tenth in tenths - {Decimal(0), lines.total}
        if any(0 < abs(tenth - line) < lines.total / 20 for line in inside)
    }
    return sorted((tenths - near) | inside)


def _level(low: Decimal, lines: Lines) -> str:
    if low < lines.passing:
        return "不合格"
    return "优秀" if low >= lines.excellent else "合格"
