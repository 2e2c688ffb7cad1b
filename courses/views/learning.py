"""Pages of those who study: a course, a lesson."""

from dataclasses import dataclass
from datetime import date

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import identity, me, requires
from accounts.permissions import Permission
from core import clock, figures
from core.db import db
from core.errors import Refused
from courses.lessons.queries import describing as described
from courses.lessons.queries import gating, reading
from courses.lessons.queries import page as pages
from courses.lessons.services import gates
from courses.models import Course, Lesson, LessonCase, LessonKind, LessonProgress
from courses.must_know import queries as must_know
from courses.queries import amending, binding, requiring
from courses.queries import studying as queries
from courses.services import studying
from courses.views.base import bp, handed_out, study_rules
from exam.queries.attempts import taking
from exam.queries.results import passing
from laws import queries as law_queries
from laws.lists.models import MustKnowEntry


@bp.get("/<int:course_id>")
@requires(Permission.COURSE_STUDY)
def course(course_id: int) -> str:
    found = queries.course(course_id)
    today = clock.today()
    due = requiring.due_dates(me(), today)
    return render_template(
        "courses/course.html",
        course=found,
        standing=queries.standings(me(), [found.id], due)[found.id],
        passages=queries.own_progress(me(), found.id),
        test=_test(found),
        unmet=gating.unmet(me(), found.id),
        needs=described.prerequisites(found.id),
        must_know=_taught(found, today),
        bounds=binding.of_course(found.id, me(), today),
        rated=described.rating(found.id, me()),
        audience=_audience(found),
    )


def _taught(found: Course, day: date) -> list[MustKnowEntry]:
    """The entries of the lists in force that the course teaches."""
    entries = must_know.entries(day)
    taught = must_know.taught(entries)
    return [each for each in entries if found.id in taught[each.id]]


def _audience(found: Course) -> str:
    """Whom the course is written for, in words; "" for everybody."""
    said = found.audience
    if said is None:
        return ""
    parts = [said.rank_group, said.staff_category]
    words = [each.label for each in parts if each is not None]
    return "，".join([*words, *([f"岗位含{said.posts}"] if said.posts else [])])


@dataclass(frozen=True)
class ClosingTest:
    """The closing test as the person meets it."""

    passed: bool
    #: On the list of its candidates; others cannot sit it.
    listed: bool


def _test(found: Course) -> ClosingTest | None:
    session = found.final_session
    if session is None:
        return None
    try:
        taking.candidacy(identity().person_id, session.id)
        listed = True
    except NoResultFound:
        listed = False
    return ClosingTest(me().id in passing.passed_at(session.id, clock.now(), me().id), listed)


@bp.get("/lessons/<int:lesson_id>")
@requires(Permission.COURSE_STUDY)
def lesson(lesson_id: int) -> str:
    found = _open_lesson(lesson_id)
    passages = queries.own_progress(me(), found.course_id)
    own = passages.get(found.id)
    before, after = neighbours(found)
    outdated = amending.outdated_lessons([found.id]).get(found.id)
    return render_template(
        "courses/lesson.html",
        lesson=found,
        course=found.course,
        own=own,
        passages=passages,
        needed=needed_of(found),
        part=pages.part(me(), found),
        articles=reading.shown(me(), found, clock.today()),
        before=before,
        after=after,
        restudies=amending.restudies(me().id, found.id),
        outdated=outdated,
        replacing=_successors(outdated),
    )


def _successors(outdated: LessonCase | None) -> dict[int, list[str]]:
    """What took the place of the law that the lesson rests on."""
    if outdated is None or outdated.version is None:
        return {}
    return law_queries.successors([outdated.version.law_id])


def _open_lesson(lesson_id: int) -> Lesson:
    """A lesson that the person may study; refused where another course comes first."""
    found = queries.lesson(lesson_id)
    gating.must_be_open(me(), found.course_id)
    return found


def needed_of(lesson: Lesson) -> int:
    """Seconds of study that the lesson asks for; 0 where its kind says when it is done."""
    return study_rules().needed(lesson.minutes) if gates.is_timed(lesson) else 0


def neighbours(found: Lesson) -> tuple[Lesson | None, Lesson | None]:
    """The lessons before and after this one in its course."""
    order = found.course.lessons
    here = order.index(found)
    before = order[here - 1] if here else None
    return before, order[here + 1] if here + 1 < len(order) else None


@bp.post("/lessons/<int:lesson_id>/signs")
@requires(Permission.COURSE_STUDY)
def sign(lesson_id: int) -> Response:
    """A sign of life of the lesson's page; ``{"begin": true}`` when somebody turns to it.

    What the body says of time is not asked for and not read.
    """
    body, at = request.get_json(silent=True), clock.now()
    begins = isinstance(body, dict) and body.get("begin") is True
    # What comes after the beginning credits only what was let begin.
    found = queries.lesson_alone(lesson_id)
    if begins:
        gating.must_be_open(me(), found.course_id)
    # Of a recording only what is played counts, and that comes by another way.
    silent = begins or found.kind is LessonKind.MEDIA
    act = studying.begin if silent else studying.sign_of_life
    studied = act(person=me(), lesson=found, at=at, rules=study_rules())
    needed = needed_of(found)
    db.session.commit()
    return jsonify(
        seconds=studied.seconds,
        needed=needed,
        current=studied.current,
        limited=studied.limited,
    )


@bp.post("/lessons/<int:lesson_id>/complete")
@requires(Permission.COURSE_STUDY)
def complete(lesson_id: int) -> ResponseReturnValue:
    found, at = _open_lesson(lesson_id), clock.now()
    try:
        finished = studying.complete(person=me(), lesson=found, at=at, rules=study_rules())
    except Refused as refusal:
        # The time up to now is credited all the same.
        db.session.commit()
        flash(str(refusal), "warning")
        return redirect(url_for(".lesson", lesson_id=lesson_id), 303)
    db.session.commit()
    course = found.course
    if finished:
        flash(f"已完成课程{figures.titled(course.title)}，学时已登记。", "success")
        return redirect(url_for(".course", course_id=course.id), 303)
    following = _next_unfinished(found, queries.own_progress(me(), course.id))
    if following is None:
        flash("本课时已完成。全部课时都已学完。", "success")
        return redirect(url_for(".course", course_id=course.id), 303)
    flash(f"已完成“{found.title}”，接着学下一课时。", "success")
    return redirect(url_for(".lesson", lesson_id=following.id), 303)


def _next_unfinished(found: Lesson, passages: dict[int, LessonProgress]) -> Lesson | None:
    """The first lesson after this one that is not done, else the first of all."""
    order = found.course.lessons
    here = order.index(found)
    return next(
        (
            each
            for each in [*order[here + 1 :], *order[:here]]
            if each.id not in passages or passages[each.id].completed_at is None
        ),
        None,
    )


@bp.get("/lessons/<int:lesson_id>/file")
@requires(Permission.COURSE_STUDY)
def file(lesson_id: int) -> Response:
    return handed_out(queries.file_of(lesson_id))
