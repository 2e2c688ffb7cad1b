"""One judgement said of all equal answers: each is claimed, marked and recorded for itself.

The other marker's places stay free, and whoever changes their mind marks all of them again.
"""

from datetime import datetime

from accounts.models import Account
from core.errors import Refused
from exam.marking.rubric import Judged
from exam.models import ExamSession, MarkingClaim
from exam.papers.snapshot import Slot
from exam.queries.marking import alike as queries
from exam.queries.marking.marks import Pile
from exam.services.marking import claims, marks


def mark(
    *,
    claim: MarkingClaim,
    session: ExamSession,
    pile: Pile,
    item: Slot,
    found: Judged,
    most: int,
    at: datetime,
    by: Account,
) -> int:
    """Mark an answer, and with it at most so many that say the same; how many of these there were.

    Those that somebody else took up meanwhile are left to them. Raises as marking.mark does.
    """
    equal = queries.waiting(pile, item, claim, by, at)[:most] if most else []
    marks.mark(claim=claim, found=found, at=at, by=by)
    done = 0
    for answer_id in equal:
        taken = claims.claimed(answer_id, list(session.scheme.readers), at, by)
        if taken is not None:
            marks.mark(claim=taken, found=found, at=at, by=by)
            done += 1
    return done


def amend(
    *,
    claim: MarkingClaim,
    pile: Pile,
    item: Slot,
    found: Judged,
    reason: str,
    most: int,
    at: datetime,
    by: Account,
) -> int:
    """Mark again what one marked oneself, and the equal ones with it; how many of these.

    Raises as marking.amend does.
    """
    equal = queries.marked(pile, item, claim, by)[:most] if most else []
    marks.amend(claim=claim, found=found, reason=reason, at=at, by=by)
    done = 0
    for each in equal:
        try:
            marks.amend(claim=each, found=found, reason=reason, at=at, by=by)
        except Refused:
            # Voided since: it is not marked any more.
            continue
        done += 1
    return done
