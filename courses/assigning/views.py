"""Pages of learning that is assigned by rule."""

from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from core.forms import options
from courses.assigning import queries, services
from courses.assigning.forms import ExceptionForm, RuleForm
from courses.assigning.models import LearningRule
from courses.assigning.queries import Hit
from courses.queries import binding, managing

bp = Blueprint("learning_rules", __name__, url_prefix="/courses/rules")
#: People whom the preview names; the page of a rule lists them all.
SHOWN = 30


@bp.get("/")
@requires(Permission.COURSE_EDIT)
def index() -> str:
    ended = request.args.get("state") == "ended"
    number, per_page = paging.asked()
    page = paging.select_page(queries.rules(ended=ended), number=number, per_page=per_page)
    return render_template(
        "courses/rules.html",
        page=page,
        ended=ended,
        courses=queries.courses_of([each.id for each in page.items]),
        conditions=binding.conditions,
        due=binding.due,
    )


def _form() -> RuleForm:
    form = RuleForm()
    form.course_ids.choices = options((each.id, each.title) for each in queries.open_courses())
    form.unit_ids.choices = options((each.id, each.short_name) for each in managing.units())
    lists = [(str(each.id), each.title) for each in queries.lists(clock.today())]
    form.list_id.choices = options([("", "不限"), *lists])
    return form


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.COURSE_EDIT)
def new() -> ResponseReturnValue:
    """Fill in, look whom it binds now, then assign."""
    form = _form()
    if request.method == "GET":
        form.starts_on.data = clock.today()
        form.course_ids.data = request.args.getlist("course", type=int)
    hits: list[Hit] | None = None
    if form.validate_on_submit():
        try:
            draft = form.draft()
            services.check(draft)
            if request.form.get("act") == "assign":
                rule, _ = services.make(
                    draft=draft,
                    courses=queries.courses(form.course_ids.data or []),
                    at=clock.now(),
                    by=account(),
                )
                db.session.commit()
                flash("已按规则布置；以后入职、调入或晋升而符合条件的人员自动适用。", "success")
                return redirect(url_for(".rule", rule_id=rule.id), 303)
            with db.session.no_autoflush:
                hits = queries.hits(services.unsaved(draft), clock.today())
        except Refused as refusal:
            db.session.rollback()
            form = _form()
            form.validate()
            form.note(refusal)
    return render_template(
        "courses/rule_edit.html", form=form, hits=hits, shown=SHOWN, by_unit=_by_unit(hits or [])
    )


def _by_unit(hits: Sequence[Hit]) -> dict[str, int]:
    return dict(Counter(each.person.stat_unit.short_name for each in hits))


@bp.get("/<int:rule_id>")
@requires(Permission.COURSE_EDIT)
def rule(rule_id: int) -> str:
    return _rule(queries.rule(rule_id), ExceptionForm())


def _rule(found: LearningRule, form: ExceptionForm) -> str:
    courses = queries.courses_of([found.id])[found.id]
    ids = [each.id for each in courses]
    hits = [] if found.ended_at else queries.hits(found, clock.today(), course_ids=ids)
    number, per_page = paging.asked()
    return render_template(
        "courses/rule.html",
        rule=found,
        courses=courses,
        conditions=binding.conditions(found),
        due=binding.due(found),
        page=paging.of(hits, number=number, per_page=per_page),
        completed=sum(len(each.done) == len(ids) for each in hits),
        overdue=sum(
            len(each.done) < len(ids) and each.term.due_on < clock.today() for each in hits
        ),
        form=form,
    )


@bp.post("/<int:rule_id>/end")
@requires(Permission.COURSE_EDIT)
def end(rule_id: int) -> ResponseReturnValue:
    services.end(rule=queries.rule(rule_id), at=clock.now(), by=account())
    return _done(rule_id, "规则已结束；已完成的记录保留。")


@bp.post("/<int:rule_id>/exceptions")
@requires(Permission.COURSE_EDIT)
def except_person(rule_id: int) -> ResponseReturnValue:
    found, form = queries.rule(rule_id), ExceptionForm()
    if form.validate_on_submit():
        person = queries.person_numbered(form.staff_number.data or "")
        if person is not None:
            services.except_person(
                rule=found, person=person, reason=form.reason.data or "", at=clock.now(),
                by=account(),
            )  # fmt: skip
            return _done(rule_id, f"{person.name}不适用这条规则，理由已记录。")
        form.staff_number.errors = ["名册里没有这个工号，请核对"]
    return _rule(found, form)


@bp.post("/exceptions/<int:exception_id>/lift")
@requires(Permission.COURSE_EDIT)
def lift(exception_id: int) -> ResponseReturnValue:
    found = queries.exception(exception_id)
    services.lift(exception=found, at=clock.now())
    return _done(found.rule_id, f"{found.person.name}重新适用这条规则。")


def _done(rule_id: int, message: str) -> ResponseReturnValue:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".rule", rule_id=rule_id), 303)
