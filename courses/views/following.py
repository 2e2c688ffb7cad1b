"""Pages of those who follow how far their people have come."""

from datetime import date
from typing import Any

from flask import Response, render_template, request
from sqlalchemy.exc import NoResultFound

from accounts.guards import me, requires, unit_limit
from accounts.permissions import Permission
from core import clock, figures, paging, spreadsheets
from core.audit.trail import record
from core.db import db, may_write
from core.downloads import attachment
from core.spreadsheets import Column, Table
from courses import tallies
from courses.models import Course
from courses.queries import following as queries
from courses.tallies import Learner, Status
from courses.views.base import bp

TONES = {
    Status.NOT_STARTED: "calm",
    Status.STARTED: "info",
    Status.COMPLETED: "good",
    Status.OVERDUE: "bad",
}
PERCENT = '0.00"%"'
COUNTS = (
    Column("应学", "due", 9, "0"),
    Column("已开始", "started", 9, "0"),
    Column("已完成", "completed", 9, "0"),
    Column("完成率", "completion_rate", 11, PERCENT),
    Column("逾期未完成", "overdue", 12, "0"),
    Column("自愿选学", "voluntary", 11, "0"),
)
NOTES = (
    "应学：在册且在布置范围内的人员（退休、调离、离任、停职等不计入）；完成率＝已完成÷应学。",
    "填报单位（盖章）　　　负责人签字　　　填报人　　　联系电话　　　日期",
)


@bp.get("/progress")
@requires(Permission.COURSE_PROGRESS)
def progress() -> str:
    """The courses, each with the counts of all people within the reader's scope."""
    number, per_page = paging.asked()
    every = request.args.get("kind") == "all"
    text = request.args.get("q", "").strip()
    page = paging.select_page(
        queries.courses(text, required=not every), number=number, per_page=per_page
    )
    ids, today = [each.id for each in page.items], clock.today()
    unit_id = unit_limit(Permission.COURSE_PROGRESS)
    people = queries.learners(ids, day=today, unit_id=unit_id)
    return render_template(
        "courses/progress.html",
        page=page,
        rows={each: tallies.row(None, tallies.TOTAL, people[each], today) for each in ids},
        every=every,
        text=text,
        unit=me().stat_unit.name if unit_id is not None else None,
    )


def _learners(course_id: int) -> tuple[Course, list[Learner]]:
    """A course and its people within the reader's scope."""
    found = queries.course(course_id)
    unit_id = unit_limit(Permission.COURSE_PROGRESS)
    return found, queries.learners([found.id], day=clock.today(), unit_id=unit_id)[found.id]


@bp.get("/progress/<int:course_id>")
@requires(Permission.COURSE_PROGRESS)
def progress_of(course_id: int) -> str:
    """A course by department, and its people."""
    found, learners = _learners(course_id)
    today = clock.today()
    rows = tallies.by_unit(learners, today)
    unit_id, status, kind = _asked(rows)
    number, per_page = paging.asked()
    shown = [
        each
        for each in learners
        if (unit_id is None or each.unit_id == unit_id)
        and (status is None or each.status(today) is status)
        and (kind is None or each.required is kind)
    ]
    return render_template(
        "courses/progress_of.html",
        course=found,
        rows=rows[:-1],
        total=rows[-1],
        page=paging.of(shown, number=number, per_page=per_page),
        tones=TONES,
        statuses=Status.choices(),
        limited=unit_limit(Permission.COURSE_PROGRESS) is not None,
        notes=NOTES[:1],
    )


def _asked(rows: list[tallies.Row]) -> tuple[int | None, Status | None, bool | None]:
    """The filter of the list of people; a unit that the reader does not see is not there."""
    unit_id = request.args.get("unit", type=int)
    if unit_id is not None and unit_id not in {each.unit_id for each in rows}:
        raise NoResultFound
    kind = {"required": True, "optional": False}.get(request.args.get("kind", ""))
    return unit_id, Status.by_label(request.args.get("status", "")), kind


@bp.get("/progress/<int:course_id>/progress.xlsx")
@requires(Permission.COURSE_PROGRESS)
def export_progress(course_id: int) -> Response:
    found, learners = _learners(course_id)
    today = clock.today()
    rows = tallies.by_unit(learners, today)
    data = spreadsheets.write_workbook(
        Table(
            "部门进度",
            [Column("部门", "unit", 20), *COUNTS],
            [_figures(row) for row in rows],
            title=f"{figures.titled(found.title)}学习进度（{today:%Y-%m-%d}）",
            notes=NOTES,
        ),
        Table(
            "人员",
            [
                Column("序号", "number", 7, "0"),
                Column("部门", "unit", 18),
                Column("姓名", "name", 12),
                Column("工号", "staff_number", 12),
                Column("职务", "post", 18),
                Column("性质", "kind", 8),
                Column("完成期限", "due_on", 13),
                Column("已学课时", "done", 10, "0"),
                Column("总课时", "lessons", 9, "0"),
                Column("状态", "status", 13),
                Column("完成日期", "completed_on", 13),
            ],
            [_line(number, each, today) for number, each in enumerate(learners, 1)],
            title=f"{figures.titled(found.title)}学习名单",
        ),
    )
    may_write()
    record("progress.export", found, rows=len(learners))
    db.session.commit()
    return attachment(data, f"{found.title}学习进度.xlsx")


def _figures(row: tallies.Row) -> dict[str, Any]:
    return {"unit": row.unit} | {each.key: getattr(row, each.key) for each in COUNTS}


def _line(number: int, learner: Learner, today: date) -> dict[str, Any]:
    return {
        "number": number,
        "unit": learner.unit,
        "name": learner.name,
        "staff_number": learner.staff_number,
        "post": learner.post,
        "kind": "必修" if learner.required else "选修",
        "due_on": learner.due_on,
        "done": learner.done,
        "lessons": learner.lessons,
        "status": learner.status(today).label,
        "completed_on": learner.completed_on,
    }
