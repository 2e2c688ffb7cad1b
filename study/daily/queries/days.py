"""On which days somebody studied, for themselves to see."""

from datetime import date

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
