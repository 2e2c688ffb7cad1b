"""Two periods, or two departments, side by side."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import requires
from analytics import masking, tables
from analytics.board import pictures, spans
from analytics.board.measures import BOARD
from analytics.board.views.base import READ, Board, board, bp, wanted_span
from analytics.board.views.dashboard import filters
from analytics.tables import Row
from analytics.views.base import drawn, reach, sections
from core import clock


def _figure() -> str:
    key = request.args.get("figure", "")
    return key if key in {each.key for each in BOARD.ratios} else "study"


def _sides() -> tuple[Board | None, Board | None, spans.Span]:
    """The period asked for, the one to compare with, and its name."""
    today = clock.today()
    span = wanted_span()
    other = spans.named(request.args.get("with", ""), today) or spans.before(span)
    return board(span=span), board(span=other), other


@bp.get("/compare")
@requires(READ)
def compare() -> str:
    found, then, other = _sides()
    key = _figure()
    units = [row for row in found.rows if not row.is_sum] if found else []
    left, right = (_chosen(found, name) for name in ("a", "b"))
    chart = None
    if found is not None and then is not None:
        chart = pictures.compared(key, _named(found), _named(then))
    pair = [row for row in (left, right) if row is not None]
    return render_template(
        "analytics/board/compare.html",
        tabs=sections("board.dashboard"),
        board=found,
        then=then,
        other=other,
        span=wanted_span(),
        before=spans.before(wanted_span()),
        key=key,
        chart=chart,
        pair=pair if len(pair) == 2 else [],  # both sides
        units=[(row.key, row.title) for row in units if not masking.is_hidden(row)],
        measures=BOARD,
        signed=pictures.signed,
        whole=reach().is_whole,
        **filters(),
    )


def _named(found: Board) -> tuple[str, list[Row]]:
    return found.span.title, found.rows


def _chosen(found: Board | None, name: str) -> Row | None:
    if found is None:
        return None
    wanted = request.args.get(name, "")
    default = tables.TOTAL if name == "b" else ""
    key = wanted or default
    return next((e for e in found.rows if e.key == key and not masking.is_hidden(e)), None)


@bp.get("/compare.svg")
@requires(READ)
def compare_chart() -> ResponseReturnValue:
    found, then, _other = _sides()
    if found is None or then is None:
        raise NoResultFound
    chart = pictures.compared(_figure(), _named(found), _named(then))
    return drawn(chart.drawn, list(chart.rows), chart.title)
