"""Work handed in, and what surveys said, for those who teach."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from core.db import db
from core.figures import half_up
from courses.lessons.kinds import survey
from courses.lessons.kinds.survey import Question
from courses.lessons.models import HandIn, SurveyAnswer, SurveyDone
from courses.lessons.queries import page
from courses.models import Lesson, LessonFile


def hand_ins(lesson_id: int) -> Select[HandIn]:
    """What waits to be judged first, the oldest of it on top; then what was judged last."""
    return (
        select(HandIn)
        .where(HandIn.lesson_id == lesson_id)
        .options(joinedload(HandIn.person).joinedload(Person.stat_unit))
        .order_by(HandIn.accepted.is_not(None), HandIn.handed_at, HandIn.id)
    )


def hand_in(hand_in_id: int) -> HandIn:
    return db.session.scalars(
        select(HandIn)
        .where(HandIn.id == hand_in_id)
        .options(joinedload(HandIn.person), joinedload(HandIn.lesson).joinedload(Lesson.course))
    ).one()


def file_of(found: HandIn) -> LessonFile:
    return db.session.scalars(select(LessonFile).where(LessonFile.id == found.file_id)).one()


def own_file(person: Person, hand_in_id: int) -> LessonFile:
    """NoResultFound, shown as 404, for what somebody else handed in."""
    return db.session.scalars(
        select(LessonFile)
        .join(HandIn, HandIn.file_id == LessonFile.id)
        .where(HandIn.id == hand_in_id, HandIn.person_id == person.id)
    ).one()


@dataclass(frozen=True)
class Said:
    """What was said to a question."""

    question: Question
    count: int
    mean: Decimal | None
    #: (1 to 5, how many)
    spread: Sequence[tuple[int, int]]
    words: Sequence[str]


def survey_count(lesson_id: int) -> int:
    query = select(func.count()).select_from(SurveyDone).where(SurveyDone.lesson_id == lesson_id)
    return db.session.scalar(query) or 0


def survey_results(lesson: Lesson) -> Sequence[Said] | None:
    """Question by question; None where too few answered to be shown to anybody."""
    if survey_count(lesson.id) < survey.LEAST:
        return None
    rows = db.session.execute(
        select(SurveyAnswer.question, SurveyAnswer.value)
        .where(SurveyAnswer.lesson_id == lesson.id)
        .order_by(SurveyAnswer.question, SurveyAnswer.value, SurveyAnswer.id)
    ).all()
    asked = survey.questions(page.settings(lesson))
    return [
        _said(each, [value for question, value in rows if question == n])
        for n, each in enumerate(asked)
    ]


def _said(question: Question, values: Sequence[str]) -> Said:
    if question.words:
        return Said(question, len(values), None, (), values)
    stars = Counter(int(each) for each in values if each.isdecimal())
    count = sum(stars.values())
    total = sum(star * times for star, times in stars.items())
    mean = half_up(Decimal(total) / count, 2) if count else None
    return Said(question, count, mean, [(star, stars[star]) for star in range(5, 0, -1)], ())
