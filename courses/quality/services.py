"""A survey is answered, anonymously.

The mark that somebody has answered and what was answered share nothing: no key, no time, no order
(the sheet's id is drawn by lot), and the trail keeps no record of it.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import date

from accounts.models import Person
from core.db import db, lock
from core.errors import Refused
from core.routing import LARGEST
from courses.classes.models import TrainingClass
from courses.quality import queries
from courses.quality.models import SurveyMark, SurveySheet
from courses.quality.questions import LONGEST, SurveyKind, window


class NotAsked(Refused):
    message = "这份问卷不是发给您的"


class NotOpen(Refused):
    message = "不在问卷的填写时间内"


class AlreadyAnswered(Refused):
    message = "这份问卷已经提交过，每人只填一次"


def answer(
    *,
    owner: TrainingClass,
    kind: SurveyKind,
    person: Person,
    about_id: int,
    scores: Mapping[str, int],
    comment: str,
    today: date,
    lot: Callable[[int], int] = secrets.randbelow,
) -> None:
    """Raises NotAsked, NotOpen, AlreadyAnswered, Refused for a question that is left out."""
    lock(owner)
    if not window(kind, owner.ends_on).open(today):
        raise NotOpen
    if queries.Asked(person.id, about_id) not in queries.asked(owner, kind):
        raise NotAsked
    if about_id in {about for _, about in queries.answered(owner.id, kind)}:
        raise AlreadyAnswered
    asked = queries.questions_of(owner, kind)
    for each in asked:
        if scores.get(each.key) not in range(1, 6):
            raise Refused(f"请回答“{each.label}”", field=each.key)
    db.session.add(SurveyMark(class_id=owner.id, kind=kind, person_id=person.id, about_id=about_id))
    db.session.add(
        SurveySheet(
            id=_free(lot),
            class_id=owner.id,
            kind=kind,
            scores={each.key: scores[each.key] for each in asked},
            comment=comment.strip()[:LONGEST],
        )
    )
    db.session.flush()


def _free(lot: Callable[[int], int]) -> int:
    while True:
        number = lot(LARGEST) + 1
        if db.session.get(SurveySheet, number) is None:
            return number
