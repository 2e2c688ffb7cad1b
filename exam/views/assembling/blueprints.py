"""Pages of blueprints: the list, one of them, writing one, and what the bank holds for it."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db, only_reads
from core.errors import Refused
from core.meanwhile import ChangedMeanwhile
from exam.assembling import plans
from exam.assembling.presets import PRESETS
from exam.forms.building import (
    MOST_ALTERNATIVES,
    BlueprintForm,
    PracticeForm,
    fields_of,
    rearranged,
    row_of,
)
from exam.kinds import ExamKind
from exam.models import Blueprint, BlueprintSection
from exam.queries.assembling import building as queries
from exam.queries.assembling import drawing
from exam.services.assembling import blueprints as services
from exam.services.assembling import building
from exam.views.assembling.outlook import asked, outlook
from exam.views.base import bp
from question_bank.item_types import DIFFICULTIES, MultiRule
from question_bank.queries import calibrated
from question_bank.queries.browsing import cited_laws
from question_bank.reach import PASSED_ONLY


@bp.get("/blueprints")
@requires(Permission.FORM_BUILD)
def blueprints() -> str:
    number, size = paging.asked()
    query = queries.blueprints(request.args.get("q", "").strip(), request.args.get("kind", ""))
    page = paging.select_page(query, number=number, per_page=size)
    return render_template(
        "exam/assembling/blueprints.html",
        page=page,
        uses=queries.uses([each.id for each in page.items]),
        kinds=ExamKind.choices(),
        presets=PRESETS,
    )


@bp.get("/blueprints/<int:blueprint_id>")
@requires(Permission.FORM_BUILD)
def blueprint(blueprint_id: int) -> str:
    found = queries.blueprint(blueprint_id)
    rows = [queries.plan_of(section) for section in found.sections]
    what = asked()
    conditions = drawing.conditions_of(found)
    return render_template(
        "exam/assembling/blueprint.html",
        blueprint=found,
        outlook=outlook(
            rows,
            found.exam_kind,
            conditions,
            copies=what.copies,
            overlap=what.overlap,
            on=what.on,
            alternatives=what.alternatives,
            explain=True,
        ),
        conditions=conditions,
        asked=what,
        most=building.MAX_FORMS,
        most_alternatives=MOST_ALTERNATIVES,
        two_way=plans.two_way(
            [(_content(section), row) for section, row in zip(found.sections, rows, strict=True)]
        ),
        levels=plans.LEVELS,
        headings=plans.headings(rows),
        gathered=plans.gathered(plans.headings(rows)),
        of_any_law=plans.of_any_law(rows, found.exam_kind),
        calibrated=bool(calibrated.of()),
        use=queries.uses([found.id]).get(found.id),
        difficulties=DIFFICULTIES,
    )


def _content(section: BlueprintSection) -> str:
    """What a row is about, in words."""
    laws = "、".join(each.law.short_title for each in section.laws)
    return "·".join(filter(None, (laws, section.topic))) or "不限内容"


@bp.post("/blueprints/from/<preset>")
@requires(Permission.FORM_BUILD)
def blueprint_from(preset: str) -> ResponseReturnValue:
    """One press: a blueprint as the template has it."""
    if preset not in PRESETS:
        abort(404)
    made = services.create_from(preset=PRESETS[preset], at=clock.now(), by=account())
    db.session.commit()
    flash("已按模板建立方案；还没有抽题，可以修改。", "success")
    return redirect(url_for(".blueprint", blueprint_id=made.id))


@bp.route("/blueprints/new", methods=["GET", "POST"])
@requires(Permission.FORM_BUILD)
def new_blueprint() -> ResponseReturnValue:
    preset = PRESETS.get(request.args.get("preset", ""), PRESETS["annual"])
    rows = [row_of(section) for section in services.sections_of(preset)]
    kind = {"exam_kind": preset.kind.value, "rows": rows}
    form = _form(fields_of(preset.conditions) | kind)
    return _edit(form, None)


@bp.route("/blueprints/<int:blueprint_id>/edit", methods=["GET", "POST"])
@requires(Permission.FORM_BUILD)
def edit_blueprint(blueprint_id: int) -> ResponseReturnValue:
    found = queries.blueprint(blueprint_id)
    if queries.uses([found.id]):
        raise services.InUse
    form = _form(
        fields_of(drawing.conditions_of(found))
        | {
            "title": found.title,
            "exam_kind": found.exam_kind.value,
            "multi_rule": found.multi_rule.value,
            "penalty_percent": found.penalty_percent,
            "seen": services.mark_of(found),
            "rows": [row_of(queries.plan_of(section)) for section in found.sections],
        }
    )
    return _edit(form, found)


def _form(data: dict[str, object]) -> BlueprintForm:
    if request.method == "POST":
        form = BlueprintForm(formdata=rearranged(request.form, request.form.get("act", "")))
    else:
        form = BlueprintForm(data=data)
    form.offer_laws({law.id: law.short_title for law in cited_laws(PASSED_ONLY)})
    return form


def _edit(form: BlueprintForm, found: Blueprint | None) -> ResponseReturnValue:
    rows = form.plans()
    if request.form.get("act", "save") == "save" and form.validate_on_submit():
        try:
            made = _save(form, found)
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            if isinstance(refusal, ChangedMeanwhile) and found is not None:
                form.seen.data = services.mark_of(queries.blueprint(found.id))
        else:
            db.session.commit()
            flash("组卷方案已保存。", "success")
            return redirect(url_for(".blueprint", blueprint_id=made.id))
    return render_template(
        "exam/assembling/blueprint_edit.html",
        form=form,
        blueprint=found,
        outlook=outlook(rows, _kind(form), form.conditions()),
        topics=drawing.topics(),
        calibrated=bool(calibrated.of()),
        presets=PRESETS,
    )


def _kind(form: BlueprintForm) -> ExamKind | None:
    return ExamKind.by_label(str(form.exam_kind.data))


def _save(form: BlueprintForm, found: Blueprint | None) -> Blueprint:
    content: dict[str, Any] = {
        "title": form.title.data or "",
        "exam_kind": ExamKind.of(form.exam_kind.data),
        "multi_rule": MultiRule.of(form.multi_rule.data),
        "penalty_percent": form.penalty_percent.data or 0,
        "conditions": form.conditions(),
        "sections": form.sections(),
    }
    if found is None:
        return services.create_blueprint(**content, at=clock.now(), by=account())
    seen = form.seen.data or ""
    services.revise_blueprint(blueprint=found, **content, at=clock.now(), by=account(), seen=seen)
    return found


@bp.post("/blueprints/stock")
@requires(Permission.FORM_BUILD)
def blueprint_stock() -> ResponseReturnValue:
    """What the bank holds for rows being typed; the page asks after each change."""
    # A question, though it is put as a POST: it must not hold up those who write.
    db.session.rollback()
    only_reads()
    form = BlueprintForm()
    form.offer_laws({law.id: law.short_title for law in cited_laws(PASSED_ONLY)})
    found = outlook(form.plans(), _kind(form), form.conditions())
    return jsonify(
        fitting=found.fitting,
        items=found.total_items,
        marks=str(found.total_marks),
        mean=found.mean_in_words,
        gaps=[{"row": gap.section, "short": gap.short, "text": str(gap)} for gap in found.gaps],
    )


@bp.post("/blueprints/<int:blueprint_id>/copy")
@requires(Permission.FORM_BUILD)
def copy_blueprint(blueprint_id: int) -> ResponseReturnValue:
    made = services.copy_blueprint(
        blueprint=queries.blueprint(blueprint_id), at=clock.now(), by=account()
    )
    db.session.commit()
    flash("已复制，请修改名称和组成。", "success")
    return redirect(url_for(".edit_blueprint", blueprint_id=made.id))


@bp.post("/blueprints/<int:blueprint_id>/open")
@requires(Permission.SESSION_MANAGE)
def open_blueprint(blueprint_id: int) -> ResponseReturnValue:
    """Let staff sit mock exams by the blueprint."""
    form = PracticeForm()
    if form.validate():
        services.open_for_practice(
            blueprint=queries.blueprint(blueprint_id),
            minutes=form.minutes.data or 0,
            at=clock.now(),
        )
        db.session.commit()
        flash("已开放为模拟考试。", "success")
    else:
        flash("限时应为 5 至 300 分钟。", "error")
    return redirect(url_for(".blueprint", blueprint_id=blueprint_id), 303)


@bp.post("/blueprints/<int:blueprint_id>/close")
@requires(Permission.SESSION_MANAGE)
def close_blueprint(blueprint_id: int) -> ResponseReturnValue:
    services.close_to_practice(blueprint=queries.blueprint(blueprint_id), at=clock.now())
    db.session.commit()
    flash("已停止模拟考试。", "success")
    return redirect(url_for(".blueprint", blueprint_id=blueprint_id), 303)


@bp.post("/blueprints/<int:blueprint_id>/delete")
@requires(Permission.FORM_BUILD)
def delete_blueprint(blueprint_id: int) -> ResponseReturnValue:
    found = queries.blueprint(blueprint_id)
    services.delete_blueprint(blueprint=found, at=clock.now(), by=account())
    db.session.commit()
    flash("组卷方案已删除。", "success")
    return redirect(url_for(".blueprints"))
