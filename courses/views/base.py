"""What the modules of this package share."""

from flask import Blueprint, Response, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account
from core import clock
from core.db import db
from core.downloads import attachment
from courses.forms import ReverseForm
from courses.models import Course, CreditEntry, LessonFile
from courses.progress import StudyRules
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


def take_back_hours(entry: CreditEntry) -> None:
    """冲正 as the request's form says; what came of it is flashed."""
    form = ReverseForm()
    if form.validate_on_submit():
        crediting.reverse(entry=entry, reason=form.reason.data or "", at=clock.now(), by=account())
        db.session.commit()
        flash(f"{entry.person.name}的学时已冲正。", "success")
    else:
        flash("冲正须写明理由（不超过 200 字）。", "error")
