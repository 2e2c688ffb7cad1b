"""What the pages of the board share: which edition, whose rows, as far as the reader may see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import pandas as pd
from flask import Blueprint, request
from sqlalchemy.exc import NoResultFound
from werkzeug.datastructures import MultiDict

from accounts.guards import can
from accounts.permissions import Permission
from accounts.queries import snapshots
from accounts.standing import RankGroup, StaffCategory
from analytics import masking, tables
from analytics.board import facts, papers, queries, spans
from analytics.board.forms import DatesForm
from analytics.board.measures import BOARD
from analytics.board.models import BoardEdition
from analytics.board.queries import Filter, Whole
from analytics.board.spans import Span
from analytics.mastery import Subject
from analytics.tables import Row
from analytics.views.base import Reach, reach
from core import clock, figures
from core.labels import Labelled
from laws.categories import Category

bp = Blueprint("board", __name__, url_prefix="/analytics/board")
READ, NAMES = Permission.RATES_READ, Permission.RATES_PEOPLE
#: Nobody's names: what a wall shows.
BLIND = Reach(None, frozenset(), scores=False)
#: Editions that the course of a figure goes back over.
REMEMBERED = 8


#: Stands for a period where its days are given by themselves.
CHOSEN = "dates"


def dates() -> DatesForm:
    """The days that the request gives, as the filter shows them; those of its period else."""
    given = {name: request.args.get(name, "") for name in ("first", "last")}
    if request.args.get("period") == CHOSEN:
        return DatesForm(formdata=MultiDict(given))
    span = wanted_span()
    return DatesForm(formdata=None, first=span.period.first, last=span.period.last)


def wanted_span(*, strict: bool = False) -> Span:
    """The period that the request names; this year by default, and for days that cannot be, which
    the filter says. Raises NoResultFound for another one, and for such days if ``strict``."""
    today = clock.today()
    key = request.args.get("period") or f"{today.year}"
    if key == CHOSEN:
        found = dates().span
        if found is None and not strict:
            return spans.running(today)[0]
    else:
        found = spans.named(key, today)
    if found is None:
        raise NoResultFound
    return found


def narrowed() -> Filter:
    return Filter(
        _member("rank", RankGroup), _member("category", StaffCategory), _member("law", Category)
    )


def _member(name: str, kind: type[Any]) -> Any:
    """What the request names; None for nothing and for what there is not."""
    text = request.args.get(name, "")
    return next((each for each in kind if each.value == text), None)


def choices(kind: type[Labelled]) -> list[tuple[str, str]]:
    return kind.choices()


@dataclass(frozen=True)
class Board:
    """An edition as the reader sees it."""

    span: Span
    edition: BoardEdition
    narrow: Filter
    reader: Reach

    @cached_property
    def whole(self) -> Whole:
        return queries.whole(self.edition)

    @cached_property
    def all_rows(self) -> list[Row]:
        """Every row with its figures, whoever reads."""
        return queries.rows(self.edition, self.narrow)

    @cached_property
    def rows(self) -> list[Row]:
        """The reader's rows; small groups without figures for those who may not know them."""
        return [row for row in self._masked(self.all_rows, self.edition) if self.reader.shows(row)]

    @cached_property
    def _wider(self) -> list[Filter]:
        """The same filters with fewer of people."""
        one = (replace(self.narrow, rank=None), replace(self.narrow, category=None))
        every = (*one, Filter(law=self.narrow.law))
        return list(dict.fromkeys(each for each in every if each != self.narrow))

    def subjects(self) -> list[Subject]:
        """The laws that were asked about, the one known worst first, as the reader may see them."""
        return self._discreet(queries.subjects)

    def articles(self) -> list[Subject]:
        return self._discreet(queries.articles)

    def _discreet(self, read: Callable[[BoardEdition, Filter], list[Subject]]) -> list[Subject]:
        found = read(self.edition, self.narrow)
        if self.reader.knows_all:
            return found
        wider = [read(self.edition, each) for each in self._wider]
        found = masking.discreet_subjects(found, wider, own=self.reader.knows)
        return masking.discreet_cells(found, own=self.reader.knows)

    def _masked(self, rows: Sequence[Row], edition: BoardEdition) -> list[Row]:
        return masking.masked(
            rows,
            [queries.rows(edition, each) for each in self._wider],
            BOARD,
            opens=self.reader.opens_row,
            opens_scores=lambda row: self.reader.opens(row, BOARD, "score_sum"),
        )

    @property
    def total(self) -> Row:
        return self.rows[-1]

    def row(self, key: str) -> Row:
        """Raises NoResultFound for what there is not, or is not the reader's."""
        found = next((each for each in self.rows if each.key == key), None)
        if found is None:
            raise NoResultFound
        return found

    def unit_rows(self, unit_id: int) -> list[Row]:
        """The rows of a unit, its own line first. Raises NoResultFound."""
        found = [row for row in self.rows if row.unit_id == unit_id]
        if not found:
            raise NoResultFound
        return found

    @cached_property
    def earlier(self) -> BoardEdition | None:
        """The edition before, to compare with; not under a filter of people by hand."""
        return queries.before(self.edition)

    @cached_property
    def _earlier_rows(self) -> list[Row]:
        if self.earlier is None:
            return []
        return self._masked(queries.rows(self.earlier, self.narrow), self.earlier)

    def history(self, key: str) -> list[tuple[date, Row]]:
        """The row in this and earlier editions of the period, oldest first, as it may be shown."""
        found = []
        for edition in reversed(queries.editions(self.span.period, REMEMBERED)):
            rows = self._masked(queries.rows(edition, self.narrow), edition)
            row = next((each for each in rows if each.key == key), None)
            if row is not None and not masking.is_hidden(row):
                found.append((edition.made_on, row))
        return found

    def row_before(self, key: str) -> Row | None:
        return next((each for each in self._earlier_rows if each.key == key), None)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Those that the filters leave."""
        rank, category = self.narrow.rank, self.narrow.category
        return facts.narrowed(
            self.whole.cells, rank.value if rank else None, category.value if category else None
        )

    @property
    def day(self) -> date:
        """Up to when things are counted."""
        return min(self.span.period.last, self.edition.made_on)

    @property
    def elapsed(self) -> Decimal:
        gone, whole = self.whole.content["elapsed"]
        return figures.rate(gone, whole) or Decimal(0)

    @property
    def months(self) -> list[date]:
        return [date.fromisoformat(each) for each in self.whole.content["months"]]

    @property
    def laws_before(self) -> dict[str, float]:
        """The bureau's rates of laws in the edition before; only without filters of people."""
        if self.earlier is None or self.narrow.of_people:
            return {}
        return {
            each["law"]: each["rate"]
            for each in queries.whole(self.earlier).content["laws"]
            if each["rate"] is not None
        }

    @property
    def arguments(self) -> dict[str, Any]:
        """What addresses of the same board carry."""
        narrow = self.narrow
        return {
            "period": self.span.key,
            "rank": narrow.rank.value if narrow.rank else None,
            "category": narrow.category.value if narrow.category else None,
            "law": narrow.law.value if narrow.law else None,
        }

    def sources(self, law: str = "") -> list[Mapping[str, Any]] | None:
        """The papers that the rates of laws and articles rest on, or those with one law; None
        where the edition did not note them."""
        found = self.whole.content.get("sources")
        if found is None:
            return None
        return [each for each in found if not law or law in each["laws"]]

    @property
    def basis(self) -> list[str]:
        made = figures.moment(clock.local(self.edition.made_at))
        exams = "、".join(
            each["title"] + ("" if each.get("told", True) else "（成绩未公布，只计参考率）")
            for each in self.whole.content["exams"]
        )
        said = [
            f"统计期 {self.span.period.label}，计算时间 {made}",
            snapshots.said(self.edition.roster, self.whole.content.get("roster")),
            f"计入的考试：{exams or '没有已结束的考试'}",
            papers.resting(self.sources()),
        ]
        if self.narrow.words:
            said.append(f"只含：{'、'.join(self.narrow.words)}")
        return [*said, f"快照摘要 {self.edition.digest[:16]}"]


def opens(reader: Reach, row: Row, key: str) -> bool:
    """Whether the reader may know by name whom a figure counts."""
    return can(NAMES) and reader.opens(row, BOARD, key)


def board(reader: Reach | None = None, span: Span | None = None) -> Board | None:
    """The newest edition of the period asked for; None where none was made."""
    span = span or wanted_span()
    edition = queries.newest(span.period)
    if edition is None:
        return None
    return Board(span, edition, narrowed(), reader or reach())


def must_have(reader: Reach | None = None) -> Board:
    found = board(reader, wanted_span(strict=True))
    if found is None:
        raise NoResultFound
    return found


def own_line(rows: Sequence[Row]) -> Row:
    return next((row for row in rows if row.kind == tables.RANKED), rows[0])
