"""What the board says: are we on plan, who is behind, what is not known. Pure.

Page, wall, workbook, paper and interface say it from here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from analytics import tables
from analytics.board.measures import BOARD, exclusions, seen_by
from analytics.masking import is_hidden
from analytics.mastery import Cell, Subject
from analytics.measures import Count, Ratio
from analytics.tables import Row
from core import figures

#: The figures of the first screen, by the question that they answer.
PLAN = ("course_completion", "completion", "keeping", "regularity")
LEARNT = ("study", "participation", "pass_due", "mean")
#: Points below the plan or the bureau at which somebody is behind.
BEHIND = Decimal(10)
#: Departments, laws and articles that are named.
NAMED = 5


@dataclass(frozen=True)
class Tile:
    """A figure with all that explains it."""

    key: str
    title: str
    text: str
    unit: str
    numerator: str
    denominator: str
    #: The numbers alone: 453 ÷ 750.
    brief: str
    why: str
    exclusions: str
    seen_by: str
    #: Since the edition before, in points; None without one.
    change: Decimal | None
    #: Against the time that has passed, in points; None where time says nothing.
    lead: Decimal | None

    @property
    def tone(self) -> str:
        if self.lead is None:
            return "info"
        return "good" if self.lead >= 0 else "info" if self.lead > -BEHIND else "warn"

    @property
    def verdict(self) -> str:
        if self.lead is None:
            return ""
        if self.lead >= 0:
            return f"快于时间进度 {figures.plain(self.lead)} 个百分点"
        word = "落后时间进度" if self.lead <= -BEHIND else "略慢于时间进度"
        return f"{word} {figures.plain(-self.lead)} 个百分点"

    @property
    def moved(self) -> str:
        if self.change is None:
            return ""
        points = "个百分点" if self.unit == "" else self.unit
        if not self.change:
            return "与上次持平"
        return (
            f"比上次{'升' if self.change > 0 else '降'} {figures.plain(abs(self.change))} {points}"
        )


def tile(key: str, row: Row, earlier: Row | None = None, elapsed: Decimal | None = None) -> Tile:
    ratio = BOARD.ratio(key)
    now = row.figures[key]
    then = earlier.figures[key] if earlier is not None else None
    text = figures.percent(now) if ratio.is_percentage else figures.fixed(now)
    ends = [figures.plain(_number(row, end)) for end in (ratio.numerator, ratio.denominator)]
    return Tile(
        key,
        ratio.title,
        text,
        "" if ratio.is_percentage else ratio.unit,
        f"{BOARD.titles[ratio.numerator]} {ends[0]}",
        f"{BOARD.titles[ratio.denominator]} {ends[1]}",
        " ÷ ".join(ends),
        ratio.why,
        exclusions(key),
        seen_by(key),
        now - then if now is not None and then is not None else None,
        now - elapsed if now is not None and elapsed is not None and key in _TIMED else None,
    )


#: What should grow with the time that passes.
_TIMED = ("course_completion", "completion")


def _number(row: Row, key: str) -> Decimal | None:
    value = row.values[key]
    return None if value is None else Decimal(value)


@dataclass(frozen=True)
class Late:
    """A department that is behind, and in what."""

    unit_id: int
    title: str
    reasons: Sequence[str]
    #: The widest gap, in points.
    gap: Decimal
    #: The reasons in a few words each: 课程完成率低 43.58.
    brief: Sequence[str] = ()


def late(rows: Sequence[Row], elapsed: Decimal) -> list[Late]:
    """Departments' own rows of five and more, behind the plan or the bureau, worst first."""
    total = rows[-1]
    found = []
    for row in rows:
        if row.kind != tables.RANKED or is_hidden(row) or row.unit_id is None:
            continue
        if int(row.values["due"] or 0) < tables.SMALLEST_RANKED:
            continue
        gaps = [*_against(row, "course_completion", elapsed, "时间进度")]
        for key in ("keeping", "study", "participation", "pass_due"):
            gaps += _against(row, key, total.figures[key], "全局")
        if gaps:
            worst = max(gap for gap, _, _ in gaps)
            texts, brief = [text for _, text, _ in gaps], [short for _, _, short in gaps]
            found.append(Late(row.unit_id, row.title, texts, worst, brief))
    return sorted(found, key=lambda each: (-len(each.reasons), -each.gap, each.title))


def _against(
    row: Row, key: str, wanted: Decimal | None, what: str
) -> list[tuple[Decimal, str, str]]:
    rate = row.figures[key]
    if rate is None or wanted is None or wanted - rate < BEHIND:
        return []
    gap = wanted - rate
    title = BOARD.titles[key]
    said = f"{title} {figures.percent(rate)}，低于{what} {figures.plain(gap)} 个百分点"
    return [(gap, said, f"{title}低 {figures.plain(gap)}")]


@dataclass(frozen=True)
class Weak:
    """A law or an article, how well it is known, and how sure that is."""

    title: str
    people: int
    rate: Decimal
    low: Decimal
    high: Decimal
    #: Since the edition before, in points.
    change: Decimal | None = None

    @property
    def law(self) -> str:
        """Of 《law》article, too."""
        return self.title.removeprefix("《").partition("》")[0]

    @property
    def article(self) -> str:
        """Empty for a law as a whole."""
        return self.title.partition("》")[2]


def weak(
    subjects: Sequence[Subject],
    *,
    unit_id: int | None = None,
    count: int = NAMED,
    before: Mapping[str, Any] | None = None,
) -> list[Weak]:
    """Those known worst, by a unit or (None) by the whole bureau; only where enough were asked."""
    cells = [(each.law, each.whole if unit_id is None else each.of(unit_id)) for each in subjects]
    known = [_weak(title, cell, before or {}) for title, cell in cells if cell.rate is not None]
    return sorted(known, key=lambda each: (each.rate, each.title))[:count]


def _weak(title: str, cell: Cell, before: Mapping[str, Any]) -> Weak:
    now = figures.percentage(cell.rate or 0.0)
    then = before.get(title)
    change = None if then is None else now - figures.percentage(then)
    return Weak(title, cell.people, now, figures.percentage(cell.low or 0.0),
                figures.percentage(cell.high or 0.0), change)  # fmt: skip


def records() -> list[dict[str, str]]:
    """Every figure's record, for programs."""
    found = []
    for each in BOARD.records:
        record = {"key": each.key, "title": each.title, "exclusions": exclusions(each.key),
                  "seen_by": seen_by(each.key)}  # fmt: skip
        if isinstance(each, Ratio):
            record |= {"kind": "ratio", "numerator": each.numerator, "unit": each.unit,
                       "denominator": each.denominator, "why": each.why}  # fmt: skip
        else:
            kind = "count" if isinstance(each, Count) else "total"
            record |= {"kind": kind, "unit": each.unit, "definition": each.definition}
        found.append(record)
    return found
