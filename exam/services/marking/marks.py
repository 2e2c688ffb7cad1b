"""Marking: persons say which points of the marking guide an answer holds.

Candidates are never named to those who mark, nor is one marker to another. What the judgements of
an answer come to together is exam.marking.double_marking.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import InvalidRequestError

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock, share
from core.errors import Refused
from exam.attempts import responses
from exam.kinds import EventKind
from exam.marking import double_marking, rubric, scoring
from exam.marking.double_marking import Reader
from exam.marking.queueing import LEASE
from exam.marking.rubric import Judged
from exam.marking.scoring import Score
from exam.models import Answer, Attempt, AttemptEvent, Form, Marking, MarkingClaim
from exam.papers.snapshot import Slot
from exam.queries.attempts.taking import answers_of
from exam.queries.marking import keeping_apart
from exam.queries.marking import marks as queries
from exam.services.attempts.taking import ruled_of, sealed
from exam.services.results import finals


class Lapsed(Refused):
    """The answer is no longer in the marker's hands, if it ever was."""

    message = (
        f"这份作答超过 {LEASE.seconds // 60} 分钟没有保存，已转给其他阅卷人，未作评阅；已转到下一份"
    )


class AlreadyMarked(Refused):
    message = "这份作答您已评过；要改评，请从“已评阅”打开并写明理由"


class NotMarked(Refused):
    message = "这份作答还没有评阅，请先评阅"


class Final(Refused):
    message = "主观题已定评、成绩已公布或场次已取消，评阅结果不能再改"


class OwnPaper(Refused):
    """Nobody marks their own answers, to a form that they drew or sealed, to an item they wrote."""

    message = "不能评阅本人的答卷、本人组卷或封存的试卷和本人命制的试题"


class SitsFirst(Refused):
    """Who marks a paper knows its key, and so does not sit it afterwards."""

    message = "您还要参加使用这套试卷的考试，交卷以后再评阅"


def may_mark(form: Form, by: Account) -> bool:
    """组卷≠阅卷: whoever drew or sealed a form marks no answers to it."""
    return by.id not in {form.created_by_id, form.sealed_by_id}


def judged_of(attempt: Attempt) -> dict[int, Judged]:
    """By slot, what counts of all that persons found in an attempt's answers.

    Slots that still wait for somebody are not in it.
    """
    slots = sealed(attempt.form).slots
    return double_marking.judged(slots, queries.readings_of(attempt.id), attempt.session.scheme)


def mark(*, claim: MarkingClaim, found: Judged, at: datetime, by: Account) -> Marking:
    """Say for the first time what an answer holds.

    ``found`` has the points of each question that needs a person. Raises Lapsed, AlreadyMarked,
    Final, OwnPaper, SitsFirst, Refused for points that the guide does not have.
    """
    attempt = _lock(claim, at, by)
    if claim.done_at is not None:
        raise AlreadyMarked
    claim.done_at, claim.skipped_at = at, None
    return _judge(attempt, claim.answer, claim.reader, found, "", at, by)


def amend(*, claim: MarkingClaim, found: Judged, reason: str, at: datetime, by: Account) -> Marking:
    """Mark an answer of one's own once more; what was said before stays on record.

    Raises NotMarked, Final, OwnPaper, Refused without a reason.
    """
    attempt = _lock(claim, at, by)
    if claim.done_at is None:
        raise NotMarked
    if not reason.strip():
        raise Refused("改评须写明理由", field="reason")
    return _judge(attempt, claim.answer, claim.reader, found, reason.strip(), at, by)


def mark_again(*, answer: Answer, found: Judged, reason: str, at: datetime, by: Account) -> Marking:
    """Mark an answer after publication, because its candidate asked for it (复核).

    It decides, whatever others found before. Raises NotMarked, Final, OwnPaper, Refused.
    """
    attempt = db.session.get_one(Attempt, answer.attempt_id)
    _keep(attempt)
    lock(attempt)
    db.session.refresh(attempt.session)
    if attempt.session.cancelled_at is not None:
        raise Final
    _must_be_another(attempt, answer, by)
    if not answer.markings:
        raise NotMarked
    return _judge(attempt, answer, Reader.RECHECK, found, reason.strip(), at, by)


def _keep(attempt: Attempt) -> None:
    """Keep corrections and finals away: before the attempt is locked, and in their order."""
    share(Form, attempt.form_id)
    finals.must_be_open(attempt.session_id)


def _lock(claim: MarkingClaim, at: datetime, by: Account) -> Attempt:
    attempt = db.session.get_one(Attempt, claim.answer.attempt_id)
    _keep(attempt)
    lock(attempt)
    try:
        lock(claim)
    except InvalidRequestError:
        # Somebody took it over between the reading and the lock.
        raise Lapsed from None
    session = attempt.session
    # What 人事司 did meanwhile: closing waits for the attempts, and so does this.
    db.session.refresh(session)
    ended = (session.published_at, session.cancelled_at, session.marking_closed_at)
    if any(each is not None for each in ended):
        raise Final
    _must_be_another(attempt, claim.answer, by)
    if keeping_apart.to_sit([attempt.form_id], by, at):
        raise SitsFirst
    return attempt


def _must_be_another(attempt: Attempt, answer: Answer, by: Account) -> None:
    """Raises OwnPaper; Refused for an attempt that nothing is marked of."""
    if attempt.submitted_at is None or attempt.voided_at is not None:
        raise Refused("这份答卷未交卷或已作无效处理，不需评阅")
    slot = _slot(attempt, answer)
    wrote = queries.written_by([slot.revision_id], by)
    if attempt.person_id == by.person_id or wrote or not may_mark(attempt.form, by):
        raise OwnPaper


def _slot(attempt: Attempt, answer: Answer) -> Slot:
    """Answers name the slots of the sealed paper, in whatever order their candidate met them."""
    return sealed(attempt.form).slots[answer.slot - 1]


def _judge(
    attempt: Attempt,
    answer: Answer,
    reader: Reader,
    found: Judged,
    reason: str,
    at: datetime,
    by: Account,
) -> Marking:
    slot = _slot(attempt, answer)
    judged = _checked(slot, answer, found)
    alone = scoring.share(
        sealed(attempt.form), slot, responses.of(answer.response), attempt.seed, judged
    )
    marking = Marking(
        answer_id=answer.id,
        reader=reader,
        points={name: sorted(points) for name, points in judged.items()},
        earned=scoring.marks(slot, alone) or scoring.ZERO,
        marked_at=at,
        marked_by_id=by.id,
        reason=reason,
    )
    answer.markings.append(marking)
    db.session.flush()
    rescore(attempt=attempt, at=at)
    db.session.refresh(answer)
    record(
        "answer.mark_again" if reason else "answer.mark",
        answer,
        at=at,
        attempt=attempt.id,
        slot=answer.slot,
        reader=reader.value,
        points=marking.points,
        earned=str(marking.earned),
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


def rescore(*, attempt: Attempt, at: datetime) -> Score:
    """Bring an attempt, its answers and its vector in line with all that was found so far."""
    sheet, kept, judged = ruled_of(attempt), answers_of(attempt), judged_of(attempt)
    score = scoring.score_ruled(
        sheet,
        {slot: responses.of(each.response) for slot, each in kept.items()},
        seed=attempt.seed,
        judged=judged,
    )
    changed = [
        {"id": each.id, "earned": score.by_slot[slot]}
        for slot, each in kept.items()
        if slot in score.by_slot and each.earned != score.by_slot[slot]
    ]
    if changed:
        db.session.execute(update(Answer), changed)
    waited = attempt.unmarked > 0
    attempt.unmarked, attempt.earned = len(score.unmarked), score.earned
    attempt.by_hand = max(attempt.by_hand, attempt.unmarked)
    held = () if attempt.session.marking_final else judged.keys()
    for name, value in scoring.vector(sealed(attempt.form).slots, score, held).items():
        setattr(queries.vector_of(attempt.id), name, value)
    if waited and not attempt.unmarked:
        db.session.add(AttemptEvent(attempt_id=attempt.id, at=at, kind=EventKind.MARKED))
    db.session.flush()
    return score
