"""What a year's exams say should be trained next year (培训需求): proposed lines of a plan. Pure.

A law or an article is weak where people earn less than WEAK of its marks, over the whole bureau, in
a rank group or in a department, with enough people to say so. A must-know entry has failed where
people earned less of the items on it. All of these are the board's figures: the mean over people of
what each earned. Whatever is proposed rests on figures that are shown beside it; a person decides.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.standing import RankGroup
from analytics.mastery import Cell, Subject
from core import figures
from core.official import Block, Grid, Level, Paper

#: Less than so many percent of the marks is weak, for laws and articles; must-know entries ask
#: more.
WEAK, KNOWN = Decimal(70), Decimal(80)
#: So many weak articles are named; from so many on a class takes a day instead of half of one.
NAMED, LONG = 3, 3
HALF_DAY, DAY = Decimal(4), Decimal(8)
#: A title of a plan's line.
TITLE = 100


@dataclass(frozen=True)
class Entry:
    """A must-know entry, and how well the people who were asked items on it know it."""

    list_title: str
    title: str
    law: str
    cell: Cell
    #: The must-know entry's.
    id: int = 0

    @property
    def rate(self) -> Decimal | None:
        """In percent; None where nobody, or too few, were asked."""
        return percentage(self.cell)

    @property
    def was_asked(self) -> bool:
        return self.cell.people > 0

    @property
    def has_failed(self) -> bool:
        return self.rate is not None and self.rate < KNOWN


@dataclass(frozen=True)
class Need:
    """A law that should be trained, for whom, and why."""

    law: str
    #: None for everybody.
    rank: RankGroup | None
    cell: Cell
    units: Sequence[tuple[str, Cell]]
    articles: Sequence[Subject]
    entries: Sequence[Entry]
    hours: Decimal
    #: How many people that would be today.
    people: int

    @property
    def key(self) -> str:
        """The same need, the same key; other figures do not change it."""
        said = f"{self.law}|{self.rank.value if self.rank else ''}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def title(self) -> str:
        focus = "、".join(_article(each) for each in self.articles[:NAMED])
        full = f"《{self.law}》专题培训" + (f"（重点：{focus}）" if focus else "")
        return full if len(full) <= TITLE else f"《{self.law}》专题培训"[:TITLE]

    @property
    def audience(self) -> str:
        return self.rank.label if self.rank else "全体"

    @property
    def reasons(self) -> list[str]:
        found = []
        if self.cell.rate is not None:
            found.append(
                f"{self.audience} {self.cell.people} 人的得分率"
                f" {figures.percent(percentage(self.cell))}"
            )
        if self.units:
            named = "、".join(
                f"{title} {figures.percent(percentage(cell))}" for title, cell in self.units
            )
            found.append(f"薄弱部门：{named}")
        if self.articles:
            named = "、".join(
                f"{_article(each)} {figures.percent(percentage(each.whole))}"
                for each in self.articles
            )
            found.append(f"薄弱条文：{named}")
        if self.entries:
            named = "、".join(f"{each.title} {figures.percent(each.rate)}" for each in self.entries)
            found.append(f"清单条目未达标：{named}")
        return found


def _article(subject: Subject) -> str:
    return subject.law.partition("》")[2]


def percentage(cell: Cell) -> Decimal | None:
    """As it is shown: what is compared is what is read."""
    return None if cell.rate is None else figures.percentage(cell.rate)


def weak(cell: Cell) -> bool:
    rate = percentage(cell)
    return rate is not None and rate < WEAK


def needs(
    by_unit: Sequence[Subject],
    by_rank: Mapping[RankGroup, Sequence[Subject]],
    units: Mapping[int, str],
    articles: Sequence[Subject],
    entries: Sequence[Entry],
    people: Mapping[RankGroup, int],
) -> list[Need]:
    """One of each law for everybody, or of each rank group that is weak where the whole is not.

    The weakest first; laws of which only a must-know entry failed come last.
    """
    found = []
    for subject in by_unit:
        its_articles = _weak_articles(articles, subject.law)
        failed = [each for each in entries if each.law == subject.law and each.has_failed]
        units_weak = [(title, subject.of(unit_id)) for unit_id, title in units.items()
                      if weak(subject.of(unit_id))]  # fmt: skip
        cells = _who(subject, by_rank, asks=bool(failed or units_weak))
        hours = DAY if len(its_articles) >= LONG else HALF_DAY
        found += [
            Need(
                subject.law, rank, cell, units_weak, its_articles, failed, hours,
                max(1, people.get(rank, 0) if rank else sum(people.values())),
            )
            for rank, cell in cells
        ]  # fmt: skip
    return sorted(found, key=lambda each: (each.cell.rate if each.cell.rate is not None else 2.0,
                                           each.law, each.audience))  # fmt: skip


def _who(
    subject: Subject, by_rank: Mapping[RankGroup, Sequence[Subject]], *, asks: bool
) -> list[tuple[RankGroup | None, Cell]]:
    if weak(subject.whole):
        return [(None, subject.whole)]
    cells = {
        rank: next((each.whole for each in subjects if each.law == subject.law), None)
        for rank, subjects in by_rank.items()
    }
    ranks = [(rank, cell) for rank, cell in cells.items() if cell is not None and weak(cell)]
    if ranks:
        return list(ranks)
    # A department, or an entry, is weak where no rank group is: a line for everybody.
    return [(None, subject.whole)] if asks else []


def _weak_articles(articles: Sequence[Subject], law: str) -> list[Subject]:
    """``articles``: subjects titled 《law》article."""
    return [each for each in articles if each.law.startswith(f"《{law}》") and weak(each.whole)]


def paper(
    year: int,
    found: Sequence[Need],
    entries: Sequence[Entry],
    basis: str,
    *,
    organ: str,
    dated: date | None,
) -> Paper:
    """The report as an official paper."""
    failed = [each for each in entries if each.has_failed]
    untested = [each for each in entries if not each.was_asked]
    blocks: list[Block | Grid] = [
        Block("一、依据", Level.FIRST),
        Block(basis),
        Block("二、培训需求", Level.FIRST),
        Block(
            f"得分率低于 {WEAK}% 的法律法规，以及有薄弱部门、应知应会条目未达标的，共提出"
            f" {len(found)} 项。"
        ),
        Grid(
            ("序号", "培训内容", "对象", "学时", "人数", "依据"),
            [
                (str(n), each.title, each.audience, figures.plain(each.hours), str(each.people),
                 "；".join(each.reasons))
                for n, each in enumerate(found, 1)
            ],
        ),
        Block("三、应知应会清单", Level.FIRST),
        Block(
            f"考过的条目中得分率低于 {KNOWN}% 的 {len(failed)} 条；"
            f"当年没有考过的 {len(untested)} 条，建议列入下一年度考试。"
        ),
    ]  # fmt: skip
    if failed:
        blocks.append(
            Grid(
                ("清单", "条目", "人数", "得分率"),
                [(each.list_title, each.title, str(each.cell.people), figures.percent(each.rate))
                 for each in failed],
            )
        )  # fmt: skip
    return Paper(
        title=f"{year}年度学法用法培训需求报告",
        blocks=blocks,
        organ=organ,
        dated=dated,
    )
