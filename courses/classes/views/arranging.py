"""Pages of those who keep classes: the list, a class, its timetable."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, can, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from courses.classes import attending as rules
from courses.classes import audience, standing
from courses.classes.forms import AnswerForm, ClassForm, UnitForm, aware
from courses.classes.kinds import ClassKind, ClassState
from courses.classes.models import ClassUnit, TrainingClass
from courses.classes.queries import classes as queries
from courses.classes.queries import people
from courses.classes.services import arranging
from courses.classes.services.arranging import ClassDraft, UnitDraft
from courses.classes.views.base import (
    STAFF,
    STAGE_TONES,
    STATE_TONES,
    bp,
    done,
    may_manage,
    not_done,
    reach,
    state_of,
)
from courses.hours.kinds import TrainingKind
from courses.models import CourseCategory
from courses.plans import queries as plans
from laws import queries as laws


@bp.get("/manage")
@requires(*STAFF)
def manage() -> str:
    """Every class with seats and what waits to be decided."""
    number, per_page = paging.asked()
    at, today = clock.now(), clock.today()
    wanted = ClassState.by_label(request.args.get("state", ""))
    kind = ClassKind.by_label(request.args.get("kind", ""))
    query = queries.classes(
        drafts=may_manage(),
        text=request.args.get("q", "").strip(),
        kind=kind,
        state=queries.in_state(wanted, at, today) if wanted else None,
    )
    page = paging.select_page(query, number=number, per_page=per_page)
    return render_template(
        "courses/classes/manage.html",
        page=page,
        counts=queries.counts([each.id for each in page.items]),
        state_of=state_of,
        tones=STATE_TONES,
        states=ClassState.choices(),
        kinds=ClassKind.choices(),
        filtered=any(request.args.get(name) for name in ("q", "state", "kind")),
        year=today.year,
    )


@bp.route("/manage/new", methods=["GET", "POST"])
@requires(Permission.CLASS_MANAGE)
def new() -> ResponseReturnValue:
    """A class by itself, or one that an item of the approved plan intends (?item=)."""
    item_id = request.args.get("item", type=int)
    item = plans.approved_item(item_id) if item_id is not None else None
    form = _class_form(ClassForm(data=_planned(item) if item else _usual()))
    if form.validate_on_submit():
        try:
            made = arranging.create(
                draft=_class_draft(form),
                at=clock.now(),
                by=account(),
                plan_item_id=item.key if item else None,
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return done(made.id, "培训班已建立，请安排课程表后发布。")
    return render_template("courses/classes/edit.html", form=form, course_class=None, item=item)


def _usual() -> dict[str, Any]:
    """A class in four weeks, with sign-up from now until a week before."""
    first = clock.today() + timedelta(days=28)
    now = clock.local(clock.now()).replace(second=0, microsecond=0, tzinfo=None)
    return {
        "starts_on": first,
        "ends_on": first,
        "signup_from": now,
        "signup_until": now.replace(hour=18, minute=0) + timedelta(days=21),
        "approval": True,
        "attend_percent": 80,
        "training_kind": "in_service",
        "category": "law",
        "organiser": "人事司",
    }


def _planned(item: Any) -> dict[str, Any]:
    return _usual() | {
        "title": item.title,
        "class_kind": item.class_kind.value,
        "training_kind": item.training_kind.value,
        "category": item.category.value,
        "rank_group": item.rank_group.value if item.rank_group else "",
        "staff_category": item.staff_category.value if item.staff_category else "",
        "capacity": item.people,
    }


@bp.route("/manage/<int:class_id>/edit", methods=["GET", "POST"])
@requires(Permission.CLASS_MANAGE)
def edit(class_id: int) -> ResponseReturnValue:
    found = queries.training_class(class_id, drafts=True)
    form = _class_form(ClassForm(data=_as_data(found)))
    if form.validate_on_submit():
        try:
            arranging.edit(owner=found, draft=_class_draft(form), at=clock.now())
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return done(class_id, "培训班已保存。")
        found = queries.training_class(class_id, drafts=True)
    return render_template(
        "courses/classes/edit.html", form=form, course_class=found, item=found.plan_item
    )


def _class_form(form: ClassForm) -> ClassForm:
    titles = {str(key): title for key, title in queries.courses()}
    form.course_id.choices = {"": "不属于某门课程", **titles}
    return form


def _as_data(found: TrainingClass) -> dict[str, Any]:
    """A class as its form shows it."""
    data = {name: getattr(found, name) for name in ClassDraft.__dataclass_fields__}
    for name in ("class_kind", "training_kind", "category", "rank_group", "staff_category"):
        data[name] = data[name].value if data[name] else ""
    for name in ("signup_from", "signup_until"):
        data[name] = clock.local(data[name]).replace(tzinfo=None)
    return data | {"course_id": str(found.course_id or "")}


def _class_draft(form: ClassForm) -> ClassDraft:
    value: Any = form.data
    plain = ("title", "organiser", "place", "starts_on", "ends_on", "days", "capacity", "approval",
             "full_time", "accredited", "attend_percent", "needs_pass")  # fmt: skip
    return ClassDraft(
        **{name: value[name] for name in plain},
        **form.aimed(),
        class_kind=ClassKind.of(value["class_kind"]),
        training_kind=TrainingKind.of(value["training_kind"]),
        category=CourseCategory.of(value["category"]),
        course_id=int(value["course_id"]) if value["course_id"] else None,
        signup_from=aware(value["signup_from"]),
        signup_until=aware(value["signup_until"]),
        evidence=value["evidence"] or "",
        about=value["about"] or "",
        contact=value["contact"] or "",
    )


@bp.get("/manage/<int:class_id>")
@requires(*STAFF)
def managed(class_id: int) -> str:
    """One class with its timetable, its people and what is to be done."""
    found = queries.training_class(class_id, drafts=may_manage())
    unit_id = reach()
    listed = people.of_class(class_id, unit_id)
    number, per_page = paging.asked()
    tallies = people.tallies(found)
    stages = {each.id: standing.stage(each) for each in listed}
    return render_template(
        "courses/classes/managed.html",
        course_class=found,
        state=state_of(found),
        state_tones=STATE_TONES,
        count=queries.counts([class_id]).get(class_id, queries.Count()),
        page=paging.of(listed, number=number, per_page=per_page),
        stages=stages,
        tones=STAGE_TONES,
        tallies=tallies,
        audience=audience.label(found),
        over_leave=[each for each in listed if found.full_time and stages[each.id] == "seated"
                    and each.id in tallies and tallies[each.id].too_much_leave],
        share=rules.share_in_words,
        leaves=people.leaves(class_id, unit_id),
        waiting=[each.id for each in people.places(class_id) if each.seated_at is None],
        manages=may_manage(),
        opines=can(Permission.CLASS_OPINE),
        nominates=can(Permission.CLASS_NOMINATE) or may_manage(),
        form=AnswerForm(formdata=None),
        me_id=account().person_id,
        begun={unit.id for unit in found.units
               if clock.now() >= unit.starts_at - rules.OPENS_BEFORE},
        marked=_marked(class_id),
        over=bool(found.units) and clock.now() >= max(unit.ends_at for unit in found.units),
    )  # fmt: skip


def _marked(class_id: int) -> dict[int, int]:
    """By unit, how many marks there are."""
    found: dict[int, int] = {}
    for marks in people.marks([class_id]).values():
        for unit_id in marks:
            found[unit_id] = found.get(unit_id, 0) + 1
    return found


@bp.post("/manage/<int:class_id>/publish")
@requires(Permission.CLASS_MANAGE)
def publish(class_id: int) -> ResponseReturnValue:
    try:
        arranging.publish(owner=queries.training_class(class_id, drafts=True), at=clock.now())
    except Refused as refusal:
        return not_done(class_id, refusal)
    return done(class_id, "已发布，到报名开始时间后可以报名。")


@bp.post("/manage/<int:class_id>/cancel")
@requires(Permission.CLASS_MANAGE)
def cancel(class_id: int) -> ResponseReturnValue:
    found = queries.training_class(class_id, drafts=True)
    try:
        arranging.cancel(owner=found, reason=request.form.get("reason", ""), at=clock.now())
    except Refused as refusal:
        return not_done(class_id, refusal)
    return done(class_id, "培训班已取消。")


@bp.route("/manage/<int:class_id>/units/new", methods=["GET", "POST"])
@requires(Permission.CLASS_MANAGE)
def new_unit(class_id: int) -> ResponseReturnValue:
    return _edit_unit(queries.training_class(class_id, drafts=True), None)


@bp.route("/manage/<int:class_id>/units/<int:unit_id>", methods=["GET", "POST"])
@requires(Permission.CLASS_MANAGE)
def edit_unit(class_id: int, unit_id: int) -> ResponseReturnValue:
    found = queries.training_class(class_id, drafts=True)
    return _edit_unit(found, queries.unit_of(unit_id, class_id))


def _edit_unit(owner: TrainingClass, unit: ClassUnit | None) -> ResponseReturnValue:
    form = UnitForm(data=_unit_data(unit) if unit else _next_unit(owner))
    class_id, unit_id = owner.id, unit.id if unit else None
    if form.validate_on_submit():
        try:
            draft = _unit_draft(form)
            if unit is None:
                arranging.add_unit(owner=owner, draft=draft, at=clock.now())
            else:
                arranging.edit_unit(unit=unit, draft=draft, at=clock.now())
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return done(class_id, "课程表已保存。", "timetable")
        owner = queries.training_class(class_id, drafts=True)
    return render_template(
        "courses/classes/unit.html", form=form, course_class=owner, unit_id=unit_id
    )


def _next_unit(owner: TrainingClass) -> dict[str, Any]:
    last = clock.local(owner.units[-1].ends_at).date() if owner.units else owner.starts_on
    return {"day": last, "category": owner.category.value, "is_law": True}


def _unit_data(unit: ClassUnit) -> dict[str, Any]:
    starts, ends = clock.local(unit.starts_at), clock.local(unit.ends_at)
    return {
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "hours": unit.hours,
        "topic": unit.topic,
        "teacher": unit.teacher.name if unit.teacher else "",
        "staff_number": _staff_number(unit),
        "employer": unit.teacher.employer if unit.teacher else "",
        "category": unit.category.value if unit.category else "",
        "is_law": unit.is_law,
        "laws": "\n".join(each.law.short_title for each in unit.laws),
    }


def _staff_number(unit: ClassUnit) -> str:
    teacher = unit.teacher
    return teacher.person.staff_number if teacher and teacher.person else ""


def _unit_draft(form: UnitForm) -> UnitDraft:
    """Raises Refused, naming the field."""
    starts_at, ends_at = form.moments()
    value: Any = form.data
    return UnitDraft(
        starts_at=starts_at,
        ends_at=ends_at,
        hours=value["hours"],
        topic=value["topic"],
        teacher=value["teacher"] or "",
        staff_number=value["staff_number"] or "",
        employer=value["employer"] or "",
        category=CourseCategory.by_label(value["category"] or ""),
        is_law=value["is_law"],
        law_ids=_law_ids(value["laws"] or ""),
    )


def _law_ids(text: str) -> list[int]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not (title := line.strip().strip("《》")):
            continue
        try:
            found.append(laws.law_named(title).id)
        except Refused as refusal:
            raise Refused(f"第 {number} 行：{refusal}", field="laws") from None
    return found


@bp.post("/manage/<int:class_id>/units/<int:unit_id>/remove")
@requires(Permission.CLASS_MANAGE)
def remove_unit(class_id: int, unit_id: int) -> ResponseReturnValue:
    queries.training_class(class_id, drafts=True)
    unit = queries.unit_of(unit_id, class_id)
    try:
        arranging.remove_unit(
            unit=unit, attended=bool(_marked(class_id).get(unit_id)), at=clock.now()
        )
    except Refused as refusal:
        return not_done(class_id, refusal)
    db.session.commit()
    flash("这一讲已删除。", "success")
    return redirect(url_for(".managed", class_id=class_id, _anchor="timetable"), 303)
