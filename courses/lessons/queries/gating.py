"""Which courses are to be completed before another is begun."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from accounts.models import Person
from core.db import db
from core.errors import Refused
from core.figures import titled
from courses.lessons.models import Prerequisite
from courses.models import Course, CourseCompletion
from courses.queries.requiring import is_open


class NotYet(Refused):
    """Another course comes first; the message names it."""


def unmet(person: Person, course_id: int) -> Sequence[Course]:
    """The open courses that the person has to complete first; nothing once they are through.

    A prerequisite that was withdrawn keeps nobody out: it could not be completed any more.
    """
    done = aliased(CourseCompletion)
    return db.session.scalars(
        select(Course)
        .join(Prerequisite, Prerequisite.needs_id == Course.id)
        .where(
            Prerequisite.course_id == course_id,
            is_open(),
            ~exists().where(
                CourseCompletion.person_id == person.id, CourseCompletion.course_id == Course.id
            ),
            ~exists().where(done.person_id == person.id, done.course_id == course_id),
        )
        .order_by(Prerequisite.id)
    ).all()


def must_be_open(person: Person, course_id: int) -> None:
    """Raises NotYet."""
    if missing := unmet(person, course_id):
        names = "、".join(titled(each.title) for each in missing)
        raise NotYet(f"请先学完{names}，再学习本课程")
