"""The rules of who may sit a session: added and taken back while nobody has begun."""

from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.models import EligibilityRule, ExamSession
from exam.queries.sessions import eligibility as queries
from exam.services.sessions.window import Over
from exam.sessions import eligibility
from exam.sessions.eligibility import Need, Rule


class BadRule(Refused):
    """The rule does not hold together; the message says why."""


def add_rule(
    *, session: ExamSession, rule: Rule, at: datetime, by: Account | None
) -> EligibilityRule:
    """Let nobody begin the session who lacks this; the same rule twice is one.

    Who has begun goes on. Raises Over, BadRule.
    """
    _lock(session, at)
    if why := eligibility.fault(rule):
        raise BadRule(why)
    if rule.need is Need.PASSED and session.id in rule.ids:
        raise BadRule("不能以本场次作为先考场次")
    for other in queries.stored(session.id):
        if eligibility.read(other.need, other.terms) == rule:
            return other
    made = EligibilityRule(
        session=session,
        need=rule.need,
        terms=rule.terms(),
        added_at=at,
        added_by_id=by.id if by else None,
    )
    db.session.add(made)
    db.session.flush()
    record(
        "eligibility.add", made, at=at,
        title=session.title, rule=eligibility.in_words(rule, queries.names_of([rule])),
    )  # fmt: skip
    return made


def remove_rule(*, rule: EligibilityRule, at: datetime, by: Account | None) -> None:
    """Ask for it no longer. Raises Over."""
    _lock(rule.session, at)
    found = eligibility.read(rule.need, rule.terms)
    record(
        "eligibility.remove", rule, at=at, title=rule.session.title,
        rule=eligibility.in_words(found, queries.names_of([found])),
    )  # fmt: skip
    db.session.delete(rule)
    db.session.flush()


def _lock(session: ExamSession, at: datetime) -> None:
    lock(session)
    if session.cancelled_at is not None or at >= session.closes_at:
        raise Over
