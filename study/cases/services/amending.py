"""What a change of law does to cases: they are flagged, and somebody settles what becomes of it."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, insert, literal, select

from accounts.models import Account
from core import clock
from core.audit.trail import record
from core.db import UTCDateTime, db, lock
from core.errors import Refused
from laws.following import Event
from study.cases import queries
from study.cases.models import CaseFlag, StudyCase
from study.cases.services import writing
from study.cases.services.writing import NotNow, WithoutReason


class NothingLeft(Refused):
    message = "有引用的条文已删去或法律已不适用，请撤下案例改写，或在理由中说明后只作核对"


class NotYet(Refused):
    message = "新版本尚未施行，施行后才能改引；现在可以先登记“只作核对，引用不变”"


def follow(event: Event) -> None:
    """Flag the cases that cite what was edited, removed or repealed; once each."""
    for old_id, new_id in event.pairs:
        _flag(queries.touched(old_id, new_id), new_id, event.at, repealed=False)
    if event.repealed:
        _flag(queries.cites_version(event.version_id), event.version_id, event.at, repealed=True)


def _flag(which: ColumnElement[bool], version_id: int, at: datetime, *, repealed: bool) -> None:
    known = exists().where(
        CaseFlag.case_id == StudyCase.id,
        CaseFlag.version_id == version_id,
        CaseFlag.repealed.is_(repealed),
    )
    rows = (
        select(
            StudyCase.id,
            literal(version_id),
            literal(repealed),
            literal(at, UTCDateTime),
            literal(""),
        )
        .where(which, ~known)
        .order_by(StudyCase.id)
    )
    columns = ["case_id", "version_id", "repealed", "opened_at", "outcome"]
    db.session.execute(insert(CaseFlag).from_select(columns, rows))


def settle(*, flag: CaseFlag, renew: bool, outcome: str, at: datetime, by: Account) -> None:
    """Say what was found; with ``renew`` the case cites the articles in force from now on.

    A second time changes nothing. Raises WithoutReason, NothingLeft, NotNow.
    """
    lock(flag)
    if flag.settled_at is not None:
        raise NotNow
    if not outcome:
        raise WithoutReason(field="outcome")
    if renew:
        today = clock.local(at).date()
        if flag.version.begins_on > today:
            raise NotYet
        cited = queries.cited(flag.case, today)
        current = [each.current.id for each in cited if each.current is not None]
        if len(current) < len(cited):
            raise NothingLeft
        writing.cite(flag.case, current)
    flag.settled_at, flag.settled_by_id, flag.outcome = at, by.id, outcome
    db.session.flush()
    record("case.settle", flag.case, at=at, title=flag.case.title, reason=outcome)
