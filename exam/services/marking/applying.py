"""Carrying a correction out, or taking it back: computed first, then written at once.

What it does is computed once (exam.services.marking.regrading), so that what is previewed is
applied.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert

from accounts.models import Account
from core import figures
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from core.progress import Say, silent
from exam.marking import corrections
from exam.marking.corrections import Change
from exam.models import Correction, ExamSession, ScoreChange
from exam.queries.marking import corrections as queries
from exam.services.marking import regrading
from exam.services.marking.regrading import Prepared
from exam.services.results import certificates, finals


class Changed(Refused):
    """Something happened after the preview."""

    message = "预览之后有新的交卷或评阅，结果有变化，请重新查看预览再批准"


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


def locked(correction: Correction) -> list[Correction]:
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


def leading(group: Sequence[Correction]) -> Correction:
    """The one that the others of a group name."""
    return next(each for each in group if each.together_id is None)


def brought_up(group: Sequence[Correction], plans: Plans, seen: str) -> Plans:
    """The plans with what happened to scripts since.

    Raises Changed where that makes another preview than was ``seen``, or where something else than
    scripts is other than it was planned for.
    """
    found = {}
    for each in group:
        planned = plans.get(each.id)
        now = regrading.brought_up(each, planned) if planned else None
        if now is None:
            raise Changed
        found[each.id] = now
    if corrections.seen(changes(found)) != seen:
        raise Changed
    return found


def write(
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
