"""更正: a key found wrong after the exam. Proposed, looked at, approved by another.

An item stands on several papers: what is proposed for one is proposed for all of them, and decided
at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.marking import corrections
from exam.marking.corrections import KEYED, Change, Remedy, Ruling, Stage
from exam.models import Correction, Form
from exam.papers.snapshot import Slot
from exam.queries.marking import corrections as queries
from exam.services.attempts.taking import sealed
from exam.services.marking import applying, deciding
from exam.services.marking.applying import Plans
from question_bank.services import reviewing


class SamePerson(Refused):
    message = "更正须由提出人以外的另一人批准"


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


def approve(
    *, correction: Correction, plans: Plans, opinion: str, seen: str, at: datetime, by: Account
) -> list[Change] | None:
    """Apply a correction as it was planned: the scores that changed.

    None where another one has to approve, too (exam.services.marking.deciding). ``seen`` names the
    preview that was looked at (exam.marking.corrections.seen). Final sessions get a further final,
    which makes this a reversal. Raises SamePerson, OwnScore, TooFew, Signed, Changed, NotAsScored,
    Refused.
    """
    group = applying.locked(correction)
    leading = applying.leading(group)
    if correction.stage is not Stage.PROPOSED:
        raise Refused("这项更正已经处理过了")
    if by.id == correction.proposed_by_id:
        raise SamePerson
    if not opinion.strip():
        raise Refused("批准须写明理由", field="opinion")
    plans = applying.brought_up(group, plans, seen)
    opinion = opinion.strip()
    if not deciding.settled(leading, applying.changes(plans), opinion=opinion, at=at, by=by):
        return None
    for each in group:
        each.before = corrections.digest(queries.scores(each.form_id))
        each.approved_at, each.approved_by_id = at, by.id
        each.opinion = opinion
    done = applying.write(group, plans, at, by, correction.opinion)
    _flag(correction, at, by)
    return done


def decline(
    *, correction: Correction, changes: Sequence[Change], opinion: str, at: datetime, by: Account
) -> None:
    """Turn a proposal down, which would make these changes, or withdraw one's own.

    Raises OwnScore, TooFew, Refused.
    """
    group = applying.locked(correction)
    if correction.stage is not Stage.PROPOSED:
        raise Refused("这项更正已经处理过了")
    if not opinion.strip():
        raise Refused("不批准须写明理由", field="opinion")
    deciding.must_not_be_own(applying.leading(group), changes, by)
    for each in group:
        each.declined_at, each.approved_by_id = at, by.id
        each.opinion = opinion.strip()
    db.session.flush()
    record("correction.decline", correction, at=at, reason=correction.opinion)


def _flag(correction: Correction, at: datetime, by: Account) -> None:
    item = queries.item_of(correction.form_id, correction.slot)
    remark = f"考后更正（{correction.within}{correction.done}）：{correction.reason}"
    reviewing.suspend(item=item, remark=remark, at=at, by=by)
