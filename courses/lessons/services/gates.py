"""What completing a lesson takes besides time, by its kind."""

from collections.abc import Callable

from sqlalchemy import select

from accounts.models import Person
from core.db import db
from courses.lessons import playing
from courses.lessons.kinds import kind_of
from courses.lessons.models import HandIn, PackageRecord, Playing, QuizTry, SurveyDone
from courses.models import Lesson

#: What is missing, in Chinese; None for nothing.
Gate = Callable[[Person, Lesson], str | None]


def is_timed(lesson: Lesson) -> bool:
    return kind_of(lesson.kind.value).timed


def missing(person: Person, lesson: Lesson) -> str | None:
    """Why the person has not done the lesson's part yet; None once they have."""
    gate = _GATES.get(lesson.kind.value)
    return gate(person, lesson) if gate else None


def _played(person: Person, lesson: Lesson) -> str | None:
    asset = lesson.setup.asset if lesson.setup else None
    length = (asset.seconds or 0) * 10 if asset else 0
    played = db.session.scalar(
        select(Playing.played).where(
            Playing.person_id == person.id,
            Playing.lesson_id == lesson.id,
            Playing.asset_id == (asset.id if asset else 0),
        )
    )
    covered = playing.covered(playing.read(played)) if played else 0
    if length and covered >= playing.needed(length):
        return None
    share = covered * 100 // length if length else 0
    return f"已播放 {share}%，播放满 {playing.SHARE}% 才能完成本课时"


def _through(person: Person, lesson: Lesson) -> str | None:
    query = select(PackageRecord.completed_at).where(
        PackageRecord.person_id == person.id, PackageRecord.lesson_id == lesson.id
    )
    if db.session.scalar(query) is not None:
        return None
    return "课件还没有学完或没有达到合格分，请在课件中学到最后"


def _passed(person: Person, lesson: Lesson) -> str | None:
    query = select(QuizTry.id).where(
        QuizTry.person_id == person.id, QuizTry.lesson_id == lesson.id, QuizTry.passed.is_(True)
    )
    return None if db.session.scalar(query.limit(1)) is not None else "测验还没有合格"


def _answered(person: Person, lesson: Lesson) -> str | None:
    query = select(SurveyDone.id).where(
        SurveyDone.person_id == person.id, SurveyDone.lesson_id == lesson.id
    )
    return None if db.session.scalar(query) is not None else "问卷还没有提交"


def _accepted(person: Person, lesson: Lesson) -> str | None:
    query = select(HandIn.id).where(
        HandIn.person_id == person.id, HandIn.lesson_id == lesson.id, HandIn.accepted.is_(True)
    )
    return None if db.session.scalar(query.limit(1)) is not None else "作业还没有评阅通过"


_GATES: dict[str, Gate] = {
    "media": _played,
    "package": _through,
    "quiz": _passed,
    "survey": _answered,
    "assignment": _accepted,
}
