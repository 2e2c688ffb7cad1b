"""Reading plans, and plan against what was done: every number opens to its people or classes."""

from typing import Any

from flask import Response, render_template, request
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, can, requires
from accounts.permissions import Permission
from core import clock, official, paging, spreadsheets
from core.audit.trail import record
from core.db import db, may_write
from core.documents import DOCX
from core.downloads import attachment
from core.spreadsheets import Table
from courses.classes import audience
from courses.models import CourseCategory
from courses.plans import papers, queries
from courses.plans.measuring import Reach
from courses.plans.models import TrainingPlan
from courses.plans.queries import Report
from courses.plans.views.base import STATE_TONES, bp, plan_of, sees_drafts


@bp.get("")
@requires(Permission.TRAINING_READ)
def index() -> str:
    return render_template(
        "courses/plans/index.html", periods=queries.periods(),
        plans=queries.plans(drafts=sees_drafts()),
    )  # fmt: skip


@bp.get("/<int:plan_id>")
@requires(Permission.TRAINING_READ)
def plan(plan_id: int) -> str:
    found = plan_of(plan_id)
    editions = queries.editions(found.period_id, found.year)
    return render_template(
        "courses/plans/plan.html",
        plan=found,
        report=queries.report(found, clock.today()),
        editions=[each for each in editions if each.approved_at or sees_drafts()],
        newest=editions[0].id == found.id,
        draft=found.approved_at is None,
        own=found.created_by_id == account().id,
        tones=STATE_TONES,
        audience=audience.label,
        edits=can(Permission.TRAINING_PLAN),
        approves=can(Permission.TRAINING_APPROVE),
        makes=can(Permission.CLASS_MANAGE),
    )


@bp.get("/<int:plan_id>/items/<int:item_id>")
@requires(Permission.TRAINING_READ)
def item(plan_id: int, item_id: int) -> str:
    """The classes of an item and those who completed them."""
    found = plan_of(plan_id)
    report = queries.report(found, clock.today())
    each, progress = next(
        ((one, progress) for one, progress in report.items if one.id == item_id), (None, None)
    )
    if each is None or progress is None:
        raise NoResultFound
    number, per_page = paging.asked()
    return render_template(
        "courses/plans/item.html",
        plan=found,
        item=each,
        progress=progress,
        classes=queries.classes_of([one.id for one in progress.classes]),
        completed={one.id: len(one.completed) for one in progress.classes},
        page=paging.of(
            queries.people_named(progress.people) if can(Permission.CLASS_MANAGE) else [],
            number=number,
            per_page=per_page,
        ),
        names=can(Permission.CLASS_MANAGE),
        tones=STATE_TONES,
        audience=audience.label,
    )


PARTS = {
    "people": "应训人员", "trained": "已参训", "reached": "已达标", "paced": "按进度",
    "behind": "慢于进度", "missing": "未达标",
}  # fmt: skip


@bp.get("/<int:plan_id>/targets/<int:target_id>")
@requires(Permission.CLASS_MANAGE)
def target(plan_id: int, target_id: int) -> str:
    """The people whom a number about an audience counts (?part=), for those who keep classes: the
    others read figures without names, as everywhere in statistics."""
    found = plan_of(plan_id)
    report = queries.report(found, clock.today())
    each, reach = next(
        ((one, reach) for one, reach in report.targets if one.id == target_id), (None, None)
    )
    if each is None or reach is None:
        raise NoResultFound
    part = request.args.get("part", "people")
    number, per_page = paging.asked()
    people = queries.people_named(_part(reach, part))
    return render_template(
        "courses/plans/target.html",
        plan=found,
        target=each,
        reach=reach,
        part=part if part in PARTS else "people",
        parts=PARTS | ({} if reach.over else {"missing": "尚未达标"}),
        counts={name: len(_part(reach, name)) for name in PARTS},
        page=paging.of(people, number=number, per_page=per_page),
        hours=report.hours,
        audience=audience.label(each),
    )


def _part(reach: Reach, name: str) -> frozenset[int]:
    return {
        "trained": reach.trained, "reached": reach.reached, "missing": reach.people - reach.reached,
        "paced": reach.paced, "behind": reach.people - reach.paced,
    }.get(name, reach.people)  # fmt: skip


@bp.get("/<int:plan_id>/content/<category>")
@requires(Permission.TRAINING_READ)
def content(plan_id: int, category: str) -> str:
    """The units of concluded classes that are about something."""
    found, wanted = plan_of(plan_id), CourseCategory.by_label(category)
    if wanted is None:
        raise NoResultFound
    over = [each.id for each in queries.held(found) if each.concluded]
    units = [unit for each in queries.classes_of(over) for unit in each.units
             if unit.category is wanted]  # fmt: skip
    number, per_page = paging.asked()
    return render_template(
        "courses/plans/content.html",
        plan=found,
        category=wanted,
        hours=sum(unit.hours for unit in units),
        page=paging.of(units, number=number, per_page=per_page),
    )


@bp.get("/<int:plan_id>/plan.xlsx")
@requires(Permission.TRAINING_READ)
def export_xlsx(plan_id: int) -> Response:
    found = plan_of(plan_id)
    report = queries.report(found, clock.today())
    data = spreadsheets.write_workbook(
        Table("班次", papers.ITEMS, list(_item_rows(report)), title=_name(found)),
        Table("人群目标", papers.TARGETS, list(_target_rows(report))),
        Table("内容占比", papers.SHARES, list(_share_rows(report))),
    )
    return _exported(found, data, f"{_name(found)}.xlsx", spreadsheets.XLSX)


@bp.get("/<int:plan_id>/plan.docx")
@requires(Permission.TRAINING_READ)
def export_docx(plan_id: int) -> Response:
    found = plan_of(plan_id)
    report = queries.report(found, clock.today())
    day = clock.local(found.approved_at).date() if found.approved_at else None
    paper = papers.paper(
        title=found.title, edition=found.edition if found.number else "", reason=found.note,
        about=found.about, items=list(_item_rows(report)), targets=list(_target_rows(report)),
        shares=list(_share_rows(report)), dated=day,
    )  # fmt: skip
    return _exported(found, official.write(paper), f"{_name(found)}.docx", DOCX)


def _name(found: TrainingPlan) -> str:
    draft = "" if found.approved_at else "（草稿）"
    return found.title + (f"（{found.edition}）" if found.number else "") + draft


def _exported(found: TrainingPlan, data: bytes, name: str, content_type: str) -> Response:
    plan_id, title = found.id, found.title
    may_write()
    record("plan.export", object_type="TrainingPlan", object_id=plan_id, title=title, file=name)
    db.session.commit()
    return attachment(data, name, content_type)


def _item_rows(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "title": each.title,
            "month": f"{each.month}月" if each.month else "全年",
            "kind": each.class_kind.label,
            "training_kind": each.training_kind.label,
            "category": each.category.label,
            "audience": audience.label(each),
            "hours": each.hours,
            "people": each.people,
            "classes": len(progress.classes),
            "done_hours": progress.hours,
            "done_people": len(progress.people),
            "rate": progress.people_rate,
            "state": progress.state.label,
        }
        for number, (each, progress) in enumerate(report.items, 1)
    ]


def _target_rows(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "audience": audience.label(each),
            "hours": each.hours,
            "percent": each.percent,
            "people": len(reach.people),
            "trained": len(reach.trained),
            "reached": len(reach.reached),
            "rate": reach.rate,
            "asked": reach.asked,
            "paced": len(reach.paced),
            "met": reach.state.label if reach.state else "—",
        }
        for each, reach in report.targets
    ]


def _share_rows(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "category": category.label,
            "wanted": wanted,
            "planned_hours": planned.hours,
            "planned": planned.rate,
            "held_hours": held.hours,
            "held": held.rate,
        }
        for category, planned, held, wanted in report.shares
    ]
