"""What is required of whom."""

from datetime import date

from sqlalchemy import ColumnElement, and_, select

from accounts.models import Person
from accounts.queries import units as unit_queries
from core.db import db
from courses import audience
from courses.audience import Demand
from courses.models import Assignment, Course


def is_open() -> ColumnElement[bool]:
    """SQL: the course is published and not withdrawn."""
    return and_(Course.published_at.is_not(None), Course.withdrawn_at.is_(None))


def demands(day: date) -> list[Demand]:
    """The assignments of open courses that bind on the day."""
    rows = db.session.execute(
        select(Assignment.course_id, Assignment.unit_id, Assignment.due_on)
        .join(Assignment.course)
        .where(is_open(), Assignment.ended_at.is_(None), Assignment.starts_on <= day)
        .order_by(Assignment.due_on, Assignment.id)
    )
    return [Demand(*row) for row in rows]


def due_dates(person: Person, day: date) -> dict[int, date]:
    """Course id → by when; the open courses required of the person on the day, earliest first."""
    return audience.due_dates(demands(day), person.stat_unit_id, unit_queries.forerunners())
