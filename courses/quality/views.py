"""Surveys to fill in, and reports of quality by class, course and teacher."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import me, requires
from accounts.permissions import Permission
from core import clock, official, paging, spreadsheets
from core.audit.trail import record
from core.db import db, may_write
from core.documents import DOCX
from core.downloads import attachment
from core.errors import Refused
from courses.classes.models import TrainingClass
from courses.classes.papers import span
from courses.classes.queries import people
from courses.quality import papers, queries, services
from courses.quality.papers import Facts
from courses.quality.queries import Report
from courses.quality.questions import (
    AGREEMENT,
    LONGEST,
    OPEN_QUESTION,
    POINTS,
    Question,
    SurveyKind,
    teacher_key,
    window,
)

bp = Blueprint("quality", __name__, url_prefix="/quality")


@bp.route("/surveys/<int:class_id>/<kind>", methods=["GET", "POST"])
@requires(Permission.COURSE_STUDY)
def answer(class_id: int, kind: str) -> ResponseReturnValue:
    """Fill in a survey; ?about= names whom a superior is asked about."""
    owner, wanted = queries.answering(class_id), SurveyKind.by_label(kind)
    about_id = request.args.get("about", me().id, type=int)
    if wanted is None or queries.Asked(me().id, about_id) not in queries.asked(owner, wanted):
        raise NoResultFound
    refused = ""
    if request.method == "POST":
        try:
            _answer(owner, wanted, about_id)
        except Refused as refusal:
            db.session.rollback()
            refused = str(refusal)
            owner = queries.answering(class_id)
        else:
            db.session.commit()
            flash("问卷已提交，谢谢。", "success")
            return redirect(url_for("study.home"), 303)
    days = window(wanted, owner.ends_on)
    done = about_id in {about for _, about in queries.answered(class_id, wanted)}
    return render_template(
        "courses/quality/answer.html",
        owner=owner,
        kind=wanted,
        about=people.people_named([about_id], None)[0] if about_id != me().id else None,
        questions=queries.questions_of(owner, wanted),
        points=POINTS if wanted is SurveyKind.REACTION else AGREEMENT,
        open_question=OPEN_QUESTION[wanted],
        longest=LONGEST,
        days=days,
        open=days.open(clock.today()),
        done=done,
        refused=refused,
        given=request.form,
    )


def _answer(owner: TrainingClass, kind: SurveyKind, about_id: int) -> None:
    points = {
        each.key: request.form.get(each.key, 0, type=int)
        for each in queries.questions_of(owner, kind)
    }
    services.answer(
        owner=owner,
        kind=kind,
        person=me(),
        about_id=about_id,
        scores=points,
        comment=request.form.get("comment", ""),
        today=clock.today(),
    )


@bp.get("")
@requires(Permission.TRAINING_READ)
def index() -> str:
    """By class, course or teacher (?by=)."""
    by = request.args.get("by", "class")
    number, per_page = paging.asked()
    query: Any = {"course": queries.courses_taught, "teacher": queries.teachers}.get(
        by, queries.concluded
    )()
    page = paging.select_page(query, number=number, per_page=per_page)
    today = clock.today()
    return render_template(
        "courses/quality/index.html",
        by=by if by in ("course", "teacher") else "class",
        page=page,
        reports={each.id: _report(by, each.id) for each in page.items},
        today=today,
        conclusion=papers.conclusion,
    )


def _report(by: str, row_id: int) -> Report:
    """The report of a class, a course or a teacher. Raises NoResultFound."""
    today = clock.today()
    if by == "course":
        course = queries.course(row_id)
        return queries.of_several(
            f"课程“{course.title}”", _some(queries.classes_of_course(row_id)), today
        )
    if by == "teacher":
        teacher = queries.teacher(row_id)
        question = Question(teacher_key(row_id), "授课评价", f"对{teacher.full_name}授课的评价")
        return queries.of_several(
            f"授课人{teacher.full_name}", _some(queries.classes_of_teacher(row_id)), today,
            only=[question],
        )  # fmt: skip
    return queries.of_class(queries.concluded_class(row_id), today)


def _some(classes: Any) -> Any:
    if not classes:
        raise NoResultFound
    return classes


@bp.get("/classes/<int:class_id>")
@requires(Permission.TRAINING_READ)
def of_class(class_id: int) -> str:
    return _page("class", class_id)


@bp.get("/<any(course,teacher):by>/<int:row_id>")
@requires(Permission.TRAINING_READ)
def of(by: str, row_id: int) -> str:
    return _page(by, row_id)


def _page(by: str, row_id: int) -> str:
    return render_template(
        "courses/quality/report.html", by=by, row_id=row_id, report=_report(by, row_id),
        conclusion=papers.conclusion, gain_in_words=papers.gain_in_words, foot=papers.FOOT,
        span=span,
    )  # fmt: skip


@bp.get("/<any(class,course,teacher):by>/<int:row_id>/print")
@requires(Permission.TRAINING_READ)
def print_report(by: str, row_id: int) -> str:
    return render_template(
        "courses/quality/print.html", by=by, row_id=row_id, report=_report(by, row_id),
        conclusion=papers.conclusion, gain_in_words=papers.gain_in_words, foot=papers.FOOT,
        span=span,
    )  # fmt: skip


@bp.get("/<any(class,course,teacher):by>/<int:row_id>/report.xlsx")
@requires(Permission.TRAINING_READ)
def export_xlsx(by: str, row_id: int) -> Response:
    facts = _facts(_report(by, row_id))
    data = spreadsheets.write_workbook(*papers.tables(facts))
    return _exported(facts, data, f"{facts.title}培训质量报告.xlsx", spreadsheets.XLSX)


@bp.get("/<any(class,course,teacher):by>/<int:row_id>/report.docx")
@requires(Permission.TRAINING_READ)
def export_docx(by: str, row_id: int) -> Response:
    facts = _facts(_report(by, row_id))
    data = official.write(papers.paper(facts, clock.today()))
    return _exported(facts, data, f"{facts.title}培训质量报告.docx", DOCX)


def _facts(report: Report) -> Facts:
    classes = [(each.title, span(each.starts_on, each.ends_on)) for each in report.classes]
    return Facts(report.title, classes, report.surveys, report.gain)


def _exported(facts: Facts, data: bytes, name: str, content_type: str) -> Response:
    may_write()
    record("quality.export", object_type="TrainingClass", title=facts.title, file=name)
    db.session.commit()
    return attachment(data, name, content_type)
