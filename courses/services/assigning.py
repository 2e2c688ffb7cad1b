"""Requiring courses of the bureau or of a unit."""

from datetime import date, datetime

from sqlalchemy import select

from accounts.models import Account, OrgUnit
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.models import Assignment, Course


class NotOpen(Refused):
    message = "课程尚未发布或已撤回，不能布置"


class AlreadyAssigned(Refused):
    message = "已布置给这个范围，请先结束原有安排"


def assign(
    *,
    course: Course,
    unit: OrgUnit | None,
    starts_on: date,
    due_on: date,
    at: datetime,
    by: Account | None,
) -> Assignment:
    """Require a course of a unit, or of the whole bureau for None.

    Raises NotOpen, AlreadyAssigned, Refused for dates in the wrong order.
    """
    if course.published_at is None or course.withdrawn_at is not None:
        raise NotOpen
    if due_on < starts_on:
        raise Refused("完成期限不能早于开始日期", field="due_on")
    # Two managers at once: the second waits here and then finds the first one's assignment.
    lock(course)
    standing = select(Assignment.id).where(
        Assignment.course_id == course.id,
        Assignment.ended_at.is_(None),
        Assignment.rule_id.is_(None),
        Assignment.unit_id.is_(None) if unit is None else Assignment.unit_id == unit.id,
    )
    if db.session.scalar(standing.limit(1)) is not None:
        raise AlreadyAssigned(field="unit_id")
    assignment = Assignment(
        course=course,
        unit=unit,
        starts_on=starts_on,
        due_on=due_on,
        created_at=at,
        created_by_id=by.id if by else None,
    )
    db.session.add(assignment)
    db.session.flush()
    record(
        "course.assign",
        assignment,
        at=at,
        course=course.title,
        unit=unit.name if unit else "全局",
        starts_on=str(starts_on),
        due_on=str(due_on),
    )
    return assignment


def end(*, assignment: Assignment, at: datetime) -> None:
    """Require it no longer; what people completed stays completed."""
    if assignment.ended_at is None:
        assignment.ended_at = at
        db.session.flush()
        record("course.end_assignment", assignment, at=at, course=assignment.course_id)
