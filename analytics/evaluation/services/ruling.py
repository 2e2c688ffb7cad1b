"""Rule sets are written by one person and approved by another; a change is another version."""

from datetime import datetime

from accounts.models import Account
from analytics.evaluation import queries
from analytics.evaluation.models import EvalRules
from analytics.evaluation.rules import Rules
from core import clock
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused


class OwnRules(Refused):
    message = "编制人不能批准自己编制的规则，请由研究室的另一位同志批准"


def write(*, year: int, rules: Rules, reason: str, at: datetime, by: Account) -> EvalRules:
    """The draft of a year, begun or written anew. Approved versions stay as they are.

    Once the year has begun, and once a version was approved, the reason is asked for.
    """
    for field, fault in rules.faults().items():
        raise Refused(fault, field=field)
    this = clock.local(at).year
    if year < this - 1:
        raise Refused(f"年度不能早于 {this - 1} 年", field="year")
    known = queries.draft(year)
    if known is not None:
        lock(known)
    fresh = known is None or known.approved_at is not None
    number = queries.versions(year) + 1 if known is None or fresh else known.number
    if (year <= this or number > 1) and not reason.strip():
        raise Refused("年度已经开始，或本年度已有规则：请写明另立一版的理由", field="reason")
    made = EvalRules(year=year, number=number) if known is None or fresh else known
    made.content, made.reason = rules.as_json(), reason.strip()
    made.created_at, made.created_by_id = at, by.id
    db.session.add(made)
    db.session.flush()
    record("eval_rules.write", made, at=at, title=made.title, reason=made.reason)
    return made


def approve(*, rules: EvalRules, at: datetime, by: Account) -> None:
    """Raises OwnRules. A second time changes nothing."""
    lock(rules)
    if rules.approved_at is not None:
        return
    if rules.created_by_id == by.id:
        raise OwnRules
    rules.approved_at, rules.approved_by_id = at, by.id
    db.session.flush()
    record("eval_rules.approve", rules, at=at, title=rules.title)
