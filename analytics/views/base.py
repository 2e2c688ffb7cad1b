"""What the pages share: the blueprint, how far a reader sees, tabs, sorting, downloads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from flask import Blueprint, Response, make_response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import can, me, scope
from accounts.models import RosterSnapshot
from accounts.permissions import Permission, Scope
from analytics import drawing, people, queries, tables
from analytics.measures import Measures, Ratio
from analytics.people import Part
from analytics.tables import Row
from core import clock, figures, spreadsheets
from core.downloads import attachment
from core.spreadsheets import Table

bp = Blueprint("analytics", __name__, url_prefix="/analytics")


@dataclass(frozen=True)
class Reach:
    """The rows that a reader sees, and those whose people they may know by name."""

    #: None for the whole bureau.
    read: frozenset[int] | None
    #: Empty for nobody's names.
    people: frozenset[int] | None

    @property
    def is_whole(self) -> bool:
        return self.read is None

    def shows(self, row: Row) -> bool:
        """Heads of units compare theirs with the bureau's total, not with each other."""
        return self.read is None or row.kind == tables.TOTAL or row.unit_id in self.read

    def opens(self, row: Row, measures: Measures, key: str) -> bool:
        """Whether the reader may know by name whom a figure counts."""
        if measures.tells_score(key) and not can(Permission.RESULT_READ):
            return False
        return self.opens_row(row)

    def opens_row(self, row: Row) -> bool:
        return self.people is None or row.unit_id in self.people

    def knows(self, unit_id: int) -> bool:
        """Whether the reader may know what each of a unit's people scored."""
        return can(Permission.RESULT_READ) and (self.people is None or unit_id in self.people)

    @property
    def knows_all(self) -> bool:
        return can(Permission.RESULT_READ) and self.people is None


def reach() -> Reach:
    return Reach(units_of(Permission.RATES_READ), units_of(Permission.RATES_PEOPLE))


def units_of(permission: Permission) -> frozenset[int] | None:
    """The units that the reader reaches under a permission; None for the whole bureau."""
    match scope(permission):
        case Scope.ALL:
            return None
        case Scope.DEPARTMENT:
            return queries.unit_line(me().stat_unit_id)
    return frozenset()


def opened(rows: Sequence[Row], reader: Reach, measures: Measures) -> tuple[Row, str]:
    """The row and figure that the request asks to open. Raises NoResultFound for others'."""
    wanted, key = request.args.get("row", tables.TOTAL), request.args.get("figure", "")
    row = next((each for each in rows if each.key == wanted), None)
    if row is None or key not in measures.titles or not reader.opens(row, measures, key):
        raise NoResultFound
    return row, key


@dataclass(frozen=True)
class Opened:
    """The people behind a figure, in the lists that a ratio opens into."""

    row: Row
    key: str
    is_ratio: bool
    part: Part
    parts: dict[Part, pd.DataFrame]

    @property
    def shown(self) -> pd.DataFrame:
        return self.parts[self.part]

    @property
    def sizes(self) -> list[tuple[Part, int]]:
        return [(part, len(found)) for part, found in self.parts.items()]


def behind(rows: Sequence[Row], frame: pd.DataFrame, reader: Reach, measures: Measures) -> Opened:
    """Who stands behind the figure that the request asks to open. Raises NoResultFound."""
    row, key = opened(rows, reader, measures)
    part = Part.by_label(request.args.get("part", "")) or Part.NUMERATOR
    is_ratio = isinstance(measures.record(key), Ratio)
    parts = {
        each: people.behind(frame, measures, row=row.key, key=key, part=each)
        for each in (Part if is_ratio else [part])
    }
    return Opened(row, key, is_ratio, part, parts)


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
    taken = figures.moment(clock.local(snapshot.taken_at))
    return f"名单快照 {snapshot.id}《{snapshot.title}》，{taken}"


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
