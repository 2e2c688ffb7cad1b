"""更正: a key found wrong after the exam. Proposed, looked at, approved by another, taken back.

An item stands on several papers: what is proposed for one is proposed for all of them, and decided
at once. What it does is computed once (exam.services.marking.regrading), so that what is previewed
is applied.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from accounts.models import Account
from core import figures
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from core.progress import Say, silent
from exam.marking import corrections
from exam.marking.corrections import KEYED, Change, Remedy, Ruling, Stage
from exam.models import Attempt, Correction, ExamSession, Form, ScoreChange, UndoRequest
from exam.papers.snapshot import Slot
from exam.queries.marking import corrections as queries
from exam.services.attempts.taking import sealed
from exam.services.marking import regrading
from exam.services.marking.regrading import Prepared
from exam.services.results import certificates, finals
from question_bank.services import reviewing


class SamePerson(Refused):
    message = "更正须由提出人以外的另一人批准"


class SameUndoer(Refused):
    message = "撤销更正须由提出撤销的人以外的另一人批准"


class Changed(Refused):
    """Something happened after the preview."""

    message = "预览之后有新的交卷或评阅，结果有变化，请重新查看预览再批准"


def slot_of(form: Form, number: int) -> Slot:
    """A place of a sealed form. Raises Refused."""
    slots = sealed(form).slots if form.sealed_at is not None else []
    if not 1 <= number <= len(slots):
        raise Refused("试卷上没有这道题")
    return slots[number - 1]


def propose(
    *,
    form: Form,
    slot: int,
    remedy: Remedy,
    key: str,
    reason: str,
    at: datetime,
    by: Account,
    part: int | None = None,
) -> Correction:
    """Ask for a correction here and on every other paper with the item; ``key`` is written as in
    an import file. ``part`` is the sub-question of a case that it is about, counted from 1. Raises
    Refused.

    Papers where it cannot be asked for, being corrected already, are left out (``left_out``).
    """
    item = slot_of(form, slot)
    must_have(item, part)
    others = queries.other_forms(form.id, item.revision_id)
    for each in sorted([form, *others], key=lambda each: each.id):
        lock(each)
    if not reason.strip():
        raise Refused("请写明更正的理由和依据", field="reason")
    if remedy not in corrections.remedies_of(item, part):
        raise Refused("这种题型不能这样更正，请选择其他方式", field="remedy")
    must_be_sat([form, *others])
    made = _propose(form, slot, part, remedy, key, reason, at, by)
    for other in others:
        place = queries.slot_with(other.id, item.revision_id)
        try:
            _propose(other, place, part, remedy, key, reason, at, by, made)
        except Refused:
            continue
    return made


def _propose(
    form: Form,
    slot: int,
    part: int | None,
    remedy: Remedy,
    key: str,
    reason: str,
    at: datetime,
    by: Account,
    first: Correction | None = None,
) -> Correction:
    rulings = queries.rulings(form.id)
    if queries.waiting(form.id, slot, part) is not None:
        raise Refused("本题已有待批准的更正，请先处理")
    settled = [each for each in rulings if each.slot == slot and each.remedy not in KEYED]
    if any(each.part in (None, part) for each in settled):
        raise Refused("本题已全体给分或删去；如需改变，请先撤销原更正")
    made = Correction(
        form_id=form.id,
        together_id=first.id if first else None,
        slot=slot,
        part=part,
        remedy=remedy,
        key=_key(slot_of(form, slot), part, key, rulings) if remedy in KEYED else None,
        reason=reason.strip(),
        proposed_at=at,
        proposed_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    more: dict[str, Any] = {"part": part} if part else {}
    record("correction.propose", made, at=at, form=form.id, slot=slot, remedy=remedy.value,
           reason=made.reason, **more)  # fmt: skip
    return made


def must_be_sat(forms: Sequence[Form]) -> None:
    """Raises Refused where nobody handed in any of the papers: there is nothing to put right, and
    nobody is to see their keys."""
    if not any(queries.handed_in(each.id) for each in forms):
        raise Refused("还没有人交卷；试题有误请换题重新封卷")


def left_out(correction: Correction) -> list[Form]:
    """Papers with the same item that the correction does not cover."""
    item = slot_of(correction.form, correction.slot)
    covered = {each.form_id for each in queries.together(correction)}
    others = queries.other_forms(correction.form_id, item.revision_id)
    return [each for each in others if each.id not in covered]


def must_have(item: Slot, part: int | None) -> None:
    """Raises Refused for a sub-question that the item does not have."""
    try:
        corrections.question_of(item, part)
    except LookupError:
        raise Refused("这道题没有这个小题") from None


def _key(item: Slot, part: int | None, written: str, rulings: Sequence[Ruling]) -> Any:
    try:
        key = corrections.read_key(item, written.strip(), part)
    except ValueError as unclear:
        raise Refused(str(unclear) or "看不懂这个答案", field="key") from None
    sealed_key = corrections.question_of(item, part).key
    now = [each.key for each in rulings if (each.slot, each.part) == (item.slot, part)]
    first = corrections.key_text(item, sealed_key, part)
    if corrections.key_text(item, key, part) == first or key == [sealed_key, *now][-1]:
        raise Refused("与现在的答案相同，没有需要更正的", field="key")
    return key


#: By correction, what it does to its paper's scripts.
Plans = dict[int, Prepared]


def plan(correction: Correction, *, say: Say = silent) -> Plans:
    """What applying a correction, and those that go with it, writes anew; or taking it back.

    Reads only, so that it may take its time. Raises regrading.NotAsScored.
    """
    return {
        each.id: regrading.prepare(each, say=say)
        for each in queries.together(correction)
        if each.stage is correction.stage
    }


def changes(plans: Plans) -> list[Change]:
    """The scores that differ, on all papers."""
    return [change for number in sorted(plans) for change in plans[number].changes()]


def approve(
    *, correction: Correction, plans: Plans, opinion: str, seen: str, at: datetime, by: Account
) -> list[Change]:
    """Apply a correction as it was planned: the scores that changed.

    ``seen`` names the preview that was looked at (exam.marking.corrections.seen). Final sessions
    get a further final, which makes this a reversal. Raises SamePerson, Changed, NotAsScored,
    Refused.
    """
    group = _lock(correction)
    if correction.stage is not Stage.PROPOSED:
        raise Refused("这项更正已经处理过了")
    if by.id == correction.proposed_by_id:
        raise SamePerson
    if not opinion.strip():
        raise Refused("批准须写明理由", field="opinion")
    plans = _brought_up(group, plans)
    if corrections.seen(changes(plans)) != seen:
        raise Changed
    _must_not_be_own(plans, by)
    for each in group:
        each.before = corrections.digest(queries.scores(each.form_id))
        each.approved_at, each.approved_by_id = at, by.id
        each.opinion = opinion.strip()
    done = _write(group, plans, at, by, correction.opinion)
    _flag(correction, at, by)
    return done


def decline(*, correction: Correction, opinion: str, at: datetime, by: Account) -> None:
    """Turn a proposal down, or withdraw one's own. Raises Refused."""
    group = _lock(correction)
    if correction.stage is not Stage.PROPOSED:
        raise Refused("这项更正已经处理过了")
    if not opinion.strip():
        raise Refused("不批准须写明理由", field="opinion")
    for each in group:
        each.declined_at, each.approved_by_id = at, by.id
        each.opinion = opinion.strip()
    db.session.flush()
    record("correction.decline", correction, at=at, reason=correction.opinion)


def ask_undo(*, correction: Correction, reason: str, at: datetime, by: Account) -> UndoRequest:
    """Ask that a correction be taken back, with those that go with it. Raises Refused."""
    leading = _leading(_lock(correction))
    if leading.stage is not Stage.APPLIED:
        raise Refused("这项更正没有生效，不用撤销")
    db.session.refresh(leading, ["undoings"])
    if leading.undo_asked is not None:
        raise Refused("这项更正已有待批准的撤销，请先处理")
    if not reason.strip():
        raise Refused("撤销更正须写明理由", field="reason")
    made = UndoRequest(reason=reason.strip(), asked_at=at, asked_by_id=by.id)
    leading.undoings.append(made)
    db.session.flush()
    record("correction.undo_ask", leading, at=at, reason=made.reason)
    return made


def decline_undo(*, correction: Correction, opinion: str, at: datetime, by: Account) -> None:
    """Leave a correction in force, or withdraw one's own request. Raises Refused."""
    leading = _leading(_lock(correction))
    asked = _asked(leading)
    if not opinion.strip():
        raise Refused("不批准须写明理由", field="opinion")
    asked.decided_at, asked.decided_by_id, asked.opinion = at, by.id, opinion.strip()
    db.session.flush()
    record("correction.undo_decline", leading, at=at, reason=asked.opinion)


def undo(
    *, correction: Correction, plans: Plans, opinion: str, seen: str, at: datetime, by: Account
) -> list[Change]:
    """Take a correction back, as was asked for: every score becomes what it would be without it.

    ``seen`` names the preview that was looked at. Raises SameUndoer, Changed, NotAsScored, Refused.
    """
    group = _lock(correction)
    leading = _leading(group)
    if leading.stage is not Stage.APPLIED:
        raise Refused("这项更正没有生效，不用撤销")
    asked = _asked(leading)
    if by.id == asked.asked_by_id:
        raise SameUndoer
    if not opinion.strip():
        raise Refused("批准须写明理由", field="opinion")
    plans = _brought_up(group, plans)
    if corrections.seen(changes(plans)) != seen:
        raise Changed
    if obstacle := in_the_way(changes(plans)):
        raise Refused(obstacle)
    _must_not_be_own(plans, by)
    asked.decided_at, asked.decided_by_id, asked.opinion = at, by.id, opinion.strip()
    asked.approved = True
    for each in group:
        each.undone_at, each.undone_by_id = at, by.id
        each.undo_reason = asked.reason
    return _write(group, plans, at, by, f"撤销更正：{asked.reason}")


def in_the_way(done: Sequence[Change]) -> str:
    """Why a correction cannot be taken back: answers that nobody marked would need somebody, and
    scores are published already. "" for nothing."""
    ids = [each.attempt_id for each in done if each.old is not None and each.new is None]
    waiting = queries.published(ids)
    return (
        f"撤销后有 {waiting} 份已公布成绩的答卷要由人评阅本题，而评阅已经结束，不能撤销"
        if waiting
        else ""
    )


def _leading(group: Sequence[Correction]) -> Correction:
    """The one that the others of a group name."""
    return next(each for each in group if each.together_id is None)


def _asked(leading: Correction) -> UndoRequest:
    db.session.refresh(leading, ["undoings"])
    if leading.undo_asked is None:
        raise Refused("这项更正没有待批准的撤销")
    return leading.undo_asked


def _lock(correction: Correction) -> list[Correction]:
    """The forms first, then what hangs on them: in the order of those who hand in and mark.

    The corrections that are decided with this one, itself among them.
    """
    group = queries.together(correction)
    for each in group:
        lock(each.form)
    sessions = {one.id: one for each in group for one in queries.sessions_of(each.form_id)}
    for number in sorted(sessions):
        lock(sessions[number])
    for each in group:
        lock(each)
    return group


def _brought_up(group: Sequence[Correction], plans: Plans) -> Plans:
    """Raises Changed where something else than scripts is other than it was planned for."""
    found = {}
    for each in group:
        planned = plans.get(each.id)
        now = regrading.brought_up(each, planned) if planned else None
        if now is None:
            raise Changed
        found[each.id] = now
    return found


def _must_not_be_own(plans: Plans, by: Account) -> None:
    if concerned(changes(plans), [by]):
        raise Refused("这项更正会改变您本人的成绩，请由其他人办理")


def concerned(done: Sequence[Change], accounts: Sequence[Account]) -> set[int]:
    """Those of the accounts whose own scores change: they do not decide."""
    ids = {each.attempt_id for each in done}
    people = [each.person_id for each in accounts]
    rows = db.session.execute(
        select(Attempt.id, Attempt.person_id).where(Attempt.person_id.in_(people))
    )
    affected = {row.person_id for row in rows if row.id in ids}
    return {each.id for each in accounts if each.person_id in affected}


def _write(
    group: Sequence[Correction], plans: Plans, at: datetime, by: Account, why: str
) -> list[Change]:
    """All papers in one transaction; only what was computed before is written in it."""
    for each in group:
        regrading.write(plans[each.id])
    for each in group:
        _keep(each, plans[each.id].changes(), at, why)
    done = changes(plans)
    ids = list(regrading.candidates_of([each.attempt_id for each in done]))
    certificates.revoke_untrue(ids, why="试题更正后成绩有变化", at=at, by=by)
    sessions: dict[int, ExamSession] = {}
    there: dict[int, list[Correction]] = {}
    for each in group:
        for one in queries.sessions_of(each.form_id):
            sessions[one.id] = one
            there.setdefault(one.id, []).append(each)
    for number in sorted(sessions):
        finals.renew(session=sessions[number], reason=_reversal(there[number]), at=at, by=by)
    return done


def _reversal(group: Sequence[Correction]) -> str:
    """What a further final says of itself: which items of its papers were corrected, and why."""
    places = "、".join(
        f"{figures.titled(each.form.title)}{each.place}" if len(group) > 1 else each.place
        for each in group
    )
    first = group[0]
    if first.undone_at is not None:
        return f"冲正：撤销{places}的更正，{first.undo_reason}"[:300]
    return f"冲正：{places}{first.done}，{first.reason}"[:300]


def _keep(correction: Correction, done: Sequence[Change], at: datetime, why: str) -> None:
    undoing = correction.undone_at is not None
    rows = [
        {"attempt_id": each.attempt_id, "old": each.old, "new": each.new, "at": at,
         "correction_id": correction.id, "undoing": undoing}
        for each in done
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(ScoreChange), rows)
    scores = corrections.digest(queries.scores(correction.form_id))
    if not undoing:
        correction.after = scores
    db.session.flush()
    record(
        "correction.undo" if undoing else "correction.approve",
        correction,
        at=at,
        changes=len(done),
        reason=why,
        hash=scores,
    )


def _flag(correction: Correction, at: datetime, by: Account) -> None:
    item = queries.item_of(correction.form_id, correction.slot)
    remark = f"考后更正（{correction.within}{correction.done}）：{correction.reason}"
    reviewing.suspend(item=item, remark=remark, at=at, by=by)
