"""Quizzes: items drawn from what may be practised, marked by the rules of exams."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random

from accounts.models import Person
from core import clock
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from core.figures import half_up
from courses.lessons.kinds import quiz
from courses.lessons.models import QuizTry
from courses.lessons.queries import page
from courses.lessons.queries import quizzes as queries
from courses.models import Lesson
from courses.services import completing, studying
from exam.attempts import responses
from exam.attempts.responses import Shape
from exam.marking import scoring
from exam.papers.snapshot import Paper, Slot
from exam.queries.assembling.building import versions_for
from exam.services.assembling.building import slot_of
from question_bank.item_types import MultiRule
from question_bank.models import ItemRevision
from question_bank.types import kind_of

MARKS = Decimal(1)


class NothingToAsk(Refused):
    message = "现在没有可用于测验的试题，请联系课程管理员"


class NoMoreTries(Refused):
    message = "可考次数已用完，请联系课程管理员"


@dataclass(frozen=True)
class Asked:
    """An item in its place."""

    slot: int
    revision: ItemRevision
    marks: Decimal = MARKS


def begin(*, person: Person, lesson: Lesson, seed: int, at: datetime) -> QuizTry:
    """The try that is open, or a new one. Raises NothingToAsk, NoMoreTries."""
    completing.lock_person(person.id)
    made, rules = page.tries(person, lesson), quiz.rules(page.settings(lesson))
    if made and made[-1].finished_at is None:
        return made[-1]
    if rules.tries and len(made) >= rules.tries and not any(each.passed for each in made):
        raise NoMoreTries
    ids = queries.askable(lesson, clock.local(at).date())
    seen = {one for each in made for one in json.loads(each.revisions)}
    chance = Random(seed)  # noqa: S311 - not for secrets
    fresh = [each for each in ids if each not in seen]
    old = [each for each in ids if each in seen]
    chance.shuffle(fresh)
    chance.shuffle(old)
    drawn = [*fresh, *old][: rules.count]
    if not drawn:
        raise NothingToAsk
    found = QuizTry(
        person_id=person.id,
        lesson_id=lesson.id,
        number=len(made) + 1,
        seed=seed,
        revisions=json.dumps(drawn),
        answers="{}",
        started_at=at,
    )
    db.session.add(found)
    db.session.flush()
    return found


def slots(found: QuizTry, at: datetime) -> list[Slot]:
    """The items as a paper shows them, with the law that is in force on the day."""
    versions = versions_for(clock.local(at).date())
    asked = [Asked(n, each) for n, each in enumerate(_revisions(found), 1)]
    return [slot_of(each, 0, versions) for each in asked]


def shapes(found: QuizTry) -> list[Shape]:
    return [(each.item_type, kind_of(each.item_type).shape(each)) for each in _revisions(found)]


def _revisions(found: QuizTry) -> Sequence[ItemRevision]:
    return queries.revisions(json.loads(found.revisions))


def hand_in(
    *, person: Person, lesson: Lesson, found: QuizTry, answers: Mapping[int, str], at: datetime
) -> None:
    """Mark a try, once; passing completes the lesson."""
    lock(found)
    if found.finished_at is not None:
        return
    every = slots(found, at)
    # What a paper holds by now is asked no more, and counts for nobody.
    may = queries.shown([each.revision_id for each in every])
    asked = [each for each in every if each.revision_id in may]
    if not asked:
        raise NothingToAsk
    whole = Paper(lesson.title, MultiRule.PARTIAL_HALF, MARKS * len(asked), [], asked)
    places = {each.slot for each in asked}
    read = {slot: responses.of(each) for slot, each in answers.items() if slot in places}
    shares = scoring.score(whole, read, seed=found.seed).shares
    earned = sum((shares[each.slot] or Decimal(0) for each in asked), Decimal(0))
    percent = half_up(earned * 100 / len(asked), 2)
    found.answers = json.dumps({str(slot): each for slot, each in answers.items()})
    found.finished_at, found.percent = at, percent
    found.passed = percent >= quiz.rules(page.settings(lesson)).pass_mark
    db.session.flush()
    record("lesson.quiz", lesson, at=at, number=found.number, percent=str(percent))
    studying.conclude(person=person, lesson=lesson, at=at)
