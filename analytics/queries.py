"""Which exams and which rosters there are to report on, and what a reader may see of them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import case, exists, func, select
from sqlalchemy.exc import NoResultFound

from accounts.models import OrgUnit, Person, RosterEntry, RosterSnapshot
from core.db import db
from exam.models import Attempt, ExamSession
from exam.queries.sessions.overview import sessions
from laws.models import Article, Law, LawVersion
from laws.queries.versions import is_current

#: As many snapshots are offered; older ones stay reachable through what was published on them.
OFFERED = 50


def reported(at: datetime) -> Sequence[ExamSession]:
    """Sessions that have opened and were not cancelled, newest first."""
    return db.session.scalars(
        sessions().where(ExamSession.opens_at <= at, ExamSession.cancelled_at.is_(None))
    ).all()


def session(session_id: int, at: datetime) -> ExamSession:
    """Raises NoResultFound for a session that has not opened yet or was cancelled."""
    found = next((each for each in reported(at) if each.id == session_id), None)
    if found is None:
        raise NoResultFound
    return found


def over(at: datetime) -> Sequence[ExamSession]:
    """Those that have ended and that nobody sits any more, newest first."""
    sitting = exists().where(
        Attempt.session_id == ExamSession.id,
        Attempt.submitted_at.is_(None),
        Attempt.voided_at.is_(None),
        Attempt.deadline > at,
    )
    return db.session.scalars(
        sessions().where(ExamSession.closes_at <= at, ExamSession.cancelled_at.is_(None), ~sitting)
    ).all()


def latest(at: datetime) -> ExamSession | None:
    """The main session that ended last; the newest one running if none has ended."""
    known = [each for each in reported(at) if each.makeup_of_id is None]
    ended = [each for each in known if each.closes_at <= at]
    return next(iter(ended or known), None)


def before(session: ExamSession, at: datetime) -> ExamSession | None:
    """The main session of the same kind that ended last before this one opened."""
    known = (
        each
        for each in reported(at)
        if each.exam_kind is session.exam_kind
        and each.makeup_of_id is None
        and each.closes_at < session.opens_at
    )
    return next(known, None)


def snapshots() -> Sequence[RosterSnapshot]:
    """The newest rosters, newest first."""
    return db.session.scalars(
        select(RosterSnapshot)
        .order_by(RosterSnapshot.taken_at.desc(), RosterSnapshot.id.desc())
        .limit(OFFERED)
    ).all()


def whole_roster() -> RosterSnapshot | None:
    """The newest roster of the whole bureau: supplements of a few people are passed over."""
    newest = (
        select(RosterSnapshot.id)
        .order_by(RosterSnapshot.taken_at.desc(), RosterSnapshot.id.desc())
        .limit(OFFERED)
    )
    sizes = db.session.execute(
        select(RosterEntry.snapshot_id, func.count())
        .where(RosterEntry.snapshot_id.in_(newest))
        .group_by(RosterEntry.snapshot_id)
        .order_by(RosterEntry.snapshot_id)
    ).all()
    most = max((size for _, size in sizes), default=0)
    whole = [snapshot_id for snapshot_id, size in sizes if size * 10 >= most * 8]
    return db.session.scalars(
        select(RosterSnapshot)
        .where(RosterSnapshot.id.in_(whole))
        .order_by(RosterSnapshot.taken_at.desc(), RosterSnapshot.id.desc())
        .limit(1)
    ).first()


def snapshot(snapshot_id: int) -> RosterSnapshot:
    """Raises NoResultFound."""
    return db.session.scalars(select(RosterSnapshot).where(RosterSnapshot.id == snapshot_id)).one()


def size(snapshot_id: int) -> int:
    """How many people a snapshot holds, those not counted included."""
    count = select(func.count()).where(RosterEntry.snapshot_id == snapshot_id)
    return db.session.scalar(count) or 0


def unit_line(unit_id: int) -> frozenset[int]:
    """A unit and all that it continues: who heads it may see what it was called before."""
    before = {
        row.id: row.predecessor_id
        for row in db.session.execute(
            select(OrgUnit.id, OrgUnit.predecessor_id).order_by(OrgUnit.id)
        )
    }
    found: set[int] = set()
    current: int | None = unit_id
    while current is not None and current not in found:
        found.add(current)
        current = before.get(current)
    return frozenset(found)


def names(person_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """工号 and name of people."""
    rows = db.session.execute(
        select(Person.id, Person.staff_number, Person.name)
        .where(Person.id.in_(person_ids))
        .order_by(Person.id)
    )
    return {row.id: (row.staff_number, row.name) for row in rows}


def law_ids(titles: Collection[str]) -> dict[str, int]:
    """By title, of the laws that are in the register."""
    rows = db.session.execute(
        select(Law.title, Law.id).where(Law.title.in_(titles)).order_by(Law.id.desc())
    )
    return {row.title: row.id for row in rows}


def article_ids(names: Collection[str], day: date) -> dict[str, int]:
    """By 《law》article, of the version that applies on the day; else of the newest that has it."""
    parts = [name.removeprefix("《").partition("》") for name in names]
    rows = db.session.execute(
        select(Law.title, Article.number, Article.id)
        .join(LawVersion, LawVersion.law_id == Law.id)
        .join(Article, Article.version_id == LawVersion.id)
        .where(Law.title.in_({law for law, _, _ in parts}))
        .where(Article.number.in_({number for _, _, number in parts}))
        .order_by(case((is_current(day), 1), else_=0), LawVersion.promulgated_on, Article.id)
    )
    return {f"《{law}》{number}": article_id for law, number, article_id in rows}
