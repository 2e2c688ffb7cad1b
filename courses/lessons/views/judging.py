"""Work handed in and what surveys said, for those who teach; chapters."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from courses.lessons.forms import ChapterForm, JudgeForm
from courses.lessons.queries import work as queries
from courses.lessons.services import chapters, ordering, taking_part
from courses.lessons.views.base import bp
from courses.queries import managing
from courses.views.base import handed_out, saved


@bp.get("/manage/lessons/<int:lesson_id>/work")
@requires(Permission.COURSE_EDIT)
def work(lesson_id: int) -> str:
    lesson = managing.lesson(lesson_id)
    number, per_page = paging.asked()
    page = paging.select_page(queries.hand_ins(lesson_id), number=number, per_page=per_page)
    return render_template("courses/work.html", lesson=lesson, course=lesson.course, page=page)


@bp.route("/manage/hand-ins/<int:hand_in_id>", methods=["GET", "POST"])
@requires(Permission.COURSE_EDIT)
def judge(hand_in_id: int) -> ResponseReturnValue:
    found, form = queries.hand_in(hand_in_id), JudgeForm()
    if form.validate_on_submit():
        try:
            taking_part.judge(
                found=found,
                accepted=form.verdict.data == "accept",
                score=form.score.data,
                comment=form.comment.data or "",
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            flash(f"{refusal}。", "warning")
            found = queries.hand_in(hand_in_id)
        else:
            lesson_id = found.lesson_id
            db.session.commit()
            flash("评阅已保存。", "success")
            return redirect(url_for(".work", lesson_id=lesson_id), 303)
    return render_template(
        "courses/judge.html",
        found=found,
        lesson=found.lesson,
        course=found.lesson.course,
        form=form,
    )


@bp.get("/manage/hand-ins/<int:hand_in_id>/file")
@requires(Permission.COURSE_EDIT)
def work_file(hand_in_id: int) -> Response:
    return handed_out(queries.file_of(queries.hand_in(hand_in_id)))


@bp.get("/manage/lessons/<int:lesson_id>/survey")
@requires(Permission.COURSE_EDIT)
def survey_results(lesson_id: int) -> str:
    lesson = managing.lesson(lesson_id)
    return render_template(
        "courses/survey_results.html",
        lesson=lesson,
        course=lesson.course,
        results=queries.survey_results(lesson),
        count=queries.survey_count(lesson_id),
    )


@bp.post("/manage/<int:course_id>/chapters")
@requires(Permission.COURSE_EDIT)
def add_chapter(course_id: int) -> ResponseReturnValue:
    course, form = managing.course(course_id), ChapterForm()
    if not form.validate():
        flash("章节名称须填写，不超过 100 字。", "error")
        return redirect(url_for("courses.managed", course_id=course_id), 303)
    chapters.add(course=course, title=form.title.data or "", at=clock.now())
    return saved(course, "章节已添加，可在课时中选择所属章节。")


@bp.post("/manage/chapters/<int:chapter_id>/rename")
@requires(Permission.COURSE_EDIT)
def rename_chapter(chapter_id: int) -> ResponseReturnValue:
    found, form = chapters.chapter(chapter_id), ChapterForm()
    course = found.course
    if not form.validate():
        flash("章节名称须填写，不超过 100 字。", "error")
        return redirect(url_for("courses.managed", course_id=course.id), 303)
    chapters.rename(chapter=found, title=form.title.data or "", at=clock.now())
    return saved(course, "章节已改名。")


@bp.post("/manage/<int:course_id>/order")
@requires(Permission.COURSE_EDIT)
def arrange(course_id: int) -> ResponseReturnValue:
    """The order of everything in one request; without JavaScript one step of one line."""
    course = managing.course(course_id)
    order = request.form.get("order", "").split()
    what, _, to = request.form.get("move", "").partition(" ")
    if what:
        order = ordering.moved(ordering.outline(course), what, up=to == "up")
    ordering.arrange(course=course, order=order, at=clock.now())
    db.session.commit()
    flash("次序已保存。", "success")
    return redirect(url_for("courses.managed", course_id=course_id, _anchor="lessons"), 303)


@bp.post("/manage/chapters/<int:chapter_id>/remove")
@requires(Permission.COURSE_EDIT)
def remove_chapter(chapter_id: int) -> ResponseReturnValue:
    found = chapters.chapter(chapter_id)
    course = found.course
    chapters.remove(chapter=found, at=clock.now())
    return saved(course, "章节已删除，其中的课时保留。")
