"""Pages of the rates."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy.exc import NoResultFound

from accounts.guards import me, requires, scope
from accounts.permissions import Permission, Scope
from analytics import frames, rates
from analytics.measures import COUNTS, RATES, TITLES
from core import clock, paging, spreadsheets
from core.audit.trail import record
from core.db import db
from core.spreadsheets import Column, Table
from exam.models import ExamSession
from exam.queries import sessions

bp = Blueprint("analytics", __name__, url_prefix="/analytics")

PERCENT = '0.00"%"'


def own_unit(permission: Permission) -> str | None:
    """The name of the one unit that the reader may see; None for all."""
    return None if scope(permission) is Scope.ALL else me().stat_unit.name


def visible(rows: list[rates.UnitRow], unit: str | None) -> list[rates.UnitRow]:
    """All rows, or the reader's unit and the bureau's total to compare it with."""
    mine = (unit, f"{unit}{rates.OTHERS}", rates.TOTAL)
    return [row for row in rows if unit is None or row.unit in mine]


def chosen(session_id: int | None) -> tuple[list[ExamSession], ExamSession | None]:
    """The sessions with an end behind them or running, and the one to show."""
    known = [
        each
        for each in db.session.scalars(sessions.sessions())
        if each.opens_at <= clock.now() and each.cancelled_at is None
    ]
    if session_id is None:
        ended = [each for each in known if each.closes_at <= clock.now()]
        return known, next(iter(ended or known), None)
    found = next((each for each in known if each.id == session_id), None)
    if found is None:
        raise NoResultFound
    return known, found


@bp.get("/", endpoint="rates")
@requires(Permission.RATES_READ)
def exam_rates() -> str:
    known, session = chosen(request.args.get("session", type=int))
    table = rates.department_table(frames.candidates(session)) if session else []
    return render_template(
        "analytics/rates.html",
        sessions=known,
        session=session,
        rows=visible(table, own_unit(Permission.RATES_READ)),
        total=table[-1] if table else None,
        counts=COUNTS,
        measures=RATES,
        titles=TITLES,
        people_shown=scope(Permission.RATES_PEOPLE) is not None,
    )


@bp.get("/sessions/<int:session_id>/people")
@requires(Permission.RATES_PEOPLE)
def people(session_id: int) -> str:
    """The people behind a number, within the reader's scope."""
    _, session = chosen(session_id)
    row, count = request.args.get("row", rates.TOTAL), request.args.get("count", "roster")
    if session is None or count not in TITLES:
        abort(404)
    candidates, unit = frames.candidates(session), own_unit(Permission.RATES_PEOPLE)
    if unit is not None:
        candidates = candidates[candidates["unit"] == unit]
    behind = rates.people_behind(candidates, row, count)
    number, size = paging.asked()
    found: list[Any] = behind.to_dict("records")
    return render_template(
        "analytics/people.html",
        session=session,
        row=row,
        count=next(each for each in COUNTS if each.key == count),
        page=paging.of(found, number=number, per_page=size),
    )


@bp.get("/sessions/<int:session_id>/table.xlsx")
@requires(Permission.RATES_READ)
def export(session_id: int) -> Response:
    _, session = chosen(session_id)
    if session is None:
        abort(404)
    table = rates.department_table(frames.candidates(session))
    rows = visible(table, own_unit(Permission.RATES_READ))
    columns = [
        Column("部门", "unit", 20),
        *(Column(each.title, each.key, 10, "0") for each in COUNTS),
        *(Column(each.title, each.key, 14, PERCENT) for each in RATES),
        Column("平均分", "mean", 10, "0.00"),
        Column("最高", "highest", 10, "0.00"),
        Column("最低", "lowest", 10, "0.00"),
        Column("名次", "rank", 8, "0"),
    ]
    data = spreadsheets.write_workbook(
        Table(
            "部门汇总表",
            columns,
            [
                {
                    "unit": row.unit,
                    **row.counts,
                    **row.rates,
                    "mean": row.mean,
                    "highest": row.highest,
                    "lowest": row.lowest,
                    "rank": row.rank,
                }
                for row in rows
            ],
            title=f"{session.title}部门汇总表",
            notes=[
                f"名单快照 {session.roster_id}",
                f"应参考不足 {rates.SMALLEST_RANKED} 人的部门不参与排名",
                "填报单位（盖章）　　　负责人签字　　　填报人　　　联系电话　　　日期",
            ],
        ),
        Table(
            "口径",
            [Column("项目", "title", 18), Column("口径", "definition", 60)],
            [
                *({"title": each.title, "definition": each.definition} for each in COUNTS),
                *(
                    {
                        "title": each.title,
                        "definition": f"{TITLES[each.numerator]} ÷ {TITLES[each.denominator]}",
                    }
                    for each in RATES
                ),
                {"title": "平均分", "definition": "Σ取用成绩 ÷ 实参考；成绩无效按 0 计入"},
            ],
        ),
    )
    record("rates.export", session, rows=len(rows))
    db.session.commit()
    answer = Response(data, content_type=spreadsheets.XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"rates-{session.id}.xlsx")
    return answer
