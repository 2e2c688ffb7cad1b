"""Taking a correction back: asked for by one, approved by another after a look at what it does."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from exam.marking.corrections import Change, Stage
from exam.models import Correction, UndoRequest
from exam.queries.marking import corrections as queries
from exam.services.marking import applying, deciding
from exam.services.marking.applying import Plans


class SameUndoer(Refused):
    message = "撤销更正须由提出撤销的人以外的另一人批准"


def ask_undo(*, correction: Correction, reason: str, at: datetime, by: Account) -> UndoRequest:
    """Ask that a correction be taken back, with those that go with it. Raises Refused."""
    leading = applying.leading(applying.locked(correction))
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


def decline_undo(
    *, correction: Correction, changes: Sequence[Change], opinion: str, at: datetime, by: Account
) -> None:
    """Leave a correction in force, of which the taking back would make these changes, or withdraw
    one's own request.

    Raises OwnScore, TooFew, Refused.
    """
    leading = applying.leading(applying.locked(correction))
    asked = _asked(leading)
    if not opinion.strip():
        raise Refused("不批准须写明理由", field="opinion")
    deciding.must_not_be_own(leading, changes, by)
    asked.decided_at, asked.decided_by_id, asked.opinion = at, by.id, opinion.strip()
    db.session.flush()
    record("correction.undo_decline", leading, at=at, reason=asked.opinion)


def undo(
    *, correction: Correction, plans: Plans, opinion: str, seen: str, at: datetime, by: Account
) -> list[Change] | None:
    """Take a correction back, as was asked for: every score becomes what it would be without it.

    The scores that changed; None where another one has to approve, too. ``seen`` names the preview
    that was looked at. Raises SameUndoer, OwnScore, TooFew, Signed, Changed, NotAsScored, Refused.
    """
    group = applying.locked(correction)
    leading = applying.leading(group)
    if leading.stage is not Stage.APPLIED:
        raise Refused("这项更正没有生效，不用撤销")
    asked = _asked(leading)
    if by.id == asked.asked_by_id:
        raise SameUndoer
    if not opinion.strip():
        raise Refused("批准须写明理由", field="opinion")
    plans = applying.brought_up(group, plans, seen)
    changes = applying.changes(plans)
    if obstacle := in_the_way(changes):
        raise Refused(obstacle)
    opinion = opinion.strip()
    if not deciding.settled(leading, changes, opinion=opinion, at=at, by=by):
        return None
    asked.decided_at, asked.decided_by_id, asked.opinion = at, by.id, opinion
    asked.approved = True
    for each in group:
        each.undone_at, each.undone_by_id = at, by.id
        each.undo_reason = asked.reason
    return applying.write(group, plans, at, by, f"撤销更正：{asked.reason}")


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


def _asked(leading: Correction) -> UndoRequest:
    db.session.refresh(leading, ["undoings"])
    if leading.undo_asked is None:
        raise Refused("这项更正没有待批准的撤销")
    return leading.undo_asked
