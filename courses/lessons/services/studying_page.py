"""Doing a lesson's part is opening it, whether or not the page's script said so."""

from datetime import datetime

from sqlalchemy import select

from accounts.models import Person
from core.db import db
from courses.models import Lesson, LessonProgress
from courses.progress import StudyRules
from courses.services import studying


def opened(*, person: Person, lesson: Lesson, at: datetime, rules: StudyRules) -> None:
    query = select(LessonProgress.id).where(
        LessonProgress.person_id == person.id, LessonProgress.lesson_id == lesson.id
    )
    if db.session.scalar(query) is None:
        studying.begin(person=person, lesson=lesson, at=at, rules=rules)
