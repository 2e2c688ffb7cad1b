"""Accepted calibrations, and what counts of them."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.models import Account
from analytics.calibration.models import CalibratedItem, CalibrationRun
from core.db import db
from question_bank.queries.calibrated import Parameters


def scale() -> int:
    """The number of the scale in use; 0 while there is none."""
    return db.session.scalar(
        select(func.max(CalibrationRun.scale)).where(CalibrationRun.undone_at.is_(None))
    ) or 0  # fmt: skip


def last_scale() -> int:
    """The highest number that was ever given, undone runs included."""
    return db.session.scalar(select(func.max(CalibrationRun.scale))) or 0


def _items() -> Select[CalibratedItem]:
    return (
        select(CalibratedItem)
        .join(CalibratedItem.run)
        .options(
            contains_eager(CalibratedItem.run).joinedload(CalibrationRun.session),
            contains_eager(CalibratedItem.run)
            .joinedload(CalibrationRun.accepted_by)
            .joinedload(Account.person),
        )
        .order_by(CalibrationRun.accepted_at, CalibrationRun.id, CalibratedItem.id)
    )


def current(revision_ids: Collection[int] | None = None) -> Mapping[int, Parameters]:
    """What counts, by revision: of the scale in use the newest run that was not undone."""
    query = _items().where(CalibrationRun.undone_at.is_(None), CalibrationRun.scale == scale())
    if revision_ids is not None:
        query = query.where(CalibratedItem.revision_id.in_(revision_ids))
    return {each.revision_id: _told(each) for each in db.session.scalars(query)}


def history(revision_id: int) -> Sequence[Parameters]:
    """All that was ever accepted, the newest first, with why it does not count any more."""
    rows = db.session.scalars(_items().where(CalibratedItem.revision_id == revision_id)).all()[::-1]
    used, found, counts = scale(), [], True
    for each in rows:
        if each.run.undone_at is not None:
            stale = "已撤销"
        elif each.run.scale != used:
            stale = "旧尺，不再用"
        else:
            stale, counts = "" if counts else "已有新的", False
        found.append(_told(each, stale))
    return found


def _told(item: CalibratedItem, stale: str = "") -> Parameters:
    run = item.run
    return Parameters(
        revision_id=item.revision_id,
        model=run.model.label,
        people=item.people,
        a=item.a,
        b=item.b,
        a_error=item.a_error,
        b_error=item.b_error,
        partial=item.partial,
        session=run.session.title,
        at=run.accepted_at,
        by=run.accepted_by.person.name if run.accepted_by.person else run.accepted_by.username,
        stale=stale,
    )


def runs() -> Select[CalibrationRun]:
    """The newest first."""
    return (
        select(CalibrationRun)
        .options(
            joinedload(CalibrationRun.session),
            joinedload(CalibrationRun.form),
            joinedload(CalibrationRun.accepted_by).joinedload(Account.person),
            joinedload(CalibrationRun.undone_by).joinedload(Account.person),
        )
        .order_by(CalibrationRun.accepted_at.desc(), CalibrationRun.id.desc())
    )


def runs_of(session_id: int, form_id: int) -> Sequence[CalibrationRun]:
    """Those of a paper in a session that were not undone, the newest first."""
    return db.session.scalars(
        runs().where(
            CalibrationRun.session_id == session_id,
            CalibrationRun.form_id == form_id,
            CalibrationRun.undone_at.is_(None),
        )
    ).all()


def run(run_id: int) -> CalibrationRun:
    """NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(runs().where(CalibrationRun.id == run_id)).one()


def sizes(run_ids: Collection[int]) -> Mapping[int, int]:
    """How many items each run has."""
    rows = db.session.execute(
        select(CalibratedItem.run_id, func.count())
        .where(CalibratedItem.run_id.in_(run_ids))
        .group_by(CalibratedItem.run_id)
        .order_by(CalibratedItem.run_id)
    )
    return {row[0]: row[1] for row in rows}


def resting_on(found: CalibrationRun) -> int:
    """How many later runs, not undone, were brought onto the scale by items that this one has."""
    later, mine = CalibratedItem.__table__.alias("later"), CalibratedItem.__table__.alias("mine")
    return db.session.scalar(
        select(func.count(CalibrationRun.id.distinct()))
        .join(later, later.c.run_id == CalibrationRun.id)
        .join(mine, mine.c.revision_id == later.c.revision_id)
        .where(mine.c.run_id == found.id, CalibrationRun.id > found.id)
        .where(CalibrationRun.scale == found.scale, CalibrationRun.common.is_not(None))
        .where(CalibrationRun.undone_at.is_(None))
    ) or 0  # fmt: skip
