"""The board as workbook, official paper and data; and for a wall."""

from dataclasses import replace

from flask import Response, jsonify, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import requires
from analytics.board import papers, pictures, queries, report
from analytics.board.views.base import BLIND, READ, Board, bp, must_have, wanted_span
from analytics.board.views.dashboard import known
from analytics.views.base import Reach, download, reach
from core import clock, official
from core.audit.trail import record
from core.db import db, may_write
from core.documents import DOCX
from core.downloads import attachment

#: Laws and articles that a workbook and an interface list.
LISTED = 200


def _recorded(how: str, reader: Reach | None = None) -> Board:
    """The board, its giving out on record."""
    may_write()
    found = must_have(reader)
    record("board.export", found.edition, how=how, rows=len(found.rows),
           whole=found.reader.is_whole, filter=found.narrow.words)  # fmt: skip
    db.session.commit()
    return must_have(reader)


def _weak(found: Board, *, count: int) -> tuple[list[report.Weak], list[report.Weak]]:
    """Laws and articles; of a head's own department the laws alone."""
    subjects = found.subjects()
    if not found.reader.is_whole:
        unit_id = next((row.unit_id for row in found.rows if not row.is_sum), None)
        laws = report.weak(subjects, unit_id=unit_id, count=count) if unit_id is not None else []
        return laws, []
    return (
        report.weak(subjects, count=count),
        report.weak(found.articles(), count=count),
    )


@bp.get("/figures.xlsx")
@requires(READ)
def workbook() -> Response:
    found = _recorded("xlsx")
    laws, articles = _weak(found, count=LISTED)
    tables = papers.workbook(
        found.rows,
        laws,
        articles,
        title=found.span.title,
        basis=found.basis,
        sources=found.sources(),
    )
    return download(tables, f"board-{found.span.key}.xlsx")


@bp.get("/figures.docx")
@requires(READ)
def paper() -> Response:
    """To be passed on: of a handful it says nothing, whoever takes it."""
    found = _recorded("docx", replace(reach(), people=frozenset()))
    laws, articles = _weak(found, count=report.NAMED)
    written = papers.paper(
        found.rows,
        report.late(found.rows, found.elapsed)[: report.NAMED],
        laws,
        articles,
        title=found.span.title,
        basis=found.basis,
        sources=found.sources(),
        elapsed=found.elapsed,
        dated=found.edition.made_on,
    )
    return attachment(official.write(written), f"board-{found.span.key}.docx", DOCX)


@bp.get("/figures.json")
@requires(READ)
def data() -> ResponseReturnValue:
    """The records and every row's values, as programs read them."""
    found = _recorded("json")
    laws, articles = _weak(found, count=LISTED)
    narrow = found.arguments
    return jsonify(
        papers.data(
            found.rows,
            laws,
            articles,
            period={"key": found.span.key, "first": found.span.period.first.isoformat(),
                    "last": found.span.period.last.isoformat()},
            made_at=clock.local(found.edition.made_at).isoformat(),
            elapsed=float(found.elapsed),
            roster=found.edition.roster_id,
            digest=found.edition.digest,
            sources=found.sources(),
            filter={key: narrow[key] for key in ("rank", "category", "law")},
        )
    )  # fmt: skip


@bp.get("/wall")
@requires(READ)
def wall() -> str:
    """For a wall display: names nobody and small groups not at all, whoever signed in."""
    if not reach().is_whole:
        raise NoResultFound
    edition = queries.newest(wanted_span().period)
    if edition is None:
        return render_template("analytics/board/wall.html", board=None, span=wanted_span())
    found = Board(wanted_span(), edition, queries.Filter(), BLIND)
    before = found.row_before(found.total.key)
    return render_template(
        "analytics/board/wall.html",
        board=found,
        span=found.span,
        tiles=[
            report.tile(key, found.total, before, found.elapsed)
            for key in ("study", "course_completion", "keeping", "participation", "pass_due")
        ],
        progress=pictures.progress(found.rows),
        funnel=pictures.funnel(found.total),
        months=pictures.months({"全局": found.cells}, found.months),
        late=report.late(found.rows, found.elapsed)[: report.NAMED],
        known=known(found),
    )
