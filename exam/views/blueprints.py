"""Pages of blueprints: the list, one of them, writing one, and what the bank holds for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db, only_reads
from core.errors import Refused
from exam import assembly, plans
from exam.assembly import Gap, SectionPlan
from exam.forms.building import BlueprintForm, PracticeForm, rearranged, row_of
from exam.kinds import ExamKind
from exam.models import Blueprint
from exam.queries import building as queries
from exam.services import blueprints as services
from exam.views.base import bp
from question_bank.item_types import DIFFICULTIES, MultiRule
from question_bank.queries.browsing import cited_laws
from question_bank.reach import PASSED_ONLY


@dataclass(frozen=True)
class Outlook:
    """What the rows come to and what the bank holds for them today."""

    #: By row: items that fit and marks; None for a row that is not complete.
    fitting: Sequence[int | None]
    marks: Sequence[Decimal | None]
    total_items: int
    total_marks: Decimal
    #: Scenes that the blueprint asks for.
    scenes: int
    gaps: Sequence[Gap]


def outlook(
    rows: Sequence[SectionPlan | None], kind: ExamKind | None, scene_percent: int
) -> Outlook:
    whole = [(number, row) for number, row in enumerate(rows, 1) if row is not None]
    sections = [row for _, row in whole]
    scenes = plans.scenes(scene_percent, plans.total_items(sections))
    found = assembly.stock(queries.pool(clock.today(), kind), sections, scenes)
    fitting = {number: fits for (number, _), fits in zip(whole, found.fitting, strict=True)}
    return Outlook(
        fitting=[fitting.get(number) for number in range(1, len(rows) + 1)],
        marks=[None if row is None else row.count * row.marks for row in rows],
        total_items=plans.total_items(sections),
        total_marks=plans.total_marks(sections),
        scenes=scenes,
        gaps=[_in_rows(gap, [number for number, _ in whole]) for gap in found.gaps],
    )


def _in_rows(gap: Gap, numbers: Sequence[int]) -> Gap:
    """A gap of the complete rows as one of all rows; ``numbers`` are those of the complete ones."""
    if not gap.section:
        return gap
    rivals = tuple(numbers[each - 1] for each in gap.rivals)
    return replace(gap, section=numbers[gap.section - 1], rivals=rivals)


@bp.get("/blueprints")
@requires(Permission.FORM_BUILD)
def blueprints() -> str:
    number, size = paging.asked()
    query = queries.blueprints(request.args.get("q", "").strip(), request.args.get("kind", ""))
    page = paging.select_page(query, number=number, per_page=size)
    return render_template(
        "exam/blueprints.html",
        page=page,
        uses=queries.uses([each.id for each in page.items]),
        kinds=ExamKind.choices(),
        presets=plans.PRESETS,
    )


@bp.get("/blueprints/<int:blueprint_id>")
@requires(Permission.FORM_BUILD)
def blueprint(blueprint_id: int) -> str:
    found = queries.blueprint(blueprint_id)
    rows = [queries.plan_of(section) for section in found.sections]
    return render_template(
        "exam/blueprint.html",
        blueprint=found,
        outlook=outlook(rows, found.exam_kind, found.scene_percent),
        use=queries.uses([found.id]).get(found.id),
        difficulties=DIFFICULTIES,
    )


@bp.route("/blueprints/new", methods=["GET", "POST"])
@requires(Permission.FORM_BUILD)
def new_blueprint() -> ResponseReturnValue:
    preset = plans.PRESETS.get(request.args.get("preset", ""), plans.PRESETS["annual"])
    form = _form({"rows": [row_of(section) for section in preset.sections]})
    return _edit(form, None)


@bp.route("/blueprints/<int:blueprint_id>/edit", methods=["GET", "POST"])
@requires(Permission.FORM_BUILD)
def edit_blueprint(blueprint_id: int) -> ResponseReturnValue:
    found = queries.blueprint(blueprint_id)
    if queries.uses([found.id]):
        raise services.InUse
    form = _form(
        {
            "title": found.title,
            "exam_kind": found.exam_kind.value,
            "multi_rule": found.multi_rule.value,
            "scene_percent": found.scene_percent,
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
        else:
            db.session.commit()
            flash("组卷方案已保存。", "success")
            return redirect(url_for(".blueprint", blueprint_id=made.id))
    return render_template(
        "exam/blueprint_edit.html",
        form=form,
        blueprint=found,
        outlook=outlook(rows, _kind(form), form.scenes()),
        presets=plans.PRESETS,
    )


def _kind(form: BlueprintForm) -> ExamKind | None:
    return ExamKind.by_label(str(form.exam_kind.data))


def _save(form: BlueprintForm, found: Blueprint | None) -> Blueprint:
    content: dict[str, Any] = {
        "title": form.title.data or "",
        "exam_kind": ExamKind.of(form.exam_kind.data),
        "multi_rule": MultiRule.of(form.multi_rule.data),
        "scene_percent": form.scenes(),
        "sections": form.sections(),
    }
    if found is None:
        return services.create_blueprint(**content, at=clock.now(), by=account())
    services.revise_blueprint(blueprint=found, **content, at=clock.now(), by=account())
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
    found = outlook(form.plans(), _kind(form), form.scenes())
    return jsonify(
        fitting=found.fitting,
        items=found.total_items,
        marks=str(found.total_marks),
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
