"""A year's training in the columns of the personnel system."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from core.figures import plain
from courses.classes.attending import Tally
from courses.classes.models import Enrolment, TrainingClass
from courses.classes.queries import people
from courses.models import Bucket
from courses.queries import proving, requiring
from exam.models import Candidate
from exam.queries.sessions import overview as exams


def rows(first: date, last: date, class_id: int | None = None) -> list[dict[str, Any]]:
    """One row for each participant of a class that ended between two days and was concluded."""
    listed = [
        each
        for each in people.completed_between(first, last)
        if class_id is None or each.class_id == class_id
    ]
    tallies, scores = _by_class(listed)
    person_ids = {each.person_id for each in listed}
    online = proving.hours(
        person_ids, bucket=Bucket.ONLINE.value, law_only=False, since=first, until=last
    )
    required = _required(listed, last)
    return [
        _row(
            each,
            tallies.get(each.id),
            scores.get((each.class_id, each.person_id)),
            online.get(each.person_id, Decimal(0)),
            required[each.person_id],
        )
        for each in listed
    ]


def _by_class(
    listed: Sequence[Enrolment],
) -> tuple[dict[int, Tally], dict[tuple[int, int], Decimal]]:
    """Attendance by enrolment, and scores of the post-test by (class, person)."""
    tallies: dict[int, Tally] = {}
    scores: dict[tuple[int, int], Decimal] = {}
    for owner in {each.class_id: each.owner for each in listed}.values():
        tallies |= people.tallies(owner)
        for candidate, score in _scores(owner):
            scores[owner.id, candidate.person_id] = score
    return tallies, scores


def _scores(owner: TrainingClass) -> list[tuple[Candidate, Decimal]]:
    if owner.post_session is None:
        return []
    return [
        (each, outcome.score)
        for each in exams.candidates(owner.post_session.id)
        if (outcome := exams.outcome_of(owner.post_session, each)).score is not None
    ]


def _required(listed: Sequence[Enrolment], day: date) -> dict[int, str]:
    """By person, how many of the courses required of them they have completed."""
    due = {each.person_id: set(requiring.due_dates(each.person, day)) for each in listed}
    every = {course for courses in due.values() for course in courses}
    done = set(proving.completed(due.keys(), every)) if every else set()
    return {
        person: f"{sum((person, course) in done for course in courses)}/{len(courses)}"
        if courses
        else "—"
        for person, courses in due.items()
    }


def _row(
    each: Enrolment, tally: Tally | None, score: Decimal | None, online: Decimal, required: str
) -> dict[str, Any]:
    person, owner = each.person, each.owner
    stands = bool(each.completed and not each.revoked_at)
    session = owner.post_session if score is not None else None
    return {
        "year": owner.ends_on.year,
        "name": person.name,
        "gender": person.gender,
        "staff_number": person.staff_number,
        "identity": "",
        "level": person.leader_level.label if person.leader_level else "",
        "post": f"{person.stat_unit.name}{person.division}{person.post_title}",
        "unit_code": person.stat_unit.code,
        "kind": owner.class_kind.label,
        "training_kind": owner.training_kind.label,
        "title": owner.title,
        "organiser": owner.organiser,
        "place": owner.place,
        "starts_on": owner.starts_on,
        "ends_on": owner.ends_on,
        "days": each.days if stands else None,
        "hours": each.hours if stands else None,
        "full_time": "脱产" if owner.full_time else "不脱产",
        "attendance": _attendance(tally),
        "exam_kind": session.exam_kind.label if session else "",
        "exam_at": session.opens_at if session else None,
        "score": score,
        "completed": "是" if stands else "否",
        "excellent": "是" if each.excellent and stands else "",
        "summary": each.summary,
        "online": online,
        "required": required,
    }


def _attendance(tally: Tally | None) -> str:
    if tally is None:
        return "无考勤记录"
    return (
        f"出席 {plain(tally.attended)}、请假 {plain(tally.leave)}、"
        f"缺席 {plain(tally.absent)} 学时，共 {plain(tally.total)}"
    )
