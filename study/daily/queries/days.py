"""On which days somebody studied, for themselves to see; and of many, for figures of a unit."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import or_, select

from accounts.models import Person
from core import clock
from core.db import db
from courses.models import StudyDay
from study.daily import pace
from study.daily.regularity import active_days
from study.practice.models import PracticeAnswer


def active(person: Person) -> set[date]:
    """The days that count as days of study."""
    return active_days(answers(person), seconds(person))


def answers(person: Person) -> dict[date, int]:
    """Considered answers of practice, by day."""
    rows = db.session.scalars(
        select(PracticeAnswer.at)
        .where(
            PracticeAnswer.person_id == person.id,
            or_(PracticeAnswer.seconds.is_(None), PracticeAnswer.seconds >= pace.FLOOR),
        )
        .order_by(PracticeAnswer.at)
    )
    found: dict[date, int] = {}
    for at in rows:
        day = clock.local(at).date()
        found[day] = found.get(day, 0) + 1
    return found


def seconds(person: Person) -> dict[date, int]:
    """Credited study of lessons, by day."""
    rows = db.session.execute(
        select(StudyDay.day, StudyDay.seconds)
        .where(StudyDay.person_id == person.id, StudyDay.seconds > 0)
        .order_by(StudyDay.day)
    )
    return {row[0]: row[1] for row in rows}


def active_in(person_ids: Sequence[int], year: int) -> dict[int, set[date]]:
    """The days of study of many people in a year, read for all at once."""
    first = datetime.combine(date(year, 1, 1), time(), clock.LOCAL)
    end = datetime.combine(date(year, 12, 31) + timedelta(days=1), time(), clock.LOCAL)
    answered: defaultdict[int, Counter[date]] = defaultdict(Counter)
    studied: defaultdict[int, dict[date, int]] = defaultdict(dict)
    for start in range(0, len(person_ids), 500):
        some = person_ids[start : start + 500]
        for person_id, at in db.session.execute(
            select(PracticeAnswer.person_id, PracticeAnswer.at)
            .where(
                PracticeAnswer.person_id.in_(some),
                PracticeAnswer.at >= first,
                PracticeAnswer.at < end,
                or_(PracticeAnswer.seconds.is_(None), PracticeAnswer.seconds >= pace.FLOOR),
            )
            .order_by(PracticeAnswer.person_id, PracticeAnswer.at)
        ):
            answered[person_id][clock.local(at).date()] += 1
        for person_id, day, seconds_ in db.session.execute(
            select(StudyDay.person_id, StudyDay.day, StudyDay.seconds)
            .where(
                StudyDay.person_id.in_(some),
                StudyDay.seconds > 0,
                StudyDay.day.between(date(year, 1, 1), date(year, 12, 31)),
            )
            .order_by(StudyDay.person_id, StudyDay.day)
        ):
            studied[person_id][day] = seconds_
    return {each: active_days(answered[each], studied[each]) for each in person_ids}
