"""The people of a roster snapshot, what was required of them in a period, and what they did."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from accounts.models import Person, RosterEntry, RosterSnapshot
from accounts.queries import units as unit_queries
from accounts.standing import Grade, Line
from analytics import learning
from analytics.frames.shape import PERSON, frame, person
from analytics.learning import HOURS, Target
from analytics.periods import Period, months_on_books
from core import clock
from core.db import db
from courses.audience import Demand, Requirements, Stand, Who
from courses.hours import factors, queries
from courses.hours.duties import Learner, Span
from courses.models import (
    Assignment,
    Bucket,
    Course,
    CourseCompletion,
    CreditEntry,
    LessonProgress,
    StudyDay,
)
from courses.queries import requiring
from courses.queries.requiring import Assigned

#: One row a person on the snapshot. Hours are in hundredths, and so is ``share``: the months on the
#: books, each with the factor of the status in it, as duties are folded (courses.hours.duties).
LEARNERS = PERSON | {
    "months": "int64",
    "share": "int64",
    "studied": "bool",
    **dict.fromkeys(HOURS, "int64"),
}
#: One row for each person and course required of them.
PAIRS = {"person_id": "int64", "course_id": "int64", "course": "str", "done": "bool"}
_CREDITED = {"person_id": "int64"} | dict.fromkeys(HOURS, "int64")


def counted(snapshot: RosterSnapshot, period: Period, target: Target | None) -> pd.DataFrame:
    people = learners(snapshot, period)
    return learning.counted(people, pairs(people, snapshot, period), target)


def learners(snapshot: RosterSnapshot, period: Period) -> pd.DataFrame:
    studied, courses = _studied(snapshot.id, period), factors_of(snapshot)
    people = frame(
        [
            _learner(row, period, courses[row.person_id], row.person_id in studied)
            for row in _entries(snapshot.id)
        ],
        {name: LEARNERS[name] for name in LEARNERS if name not in HOURS},
    )
    hours = people[["person_id"]].merge(_hours(snapshot.id, period), how="left", on="person_id")
    return people.assign(**{key: hours[key].fillna(0) for key in HOURS}).astype(LEARNERS)


def _entries(snapshot_id: int) -> Iterable[Row[Any]]:
    return db.session.execute(
        select(
            RosterEntry.person_id,
            RosterEntry.staff_number,
            RosterEntry.name,
            RosterEntry.unit_id,
            RosterEntry.unit_name,
            RosterEntry.unit_position,
            RosterEntry.line,
            RosterEntry.duty_status,
            RosterEntry.reason,
            RosterEntry.post_title,
            RosterEntry.grade_label,
            RosterEntry.rank_group,
            RosterEntry.staff_category,
            Person.joined_on,
            Person.left_on,
        )
        .join(Person, Person.id == RosterEntry.person_id)
        .where(RosterEntry.snapshot_id == snapshot_id)
        .order_by(RosterEntry.unit_position, RosterEntry.unit_id, RosterEntry.id)
    )


def factors_of(snapshot: RosterSnapshot) -> dict[int, factors.Course]:
    """How the factor of each person on the snapshot went, as it was known then."""
    rows = db.session.execute(
        select(RosterEntry.person_id, RosterEntry.duty_status)
        .where(RosterEntry.snapshot_id == snapshot.id)
        .order_by(RosterEntry.id)
    )
    day = clock.local(snapshot.taken_at).date()
    return queries.factors_on(day, {row[0]: row[1] for row in rows})


def _learner(
    row: Row[Any], period: Period, course: factors.Course, studied: bool
) -> tuple[Any, ...]:
    months = months_on_books(row.joined_on, row.left_on, period)
    who, span = Learner(row.joined_on, row.left_on, factors=course), Span(period.first, period.last)
    excluded, reason = row.line is Line.EXCLUDED, row.reason
    if months == 0 and not excluded:
        excluded, reason = True, "统计期内不在册"
    return (
        *person(row, excluded=excluded, reason=reason),
        months,
        int(who.share(span, max(1, months)) * 100),
        studied,
    )


def _on(snapshot_id: int, person_id: Any) -> ColumnElement[bool]:
    """Whether a table's person is on the snapshot."""
    listed = select(RosterEntry.person_id).where(RosterEntry.snapshot_id == snapshot_id)
    return and_(person_id.in_(listed))


def _studied(snapshot_id: int, period: Period) -> set[int]:
    """People with a valid study record in the period.

    Valid are: study time credited in the period, or of a lesson first opened in it; a course
    completed in it; hours credited in it that were not reversed. Looking again at a lesson that
    was studied before is none: it credits no time.
    """
    progress = select(LessonProgress.person_id).where(
        LessonProgress.seconds > 0,
        _within(LessonProgress.opened_at, period),
        _on(snapshot_id, LessonProgress.person_id),
    )
    timed = select(StudyDay.person_id).where(
        StudyDay.seconds > 0,
        StudyDay.day.between(period.first, period.last),
        _on(snapshot_id, StudyDay.person_id),
    )
    completed = select(CourseCompletion.person_id).where(
        _within(CourseCompletion.completed_at, period),
        _on(snapshot_id, CourseCompletion.person_id),
    )
    credited = _standing_entries(snapshot_id, period, CreditEntry.person_id).where(
        CreditEntry.hours > 0
    )
    return set(db.session.scalars(progress.union(timed, completed, credited)))


def _within(moment: Any, period: Period) -> ColumnElement[bool]:
    return and_(moment >= period.begins, moment < period.ends)


def _standing_entries(snapshot_id: int, period: Period, *columns: Any) -> Select[Any]:
    """Credit entries of the period that neither reverse another nor were reversed."""
    reversal = aliased(CreditEntry)
    return select(*columns).where(
        CreditEntry.earned_on.between(period.first, period.last),
        CreditEntry.reverses_id.is_(None),
        ~select(reversal.id).where(reversal.reverses_id == CreditEntry.id).exists(),
        _on(snapshot_id, CreditEntry.person_id),
    )


def _hours(snapshot_id: int, period: Period) -> pd.DataFrame:
    """Hundredths of hours a person, in all, by bucket, and across buckets."""
    kind = (CreditEntry.person_id, CreditEntry.bucket, CreditEntry.is_law, CreditEntry.accredited)
    rows = db.session.execute(
        _standing_entries(snapshot_id, period, *kind, func.sum(CreditEntry.hours))
        .group_by(*kind)
        .order_by(*kind)
    )
    credited = frame([_credited(*row) for row in rows], _CREDITED)
    return credited.groupby("person_id", as_index=False).sum()


def _credited(person_id: int, bucket: Bucket, is_law: bool, accredited: bool, hours: Any) -> Any:
    amount = int(hours * 100)
    parts = {
        "hours": amount,
        bucket.value: amount,
        "law": amount * is_law,
        "accredited": amount * (accredited and bucket is Bucket.CONCENTRATED),
    }
    return (person_id, *(parts.get(key, 0) for key in HOURS))


def pairs(people: pd.DataFrame, snapshot: RosterSnapshot, period: Period) -> pd.DataFrame:
    """Each counted person with each course required of them in the period.

    A course is required in a period that overlaps the days in which it binds the person, unless
    the assignment was ended, or the course withdrawn, before the period was over. It is done when
    it was completed by then, in the period or earlier.
    """
    assignments = _assignments(period)
    known = min(period.last, clock.local(snapshot.taken_at).date())
    demands = requiring.made(assignments, known, as_of=period.ends)
    asked = Requirements(demands, unit_queries.forerunners())
    titles = {each.course_id: each.title for each in assignments}
    counted = {int(each) for each in people.loc[~people["excluded"], "person_id"]}
    matched = frame(
        [
            (who.person_id, course_id, titles[course_id])
            for who in _whos(snapshot, known, demands)
            if who.person_id in counted
            for course_id in _required_of(who, asked, titles, period)
        ],
        {"person_id": "int64", "course_id": "int64", "course": "str"},
    )
    done = _completions(set(titles), period).assign(done=True)
    found = matched.merge(done, how="left", on=["person_id", "course_id"])
    return found.assign(done=found["done"].eq(True))[list(PAIRS)].astype(PAIRS)


def _assignments(period: Period) -> Sequence[Assigned]:
    return requiring.assigned(
        Assignment.starts_on <= period.last,
        or_(Assignment.ended_at.is_(None), Assignment.ended_at >= period.ends),
        Course.published_at < period.ends,
        or_(Course.withdrawn_at.is_(None), Course.withdrawn_at >= period.ends),
    )


def _whos(snapshot: RosterSnapshot, known: date, demands: Collection[Demand]) -> Iterable[Who]:
    """The people of the snapshot as rules see them: as they stood when it was taken."""
    rows = list(_entries(snapshot.id))
    history = any(each.due_days is not None for each in demands)
    earlier = requiring.stands_of([row.person_id for row in rows], known) if history else {}
    grades = {each.label: each for each in Grade}
    for row in rows:
        stands = earlier.get(row.person_id, [])
        since = stands[0].since if stands else row.joined_on
        present = Stand(since, row.unit_id, row.rank_group, grades.get(row.grade_label))
        yield Who(
            row.person_id, row.joined_on, (present, *stands[1:]), row.post_title, row.staff_category
        )


def _required_of(
    who: Who, asked: Requirements, titles: Mapping[int, str], period: Period
) -> list[int]:
    """The courses that bind somebody in the period, each once, in the order of their titles."""
    found = {
        demand.course_id
        for demand, term in asked.terms(who)
        if term.starts_on <= period.last and term.due_on >= period.first
    }
    return [each for each in titles if each in found]


def _completions(course_ids: set[int], period: Period) -> pd.DataFrame:
    rows = db.session.execute(
        select(CourseCompletion.person_id, CourseCompletion.course_id)
        .where(
            CourseCompletion.course_id.in_(course_ids), CourseCompletion.completed_at < period.ends
        )
        .order_by(CourseCompletion.person_id, CourseCompletion.course_id)
    ).all()
    return frame(rows, {"person_id": "int64", "course_id": "int64"})
