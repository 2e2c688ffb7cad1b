"""What the page of a lesson shows of its kind: the lesson's own, and the person's."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from accounts.models import Person
from core.db import db
from courses.lessons import playing
from courses.lessons.kinds import quiz, survey
from courses.lessons.kinds.survey import Question
from courses.lessons.models import Asset, HandIn, PackageRecord, Playing, QuizTry, SurveyDone
from courses.lessons.playing import Stretch
from courses.lessons.recordings import is_video
from courses.models import Lesson


def settings(lesson: Lesson) -> dict[str, Any]:
    """What is the kind's own."""
    found: dict[str, Any] = json.loads(lesson.setup.settings) if lesson.setup else {}
    return found


@dataclass(frozen=True)
class Recording:
    asset: Asset | None
    position: int = 0
    played: Sequence[Stretch] = ()

    @property
    def length(self) -> int:
        return (self.asset.seconds or 0) * 10 if self.asset else 0

    @property
    def video(self) -> bool:
        return self.asset is not None and is_video(self.asset.content_type)

    @property
    def covered(self) -> int:
        return playing.covered(self.played)

    @property
    def needed(self) -> int:
        return playing.needed(self.length)

    @property
    def percent(self) -> int:
        return playing.percent(self.played, self.length)


@dataclass(frozen=True)
class Launching:
    asset: Asset | None
    record: PackageRecord | None = None


@dataclass(frozen=True)
class Quiz:
    rules: quiz.Rules
    tries: Sequence[QuizTry] = ()

    @property
    def passed(self) -> bool:
        return any(each.passed for each in self.tries)

    @property
    def open_try(self) -> QuizTry | None:
        return next((each for each in self.tries if each.finished_at is None), None)

    @property
    def left(self) -> int | None:
        """Tries that are left; None without a limit."""
        return max(0, self.rules.tries - len(self.tries)) if self.rules.tries else None


@dataclass(frozen=True)
class Survey:
    questions: Sequence[Question]
    done: bool = False


@dataclass(frozen=True)
class Work:
    hand_ins: Sequence[HandIn] = ()

    @property
    def last(self) -> HandIn | None:
        return self.hand_ins[-1] if self.hand_ins else None

    @property
    def may_hand_in(self) -> bool:
        return self.last is None or self.last.accepted is False


def part(person: Person | None, lesson: Lesson) -> Any:
    """What the kind's template is given; without a person, as a preview has it."""
    make = _PARTS.get(lesson.kind.value)
    return make(person, lesson) if make else None


def _recording(person: Person | None, lesson: Lesson) -> Recording:
    asset = lesson.setup.asset if lesson.setup else None
    own = None
    if person is not None and asset is not None:
        own = db.session.scalars(
            select(Playing).where(
                Playing.person_id == person.id,
                Playing.lesson_id == lesson.id,
                Playing.asset_id == asset.id,
            )
        ).one_or_none()
    return Recording(asset, own.position, playing.read(own.played)) if own else Recording(asset)


def _launching(person: Person | None, lesson: Lesson) -> Launching:
    asset = lesson.setup.asset if lesson.setup else None
    if person is None:
        return Launching(asset)
    query = select(PackageRecord).where(
        PackageRecord.person_id == person.id, PackageRecord.lesson_id == lesson.id
    )
    return Launching(asset, db.session.scalars(query).one_or_none())


def _quiz(person: Person | None, lesson: Lesson) -> Quiz:
    rules = quiz.rules(settings(lesson))
    return Quiz(rules, tries(person, lesson) if person else ())


def tries(person: Person, lesson: Lesson) -> Sequence[QuizTry]:
    """The person's tries, in order."""
    return db.session.scalars(
        select(QuizTry)
        .where(QuizTry.person_id == person.id, QuizTry.lesson_id == lesson.id)
        .order_by(QuizTry.number)
    ).all()


def _survey(person: Person | None, lesson: Lesson) -> Survey:
    asked = survey.questions(settings(lesson))
    if person is None:
        return Survey(asked)
    query = select(SurveyDone.id).where(
        SurveyDone.person_id == person.id, SurveyDone.lesson_id == lesson.id
    )
    return Survey(asked, db.session.scalar(query) is not None)


def _work(person: Person | None, lesson: Lesson) -> Work:
    return Work(hand_ins(person, lesson) if person else ())


def hand_ins(person: Person, lesson: Lesson) -> Sequence[HandIn]:
    """What the person handed in, in order."""
    return db.session.scalars(
        select(HandIn)
        .where(HandIn.person_id == person.id, HandIn.lesson_id == lesson.id)
        .order_by(HandIn.number)
    ).all()


_PARTS: dict[str, Callable[[Person | None, Lesson], Any]] = {
    "media": _recording,
    "package": _launching,
    "quiz": _quiz,
    "survey": _survey,
    "assignment": _work,
}
