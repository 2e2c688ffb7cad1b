"""The home page: what there is to do; and each person's own learning record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request

from accounts.guards import account, can, me, requires, unit_limit
from accounts.permissions import Permission
from core import clock, paging
from courses.hours import queries as hours
from courses.hours.views import claims
from courses.queries import amending
from courses.reminding import queries as reminding
from exam.queries.marking import corrections, rechecks
from exam.queries.sessions import notices, requests
from exam.services.marking import rechecking
from exam.sessions.asking import RequestState
from question_bank.amendment import Stage
from question_bank.queries import amending as bank
from question_bank.tasks import cells
from question_bank.tasks import queries as writing
from study import queries, todo
from study.daily.queries import law_of_day
from study.group.models.groups import GroupPlan
from study.group.models.meetings import GroupAttendance, GroupMeeting
from study.group.queries import meetings as group_meetings
from study.group.queries import tasks as group
from study.group.reminders import Task
from study.practice.queries import runs as practice
from study.record import active

bp = Blueprint("study", __name__)

#: Courses that the home page lists; the catalogue has the rest.
SHOWN = 5


#: Of each kind of work of the group secretary.
OFFICE = 5
Office = tuple[Sequence[GroupMeeting], Sequence[GroupAttendance]]


def group_tasks() -> tuple[list[Task], Sequence[GroupPlan], Office | None]:
    """What study groups ask of the reader: as a member, as a head, as the secretary."""
    at, office = clock.now(), None
    if can(Permission.GROUP_EDIT):
        office = group_meetings.unclosed(at), group_meetings.makeups_waiting()
    if not can(Permission.GROUP_OWN):
        return [], [], office
    return group.own(me().id, at), group.plans_to_approve(me().id, at), office


@bp.get("/")
@requires(Permission.HOME)
def home() -> str:
    at = clock.now()
    asked_for = rechecks.own(me(), at - queries.NEWS) if can(Permission.RESULT_OWN) else []
    exams = queries.exam_tasks(me(), at) if can(Permission.EXAM_TAKE) else []
    exams = [task for task in exams if task.is_open or task.is_upcoming]
    courses = queries.course_tasks(me(), clock.today()) if can(Permission.COURSE_STUDY) else []
    meetings, plans, office = group_tasks()
    todos = [
        *map(todo.exam, exams),
        *map(todo.course, courses[:SHOWN]),
        *todo.group(meetings),
        *own_training(at),
    ]
    return render_template(
        "study/home.html",
        todos=todo.in_order(todos),
        courses=courses,
        more_courses=len(courses[SHOWN:]),
        open_exams=[task for task in exams if task.is_open],
        soon=todo.soon(todos, at),
        recent=queries.recent_results(me(), at) if can(Permission.RESULT_OWN) else [],
        changes=queries.score_changes(me(), at) if can(Permission.RESULT_OWN) else [],
        rechecks=asked_for,
        numbers=rechecking.numbers(asked_for),
        notices=reminding.fresh(me().id, at - queries.NEWS) if can(Permission.COURSE_STUDY) else 0,
        practised=practice.of_today(me(), clock.today()) if can(Permission.COURSE_STUDY) else None,
        lawful=law_of_day.of(clock.today()) if can(Permission.COURSE_STUDY) else None,
        plans=plans,
        office=office,
        OFFICE=OFFICE,
        account=account(),
        **work_waiting(at),
    )


def own_training(at: datetime) -> list[todo.Todo]:
    """Classes, surveys, lessons brought up to date and deadlines of the reader."""
    if not can(Permission.COURSE_STUDY):
        return []
    return [
        *map(todo.training, queries.training_tasks(me(), at, clock.today())),
        *(
            todo.restudy(each.lesson_id, each.lesson.title, each.lesson.course.title, each.reason)
            for each in amending.restudies(me())
        ),
        *(
            todo.deadline(
                each.deadline.kind.label,
                each.deadline.due_on,
                each.deadline.since,
                each.deadline.days_left(clock.today()),
            )
            for each in own_deadlines()
        ),
    ]


def work_waiting(at: datetime) -> dict[str, Any]:
    """What waits for the reader because of their office."""
    return {
        "asked": rechecks.waiting(at) if can(Permission.RECHECK_ANSWER) else (0, 0),
        "proposals": corrections.proposals() if can(Permission.RESULT_APPROVE) else 0,
        "running_sessions": queries.running_sessions(at) if can(Permission.SESSION_MANAGE) else [],
        "drafts": queries.drafts_waiting() if can(Permission.ITEM_REVIEW) else 0,
        "amended": amended(),
        "writing": writing.unfilled(clock.today(), account().id)
        if can(Permission.ITEM_WRITE)
        else [],
        "difficulties_of": cells.difficulties,
        "requests": requests_waiting(),
        "deciding": queries.classes_to_decide(
            me(),
            at,
            clock.today(),
            manages=can(Permission.CLASS_MANAGE),
            unit_id=unit_limit(Permission.CLASS_OPINE) if can(Permission.CLASS_OPINE) else None,
        ),
        "reminders": len(notices.reminders(at, unit_limit(Permission.SESSION_READ)))
        if can(Permission.REQUEST_FILE)
        else 0,
        "claims": claims.turn(),
        "owing": owing(),
    }


def own_deadlines() -> list[hours.Own]:
    """Training that the reader has to do by a day, and has not done."""
    if not can(Permission.COURSE_STUDY):
        return []
    months = current_app.config["XUEFA"].probation_months
    rows = hours.deadlines_of([me()], today=clock.today(), probation=months)
    return [each for each in rows if each.deadline.done_on is None]


def owing() -> int:
    """What the reader's people owe that is near due or overdue; a liaison sees to it."""
    if not can(Permission.CLAIM_CHECK):
        return 0
    limit = unit_limit(Permission.COURSE_PROGRESS)
    return len(reminding.owed_in(reminding.people(clock.today(), limit), clock.now()))


def requests_waiting() -> tuple[int, str]:
    """Requests for 免考, 缓考 … that wait for the reader, and the state they are in."""
    if can(Permission.CANDIDATE_STATUS):
        state, unit_id = RequestState.OPINED, unit_limit(Permission.CANDIDATE_STATUS)
    elif can(Permission.REQUEST_OPINE):
        state, unit_id = RequestState.ASKED, unit_limit(Permission.REQUEST_OPINE)
    else:
        return 0, ""
    return requests.waiting(state, unit_id, me()), state.value


def amended() -> tuple[int, str] | None:
    """Items stopped by a change of law that wait for the reader, and where to see to them."""
    if can(Permission.ITEM_REVIEW):
        stage, found = Stage.WAITING, bank.stages()
    elif can(Permission.ITEM_WRITE):
        stage, found = Stage.WITH_WRITER, bank.stages(writer_id=account().id)
    else:
        return None
    return found[stage], stage.value


@bp.get("/learning")
@requires(Permission.COURSE_STUDY)
def learning() -> str:
    """学习记录: courses, credit hours, months and exams of a year."""
    number, per_page = paging.asked()
    found = _record()
    entries = paging.select_page(
        queries.ledger(me(), found["year"]), number=number, per_page=per_page
    )
    return render_template("study/learning.html", **found, entries=entries)


@bp.get("/learning/print")
@requires(Permission.COURSE_STUDY)
def learning_print() -> str:
    """The same on paper."""
    return render_template("study/learning_print.html", **_record(), person=me())


def _record() -> dict[str, Any]:
    """The record of the year asked for; 404 for a year that it does not have."""
    at, today = clock.now(), clock.today()
    years = queries.years(me(), today)
    year = request.args.get("year", years[0], type=int)
    if year not in years:
        abort(404)
    required, optional = queries.own_courses(me(), today)
    months = queries.months(me(), year, today)
    return {
        "year": year,
        "years": years,
        "required": required,
        "optional": optional,
        "completions": queries.completions(me(), year),
        "hours": queries.hours(me(), year),
        "months": months,
        "active_months": active(months),
        "exams": queries.exam_records(me(), year, at) if can(Permission.RESULT_OWN) else [],
    }
