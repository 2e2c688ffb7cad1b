"""The home page: what there is to do; and each person's own learning record."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request

from accounts.guards import account, can, identity, me, requires, unit_limit
from accounts.models import Person, Posting
from accounts.permissions import Permission
from accounts.queries import people
from core import clock, paging
from courses.hours import queries as hours
from courses.hours.deadlines import Deadline
from courses.hours.views import claims
from courses.queries import amending
from courses.reminding import queries as reminding
from exam.queries.attempts import listing
from exam.queries.marking import corrections, rechecks
from exam.queries.sessions import notices, requests
from exam.services.marking import rechecking
from exam.services.marking import tasks as marking
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
from study.queries import AtHand
from study.record import active
from study.tasks import CourseTask

bp = Blueprint("study", __name__)

#: Courses that the home page lists; the catalogue has the rest.
SHOWN = 5
#: Attempts that it lists, the latest.
RECENT = 5
#: Of each kind of work of the group secretary.
OFFICE = 5
Office = tuple[Sequence[GroupMeeting], Sequence[GroupAttendance]]


def group_tasks(
    at: datetime, there: AtHand
) -> tuple[list[Task], Sequence[GroupPlan], Office | None]:
    """What study groups ask of the reader: as a member, as a head, as the secretary."""
    reader, office = identity().person_id, None
    if can(Permission.GROUP_EDIT):
        office = group_meetings.unclosed(at), group_meetings.makeups_waiting()
    if not can(Permission.GROUP_OWN):
        return [], [], office
    sessions = group.own(reader, at) if there.sessions else []
    plans = group.plans_to_approve(reader, clock.local(at).date()) if there.plans else []
    return sessions, plans, office


@bp.get("/")
@requires(Permission.HOME)
def home() -> str:
    at, reader = clock.now(), identity()
    there = queries.at_hand(reader, at)
    results, studies = can(Permission.RESULT_OWN), can(Permission.COURSE_STUDY)
    asked_for = (
        rechecks.own(reader.person_id, at - queries.NEWS) if results and there.rechecks else []
    )
    exams = queries.exam_tasks(reader.person_id, at) if can(Permission.EXAM_TAKE) else []
    exams = [task for task in exams if task.is_open or task.is_upcoming]
    courses, trainings = own_learning(at, there) if studies else ([], [])
    meetings, plans, office = group_tasks(at, there)
    todos = [
        *map(todo.exam, exams),
        *map(todo.course, courses[:SHOWN]),
        *todo.group(meetings),
        *trainings,
    ]
    return render_template(
        "study/home.html",
        todos=todo.in_order(todos),
        courses=courses,
        more_courses=len(courses[SHOWN:]),
        open_exams=[task for task in exams if task.is_open],
        soon=todo.soon(todos, at),
        recent=listing.handed_in(reader.person_id, RECENT) if results else [],
        changes=queries.score_changes(reader.person_id, at)
        if results and there.score_changes
        else [],
        rechecks=asked_for,
        numbers=rechecking.numbers(asked_for),
        own_requests=requests.recent(reader.person_id, at - queries.NEWS)
        if can(Permission.EXAM_TAKE) and there.requests
        else [],
        notices=there.notices if studies else 0,
        practised=practice.of_today(me(), clock.today()) if studies and there.practised else None,
        lawful=law_of_day.told(clock.today()) if studies else None,
        plans=plans,
        office=office,
        OFFICE=OFFICE,
        name=reader.name,
        **work_waiting(at),
    )


def own_learning(at: datetime, there: AtHand) -> tuple[list[CourseTask], list[todo.Todo]]:
    """Courses of the reader; classes, surveys, lessons brought up to date and deadlines."""
    person, today = people.with_past(identity().person_id), clock.today()
    past = person.postings[::-1]
    restudies = amending.restudies(person.id) if there.restudies else []
    return queries.course_tasks(person, today, past), [
        *map(todo.training, queries.training_tasks(person, at, there)),
        *(
            todo.restudy(each.lesson_id, each.lesson.title, each.lesson.course.title, each.reason)
            for each in restudies
        ),
        *(
            todo.deadline(each.kind.label, each.due_on, each.since, each.days_left(today))
            for each in own_deadlines(person, past, today)
        ),
    ]


def own_deadlines(person: Person, past: Sequence[Posting], today: date) -> list[Deadline]:
    """Training that somebody has to do by a day, and has not done."""
    months = current_app.config["XUEFA"].probation_months
    rows = hours.deadlines_of([person], today=today, probation=months, pasts={person.id: past})
    return [each.deadline for each in rows if each.deadline.done_on is None]


def work_waiting(at: datetime) -> dict[str, Any]:
    """What waits for the reader because of their office."""
    reader = identity().account_id
    return {
        "asked": rechecks.waiting(at, identity()) if can(Permission.RECHECK_ANSWER) else (0, 0),
        "proposals": corrections.proposals(reader) if can(Permission.RESULT_APPROVE) else 0,
        "marking": marking.waiting(account(), at) if can(Permission.ANSWER_MARK) else [],
        "sessions": queries.sessions_in_hand(at) if can(Permission.SESSION_MANAGE) else [],
        "now": at,
        "drafts": queries.drafts_waiting() if can(Permission.ITEM_REVIEW) else 0,
        "amended": amended(),
        "writing": writing.unfilled(clock.today(), identity().account_id)
        if can(Permission.ITEM_WRITE)
        else [],
        "difficulties_of": cells.difficulties,
        "requests": requests_waiting(),
        "deciding": queries.classes_to_decide(
            identity().person_id,
            at,
            clock.today(),
            manages=can(Permission.CLASS_MANAGE),
            unit_id=unit_limit(Permission.CLASS_OPINE) if can(Permission.CLASS_OPINE) else None,
        ),
        "reminders": notices.reminded(at, unit_limit(Permission.SESSION_READ))
        if can(Permission.REQUEST_FILE)
        else 0,
        "claims": claims.turn(),
        "owing": owing(),
    }


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
    return requests.waiting(state, unit_id, identity().person_id), state.value


def amended() -> tuple[int, str] | None:
    """Items stopped by a change of law that wait for the reader, and where to see to them."""
    if can(Permission.ITEM_REVIEW):
        stage, found = Stage.WAITING, bank.stages()
    elif can(Permission.ITEM_WRITE):
        stage, found = Stage.WITH_WRITER, bank.stages(writer_id=identity().account_id)
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
