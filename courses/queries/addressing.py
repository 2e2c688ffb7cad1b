"""Whom the open courses are for."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select

from accounts.models import OrgUnit
from accounts.queries import units as unit_queries
from core.db import db
from courses import addressing
from courses.addressing import Aim, Sought
from courses.audience import Scope
from courses.lessons.models import CourseAudience
from courses.models import Course
from courses.queries import requiring
from courses.queries.requiring import is_open


def aims(day: date) -> dict[int, list[Aim]]:
    """Course → whom it is for on the day, for every open course."""
    scopes: dict[int, list[Scope]] = {}
    for each in requiring.demands(day):
        scopes.setdefault(each.course_id, []).append(each.scope)
    rows = db.session.execute(
        select(Course.id, CourseAudience)
        .outerjoin(CourseAudience, CourseAudience.course_id == Course.id)
        .where(is_open())
        .order_by(Course.id)
    )
    return {
        course_id: addressing.aims_of(_declared(said), scopes.get(course_id, []))
        for course_id, said in rows
    }


def _declared(said: CourseAudience | None) -> Aim | None:
    if said is None:
        return None
    return addressing.declared(said.rank_group, said.staff_category, said.posts)


def meeting(found: dict[int, list[Aim]], sought: Sought) -> set[int]:
    """The courses for those sought."""
    chain = unit_queries.forerunners()
    return {each for each, several in found.items() if addressing.meets(several, sought, chain)}


def words(several: Sequence[Aim], units: Collection[OrgUnit]) -> str:
    """Whom the audiences name: 处级；办信司；新录用人员. "" where one of them is everybody."""
    if any(each.open for each in several):
        return ""
    return "；".join(dict.fromkeys(_word(each, units) for each in several))


def _word(aim: Aim, units: Collection[OrgUnit]) -> str:
    parts = ["、".join(each.short_name for each in units if each.id in aim.unit_ids)]
    parts += [each.label for each in (aim.rank_group, aim.category) if each is not None]
    if aim.posts:
        parts.append(f"岗位含{'、'.join(aim.posts)}")
    if aim.newcomers:
        parts.append("新录用人员")
    return "，".join(each for each in parts if each)
