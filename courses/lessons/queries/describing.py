"""What courses say of themselves, and what those who completed them say."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from accounts.models import Person
from core.db import db
from core.figures import half_up
from courses.lessons.models import CourseTag, Prerequisite, Rating
from courses.models import Course
from courses.queries.requiring import is_open

#: Fewer ratings are shown to nobody: they would tell who gave them.
LEAST = 5


@dataclass(frozen=True)
class Rated:
    count: int
    #: None where too few rated.
    mean: Decimal | None
    own: int | None


def rating(course_id: int, person: Person) -> Rated:
    count, total = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Rating.stars), 0)).where(
            Rating.course_id == course_id
        )
    ).one()
    own = db.session.scalar(
        select(Rating.stars).where(Rating.course_id == course_id, Rating.person_id == person.id)
    )
    return Rated(count, half_up(Decimal(total) / count, 1) if count >= LEAST else None, own)


def prerequisites(course_id: int) -> Sequence[Course]:
    return db.session.scalars(
        select(Course)
        .join(Prerequisite, Prerequisite.needs_id == Course.id)
        .where(Prerequisite.course_id == course_id)
        .order_by(Prerequisite.id)
    ).all()


def others(course: Course | None) -> Sequence[Course]:
    """The open courses that may come first."""
    query = select(Course).where(is_open()).order_by(Course.title, Course.id)
    if course is not None:
        query = query.where(Course.id.not_in([course.id, course.revises_id or course.id]))
    return db.session.scalars(query).all()


def tags() -> Sequence[str]:
    """The tags of open courses, by name."""
    return db.session.scalars(
        select(CourseTag.name)
        .join(Course, Course.id == CourseTag.course_id)
        .where(is_open())
        .distinct()
        .order_by(CourseTag.name)
    ).all()
