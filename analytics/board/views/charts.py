"""Charts of the board: beside their tables on pages, and as images."""

from collections.abc import Callable, Sequence

from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import requires
from analytics import masking, tables
from analytics.board import pictures
from analytics.board.measures import BOARD
from analytics.board.pictures import Chart
from analytics.board.views.base import READ, Board, bp, must_have, own_line
from analytics.tables import Row
from analytics.views.base import drawn


def for_board(found: Board) -> list[Chart]:
    """The bureau's, in the order of the page; none of a handful of people, and no scores of one."""
    if masking.is_hidden(found.total):
        return []
    hidden = frozenset(row.key for row in found.rows if masking.is_hidden(row))
    told = frozenset(row.key for row in _shown(found))
    key = (found.edition.id, found.edition.digest, found.narrow, hidden, told)
    if key not in _drawn:
        while len(_drawn) >= KEPT:
            _drawn.pop(next(iter(_drawn)), None)
        _drawn[key] = [draw(found) for name, draw in BUREAU.items() if name not in _untold(found)]
    return _drawn[key]


#: What was worked out of editions, which never change, for readers who see the same rows.
_drawn: dict[tuple[object, ...], list[Chart]] = {}
KEPT = 64


def _untold(found: Board) -> set[str]:
    """Charts that would tell the scores of a few."""
    return {"scores"} if found.total.values["score_sum"] is None else set()


def _boxes(found: Board) -> Chart:
    return pictures.boxes(found.cells, _shown(found), named=False)


def _shown(found: Board) -> Sequence[Row]:
    """Whose scores may be told."""
    return [row for row in found.rows if row.values["score_sum"] is not None]


BUREAU: dict[str, Callable[[Board], Chart]] = {
    "progress": lambda found: pictures.progress(found.rows),
    "funnel": lambda found: pictures.funnel(found.total),
    "months": lambda found: pictures.months({"全局": found.cells}, found.months),
    "scores": lambda found: pictures.distribution(found.cells),
    "boxes": _boxes,
    "regularity": lambda found: pictures.regularity(found.cells, found.rows, len(found.months)),
}


def for_unit(found: Board, head: Row) -> list[Chart]:
    """A department's; of one too small for the reader only what the bureau shows."""
    if masking.is_hidden(head):
        return []
    own = tables.behind(found.cells, head.key)
    pair = {head.title: own, "全局": found.cells}
    charts = [pictures.funnel(head), pictures.months(pair, found.months)]
    told = [row for row in (head, found.total) if row.values["score_sum"] is not None]
    if head in told:
        knows = found.reader.opens(head, BOARD, "score_sum")
        charts.append(pictures.boxes(found.cells, told, named=knows))
    return charts


@bp.get("/charts/<name>.svg")
@requires(READ)
def chart(name: str) -> ResponseReturnValue:
    found = must_have()
    wanted = next((each for each in for_board(found) if each.name == name), None)
    if wanted is None or not found.reader.is_whole:
        raise NoResultFound
    return _image(wanted)


@bp.get("/units/<int:unit_id>/charts/<name>.svg")
@requires(READ)
def unit_chart(unit_id: int, name: str) -> ResponseReturnValue:
    found = must_have()
    head = own_line(found.unit_rows(unit_id))
    wanted = next((each for each in for_unit(found, head) if each.name == name), None)
    if wanted is None:
        raise NoResultFound
    return _image(wanted)


def _image(wanted: Chart) -> ResponseReturnValue:
    return drawn(wanted.drawn, list(wanted.rows), wanted.title)
