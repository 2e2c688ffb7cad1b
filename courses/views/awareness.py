"""知晓率: the report on a new law by department, and the people behind each of its numbers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import render_template, request
from sqlalchemy.exc import NoResultFound

from accounts.guards import can, identity, requires, scope
from accounts.permissions import Permission, Scope
from core import clock, paging
from courses import awareness
from courses.awareness import AsOf, Number, Row
from courses.models import NewLawEvent
from courses.new_law import LawEventKind
from courses.queries import amending as queries
from courses.queries import awareness as reports
from courses.queries.awareness import Report
from courses.views.base import changes
from question_bank.queries import amending as bank

#: Who sees the figures of all departments: those who teach, test and confirm.
WHOLE = (Permission.LAW_EDIT, Permission.COURSE_EDIT, Permission.SESSION_MANAGE)
#: What opens a number to its people: studying is followed, a list is read, a result is known.
_OPENED_BY = dict.fromkeys(awareness.STUDY, Permission.COURSE_PROGRESS) | {
    Number.TEST_DUE: Permission.SESSION_READ,
    Number.TEST_OUT: Permission.SESSION_READ,
    Number.PASSED: Permission.RESULT_READ,
    Number.TEST_LEFT: Permission.RESULT_READ,
}


def sees_whole() -> bool:
    return any(map(can, WHOLE)) or scope(Permission.COURSE_PROGRESS) is Scope.ALL


def opens(number: Number, unit_id: int | None) -> bool:
    """Whether the reader may know by name whom a number counts in a unit, or in all."""
    match scope(_OPENED_BY[number]):
        case Scope.ALL:
            return True
        case Scope.DEPARTMENT:
            return unit_id == identity().stat_unit_id
    return False


def asked_day(event: NewLawEvent, today: date) -> tuple[AsOf, Mapping[AsOf, date]]:
    """The day that the address asks for, of those there are."""
    version = event.version
    begins_on = bank.ends_on(version, repealed=event.kind is LawEventKind.REPEALED)
    days = awareness.days(version.promulgated_on, begins_on, today)
    as_of = AsOf.by_label(request.args.get("as_of", "")) or AsOf.TODAY
    return (as_of if as_of in days else AsOf.TODAY), days


def shown(report: Report) -> list[Row]:
    """The rows that the reader sees, without what would tell of a handful's results."""
    rows = awareness.discreet(report.rows, lambda row: opens(Number.PASSED, row.unit_id))
    own = identity().stat_unit_id
    return rows if sees_whole() else [each for each in rows if each.unit_id == own]


def told(event: NewLawEvent, at: datetime) -> dict[str, Any]:
    """What the table of the report needs."""
    as_of, days = asked_day(event, clock.local(at).date())
    report = reports.report(event.version_id, day=days[as_of], at=at)
    return {
        "as_of": as_of, "days": days, "report": report, "rows": shown(report), "opens": opens,
        "Number": Number,
    }  # fmt: skip


@changes.get("/awareness")
@requires(Permission.COURSE_PROGRESS, *WHOLE)
def awareness_index() -> str:
    """The new laws that are studied, each with its report."""
    number, size = paging.asked()
    page = paging.select_page(queries.included(), number=number, per_page=size)
    return render_template("courses/awareness_index.html", page=page)


@changes.get("/<int:event_id>/awareness")
@requires(Permission.COURSE_PROGRESS, *WHOLE)
def awareness_of(event_id: int) -> str:
    """The report, and the people of the number asked for."""
    event, at = queries.event(event_id), clock.now()
    found = told(event, at)
    number = Number.by_label(request.args.get("number", ""))
    unit_id = request.args.get("unit", type=int)
    if number is not None and not (_in_reach(unit_id, found["report"]) and opens(number, unit_id)):
        raise NoResultFound
    page, size = paging.asked()
    people = found["report"].people(number, unit_id) if number else []
    return render_template(
        "courses/awareness.html",
        event=event,
        version=event.version,
        number=number,
        unit_id=unit_id,
        unit=next((each.unit for each in found["rows"] if each.unit_id == unit_id), ""),
        sizes=_sizes(found["report"], number, unit_id) if number else [],
        page=paging.of(people, number=page, per_page=size),
        **found,
    )


def _in_reach(unit_id: int | None, report: Report) -> bool:
    if unit_id is None:
        return sees_whole()
    if unit_id == identity().stat_unit_id:
        return True
    return sees_whole() and any(each.unit_id == unit_id for each in report.members)


def _sizes(report: Report, number: Number, unit_id: int | None) -> list[tuple[Number, int]]:
    """The lists beside the one that is shown, as far as they open."""
    kinds = awareness.STUDY if number.of_study else awareness.TEST
    return [(each, len(report.people(each, unit_id))) for each in kinds if opens(each, unit_id)]
