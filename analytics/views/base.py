"""What the pages share: the blueprint, how far a reader sees, tabs, sorting, downloads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas as pd
from flask import Blueprint, Response, make_response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import can, me, scope
from accounts.models import RosterSnapshot
from accounts.permissions import Permission, Scope
from accounts.queries import snapshots
from analytics import drawing, people, queries, tables
from analytics.measures import Count, Measures, Ratio, Total
from analytics.people import Part
from analytics.tables import Row
from core import clock, spreadsheets
from core.downloads import attachment
from core.spreadsheets import Table
from exam.models import ExamSession
from exam.queries.attempts.taking import scores_out

bp = Blueprint("analytics", __name__, url_prefix="/analytics")


@dataclass(frozen=True)
class Reach:
    """The rows that a reader sees, and those whose people they may know by name."""

    #: None for the whole bureau.
    read: frozenset[int] | None
    #: Empty for nobody's names.
    people: frozenset[int] | None
    #: Whether they are told scores of people at all.
    scores: bool = False
    #: Whether they are told what a session came to, even in sums and rates.
    told: bool = True

    @property
    def is_whole(self) -> bool:
        return self.read is None

    def shows(self, row: Row) -> bool:
        """Heads of units compare theirs with the bureau's total, not with each other."""
        return self.read is None or row.kind == tables.TOTAL or row.unit_id in self.read

    def opens(self, row: Row, measures: Measures, key: str) -> bool:
        """Whether the reader may know by name whom a figure counts."""
        if measures.tells_score(key) and not self.scores:
            return False
        return self.opens_row(row)

    def opens_row(self, row: Row) -> bool:
        return self.people is None or row.unit_id in self.people

    def knows(self, unit_id: int) -> bool:
        """Whether the reader may know what each of a unit's people scored."""
        return self.scores and (self.people is None or unit_id in self.people)

    @property
    def knows_all(self) -> bool:
        return self.scores and self.people is None


def reach(session: ExamSession | None = None) -> Reach:
    """``session``: of its scores nobody but 人事司 is told sooner than the candidates are."""
    told = session is None or tells(session, clock.now())
    return Reach(
        units_of(Permission.RATES_READ),
        units_of(Permission.RATES_PEOPLE),
        can(Permission.RESULT_READ) and told,
        told,
    )


def tells(session: ExamSession, at: datetime) -> bool:
    """Whether the reader is told what a session came to, in sums and rates, too."""
    return sees_untold() or scores_out(session, at)


def sees_untold() -> bool:
    """Whether the reader sees scores that are not out yet."""
    return scope(Permission.RESULT_READ) is Scope.ALL


def units_of(permission: Permission) -> frozenset[int] | None:
    """The units that the reader reaches under a permission; None for the whole bureau."""
    match scope(permission):
        case Scope.ALL:
            return None
        case Scope.DEPARTMENT:
            return queries.unit_line(me().stat_unit_id)
    return frozenset()


class Opening:
    """Every figure that is shown opens; whether it also names people is up to its page."""

    def opens(self, _row: Row, _measures: Measures, _key: str) -> bool:
        return True

    def opens_row(self, _row: Row) -> bool:
        return True


OPENING = Opening()


@dataclass(frozen=True)
class Opened:
    """A figure with its record, and the people behind it where the reader may know them."""

    row: Row
    key: str
    record: Count | Total | Ratio
    part: Part
    #: The lists that a ratio opens into, or the one of a count; None for those who may not know.
    parts: dict[Part, pd.DataFrame] | None

    @property
    def is_ratio(self) -> bool:
        return isinstance(self.record, Ratio)

    @property
    def shown(self) -> pd.DataFrame | None:
        return self.parts[self.part] if self.parts is not None else None

    @property
    def sizes(self) -> list[tuple[Part, int]]:
        return [(part, len(found)) for part, found in (self.parts or {}).items()]

    def change(self, before: Row | None) -> Decimal | None:
        """Since the row of before, where both have the figure."""
        if before is None:
            return None
        now, then = (
            row.values.get(self.key, row.figures.get(self.key)) for row in (self.row, before)
        )
        return None if now is None or then is None else Decimal(now) - Decimal(then)


def behind(rows: Sequence[Row], frame: pd.DataFrame, reader: Reach, measures: Measures) -> Opened:
    """The figure that the request asks to open, of rows as the reader may see them.

    Raises NoResultFound for what there is not, and for what is not the reader's.
    """
    wanted, key = request.args.get("row", tables.TOTAL), request.args.get("figure", "")
    row = next((each for each in rows if each.key == wanted and reader.shows(each)), None)
    if row is None or key not in measures.titles:
        raise NoResultFound
    record = measures.record(key)
    ends = (record.numerator, record.denominator) if isinstance(record, Ratio) else (key,)
    if any(row.values[each] is None for each in ends):
        raise NoResultFound
    part = Part.by_label(request.args.get("part", "")) or Part.NUMERATOR
    parts = None
    if can(Permission.RATES_PEOPLE) and reader.opens(row, measures, key):
        parts = {
            each: people.behind(frame, measures, row=row.key, key=key, part=each)
            for each in (Part if isinstance(record, Ratio) else [Part.NUMERATOR])
        }
        part = part if part in parts else Part.NUMERATOR
    return Opened(row, key, record, part, parts)


def of_figure(
    found: Opened, before: Row | None, rows: Sequence[Row], reader: Reach, measures: Measures
) -> dict[str, Any]:
    """What every page that opens a figure of a table shows; ``before``: the row last time."""
    parts = [each for each in rows if not each.is_sum and reader.shows(each)]
    return {
        "found": found,
        "measures": measures,
        "lines": tables.LINE_LABELS,
        "seen_by": measures.seen_by(found.key),
        "before": before,
        "change": found.change(before),
        "units": parts if found.row.is_sum else [],
    }


def headline(rows: Sequence[Row], reader: Reach) -> Row:
    """The row that the tiles show: the bureau's, or that of the reader's own unit."""
    own = (row for row in rows if not reader.is_whole and reader.shows(row) and not row.is_sum)
    return next(own, rows[-1])


def sections(active: str) -> list[dict[str, Any]]:
    """The tabs of the reports."""
    entries = (
        ("board.dashboard", "看板", "speedometer2", Permission.RATES_READ),
        ("analytics.rates", "考试", "pencil-square", Permission.RATES_READ),
        ("analytics.history", "历次考试", "graph-up", Permission.RATES_READ),
        ("analytics.weak_points", "失分知识点", "bullseye", Permission.RATES_READ),
        ("analytics.mastery_map", "薄弱点分布", "grid-3x3-gap", Permission.RATES_READ),
        ("analytics.needs", "培训需求", "mortarboard", Permission.TRAINING_READ),
        ("analytics.quality", "试题质量", "patch-check", Permission.ITEM_STATS),
        ("analytics.exports", "年度统计", "archive", Permission.RESULT_PUBLISH),
        ("analytics.learning", "学习", "journal-bookmark", Permission.RATES_READ),
    )
    return [
        {"label": label, "icon": icon, "url": url_for(endpoint), "active": endpoint == active}
        for endpoint, label, icon, permission in entries
        if can(permission)
    ]


def roster_line(snapshot: RosterSnapshot) -> str:
    """Which roster figures stand on."""
    return snapshots.said(snapshot)


def sorting() -> tuple[str, bool]:
    """The key and whether descending that the request asks for; "" for the bureau's order."""
    return request.args.get("sort", ""), request.args.get("dir") == "desc"


def sorted_rows(rows: Sequence[Row], reader: Reach) -> list[Row]:
    """The rows that the reader sees, as the request orders them."""
    key, descending = sorting()
    shown = [row for row in rows if reader.shows(row)]
    return tables.ordered(shown, key, descending=descending) if key else shown


def download(tables_: Sequence[Table], name: str) -> Response:
    return attachment(spreadsheets.write_workbook(*tables_), name)


def drawn(name: str, rows: list[dict[str, Any]], title: str) -> ResponseReturnValue:
    """The chart of some rows in the reader's preferences; the browser keeps it until it changes."""
    wanted = drawing.request(
        name,
        rows,
        title=title,
        large=request.cookies.get("xf_size") == "large",
        contrast=request.cookies.get("xf_contrast") == "high",
    )
    try:
        picture = drawing.svg(wanted)
    except drawing.NotDrawn:
        return make_response("", 503)
    answer = Response(picture, content_type="image/svg+xml; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Cookie"
    answer.add_etag()
    return answer.make_conditional(request)
