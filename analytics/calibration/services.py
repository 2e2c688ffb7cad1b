"""An officer accepts what a calibration says of items, or takes that back."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Account
from analytics.calibration import queries
from analytics.calibration.models import CalibratedItem, CalibrationRun
from analytics.calibration.proposal import Link, Row
from analytics.psychometrics.irt import IrtModel
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.models import ExamSession, Form


class NothingChosen(Refused):
    message = "请至少勾选一道可以采用的试题"


class NotAsShown(Refused):
    """Answers were corrected or scripts voided since somebody looked."""

    message = "标定结果在您核对期间有变动，请重新核对后再采用"


class AlreadyUndone(Refused):
    message = "这次标定已经撤销过了"


class RestedOn(Refused):
    """Later runs were brought onto the scale by this one; the message says how many."""


def accept(
    *,
    session: ExamSession,
    form: Form,
    model: IrtModel,
    people: int,
    rows: Sequence[Row],
    link: Link | None,
    at: datetime,
    by: Account,
) -> CalibrationRun:
    """Keep the rows, on the scale that ``link`` leads to, or else on a new one.

    Raises NothingChosen.
    """
    chosen = [each for each in rows if not each.obstacle]
    if not chosen:
        raise NothingChosen
    lock(session)
    run = CalibrationRun(
        session_id=session.id,
        form_id=form.id,
        model=model,
        people=people,
        scale=queries.scale() if link else queries.last_scale() + 1,
        common=len(link.common) if link else None,
        slope=link.slope if link else None,
        shift=link.shift if link else None,
        accepted_at=at,
        accepted_by_id=by.id,
        items=[_item(link.move(each) if link else each) for each in chosen],
    )
    db.session.add(run)
    db.session.flush()
    record("calibration.accept", run, at=at, form_id=form.id, model=model.value,
           items=len(chosen), scale=run.scale, common=run.common)  # fmt: skip
    return run


def _item(row: Row) -> CalibratedItem:
    return CalibratedItem(
        revision_id=row.revision_id,
        slot=row.slot,
        people=row.people,
        a=row.a,
        b=row.b,
        a_error=row.a_error,
        b_error=row.b_error,
        fit=row.fit,
        partial=row.partial,
    )


def undo(*, run: CalibrationRun, at: datetime, by: Account) -> None:
    """What it said does not count any more; what it replaced does again.

    Raises AlreadyUndone, RestedOn.
    """
    lock(run)
    if run.undone_at is not None:
        raise AlreadyUndone
    if later := queries.resting_on(run):
        raise RestedOn(f"之后有 {later} 次标定经它的试题换算到同一把尺上，请先撤销那几次")
    run.undone_at, run.undone_by_id = at, by.id
    db.session.flush()
    record("calibration.undo", run, at=at)
