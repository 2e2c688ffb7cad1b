"""Keeping what learners see of a course, as often as it changes."""

from datetime import datetime

from accounts.models import Account
from core.db import db
from core.errors import Refused
from courses.models import Course
from courses.revisions import queries
from courses.revisions.models import CourseRevision

FIRST = "首次发布"


class Published(Refused):
    """What learners see is changed by a revision alone."""

    message = "课程已发布，请先“修订”：在修订稿中修改，发布修订后学员才看到"


def must_be_draft(course: Course) -> None:
    """Raises Published."""
    if course.published_at is not None:
        raise Published


def keep(*, course: Course, note: str, at: datetime, by: Account | None) -> CourseRevision:
    """The course as it is now is its newest revision. The caller holds the course."""
    last = queries.newest(course.id)
    made = CourseRevision(
        course_id=course.id,
        number=last.number + 1 if last else 1,
        note=note[:300],
        content=queries.snapshot(course).as_json(),
        published_at=at,
        published_by_id=by.id if by else None,
    )
    db.session.add(made)
    db.session.flush()
    return made


def keep_first(course: Course) -> None:
    """What was published before revisions were kept is the first one."""
    if course.published_at is not None and queries.newest(course.id) is None:
        keep(course=course, note=FIRST, at=course.published_at, by=None)
