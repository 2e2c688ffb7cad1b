"""An exam: its figures, its department table, the people behind them, workbook and print."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import requires
from accounts.permissions import Permission
from analytics import pictures, queries, rates, summary
from analytics.frames import exam as frames
from analytics.masking import without_scores, without_scores_of_few
from analytics.measures import EXAM
from analytics.tables import Row
from analytics.views.base import (
    OPENING,
    Reach,
    behind,
    bp,
    download,
    drawn,
    headline,
    of_figure,
    reach,
    roster_line,
    sections,
    sees_untold,
    sorted_rows,
    sorting,
    tells,
)
from core import clock, figures, paging
from core.audit.trail import record
from core.db import db, may_write
from exam.models import ExamSession
from exam.services.attempts.taking import sealed

TILES = ("participation", "pass_due", "excellent_due", "mean")
#: The columns of the two halves of the table.
RATES = (
    "participation", "pass_due", "excellent_due", "mean", "highest", "lowest",
    "pass_taken", "excellent_taken", "first_participation", "first_pass",
)  # fmt: skip
COUNTS = (
    "roster", "exempt", "deferred", "due", "first_due", "taken", "scored", "unmarked",
    "first_taken", "passed", "first_passed", "excellent", "absent", "pending", "waiting", "voided",
    "excluded",
)  # fmt: skip
#: Columns that are left out while the bureau's total is zero.
RARE = {"pending", "waiting", "voided", "unmarked"}


def basis(session: ExamSession, at: datetime) -> list[str]:
    """Which roster and which moment the figures stand on."""
    makeups = [each for each in frames.makeups_of(session, at) if tells(each, at)]
    said = [
        roster_line(session.roster),
        f"统计时点 {figures.moment(clock.local(at))}；多次作答{session.score_policy.label}",
    ]
    if makeups:
        said.append(f"含补考：{'、'.join(each.title for each in makeups)}")
    if not tells(session, at):
        said.append(UNTOLD)
    return said


#: Said to readers who are not told a session's scores yet.
UNTOLD = "成绩尚未公布，只列参考情况；合格率、优秀率、平均分公布后显示"


def _counted(session: ExamSession, at: datetime) -> pd.DataFrame:
    """As the reader may know them: makeups whose scores are not out are still to come."""
    return frames.counted(session, at, untold=sees_untold())


@bp.get("/", endpoint="rates")
@requires(Permission.RATES_READ)
def exam_rates() -> str:
    at = clock.now()
    known = queries.reported(at)
    wanted = request.args.get("session", type=int)
    session = queries.session(wanted, at) if wanted is not None else queries.latest(at)
    if session is None:
        return render_template("analytics/empty.html", tabs=sections("analytics.rates"))
    reader = reach(session)
    candidates = _counted(session, at)
    rows = _discreet(rates.department_table(candidates), reader)
    counts = request.args.get("view") == "counts"
    total = rows[-1]
    columns = [key for key in COUNTS if key not in RARE or total.values[key]] if counts else RATES
    sort, descending = sorting()
    return render_template(
        "analytics/rates.html",
        tabs=sections("analytics.rates"),
        sessions=known,
        session=session,
        at=at,
        ended=session.closes_at <= at,
        basis=basis(session, at),
        notes=[*([] if reader.told else [UNTOLD]), *summary.notes(headline(rows, reader))],
        rows=sorted_rows(rows, reader),
        total=total,
        head=headline(rows, reader),
        reach=reader,
        opening=OPENING,
        measures=EXAM,
        tiles=TILES,
        columns=columns,
        view="counts" if counts else "rates",
        sort=sort,
        direction="desc" if descending else "asc",
        words=pictures.words(_bars([row for row in rows if reader.shows(row)])),
        scores=_scores(rows[-1], candidates, session),
    )


@bp.get("/sessions/<int:session_id>/people", endpoint="people")
@requires(Permission.RATES_READ)
def exam_people(session_id: int) -> str:
    """A figure opened: formula, what it stands on, how it moved; its people within reach."""
    at = clock.now()
    session = queries.session(session_id, at)
    reader = reach(session)
    candidates = _counted(session, at)
    rows = _discreet(rates.department_table(candidates), reader)
    found = behind(rows, candidates, reader, EXAM)
    number, size = paging.asked()
    last = queries.before(session, at)
    before = _row_of(last, found.row, at) if last is not None else None
    return render_template(
        "analytics/people.html",
        session=session,
        **of_figure(found, before, rows, reader, EXAM),
        basis=basis(session, at),
        left_out=EXAM.exclusions(found.key, LEFT_OUT, "名单上的人员"),
        last=last,
        page=paging.of(_listed(found.shown), number=number, per_page=size)
        if found.shown is not None
        else None,
        scores_shown=reader.scores,
    )


#: Who counts in no figure of an exam.
LEFT_OUT = "名单快照中“不计入”的人员（退休、调离、停职等）"


def _row_of(session: ExamSession, row: Row, at: datetime) -> Row | None:
    """The same row of another exam, as the reader may see it."""
    rows = _discreet(rates.department_table(_counted(session, at)), reach(session))
    return next((each for each in rows if each.key == row.key), None)


def _listed(found: pd.DataFrame) -> list[dict[str, object]]:
    return found.assign(standing=rates.standing(found)).to_dict("records")  # type: ignore[return-value]  # keys are columns


@bp.get("/sessions/<int:session_id>/table.xlsx", endpoint="export")
@requires(Permission.RATES_READ)
def exam_workbook(session_id: int) -> Response:
    at = clock.now()
    session = queries.session(session_id, at)
    reader = reach(session)
    rows = _visible(session, at)
    tables = summary.exam_tables(rows, title=session.title, basis=basis(session, at))
    may_write()
    record("rates.export", session, at=at, rows=len(rows), whole=reader.is_whole)
    db.session.commit()
    return download(tables, f"rates-{session_id}.xlsx")


def _visible(session: ExamSession, at: datetime) -> list[Row]:
    reader = reach(session)
    rows = _discreet(rates.department_table(_counted(session, at)), reader)
    return [row for row in rows if reader.shows(row)]


def _discreet(rows: Sequence[Row], reader: Reach) -> list[Row]:
    """Without the scores of a handful, for those who may not know whose they are; without any
    before they are told."""
    if not reader.told:
        return without_scores(rows, EXAM)
    return without_scores_of_few(
        rows, EXAM, opens_scores=lambda row: reader.opens(row, EXAM, "score_sum")
    )


@bp.get("/sessions/<int:session_id>/print")
@requires(Permission.RATES_READ)
def exam_print(session_id: int) -> str:
    at = clock.now()
    session = queries.session(session_id, at)
    rows = _visible(session, at)
    return render_template(
        "analytics/print.html",
        session=session,
        rows=rows,
        measures=EXAM,
        columns=summary.titled(EXAM, summary.DEPARTMENTS),
        notes=[*basis(session, at), *summary.notes(rows[-1]), *summary.RULES],
        signature=summary.SIGNATURE,
    )


@bp.get("/sessions/<int:session_id>/charts/<name>.svg")
@requires(Permission.RATES_READ)
def chart(session_id: int, name: str) -> ResponseReturnValue:
    """A chart as an image of its own; drawn once for what it shows."""
    at = clock.now()
    session = queries.session(session_id, at)
    if name == "departments":
        return drawn(name, _bars(_visible(session, at)), "各部门参考率和合格率（应考）")
    if name == "scores":
        candidates = _counted(session, at)
        total = _discreet(rates.department_table(candidates), reach(session))[-1]
        return drawn(name, _scores(total, candidates, session), "成绩分布")
    raise NoResultFound


def _scores(total: Row, candidates: pd.DataFrame, session: ExamSession) -> list[dict[str, Any]]:
    """The distribution over the bureau, where its scores are the reader's to know."""
    if total.values["score_sum"] is None:
        return []
    return pictures.scores(candidates, _lines(session))


def _bars(rows: list[Row]) -> list[dict[str, Any]]:
    return pictures.departments(rows, EXAM, pictures.EXAM_SHOWN)


def _lines(session: ExamSession) -> pictures.Lines:
    return pictures.Lines(
        total=sealed(session.form).total,
        passing=session.pass_score,
        excellent=session.excellent_score,
    )


@bp.get("/history")
@requires(Permission.RATES_READ)
def history() -> str:
    """The bureau's figures from exam to exam, main sessions that have ended."""
    return render_template(
        "analytics/history.html",
        tabs=sections("analytics.history"),
        exams=_history(clock.now())[::-1],
        opening=OPENING,
        measures=EXAM,
        tiles=TILES,
    )


#: Exams that the history goes back to.
REMEMBERED = 8


def _history(at: datetime) -> list[tuple[ExamSession, Row]]:
    """Oldest first. For heads of units their own department's row."""
    ended = [
        each for each in queries.reported(at) if each.makeup_of_id is None and each.closes_at <= at
    ]
    reader, found = reach(), []
    for each in reversed(ended[:REMEMBERED]):
        rows = _discreet(rates.department_table(_counted(each, at)), reach(each))
        found.append((each, headline(rows, reader)))
    # An exam that nobody of the reader's unit was called to is no part of the unit's course.
    own = [(each, row) for each, row in found if not row.is_sum]
    return own if own and not reader.is_whole else found


@bp.get("/history/trend.svg")
@requires(Permission.RATES_READ)
def trend() -> ResponseReturnValue:
    exams = _history(clock.now())
    return drawn(
        "trend", pictures.trend([(each.title, row) for each, row in exams]), "历次考试走势"
    )
