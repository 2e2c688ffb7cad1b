"""What a course says of itself (tags, whom it is for, what comes first), and people of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.models import Person
from accounts.standing import RankGroup, StaffCategory
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from courses.lessons.models import CourseAudience, CourseTag, Prerequisite, Rating
from courses.models import Course, CourseCompletion
from courses.revisions.services import keeping
from courses.services import completing

MOST_TAGS = 8
_BETWEEN = re.compile(r"[,，、;；\s]+")


class NotYours(Refused):
    message = "学完课程后才能评分"


@dataclass(frozen=True)
class Description:
    tags: str = ""
    rank_group: RankGroup | None = None
    staff_category: StaffCategory | None = None
    posts: str = ""
    needs: Sequence[int] = ()


def describe(*, course: Course, said: Description, at: datetime) -> None:
    """Raises Published; Refused for too many tags, or courses that would wait for each other."""
    names = list(dict.fromkeys(each for each in _BETWEEN.split(said.tags.strip()) if each))
    if len(names) > MOST_TAGS or any(len(each) > 20 for each in names):
        raise Refused(f"标签不超过 {MOST_TAGS} 个，每个不超过 20 字", field="tags")
    keeping.must_be_draft(course)
    must_end(course, said.needs)
    if _as_it_is(course) == (names, list(dict.fromkeys(said.needs)), *_whom(said)):
        return
    held = {each.name: each for each in course.tags}
    course.tags = [held.get(each) or CourseTag(name=each) for each in names]
    needed = {each.needs_id: each for each in course.prerequisites}
    course.prerequisites = [
        needed.get(each) or Prerequisite(needs_id=each) for each in dict.fromkeys(said.needs)
    ]
    audience = course.audience or CourseAudience()
    audience.rank_group, audience.staff_category = said.rank_group, said.staff_category
    audience.posts = "、".join(each for each in _BETWEEN.split(said.posts.strip()) if each)
    course.audience = audience
    db.session.flush()
    record("course.describe", course, at=at, tags="、".join(names), needs=list(said.needs))


def _as_it_is(course: Course) -> tuple[object, ...]:
    audience = course.audience
    whom = (audience.rank_group, audience.staff_category, audience.posts) if audience else ()
    return (
        [each.name for each in course.tags],
        [each.needs_id for each in course.prerequisites],
        *(whom or (None, None, "")),
    )


def _whom(said: Description) -> tuple[object, ...]:
    posts = "、".join(each for each in _BETWEEN.split(said.posts.strip()) if each)
    return said.rank_group, said.staff_category, posts


def must_end(course: Course, needs: Sequence[int]) -> None:
    """No course waits for itself, over however many others."""
    rows = db.session.execute(
        select(Prerequisite.course_id, Prerequisite.needs_id)
        .where(Prerequisite.course_id != course.id)
        .order_by(Prerequisite.id)
    ).all()
    seen, ahead = set(), list(needs)
    while ahead:
        each = ahead.pop()
        if each in (course.id, course.revises_id):
            raise Refused("先修课程之间不能循环：所选课程又以本课程为先修", field="needs")
        if each not in seen:
            seen.add(each)
            ahead += [needed for owner, needed in rows if owner == each]


def rate(*, person: Person, course: Course, stars: int) -> None:
    """Rate a course that the person completed; again replaces. Raises NotYours."""
    if not 1 <= stars <= 5:
        raise Refused("请选择 1 到 5 分")
    completing.lock_person(person.id)
    done = select(CourseCompletion.id).where(
        CourseCompletion.person_id == person.id, CourseCompletion.course_id == course.id
    )
    if db.session.scalar(done) is None:
        raise NotYours
    own = db.session.scalars(
        select(Rating).where(Rating.person_id == person.id, Rating.course_id == course.id)
    ).one_or_none()
    if own is None:
        own = Rating(person_id=person.id, course_id=course.id, stars=stars)
        db.session.add(own)
    own.stars = stars
    db.session.flush()
