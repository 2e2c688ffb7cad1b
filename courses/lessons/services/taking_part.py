"""Surveys and work handed in."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from accounts.models import Account, Person
from core.attachments import Upload
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses import files
from courses.lessons.kinds import survey
from courses.lessons.models import HandIn, SurveyAnswer, SurveyDone
from courses.lessons.queries import page
from courses.models import Lesson, LessonFile
from courses.services import completing, studying

LONGEST = 20_000


class Answered(Refused):
    message = "问卷已经提交过，每人只填一次"


class NotNow(Refused):
    """Work is handed in once and again only after it was returned."""

    message = "作业正在评阅或已经通过，现在不能再交"


class Judged(Refused):
    message = "这份作业已经评阅过"


def answer(*, person: Person, lesson: Lesson, given: Mapping[int, str], at: datetime) -> None:
    """Hand a survey in: who did is kept apart from what they said. Raises Answered, Refused."""
    completing.lock_person(person.id)
    asked = survey.questions(page.settings(lesson))
    if page.part(person, lesson).done:
        raise Answered
    for number, question in enumerate(asked):
        said = given.get(number, "").strip()
        if not question.words and said not in {"1", "2", "3", "4", "5"}:
            raise Refused(f"第 {number + 1} 题还没有打分")
        if len(said) > 1_000:
            raise Refused(f"第 {number + 1} 题超过 1000 字")
        if said:
            # The id is drawn by lot: the order of the rows would tell who wrote when.
            made = SurveyAnswer(
                id=1 + secrets.randbelow(2**31 - 2),
                lesson_id=lesson.id,
                question=number,
                value=said,
            )
            db.session.add(made)
    db.session.add(SurveyDone(person_id=person.id, lesson_id=lesson.id))
    db.session.flush()
    studying.conclude(person=person, lesson=lesson, at=at)


def hand_in(
    *, person: Person, lesson: Lesson, text: str, upload: Upload | None, at: datetime
) -> HandIn:
    """Raises NotNow, Refused for nothing at all."""
    completing.lock_person(person.id)
    made = page.hand_ins(person, lesson)
    if made and made[-1].accepted is not False:
        raise NotNow
    if not text.strip() and upload is None:
        raise Refused("请填写内容或选择文件", field="text")
    if upload is not None and (fault := files.fault(upload)):
        raise Refused(fault, field="file")
    file = None
    if upload is not None:
        file = LessonFile(
            name=upload.name, content_type=upload.content_type, data=upload.data, uploaded_at=at
        )
        db.session.add(file)
        db.session.flush()
    found = HandIn(
        person_id=person.id,
        lesson_id=lesson.id,
        number=len(made) + 1,
        text=text.strip(),
        file_id=file.id if file else None,
        handed_at=at,
    )
    db.session.add(found)
    db.session.flush()
    record("lesson.hand_in", lesson, at=at, number=found.number)
    return found


def judge(
    *, found: HandIn, accepted: bool, score: int | None, comment: str, at: datetime, by: Account
) -> None:
    """Accept work, or return it with a comment. Raises Judged, Refused."""
    lock(found)
    if found.accepted is not None:
        raise Judged
    if by.person_id == found.person_id:
        raise Refused("不能评阅本人的作业")
    if not accepted and not comment.strip():
        raise Refused("退回须写明意见", field="comment")
    found.accepted, found.score, found.comment = accepted, score, comment.strip()
    found.judged_at, found.judged_by_id = at, by.id
    db.session.flush()
    record("lesson.judge", found, at=at, lesson=found.lesson_id, accepted=accepted, score=score)
    studying.conclude(person=found.person, lesson=found.lesson, at=at)
