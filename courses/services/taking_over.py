"""Taking over what people studied elsewhere, as a set: an older platform's records."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select

from core.audit.trail import record
from core.db import db
from core.errors import Refused
from courses import progress
from courses.models import Lesson, LessonProgress, StudyDay
from courses.progress import Passage, StudyRules
from courses.services import completing


class NotCredible(Refused):
    """Some records break the rules that hold for everybody; the message names the first ones."""


def take_over(*, passages: Sequence[Passage], at: datetime, rules: StudyRules) -> int:
    """Enter study records of people who have none here yet; how many courses that completed.

    The records must keep to the rules of studying here: no more time than went by, one lesson at a
    time, the day's limit, and enough time in what counts as completed. Raises NotCredible.
    """
    people = {each.person_id for each in passages}
    known = select(LessonProgress.id).where(LessonProgress.person_id.in_(people)).limit(1)
    if db.session.scalar(known) is not None:
        raise NotCredible("已在本系统学习的人员不能再补录学习记录")
    minutes = dict(
        db.session.execute(
            select(Lesson.id, Lesson.minutes)
            .where(Lesson.id.in_({each.lesson_id for each in passages}))
            .order_by(Lesson.id)
        ).all()
    )
    if found := progress.faults(passages, minutes=minutes, rules=rules, at=at):
        raise NotCredible("；".join(found[:5]))
    if not passages:
        return 0
    db.session.execute(
        insert(LessonProgress),
        [
            {
                "person_id": each.person_id,
                "lesson_id": each.lesson_id,
                "opened_at": each.opened_at,
                "seen_at": each.seen_at,
                "seconds": each.seconds,
                "completed_at": each.seen_at if each.completed else None,
            }
            for each in passages
        ],
    )
    db.session.execute(
        insert(StudyDay),
        [
            {"person_id": person, "day": day, "seconds": seconds}
            for (person, day), seconds in progress.by_day(passages).items()
        ],
    )
    record(
        "study.take_over",
        object_type="LessonProgress",
        at=at,
        lessons=len(passages),
        people=len(people),
    )
    return completing.record_completions(at=at)
