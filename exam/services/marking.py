"""Marking: persons say which points of the marking guide an answer holds.

Candidates are never named to those who mark. Double marking and arbitration are not here.
"""

from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam import responses, rubric, scoring
from exam.kinds import EventKind
from exam.models import Answer, Attempt, AttemptEvent, Form, Marking
from exam.queries import marking as queries
from exam.queries.taking import answers_of
from exam.rubric import Judged
from exam.services.taking import paper_of, sealed
from exam.snapshot import Slot


class MarkedMeanwhile(Refused):
    """Somebody else was faster."""

    message = "这份作答刚由另一位阅卷人评完，已转到下一份"


class NotMarked(Refused):
    message = "这份作答还没有评阅，请先评阅"


class Final(Refused):
    message = "成绩已公布或场次已取消，评阅结果不能再改"


class OwnPaper(Refused):
    """Nobody marks their own answers, nor those to a form that they drew or sealed."""

    message = "不能评阅本人的答卷，也不能评阅本人组卷或封存的试卷"


def may_mark(form: Form, by: Account) -> bool:
    """组卷≠阅卷: whoever drew or sealed a form marks no answers to it."""
    return by.id not in {form.created_by_id, form.sealed_by_id}


def mark(*, answer: Answer, found: Judged, at: datetime, by: Account) -> Marking:
    """Say for the first time what an answer holds.

    ``found`` has the points of each question that needs a person. Raises MarkedMeanwhile, Final,
    OwnPaper, Refused for points that the guide does not have.
    """
    attempt = _lock(answer, by)
    if answer.earned is not None:
        raise MarkedMeanwhile
    return _judge(attempt, answer, found, "", at, by)


def mark_again(*, answer: Answer, found: Judged, reason: str, at: datetime, by: Account) -> Marking:
    """Mark an answer once more; what was said before stays on record.

    Raises NotMarked, Final, OwnPaper, Refused without a reason.
    """
    attempt = _lock(answer, by)
    if not answer.markings:
        raise NotMarked
    if not reason.strip():
        raise Refused("改评须写明理由", field="reason")
    return _judge(attempt, answer, found, reason.strip(), at, by)


def _lock(answer: Answer, by: Account) -> Attempt:
    attempt = db.session.get_one(Attempt, answer.attempt_id)
    lock(attempt)
    db.session.refresh(answer)
    session = attempt.session
    if session.published_at is not None or session.cancelled_at is not None:
        raise Final
    if attempt.submitted_at is None or attempt.voided_at is not None:
        raise Refused("这份答卷未交卷或已作无效处理，不需评阅")
    if attempt.person_id == by.person_id or not may_mark(attempt.form, by):
        raise OwnPaper
    return attempt


def _judge(
    attempt: Attempt, answer: Answer, found: Judged, reason: str, at: datetime, by: Account
) -> Marking:
    slot = sealed(attempt.form).slots[answer.slot - 1]
    judged = _checked(slot, answer, found)
    marking = Marking(
        answer_id=answer.id,
        points={name: sorted(points) for name, points in judged.items()},
        earned=0,
        marked_at=at,
        marked_by_id=by.id,
        reason=reason,
    )
    answer.markings.append(marking)
    _rescore(attempt, answer, judged, at)
    marking.earned = answer.earned or marking.earned
    db.session.flush()
    record(
        "answer.mark_again" if reason else "answer.mark",
        answer,
        at=at,
        attempt=attempt.id,
        slot=answer.slot,
        points=marking.points,
        earned=str(answer.earned),
        **({"reason": reason} if reason else {}),
    )
    return marking


def _checked(slot: Slot, answer: Answer, found: Judged) -> dict[str, set[int]]:
    """What was found in each question that has an answer. Raises Refused for unknown points."""
    asked = rubric.questions(slot, responses.of(answer.response))
    judged = {each.name: set(found.get(each.name, ())) for each in asked if each.text}
    if not judged:
        raise Refused("这份作答没有需要评阅的内容")
    for each in asked:
        if not judged.get(each.name, set()) <= set(range(len(each.points))):
            raise Refused("所选采分点不在评分标准之中，请刷新页面后重评")
    return judged


def _rescore(attempt: Attempt, answer: Answer, judged: Judged, at: datetime) -> None:
    """Bring answer, attempt and vector in line with all that was found so far."""
    sheet, kept = paper_of(attempt), answers_of(attempt)
    score = scoring.score(
        sheet,
        {slot: responses.of(each.response) for slot, each in kept.items()},
        seed=attempt.seed,
        judged=queries.judged_of(attempt.id) | {answer.slot: judged},
    )
    waited = attempt.unmarked > 0
    answer.earned = score.by_slot[answer.slot]
    attempt.unmarked, attempt.earned = len(score.unmarked), score.earned
    for name, value in scoring.vector(sealed(attempt.form).slots, score).items():
        setattr(queries.vector_of(attempt.id), name, value)
    if waited and not attempt.unmarked:
        db.session.add(AttemptEvent(attempt_id=attempt.id, at=at, kind=EventKind.MARKED))
    db.session.flush()
