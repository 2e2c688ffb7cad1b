"""The tests before and after a class."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock
from core.db import db
from core.errors import Refused
from courses.classes.forms import LinkForm, TestForm, aware
from courses.classes.queries import classes as queries
from courses.classes.services import testing
from courses.classes.views.base import bp, done
from exam.kinds import ExamKind


@bp.get("/manage/<int:class_id>/tests")
@requires(Permission.CLASS_MANAGE)
def tests(class_id: int) -> str:
    return _tests(class_id, None, None)


def _tests(class_id: int, link: LinkForm | None, make: TestForm | None) -> str:
    found = queries.training_class(class_id, drafts=True)
    link = link or _link_form(
        LinkForm(
            formdata=None,
            data={"pre": str(found.pre_session_id or ""), "post": str(found.post_session_id or "")},
        )
    )
    return render_template(
        "courses/classes/tests.html",
        course_class=found,
        link=link,
        make=make or _make_form(TestForm(formdata=None)),
        papers=url_for("exam.blueprints"),
    )


def _link_form(form: LinkForm) -> LinkForm:
    for field, kind in ((form.pre, ExamKind.PRE_TEST), (form.post, ExamKind.POST_TEST)):
        sessions = {str(each.id): each.title for each in queries.test_sessions(kind)}
        field.choices = {"": "不设", **sessions}
    return form


def _make_form(form: TestForm) -> TestForm:
    form.form_id.choices = {
        str(each.id): f"{each.title}（{each.blueprint.title}）" for each in queries.sealed_forms()
    }
    return form


@bp.post("/manage/<int:class_id>/tests/link")
@requires(Permission.CLASS_MANAGE)
def link_tests(class_id: int) -> ResponseReturnValue:
    found, form = queries.training_class(class_id, drafts=True), _link_form(LinkForm())
    if form.validate_on_submit():
        try:
            testing.link(
                owner=found,
                pre=queries.session(int(form.pre.data)) if form.pre.data else None,
                post=queries.session(int(form.post.data)) if form.post.data else None,
                at=clock.now(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return done(class_id, "训前、训后测试已关联。")
    return _tests(class_id, form, None)


@bp.post("/manage/<int:class_id>/tests/new")
@requires(Permission.CLASS_MANAGE)
def new_test(class_id: int) -> ResponseReturnValue:
    """A session for everybody who has a seat."""
    found, form = queries.training_class(class_id, drafts=True), _make_form(TestForm())
    if form.validate_on_submit():
        value: Any = form.data
        try:
            made = testing.create(
                owner=found,
                kind=ExamKind.of(value["kind"]),
                form=queries.form(int(value["form_id"])),
                opens_at=aware(value["opens_at"]),
                closes_at=aware(value["closes_at"]),
                minutes=value["minutes"],
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(Refused(str(refusal), field=_FIELDS.get(refusal.field or "", refusal.field)))
        else:
            return done(class_id, f"“{made.title}”已建立，名单为已录取的学员。")
    return _tests(class_id, None, form)


#: Where the form shows what the plan of a session calls otherwise.
_FIELDS = {"form": "form_id", "pre": "form_id", "post": "form_id"}
