"""Taking an exam: started, saved, handed in, scored."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from secrets import randbits

from accounts.models import Person
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.attempts import responses, timing
from exam.attempts.responses import Response, Shape
from exam.kinds import CandidateStatus, EventKind
from exam.marking import corrections, scoring
from exam.marking.corrections import Ruled, Ruling
from exam.marking.scoring import Score
from exam.models import Answer, Attempt, Candidate, ExamSession, Form
from exam.papers import drawing, snapshot
from exam.papers.snapshot import Paper
from exam.queries.attempts import taking as queries
from exam.queries.attempts.taking import Kept, Place, Submission
from exam.queries.marking import corrections as correction_queries
from exam.queries.papers import stopping
from exam.queries.sessions import eligibility, hall
from exam.saving import token
from exam.services.assembling.building import is_sealed
from exam.services.attempts import rows
from question_bank.types import kind_of

#: A page hands in a little before the deadline, and its clock may be off by as much again.
EARLY = timedelta(seconds=10)
#: Leaves of one attempt that are noted.
NOTED_LEAVES = 200


class NotNow(Refused):
    """The window is not open."""


class OnPaper(Refused):
    message = "本场次为线下纸笔考试，请按通知的时间、地点参加，不在本系统作答"


class NotDue(Refused):
    """The person is exempt or deferred."""


class NotEligible(Refused):
    """The person lacks what the session asks for; the message says what."""


class NoAttemptLeft(Refused):
    message = "本场次的作答次数已用完"


class Broken(Refused):
    message = "试卷校验未通过，已停止开考，请联系人事司考务"


class Suspended(Refused):
    """The law of an item was amended after the paper was sealed."""

    message = "本场次有试题因法律修改正在更换，换题批准后即可开考，请稍候或联系人事司考务"


class Unopened(Refused):
    """The paper waits for the second person."""

    message = "试卷尚未由第二人启封，请稍候"


class TimeLeft(Refused):
    """The page believes that its time is over, and it is not: time was added, or stands still."""

    message = "考试时间有调整，还没有到时；请重新打开考试页面继续作答"


class Undecided(Refused):
    """No paper is free of items that the person has to do with."""

    message = "您接触过本场次的试题，按命题回避规定正在另行安排试卷，请联系人事司考务"


class Closed(Refused):
    """The attempt was handed in or its time is over; answers saved before stay."""

    message = "已交卷或已到截止时间，不能再保存"


class HeldElsewhere(Refused):
    """The attempt goes on at another device; here it can only be read."""

    message = "本次作答已在另一台设备上继续；如需在此作答，请从“我的考试”重新打开"


@lru_cache(maxsize=64)
def paper(digest: str, form_id: int) -> Paper:
    """A sealed paper, named by its seal so that no other is taken for it."""
    return snapshot.load(queries.snapshot_of(form_id))


def paper_of(attempt: Attempt) -> Paper:
    """The paper of an attempt as it was drawn: its items in the order that its candidate met them.

    Their numbers are those of the sealed paper, which is read once a process.
    """
    form = attempt.form
    return drawn(form.hash or "", form.id, attempt.draw_seed, attempt.left_out)


def drawn(digest: str, form_id: int, draw_seed: int, left_out: Collection[int]) -> Paper:
    """The same, from what names the paper and the draw."""
    return drawing.drawn(paper(digest, form_id), draw_seed, left_out)


def sealed(form: Form) -> Paper:
    return paper(form.hash or "", form.id)


def numbers_of(attempt: Attempt) -> Mapping[int, int]:
    """By slot, the number that the attempt's candidate knows an item by."""
    return {each.slot: n for n, each in enumerate(paper_of(attempt).slots, 1)}


def ruled_of(attempt: Attempt) -> Ruled:
    """The paper of an attempt under the corrections in force: what scores and pages go by.

    A script on paper of which only the total is known was not scored by them.
    """
    if attempt.session.on_paper and not attempt.answers:
        return Ruled(paper_of(attempt))
    return _ruled(paper_of(attempt), correction_queries.rulings(attempt.form_id))


def _ruled(sheet: Paper, rulings: Sequence[Ruling]) -> Ruled:
    return corrections.ruled(sheet, rulings) if rulings else Ruled(sheet)


def start(
    *, session: ExamSession, person: Person, at: datetime, device: int | None = None
) -> Attempt:
    """The person's running attempt, taken to ``device``; begun if there is none.

    Raises what ``begin`` raises; NoResultFound for a session that is not theirs.
    """
    db.session.flush()
    place = queries.place(person.id, session.id)
    attempt_id = begin(place=place, actor=person.staff_number, at=at, device=device)
    db.session.expire(db.session.get_one(Candidate, place.id), ["attempts"])
    return db.session.get_one(Attempt, attempt_id)


def begin(*, place: Place, actor: str, at: datetime, device: int | None = None) -> int:
    """The running attempt of a candidate, who is held, by its id; begun if there is none.

    Raises OnPaper, NotNow, NotDue, NotEligible, NoAttemptLeft, Undecided, Broken, Suspended.
    """
    if place.on_paper:
        raise OnPaper
    unfinished = [each for each in place.tried if each.submitted_at is None]
    overdue = [each for each in unfinished if each.deadline + timing.SETTLE < at]
    for each in overdue:
        close(attempt_id=each.id, at=at)
    running = next((each for each in unfinished if each not in overdue), None)
    if running is not None:
        take_up(attempt=db.session.get_one(Attempt, running.id), device=device, at=at)
        return running.id
    form_id = _must_be_open(place, at)
    if len(place.tried) >= place.max_attempts:
        raise NoAttemptLeft
    attempt_id = rows.BEGUN.added(
        candidate_id=place.id,
        number=len(place.tried) + 1,
        person_id=place.person_id,
        session_id=place.session_id,
        form_id=form_id,
        started_at=at,
        deadline=timing.deadline(
            at,
            minutes=place.minutes,
            extra_minutes=place.extra_minutes,
            closes_at=place.closes_at,
        ),
        holder_id=device,
        seed=randbits(48) | 1 if place.shuffle_options else 0,
        draw_seed=randbits(48) | 1 if place.shuffle_items or place.alternatives > 1 else 0,
        left_out=place.left_out,
    )
    _note(attempt_id, EventKind.STARTED, at)
    record(
        "attempt.start", object_type=Attempt.__name__, object_id=attempt_id, at=at,
        actor=actor, session=place.session_id,
    )  # fmt: skip
    return attempt_id


def held_elsewhere(attempt: Attempt | Submission, device: int | None) -> bool:
    return attempt.holder_id not in (None, device)


def take_up(*, attempt: Attempt, device: int | None, at: datetime) -> None:
    """Go on with a running attempt at ``device``; a page open at another one is cut off."""
    lock(attempt)
    if not held_elsewhere(attempt, device):
        attempt.holder_id = device
        _note(attempt.id, EventKind.RESUMED, at)
        return
    attempt.holder_id = device
    attempt.epoch += 1
    _note(attempt.id, EventKind.TAKEN_OVER, at, "原设备上的页面不能再作答")
    db.session.flush()
    record("attempt.take_over", attempt, at=at, actor=attempt.candidate.entry.staff_number)


def _must_be_open(place: Place, at: datetime) -> int:
    """The id of the paper that the candidate may begin now."""
    if place.status is not CandidateStatus.DUE:
        raise NotDue(f"您在本场次为{place.status.label}（{place.reason}），无需作答")
    if any(each.voided_at is not None for each in place.tried):
        raise NotDue("您在本场次的成绩已作无效处理，不能再次作答")
    if at < place.opens_at:
        raise NotNow("考试尚未开始")
    if at >= place.closes_at:
        raise NotNow("考试已经结束")
    if place.paused_at is not None:
        raise NotNow("考试暂停中，恢复后即可开始")
    form_id = _paper_for(place)
    if place.conditional:
        _must_be_eligible(queries.candidacy(place.person_id, place.session_id), at)
    return form_id


def _must_be_eligible(candidate: Candidate, at: datetime) -> None:
    if lacks := eligibility.lacks_of(candidate, at):
        raise NotEligible(f"尚未具备参考资格：{'；'.join(each.text for each in lacks)}")


def wait_of(candidate: Candidate) -> str:
    """What of their paper somebody on the list has to wait for, in words; "" for nothing."""
    try:
        _must_be_opened(_dealt(candidate.form_id), candidate.session)
    except (Undecided, Unopened) as wait:
        return str(wait)
    return ""


def _dealt(form_id: int | None) -> int:
    if form_id is None:
        raise Undecided
    return form_id


def _must_be_opened(form_id: int, session: ExamSession) -> None:
    if any(each.id == form_id for each in hall.unopened(session)):
        raise Unopened


def _paper_for(place: Place) -> int:
    form_id = _dealt(place.form_id)
    if place.gated:
        _must_be_opened(form_id, db.session.get_one(ExamSession, place.session_id))
    if not is_sealed(form_id, place.digest, place.snapshot):
        raise Broken
    if not place.begun and _is_stopped(form_id, place.session_id):
        raise Suspended
    return form_id


def _is_stopped(form_id: int, session_id: int) -> bool:
    """Whether items of a paper that nobody has begun in a session stop it."""
    session, form = db.session.get_one(ExamSession, session_id), db.session.get_one(Form, form_id)
    return bool(stopping.stopped_on(session, form))


@lru_cache(maxsize=64)
def shapes(digest: str, form_id: int) -> Sequence[Shape]:
    """What reading an answer needs to know of each slot of a sealed paper."""
    slots = paper(digest, form_id).slots
    return [(each.item_type, kind_of(each.item_type).shape(each)) for each in slots]


@lru_cache(maxsize=64)
def packed_shapes(digest: str, form_id: int) -> str:
    """The same, as tokens carry it."""
    return token.packed(shapes(digest, form_id))


def save_answers(*, attempt: Attempt, answers: Sequence[Response], at: datetime) -> list[int]:
    """Save answers under the same rules as the fast path; the slots that were saved.

    An older sequence number never overwrites a newer one. Raises Closed.
    """
    if attempt.submitted_at is not None or at > attempt.deadline:
        raise Closed
    kept = {each.slot: each for each in attempt.answers}
    saved = []
    for each in answers:
        row = kept.get(each.slot)
        if row is None:
            attempt.answers.append(
                Answer(slot=each.slot, seq=each.seq, response=each.body, saved_at=at)
            )
        elif each.seq >= row.seq:
            row.seq, row.response, row.saved_at = each.seq, each.body, at
        else:
            continue
        saved.append(each.slot)
    db.session.flush()
    return saved


def hand_in(
    *, person_id: int, attempt_id: int, device: int, at: datetime, auto: bool = False
) -> None:
    """The candidate's own submit; ``auto``: it was the page's clock.

    Raises HeldElsewhere while the attempt runs at another device, TimeLeft for a clock that is
    wrong; NoResultFound for an attempt that is not theirs.
    """
    found, rulings = _held(person_id, attempt_id)
    overdue = at >= found.deadline
    if auto and found.submitted_at is None and at < found.deadline - EARLY:
        raise TimeLeft
    if found.submitted_at is None and not overdue and held_elsewhere(found, device):
        raise HeldElsewhere
    _score(found, rulings, at=at, auto=auto or overdue)


def submit(*, attempt: Attempt, at: datetime, auto: bool = False) -> Attempt:
    """Hand an attempt in and score it; a second time changes nothing.

    Answers that a person has to mark stay without marks, and the attempt without a score.
    """
    db.session.flush()
    _score(*_held(attempt.person_id, attempt.id), at=at, auto=auto)
    db.session.expire(attempt)
    return attempt


def _held(person_id: int, attempt_id: int) -> tuple[Submission, Sequence[Ruling]]:
    """An attempt that is to be handed in, held, with the corrections in force."""
    found, [rows] = queries.submission(
        person_id, attempt_id, correction_queries.asked_for(attempt_id)
    )
    return found, correction_queries.told(rows)


def _score(found: Submission, rulings: Sequence[Ruling], *, at: datetime, auto: bool) -> None:
    """Hand in and score an attempt that is held."""
    if found.submitted_at is not None:
        return
    sheet = drawn(found.digest, found.form_id, found.draw_seed, found.left_out)
    kept = found.answers
    # As in ruled_of.
    ruled = Ruled(sheet) if found.on_paper and not kept else _ruled(sheet, rulings)
    score = scoring.score_ruled(
        ruled, {slot: responses.of(kept[slot].response) for slot in kept}, seed=found.seed
    )
    _write_marks(found.id, kept, score)
    unmarked = len(score.unmarked)
    rows.HANDED_IN.later(
        of_attempt=found.id,
        submitted_at=min(at, found.deadline),
        auto_submitted=auto,
        earned=score.earned,
        unmarked=unmarked,
        by_hand=unmarked,
    )
    rows.COUNTED.later(
        attempt_id=found.id,
        session_id=found.session_id,
        form_id=found.form_id,
        person_id=found.person_id,
        unit_id=found.unit_id,
        **scoring.vector(paper(found.digest, found.form_id).slots, score),
    )
    _note(found.id, EventKind.AUTO_SUBMITTED if auto else EventKind.SUBMITTED, at)
    record(
        "attempt.submit", object_type=Attempt.__name__, object_id=found.id, at=at,
        actor=found.staff_number, earned=str(score.so_far), auto=auto, unmarked=unmarked,
    )  # fmt: skip


def _write_marks(attempt_id: int, kept: Mapping[int, Kept], score: Score) -> None:
    """What each saved answer earned; nothing for those that wait to be marked."""
    marks = {slot: score.by_slot.get(slot, scoring.ZERO) for slot in kept}
    found = {slot: str(each) for slot, each in marks.items() if each is not None}
    rows.MARKED.later(of_attempt=attempt_id, marks=json.dumps(found))


def close(*, attempt_id: int, at: datetime) -> None:
    """Hand in an attempt whose time is over, with what was saved."""
    submit(attempt=db.session.get_one(Attempt, attempt_id), at=at, auto=True)


def close_overdue(*, at: datetime) -> int:
    """Hand in all whose time is over and settled; how many there were."""
    due = queries.overdue(at - timing.SETTLE)
    for attempt_id in due:
        close(attempt_id=attempt_id, at=at)
    return len(due)


def note_left(*, attempt: Attempt, seconds: int, at: datetime) -> None:
    """Note that the page was out of sight for a while: evidence for people, never a punishment."""
    noted = queries.events(attempt, EventKind.LEFT_PAGE)
    if attempt.submitted_at is None and noted < NOTED_LEAVES:
        _note(attempt.id, EventKind.LEFT_PAGE, at, f"离开作答页面 {seconds} 秒")


def _note(attempt_id: int, kind: EventKind, at: datetime, detail: str = "") -> None:
    rows.NOTED.later(attempt_id=attempt_id, at=at, kind=kind, detail=detail)
