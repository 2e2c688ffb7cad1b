"""复核: a candidate asks, another person than marked or set the paper answers, in time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from accounts.models import Account, Person
from core import clock
from core.audit.trail import record
from core.db import db, lock, share
from core.errors import Refused
from exam.marking import rechecks, rubric
from exam.marking.rechecks import Verdict
from exam.marking.rubric import Judged
from exam.models import Attempt, CalendarDay, Form, Recheck, ScoreChange
from exam.queries.marking import corrections as correction_queries
from exam.queries.marking import rechecks as queries
from exam.queries.on_paper import scores as paper_queries
from exam.services.attempts.taking import numbers_of, paper_of
from exam.services.marking import marks
from exam.services.results import certificates, finals

MAX_REASON = 1000


class TooLate(Refused):
    """The time for asking is over, or has not begun."""


class AskedBefore(Refused):
    message = "这一项已经申请过复核，同一项只申请一次"


class NotYours(Refused):
    """Whoever marked the answer or made the paper does not look at it again."""

    message = "复核须由阅卷人、组卷人和考生本人以外的人办理"


def ask(*, attempt: Attempt, person: Person, slot: int, reason: str, at: datetime) -> Recheck:
    """Ask for an item, or for the whole paper with slot 0; sent twice, asked once.

    Raises TooLate, Refused, also for another reason than was given before.
    """
    finals.must_be_open(attempt.session_id)
    lock(attempt)
    session = attempt.session
    _must_be_in_time(attempt, at)
    if slot and slot not in numbers_of(attempt):
        raise Refused("试卷上没有这道题", field="slot")
    if not reason.strip():
        raise Refused("请写明申请复核的理由", field="reason")
    if len(reason.strip()) > MAX_REASON:
        raise Refused(f"理由不超过 {MAX_REASON} 字", field="reason")
    for each in queries.of_attempt(attempt.id):
        if each.slot == slot:
            if each.answered_at is None and each.reason == reason.strip():
                return each
            raise AskedBefore(field="slot")
    made = Recheck(
        attempt_id=attempt.id,
        slot=slot,
        reason=reason.strip(),
        asked_at=at,
        due_at=rechecks.ends(at, session.recheck_days, queries.calendar(), clock.LOCAL),
    )
    db.session.add(made)
    db.session.flush()
    record("recheck.ask", made, at=at, actor=person.staff_number, attempt=attempt.id, slot=slot)
    return made


def _must_be_in_time(attempt: Attempt, at: datetime) -> None:
    session = attempt.session
    until = queries.asked_until(session)
    if until is None:
        raise TooLate("成绩公布后才能申请复核" if session.recheck_days else "本场次不受理复核")
    if at >= until:
        raise TooLate("复核申请期限已过")
    if attempt.voided_at is not None or attempt.submitted_at is None:
        raise Refused("成绩无效的作答不适用复核，请向人事司反映")


def may_answer(recheck: Recheck, by: Account) -> bool:
    found = queries.answerable([recheck.id], account_id=by.id, person_id=by.person_id)
    return recheck.id in found


def answer(
    *,
    recheck: Recheck,
    verdict: Verdict,
    reply: str,
    found: Mapping[int, Judged],
    at: datetime,
    by: Account,
) -> None:
    """Answer a recheck; ``found`` has, by slot, the points of what is marked anew.

    Raises NotYours, IsFinal, Refused, also for points that the verdict would leave unmarked.
    """
    attempt = recheck.attempt
    share(Form, attempt.form_id)
    finals.must_be_open(attempt.session_id)
    lock(attempt)
    lock(recheck)
    if recheck.answered_at is not None:
        raise Refused("这件复核已经答复过了")
    if not may_answer(recheck, by):
        raise NotYours
    if not reply.strip():
        raise Refused("答复须写明理由", field="reply")
    old = attempt.earned
    otherwise = _otherwise(recheck, found)
    if verdict is Verdict.CHANGED:
        _mark(recheck, otherwise, reply.strip(), at, by)
    elif otherwise:
        numbers = sorted(numbers_of(attempt)[slot] for slot in otherwise)
        raise Refused(
            f"第 {'、'.join(map(str, numbers))} 题勾选的采分点与原评阅不同；要改分，请选择“改评”，"
            "不改分，请恢复原来的勾选",
            field="verdict",
        )
    if verdict is Verdict.CORRECTED:
        _must_be_corrected(recheck)
    recheck.answered_at, recheck.answered_by_id = at, by.id
    recheck.verdict, recheck.answer = verdict, reply.strip()
    if attempt.earned != old:
        db.session.add(
            ScoreChange(
                attempt_id=attempt.id, old=old, new=attempt.earned, at=at, recheck_id=recheck.id
            )
        )
        certificates.revoke_untrue([attempt.candidate_id], why="复核后成绩有变化", at=at, by=by)
    db.session.flush()
    record("recheck.answer", recheck, at=at, attempt=attempt.id, slot=recheck.slot,
           verdict=verdict.value, old=str(old), new=str(attempt.earned))  # fmt: skip


def _otherwise(recheck: Recheck, found: Mapping[int, Judged]) -> dict[int, Judged]:
    """What is found otherwise than what counts now, by slot."""
    kept, counted = queries.answers(recheck.attempt_id), marks.judged_of(recheck.attempt)
    otherwise: dict[int, Judged] = {}
    for slot, judged in found.items():
        before = counted.get(slot)
        if recheck.slot not in (0, slot) or slot not in kept or before is None:
            continue
        now = {name: set(judged.get(name, ())) for name in before}
        if any(rubric.credits(now[name]) != rubric.credits(before[name]) for name in before):
            otherwise[slot] = now
    return otherwise


def _mark(
    recheck: Recheck, found: Mapping[int, Judged], reply: str, at: datetime, by: Account
) -> None:
    """Mark anew what was found otherwise. Raises Refused for nothing."""
    if not found:
        raise Refused("所选采分点与原评阅相同；如不改分，请选择“维持原评分”", field="verdict")
    kept = queries.answers(recheck.attempt_id)
    for slot, judged in found.items():
        reason = f"复核：{reply}"[:200]
        marks.mark_again(answer=kept[slot], found=judged, reason=reason, at=at, by=by)


def _must_be_corrected(recheck: Recheck) -> None:
    attempt = recheck.attempt
    if attempt.session.on_paper:
        score = paper_queries.latest([attempt.candidate_id]).get(attempt.candidate_id)
        if score is None or score.checked_at is None or score.checked_at < recheck.asked_at:
            raise Refused("请先在“线下成绩”页更正并由另一人复核，再答复", field="verdict")
        return
    slots = {each.slot for each in correction_queries.in_force(attempt.form_id)}
    slots &= numbers_of(attempt).keys()
    if not slots or (recheck.slot and recheck.slot not in slots):
        raise Refused(
            "本题没有已生效的更正；答案有误的，请先提出更正，批准重判后再答复", field="verdict"
        )


def numbers(asked: Sequence[Recheck]) -> dict[int, int]:
    """By recheck, the number of the item as its candidate met it; 0 for the whole paper."""
    return {each.id: numbers_of(each.attempt)[each.slot] if each.slot else 0 for each in asked}


def by_hand(attempt: Attempt, slot: int) -> list[int]:
    """The items in question that persons mark."""
    return [
        each.slot
        for each in paper_of(attempt).slots
        if slot in (0, each.slot) and rubric.needs_person(each)
    ]


def set_days(
    *, days: list[date], working: bool, note: str, at: datetime, by: Account | None
) -> None:
    """Say of days whether they are worked, whatever their weekday."""
    for day in days:
        row = queries.calendar_day(day) or CalendarDay(day=day)
        row.working, row.note = working, note.strip()
        db.session.add(row)
    db.session.flush()
    record("calendar.set", object_type="CalendarDay", object_id="", at=at,
           days=[each.isoformat() for each in days], working=working)  # fmt: skip


def forget_day(*, row: CalendarDay, at: datetime, by: Account | None) -> None:
    """Let a day be what its weekday says again."""
    record("calendar.remove", row, at=at, day=row.day.isoformat())
    db.session.delete(row)
    db.session.flush()
