"""Quizzes, surveys and work handed in, for those who study."""

import json
import secrets
from http import HTTPStatus

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import me, requires
from accounts.permissions import Permission
from core import clock
from core.db import db
from core.errors import Refused
from courses.lessons.forms import HandInForm
from courses.lessons.queries import quizzes as quiz_queries
from courses.lessons.queries import work as queries
from courses.lessons.services import describing, quizzes, studying_page, taking_part
from courses.lessons.views.base import bp, own_lesson
from courses.models import LessonKind
from courses.queries import studying
from courses.views.base import handed_out, study_rules
from exam.attempts import responses
from exam.papers.ordering import order_of


@bp.post("/lessons/<int:lesson_id>/quiz")
@requires(Permission.COURSE_STUDY)
def begin_quiz(lesson_id: int) -> ResponseReturnValue:
    found, at = own_lesson(lesson_id, LessonKind.QUIZ), clock.now()
    studying_page.opened(person=me(), lesson=found, at=at, rules=study_rules())
    made = quizzes.begin(person=me(), lesson=found, seed=1 + secrets.randbelow(2**30), at=at)
    number = made.number
    db.session.commit()
    return redirect(url_for(".quiz", lesson_id=lesson_id, number=number), 303)


@bp.get("/lessons/<int:lesson_id>/quiz/<int:number>")
@requires(Permission.COURSE_STUDY)
def quiz(lesson_id: int, number: int) -> str:
    """The try to answer; once handed in, what was right and why."""
    lesson, at = own_lesson(lesson_id, LessonKind.QUIZ), clock.now()
    found = quiz_queries.own(me(), lesson_id, number)
    slots = quizzes.slots(found, at)
    open_ones = quiz_queries.shown([each.revision_id for each in slots])
    return render_template(
        "courses/quiz.html",
        lesson=lesson,
        course=lesson.course,
        found=found,
        slots=slots,
        orders={each.slot: order_of(found.seed, each.slot, each) for each in slots},
        given={int(slot): responses.of(each) for slot, each in json.loads(found.answers).items()},
        shown=open_ones,
    )


@bp.post("/lessons/<int:lesson_id>/quiz/<int:number>")
@requires(Permission.COURSE_STUDY)
def hand_in_quiz(lesson_id: int, number: int) -> Response:
    lesson = own_lesson(lesson_id, LessonKind.QUIZ)
    found = quiz_queries.own(me(), lesson_id, number)
    try:
        read = responses.read(request.get_data(), quizzes.shapes(found))
    except responses.BadBatch as bad:
        refusal = Refused(str(bad))
        refusal.status = HTTPStatus.BAD_REQUEST
        raise refusal from None
    quizzes.hand_in(
        person=me(),
        lesson=lesson,
        found=found,
        answers={each.slot: each.body for each in read},
        at=clock.now(),
    )
    db.session.commit()
    return jsonify(url=url_for(".quiz", lesson_id=lesson_id, number=number))


@bp.post("/lessons/<int:lesson_id>/survey")
@requires(Permission.COURSE_STUDY)
def answer_survey(lesson_id: int) -> ResponseReturnValue:
    found, at = own_lesson(lesson_id, LessonKind.SURVEY), clock.now()
    given = {
        int(name.removeprefix("q-")): value
        for name, value in request.form.items()
        if name.startswith("q-") and name.removeprefix("q-").isdecimal() and len(name) < 6
    }
    try:
        studying_page.opened(person=me(), lesson=found, at=at, rules=study_rules())
        taking_part.answer(person=me(), lesson=found, given=given, at=at)
    except Refused as refusal:
        db.session.rollback()
        flash(f"{refusal}。", "warning")
    else:
        db.session.commit()
        flash("问卷已提交，谢谢。", "success")
    return redirect(url_for("courses.lesson", lesson_id=lesson_id), 303)


@bp.post("/lessons/<int:lesson_id>/work")
@requires(Permission.COURSE_STUDY)
def hand_in(lesson_id: int) -> ResponseReturnValue:
    found, at, form = own_lesson(lesson_id, LessonKind.ASSIGNMENT), clock.now(), HandInForm()
    try:
        if not form.validate():
            raise Refused("作业内容不超过 20000 字")
        studying_page.opened(person=me(), lesson=found, at=at, rules=study_rules())
        taking_part.hand_in(
            person=me(), lesson=found, text=form.text.data or "", upload=form.upload(), at=at
        )
    except Refused as refusal:
        db.session.rollback()
        flash(f"{refusal}。", "warning")
    else:
        db.session.commit()
        flash("作业已提交，请等待评阅。", "success")
    return redirect(url_for("courses.lesson", lesson_id=lesson_id), 303)


@bp.get("/hand-ins/<int:hand_in_id>/file")
@requires(Permission.COURSE_STUDY)
def own_work(hand_in_id: int) -> Response:
    return handed_out(queries.own_file(me(), hand_in_id))


@bp.post("/<int:course_id>/rating")
@requires(Permission.COURSE_STUDY)
def rate(course_id: int) -> ResponseReturnValue:
    course = studying.course(course_id)
    try:
        describing.rate(person=me(), course=course, stars=request.form.get("stars", 0, int))
    except Refused as refusal:
        db.session.rollback()
        flash(f"{refusal}。", "warning")
    else:
        db.session.commit()
        flash("评分已保存。", "success")
    return redirect(url_for("courses.course", course_id=course_id), 303)
