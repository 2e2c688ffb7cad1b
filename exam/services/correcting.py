"""更正: a key found wrong after the exam. Proposed, looked at, approved by another, taken back.

What a correction does is computed once, by ``plan``: what is previewed is what is applied.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam import corrections, double_marking, drawing, responses, scoring
from exam.corrections import KEYED, Change, Remedy, Ruling, Stage
from exam.models import Answer, Attempt, AttemptVector, Correction, Form, ScoreChange
from exam.queries import corrections as queries
from exam.services import certificates, finals
from exam.services.taking import sealed
from exam.snapshot import Slot
from question_bank.services import reviewing
from question_bank.types import kind_of


class SamePerson(Refused):
    message = "更正须由提出人以外的另一人批准"


class Changed(Refused):
    """Something happened after the preview."""

    message = "预览之后有新的交卷或评阅，结果有变化，请重新查看预览再批准"


class NotAsScored(Refused):
    """A stored score is not what the rules give: somebody has to look before more is changed."""


@dataclass(frozen=True)
class Rewrite:
    """All that is written anew of one attempt."""

    change: Change
    unmarked: int
    #: (answer, marks) of the answers whose marks change.
    answers: Sequence[tuple[int, Decimal | None]]
    vector: dict[str, Any]


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
) -> Correction:
    """Ask for a correction; ``key`` is written as in an import file. Raises Refused."""
    lock(form)
    item = slot_of(form, slot)
    if not reason.strip():
        raise Refused("请写明更正的理由和依据", field="reason")
    if remedy not in corrections.remedies_of(item):
        raise Refused("这种题型不能这样更正，请选择其他方式", field="remedy")
    if not queries.handed_in(form.id):
        raise Refused("还没有人交卷；试题有误请换题重新封卷")
    if queries.waiting(form.id, slot) is not None:
        raise Refused("本题已有待批准的更正，请先处理")
    if any(each.slot == slot and each.remedy not in KEYED for each in queries.rulings(form.id)):
        raise Refused("本题已全体给分或删去；如需改变，请先撤销原更正")
    made = Correction(
        form_id=form.id,
        slot=slot,
        remedy=remedy,
        key=_key(item, key, queries.rulings(form.id)) if remedy in KEYED else None,
        reason=reason.strip(),
        proposed_at=at,
        proposed_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    record("correction.propose", made, at=at, form=form.id, slot=slot, remedy=remedy.value,
           reason=made.reason)  # fmt: skip
    return made


def _key(item: Slot, written: str, rulings: Sequence[Ruling]) -> Any:
    try:
        key = corrections.read_key(item, written.strip())
    except ValueError as unclear:
        raise Refused(str(unclear) or "看不懂这个答案", field="key") from None
    now = [each.key for each in rulings if each.slot == item.slot][-1:] or [item.key]
    if corrections.key_text(item, key) == kind_of(item.item_type).key_text(item) or key == now[0]:
        raise Refused("与现在的答案相同，没有需要更正的", field="key")
    return key


def ruling_of(correction: Correction) -> Ruling:
    return Ruling(correction.slot, correction.remedy, correction.key)


def plan(correction: Correction) -> list[Rewrite]:
    """What applying a correction writes anew, or taking it back if it is in force.

    Raises NotAsScored.
    """
    form = correction.form
    others = queries.rulings(form.id, but=correction.id)
    applied = correction.stage is Stage.APPLIED
    now = queries.rulings(form.id)
    then = others if applied else [*others, ruling_of(correction)]
    return list(_rewrites(correction, now, then))


def _rewrites(
    correction: Correction, now: Sequence[Ruling], then: Sequence[Ruling]
) -> Iterator[Rewrite]:
    """Attempts that the item was not drawn for have nothing to be written anew."""
    paper, wrong = sealed(correction.form), []
    schemes = {each.id: each.scheme for each in queries.sessions_of(correction.form_id)}
    whole = corrections.ruled(paper, now), corrections.ruled(paper, then)
    for chunk in queries.scripts(correction.form_id):
        for script in chunk:
            old_paper, new_paper = whole
            if paper.alternatives > 1:
                mine = drawing.drawn(paper, script.draw_seed, script.left_out)
                if correction.slot not in {each.slot for each in mine.slots}:
                    continue
                old_paper, new_paper = (corrections.ruled(mine, each) for each in (now, then))
            given = {n: responses.of(kept.response) for n, kept in script.answers.items()}
            judged = double_marking.judged(paper.slots, script.readings, schemes[script.session_id])
            old = scoring.score_ruled(old_paper, given, seed=script.seed, judged=judged)
            if old.earned != script.earned:
                wrong.append(script.attempt_id)
                continue
            score = scoring.score_anew(
                new_paper, old, correction.slot, given, seed=script.seed, judged=judged
            )
            yield Rewrite(
                Change(script.attempt_id, script.earned, score.earned),
                len(score.unmarked),
                [
                    (kept.id, score.by_slot[slot])
                    for slot, kept in script.answers.items()
                    if slot in score.by_slot and kept.earned != score.by_slot[slot]
                ],
                scoring.vector(paper.slots, score),
            )
    if wrong:
        named = "、".join(map(str, wrong[:5]))
        raise NotAsScored(
            f"有 {len(wrong)} 份答卷现存的分数与按现行规则重算的不一致（作答编号 {named}），"
            "请先查明再更正"
        )


def changes(rewrites: Sequence[Rewrite]) -> list[Change]:
    """The scores that differ."""
    return [each.change for each in rewrites if each.change.old != each.change.new]


def approve(
    *, correction: Correction, opinion: str, seen: str, at: datetime, by: Account
) -> list[Change]:
    """Apply a correction: the scores that changed.

    ``seen`` names the preview that was looked at (exam.corrections.seen). Final sessions get a
    further final, which makes this a reversal. Raises SamePerson, Changed, NotAsScored, Refused.
    """
    _lock(correction)
    if correction.stage is not Stage.PROPOSED:
        raise Refused("这项更正已经处理过了")
    if by.id == correction.proposed_by_id:
        raise SamePerson
    if not opinion.strip():
        raise Refused("批准须写明理由", field="opinion")
    found = plan(correction)
    if corrections.seen(changes(found)) != seen:
        raise Changed
    _must_not_be_own(found, by)
    correction.before = corrections.digest(queries.scores(correction.form_id))
    correction.approved_at, correction.approved_by_id = at, by.id
    correction.opinion = opinion.strip()
    done = _write(correction, found, at, by, correction.opinion)
    _flag(correction, at, by)
    return done


def decline(*, correction: Correction, opinion: str, at: datetime, by: Account) -> None:
    """Turn a proposal down, or withdraw one's own. Raises Refused."""
    _lock(correction)
    if correction.stage is not Stage.PROPOSED:
        raise Refused("这项更正已经处理过了")
    if not opinion.strip():
        raise Refused("不批准须写明理由", field="opinion")
    correction.declined_at, correction.approved_by_id = at, by.id
    correction.opinion = opinion.strip()
    db.session.flush()
    record("correction.decline", correction, at=at, reason=correction.opinion)


def undo(*, correction: Correction, reason: str, at: datetime, by: Account) -> list[Change]:
    """Take a correction back: every score becomes what it would be without it.

    Whoever approved it does not; that makes two persons of each change. Raises Refused.
    """
    _lock(correction)
    if correction.stage is not Stage.APPLIED:
        raise Refused("这项更正没有生效，不用撤销")
    if by.id == correction.approved_by_id:
        raise Refused("撤销须由批准人以外的另一人办理")
    if not reason.strip():
        raise Refused("撤销更正须写明理由", field="reason")
    found = plan(correction)
    _must_not_be_own(found, by)
    correction.undone_at, correction.undone_by_id = at, by.id
    correction.undo_reason = reason.strip()
    return _write(correction, found, at, by, f"撤销更正：{correction.undo_reason}")


def _lock(correction: Correction) -> None:
    """The form first, then what hangs on it: in the order of those who hand in and mark."""
    lock(correction.form)
    for session in queries.sessions_of(correction.form_id):
        lock(session)
    lock(correction)


def _must_not_be_own(found: Sequence[Rewrite], by: Account) -> None:
    ids = [each.attempt_id for each in changes(found)]
    own = select(Attempt.id).where(Attempt.person_id == by.person_id)
    if set(db.session.scalars(own)) & set(ids):
        raise Refused("这项更正会改变您本人的成绩，请由其他人办理")


def _write(
    correction: Correction, found: Sequence[Rewrite], at: datetime, by: Account, why: str
) -> list[Change]:
    undoing = correction.undone_at is not None
    for start in range(0, len(found), queries.CHUNK):
        _write_chunk(found[start : start + queries.CHUNK])
    done = changes(found)
    db.session.add_all(
        ScoreChange(
            attempt_id=each.attempt_id, old=each.old, new=each.new, at=at,
            correction_id=correction.id, undoing=undoing,
        )
        for each in done
    )  # fmt: skip
    db.session.flush()
    db.session.expire_all()
    scores = corrections.digest(queries.scores(correction.form_id))
    if not undoing:
        correction.after = scores
    record(
        "correction.undo" if undoing else "correction.approve",
        correction,
        at=at,
        changes=len(done),
        reason=why,
        hash=scores,
    )
    ids = [each.candidate_id for each in _attempts([each.attempt_id for each in done])]
    certificates.revoke_untrue(ids, why="试题更正后成绩有变化", at=at, by=by)
    for session in queries.sessions_of(correction.form_id):
        finals.renew(session=session, reason=f"冲正：{why}"[:300], at=at, by=by)
    return done


def _attempts(ids: Sequence[int]) -> Iterator[Attempt]:
    for start in range(0, len(ids), queries.CHUNK):
        yield from db.session.scalars(
            select(Attempt).where(Attempt.id.in_(ids[start : start + queries.CHUNK]))
            .order_by(Attempt.id)
        )  # fmt: skip


def _write_chunk(chunk: Sequence[Rewrite]) -> None:
    answers = [{"id": number, "earned": marks} for each in chunk for number, marks in each.answers]
    if answers:
        db.session.execute(update(Answer), answers)
    db.session.execute(
        update(Attempt),
        [
            {"id": each.change.attempt_id, "earned": each.change.new, "unmarked": each.unmarked}
            for each in chunk
        ],
    )
    ids = [each.change.attempt_id for each in chunk]
    vectors = {
        row.attempt_id: row.id
        for row in db.session.execute(
            select(AttemptVector.attempt_id, AttemptVector.id)
            .where(AttemptVector.attempt_id.in_(ids))
            .order_by(AttemptVector.id)
        )
    }
    rows = [
        {"id": vectors[each.change.attempt_id], **each.vector}
        for each in chunk
        if each.change.attempt_id in vectors
    ]
    if rows:
        db.session.execute(update(AttemptVector), rows)


def _flag(correction: Correction, at: datetime, by: Account) -> None:
    item = queries.item_of(correction.form_id, correction.slot)
    remark = f"考后更正（{correction.remedy.label}）：{correction.reason}"
    reviewing.suspend(item=item, remark=remark, at=at, by=by)
