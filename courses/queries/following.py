"""Reads of those who follow others' progress. A reader limited to a unit gets its people alone."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload

from accounts.models import OrgUnit, Person, Posting
from accounts.queries import people as people_queries
from accounts.standing import Counting, Line, counting
from core import clock
from core.db import db
from courses.models import Assignment, Course, CourseCompletion, Lesson, LessonProgress
from courses.queries import requiring
from courses.queries.requiring import is_open
from courses.tallies import Learner


def courses(text: str, *, required: bool) -> Select[Course]:
    """Open courses, those assigned last first; only assigned ones where ``required``."""
    assigned = exists().where(Assignment.course_id == Course.id, Assignment.ended_at.is_(None))
    newest = (
        select(func.max(Assignment.starts_on))
        .where(Assignment.course_id == Course.id, Assignment.ended_at.is_(None))
        .scalar_subquery()
    )
    query = (
        select(Course)
        .where(is_open())
        .order_by(func.coalesce(newest, date(1900, 1, 1)).desc(), Course.title, Course.id)
    )
    if text:
        query = query.where(Course.title.contains(text, autoescape=True))
    return query.where(assigned) if required else query


def course(course_id: int) -> Course:
    """An open course, whose progress is there to be followed."""
    return db.session.scalars(select(Course).where(Course.id == course_id, is_open())).one()


def on_the_books(day: date, unit_id: int | None) -> Sequence[Person]:
    """Everybody who counts on the day, in the order of the bureau."""
    return [each for each, counts in _there(day, unit_id) if counts.line is not Line.EXCLUDED]


def everybody(day: date) -> dict[int, str]:
    """All who are there on the day, by id; of those who do not count, why."""
    return {
        each.id: counts.reason if counts.line is Line.EXCLUDED else ""
        for each, counts in _there(day, None)
    }


def _there(day: date, unit_id: int | None) -> list[tuple[Person, Counting]]:
    query = (
        select(Person)
        .join(Person.stat_unit)
        .where(Person.joined_on <= day, or_(Person.left_on.is_(None), Person.left_on > day))
        .options(joinedload(Person.stat_unit))
        .order_by(OrgUnit.position, OrgUnit.id, Person.staff_number, Person.id)
    )
    if unit_id is not None:
        query = query.where(Person.stat_unit_id == unit_id)
    people = db.session.scalars(query).all()
    then = stood(people, day)
    return [(each, _counting(each, then)) for each in people]


def stood(people: Sequence[Person], day: date) -> dict[int, Posting]:
    """Where each of the people stood on a day that is past, as far as it is on record; nothing for
    today, on which they stand where they stand."""
    if day >= clock.today():
        return {}
    return people_queries.postings_on([each.id for each in people], day)


def _counting(person: Person, then: Mapping[int, Posting]) -> Counting:
    posting = then.get(person.id)
    if posting is None:
        return person.counting
    return counting(posting.duty_status, person.staff_category)


def learners(
    course_ids: Sequence[int], *, day: date, unit_id: int | None
) -> dict[int, list[Learner]]:
    """By course, everybody it is required of on the day and everybody else who has opened it.

    In the order of the bureau; with a unit only its people.
    """
    people = on_the_books(day, unit_id)
    units = units_on(people, day)
    due = requiring.due_of(people, day)
    sizes, done, completed = _sizes(course_ids), _done(course_ids), _completed(course_ids)
    found: dict[int, list[Learner]] = {}
    for course_id in course_ids:
        found[course_id] = [
            learner
            for person in people
            if (
                learner := _learner(
                    person,
                    units[person.id],
                    due=due[person.id].get(course_id),
                    lessons=sizes.get(course_id, 0),
                    done=done.get((course_id, person.id)),
                    completed_on=completed.get((course_id, person.id)),
                )
            )
        ]
    return found


def units_on(people: Sequence[Person], day: date) -> dict[int, OrgUnit]:
    """The department in whose figures each of the people counted on a day."""
    then = stood(people, day)
    known = {each.id: each.stat_unit for each in people}
    moved = {each.stat_unit_id for each in then.values()}
    units = {each.id: each for each in db.session.scalars(
        select(OrgUnit).where(OrgUnit.id.in_(moved)).order_by(OrgUnit.id)
    )} if moved else {}  # fmt: skip
    return known | {person_id: units[each.stat_unit_id] for person_id, each in then.items()}


def _learner(
    person: Person,
    unit: OrgUnit,
    *,
    due: date | None,
    lessons: int,
    done: int | None,
    completed_on: date | None,
) -> Learner | None:
    """``done`` is how many lessons somebody finished; None for who opened none."""
    if due is None and done is None and completed_on is None:
        return None
    return Learner(
        person_id=person.id,
        staff_number=person.staff_number,
        name=person.name,
        unit_id=unit.id,
        unit=unit.name,
        unit_position=unit.position,
        post=person.post_title,
        due_on=due,
        lessons=lessons,
        done=done or 0,
        started=done is not None or completed_on is not None,
        completed_on=completed_on,
    )


def _sizes(course_ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Lesson.course_id, func.count())
        .where(Lesson.course_id.in_(course_ids), Lesson.retired_at.is_(None))
        .group_by(Lesson.course_id)
        .order_by(Lesson.course_id)
    )
    return {row[0]: row[1] for row in rows}


def _done(course_ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """(course, person) → lessons finished, for everybody who opened one."""
    rows = db.session.execute(
        select(
            Lesson.course_id,
            LessonProgress.person_id,
            func.count(LessonProgress.completed_at).filter(Lesson.retired_at.is_(None)),
        )
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .where(Lesson.course_id.in_(course_ids))
        .group_by(Lesson.course_id, LessonProgress.person_id)
        .order_by(Lesson.course_id, LessonProgress.person_id)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _completed(course_ids: Sequence[int]) -> dict[tuple[int, int], date]:
    rows = db.session.execute(
        select(
            CourseCompletion.course_id, CourseCompletion.person_id, CourseCompletion.completed_at
        )
        .where(CourseCompletion.course_id.in_(course_ids))
        .order_by(CourseCompletion.course_id, CourseCompletion.person_id)
    )
    return {(row[0], row[1]): clock.local(row[2]).date() for row in rows}
