"""冲正: what one person proposes to do to an attempt of a final session, and another one does."""

from datetime import datetime
from functools import partial

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.kinds import Misconduct
from exam.models import Attempt, Reversal
from exam.queries.results import finals as queries
from exam.results.finals import ReversalAct
from exam.services.attempts import conduct
from exam.services.results import finals


class SamePerson(Refused):
    message = "冲正须由提出人以外的另一人批准"


def propose(
    *,
    attempt: Attempt,
    act: ReversalAct,
    reason: str,
    at: datetime,
    by: Account,
    misconduct: Misconduct | None = None,
) -> Reversal:
    """Ask for a voiding, or for its being taken back, in a final session. Raises Refused."""
    lock(attempt)
    if attempt.session.on_paper:
        raise Refused("线下场次的成绩请在“线下成绩”页更正，由另一人复核，复核后生成新的一版")
    if queries.latest(attempt.session_id) is None:
        raise Refused("本场次还没有定版，可以直接办理，不用冲正")
    if not reason.strip():
        raise Refused("提出冲正须写明理由", field="reason")
    if (act is ReversalAct.VOID) == (attempt.voided_at is not None):
        raise Refused("这份作答的成绩现状与所提冲正不符，请刷新页面")
    if queries.proposed_to(attempt.id) is not None:
        raise Refused("这份作答已有待批准的冲正")
    made = Reversal(
        attempt_id=attempt.id,
        act=act,
        misconduct=misconduct if act is ReversalAct.VOID else None,
        reason=reason.strip(),
        proposed_at=at,
        proposed_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    record("reversal.propose", made, at=at, attempt=attempt.id, act=act.value, reason=made.reason)
    return made


def decide(*, reversal: Reversal, approved: bool, at: datetime, by: Account) -> None:
    """Do what was proposed and make the next final, or decline it; the proposer may withdraw.

    Raises SamePerson, Refused.
    """
    attempt = reversal.attempt
    lock(attempt.session)
    lock(reversal)
    if reversal.decided_at is not None:
        raise Refused("这项冲正已经处理过了")
    if approved and by.id == reversal.proposed_by_id:
        raise SamePerson
    if approved and attempt.person_id == by.person_id:
        raise Refused("不能批准对本人成绩的冲正")
    if approved:
        act = conduct.restore
        if reversal.act is ReversalAct.VOID:
            act = partial(conduct.void, misconduct=reversal.misconduct)
        act(attempt=attempt, reason=reversal.reason, at=at, by=by, reversal=True)
        made = finals.renew(
            session=attempt.session,
            reason=f"冲正：{attempt.candidate.entry.name}{reversal.act.label}，{reversal.reason}"[
                :300
            ],
            at=at,
            by=by,
        )
        reversal.final_id = made.id if made else None
    reversal.decided_at, reversal.decided_by_id = at, by.id
    db.session.flush()
    record(
        "reversal.approve" if approved else "reversal.decline", reversal, at=at,
        attempt=attempt.id, reason=reversal.reason,
    )  # fmt: skip
