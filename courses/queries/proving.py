"""What people have studied, for whoever asks it as a condition: exams do (app.py wires it)."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from core.db import db
from courses.models import Bucket, Course, CourseCompletion, CreditEntry
from courses.queries.requiring import is_open


def completed(
    person_ids: Collection[int], course_ids: Collection[int]
) -> Collection[tuple[int, int]]:
    """(person, course) of the completed ones."""
    rows = db.session.execute(
        select(CourseCompletion.person_id, CourseCompletion.course_id)
        .where(
            CourseCompletion.person_id.in_(person_ids), CourseCompletion.course_id.in_(course_ids)
        )
        .order_by(CourseCompletion.id)
    )
    return [(row.person_id, row.course_id) for row in rows]


def hours(
    person_ids: Collection[int], *, bucket: str, law_only: bool, since: date, until: date
) -> Mapping[int, Decimal]:
    """Credit hours earned between two days, both included, by person; reversals taken off."""
    query = (
        select(CreditEntry.person_id, func.sum(CreditEntry.hours))
        .where(
            CreditEntry.person_id.in_(person_ids),
            CreditEntry.earned_on >= since,
            CreditEntry.earned_on <= until,
        )
        .group_by(CreditEntry.person_id)
        .order_by(CreditEntry.person_id)
    )
    if bucket:
        query = query.where(CreditEntry.bucket == Bucket.of(bucket))
    if law_only:
        query = query.where(CreditEntry.is_law.is_(True))
    return {row[0]: Decimal(row[1]) for row in db.session.execute(query)}


def courses() -> Mapping[int, str]:
    """Titles of the open courses, by title."""
    rows = db.session.execute(
        select(Course.id, Course.title).where(is_open()).order_by(Course.title, Course.id)
    )
    return {row.id: row.title for row in rows}


def buckets() -> Mapping[str, str]:
    """The buckets of hours with their names."""
    return dict(Bucket.choices())
