"""The hours of a unit's people, or of the bureau's, and training deadlines."""

from datetime import date
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import me, requires, unit_limit
from accounts.permissions import Permission
from core import clock, paging, spreadsheets
from core.audit.trail import record
from core.db import db, may_write
from core.downloads import attachment
from core.spreadsheets import Column, Table
from courses.hours import queries, tallies
from courses.hours.conversion import PRESET
from courses.hours.deadlines import DeadlineKind, DeadlineState
from courses.hours.duties import Window
from courses.hours.kinds import Bucket
from courses.hours.pace import State
from courses.hours.queries import Figures
from courses.hours.tallies import Member, Row
from courses.hours.views.base import DEADLINE_TONES, bp, entries_of, narrowed, probation
from courses.views.base import take_back_hours

READ = Permission.COURSE_PROGRESS
NOTES = [
    "达标：集中培训（主管部门认可）的学时或天数达到按在册月数和人群系数折算的要求。",
    "每年的按年度，五年的按规划期；达标率＝达标÷有要求的人数。",
    "周期没有结束的不算未达标：学时或天数达到要求×已过天数÷总天数的为按进度，否则为慢于进度。",
    "周期结束仍未达到的为期满未达标。",
]
#: Years that can be looked back to, this one included.
YEARS = 6


def _day() -> date:
    """Today, or the last day of the year that is asked for (?year=)."""
    today, year = clock.today(), request.args.get("year", type=int)
    if year is None or not today.year - YEARS < year < today.year:
        return today
    return date(year, 12, 31)


def _figures(day: date) -> list[Figures]:
    return queries.figures_of(queries.on_the_books(day, unit_limit(READ)), day)


def _state(each: Figures, day: date) -> State | None:
    return each.main.state(day, clock.today()) if each.main else None


def _rows(found: list[Figures], day: date) -> list[Row]:
    return tallies.table(
        Member(
            each.person.stat_unit_id,
            each.person.stat_unit.name,
            _state(each, day),
            each.buckets,
            each.law_hours,
        )
        for each in found
    )


@bp.get("/units")
@requires(READ)
def units() -> str:
    """The departments' figures, and their people."""
    day = _day()
    found = _figures(day)
    rows = _rows(found, day)
    unit_id = request.args.get("unit", type=int)
    if unit_id is not None and unit_id not in {each.unit_id for each in rows}:
        raise NoResultFound
    state = State.by_label(request.args.get("state", ""))
    window = Window.by_label(request.args.get("window", ""))
    text = request.args.get("q", "").strip()
    shown = [
        each
        for each in found
        if (unit_id is None or each.person.stat_unit_id == unit_id)
        and (state is None or _state(each, day) is state)
        and (window is None or (each.main is not None and each.main.window is window))
        and (not text or text in each.person.name or text in each.person.staff_number)
    ]
    number, per_page = paging.asked()
    return render_template(
        "courses/hours_units.html",
        rows=rows[:-1],
        total=rows[-1],
        page=paging.of(shown, number=number, per_page=per_page),
        limited=unit_limit(READ) is not None,
        unit=me().stat_unit.name if unit_limit(READ) is not None else None,
        buckets=list(Bucket),
        notes=NOTES,
        day=day,
        year=day.year if day != clock.today() else None,
        years=[
            (each, f"{each} 年")
            for each in range(clock.today().year, clock.today().year - YEARS, -1)
        ],
        states=list(State),
        windows=[(Window.YEAR.value, "每年要求"), (Window.PLAN.value, "五年要求")],
    )


@bp.get("/units/hours.xlsx")
@requires(READ)
def export() -> Response:
    day = _day()
    found = _figures(day)
    data = spreadsheets.write_workbook(
        Table(
            "部门学时",
            [
                Column("部门", "unit", 20),
                Column("人数", "people", 8, "0"),
                Column("有要求", "judged", 9, "0"),
                Column("达标", "met", 8, "0"),
                *(Column(each.label, each.value, 12, "0") for each in list(State)[1:]),
                Column("达标率", "rate", 10, '0.00"%"'),
                *(Column(each.label, each.value, 11, "0.00") for each in Bucket),
                Column("合计学时", "total", 11, "0.00"),
                Column("法治学时", "law", 11, "0.00"),
                Column("人均学时", "average", 11, "0.00"),
            ],
            [_unit_line(each) for each in _rows(found, day)],
            title=f"{day.year} 年学时台账（{day:%Y-%m-%d}）",
            notes=NOTES,
        ),
        Table(
            "人员",
            [
                Column("部门", "unit", 18),
                Column("姓名", "name", 12),
                Column("工号", "staff_number", 12),
                Column("职级组", "rank", 12),
                *(Column(f"{each.label}{title}", f"{each.value}_{key}", 12, "0.00")
                  for each in Window
                  for title, key in (("学时", "hours"), ("要求学时", "target"), ("天数", "days"),
                                     ("要求天数", "days_target"))),
                *(Column(f"本年{each.label}", each.value, 11, "0.00") for each in Bucket),
                Column("本年法治学时", "law", 12, "0.00"),
                Column("结果", "state", 18),
            ],
            [_line(each, day) for each in found],
            title="人员学时",
        ),
    )  # fmt: skip
    may_write()
    record("hours.export", object_type="Person", object_id=me().id, rows=len(found))
    db.session.commit()
    return attachment(data, f"{day.year}年学时台账.xlsx")


def _unit_line(row: Row) -> dict[str, Any]:
    return vars(row) | dict(row.buckets) | dict(row.states) | {
        "rate": row.rate, "total": row.total, "average": row.average,
    }  # fmt: skip


def _line(each: Figures, day: date) -> dict[str, Any]:
    state = _state(each, day)
    line: dict[str, Any] = {
        "unit": each.person.stat_unit.name,
        "name": each.person.name,
        "staff_number": each.person.staff_number,
        "rank": each.person.rank_group.label,
        "law": each.law_hours,
        "state": state.label if state else None,
    }
    for window, standing in each.standings.items():
        line |= {
            f"{window.value}_hours": standing.hours.done,
            f"{window.value}_target": standing.hours.target,
            f"{window.value}_days": standing.days.done,
            f"{window.value}_days_target": standing.days.target,
        }
    return line | dict(each.buckets)


@bp.get("/units/people/<int:person_id>")
@requires(READ)
def person(person_id: int) -> str:
    found = queries.person(person_id, unit_limit(READ))
    today = clock.today()
    [figures] = queries.figures_of([found], today)
    return render_template(
        "courses/hours_person.html",
        own=False,
        person=found,
        figures=figures,
        deadlines=queries.deadlines_of([found], today=today, probation=probation()),
        deadline_tones=DEADLINE_TONES,
        page=entries_of(found.id),
        narrowed=narrowed(),
        undone=queries.reversed_of(found.id),
        buckets=list(Bucket),
        as_conversion=queries.as_conversion,
        preset=PRESET,
    )


@bp.post("/entries/<int:entry_id>/reverse")
@requires(Permission.CLAIM_DECIDE)
def reverse(entry_id: int) -> ResponseReturnValue:
    found = queries.entry(entry_id)
    take_back_hours(found)
    return redirect(url_for(".person", person_id=found.person_id, _anchor="ledger"), 303)


@bp.get("/units/deadlines")
@requires(READ)
def deadlines() -> str:
    """Initial, appointment and catch-up training: done, and not done, by when it is due."""
    today = clock.today()
    people = queries.on_the_books(today, unit_limit(READ))
    rows = queries.deadlines_of(people, today=today, probation=probation())
    kind = DeadlineKind.by_label(request.args.get("kind", ""))
    state = DeadlineState.by_label(request.args.get("state", ""))
    shown = [
        each
        for each in rows
        if kind in (None, each.deadline.kind) and state in (None, each.deadline.state(today))
    ]
    number, per_page = paging.asked()
    return render_template(
        "courses/hours_deadlines.html",
        page=paging.of(shown, number=number, per_page=per_page),
        counts={
            each: sum(row.deadline.state(today) is each for row in rows) for each in DeadlineState
        },
        kinds=DeadlineKind.choices(),
        states=DeadlineState.choices(),
        tones=DEADLINE_TONES,
        months=probation(),
    )
