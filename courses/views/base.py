"""What the modules of this package share."""

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account
from core import clock
from core.db import db
from core.downloads import attachment
from courses.forms import ReverseForm
from courses.models import Course, CreditEntry, Lesson, LessonFile
from courses.progress import StudyRules
from courses.revisions import queries as revisions
from courses.services import crediting

bp = Blueprint("courses", __name__, url_prefix="/courses")
#: What changes of law ask of everybody who keeps items, papers and lessons.
changes = Blueprint("changes", __name__, url_prefix="/changes")


def study_rules() -> StudyRules:
    """The operator's parameters of crediting study time."""
    settings = current_app.config["XUEFA"]
    return StudyRules(
        longest_gap=settings.study_gap,
        daily_limit=settings.study_day,
        share=settings.study_share,
    )


def handed_out(file: LessonFile) -> Response:
    """A lesson's file as a download: a browser never shows it as a page of ours."""
    answer = attachment(file.data, file.name, file.content_type)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def saved(course: Course, message: str) -> ResponseReturnValue:
    """Commit what was done to a course and go back to its page."""
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("courses.managed", course_id=course.id), 303)


def revise_first(course: Course, lesson: Lesson | None = None) -> ResponseReturnValue:
    """What is published is changed in its working copy: there, or the page that offers one."""
    draft = revisions.draft_of(course.id)
    copy = revisions.draft_lesson(lesson.id) if lesson and draft else None
    if copy is not None:
        return redirect(url_for("courses.edit_lesson", lesson_id=copy.id), 303)
    if draft is not None:
        flash("这门课程正在修订，请在修订稿中修改。", "info")
        return redirect(url_for("courses.managed", course_id=draft.id), 303)
    return render_template("courses/revise_first.html", course=course, lesson=lesson)


def take_back_hours(entry: CreditEntry) -> None:
    """冲正 as the request's form says; what came of it is flashed."""
    form = ReverseForm()
    if form.validate_on_submit():
        crediting.reverse(entry=entry, reason=form.reason.data or "", at=clock.now(), by=account())
        db.session.commit()
        flash(f"{entry.person.name}的学时已冲正。", "success")
    else:
        flash("冲正须写明理由（不超过 200 字）。", "error")
