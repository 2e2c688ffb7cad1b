"""What a makeup takes over from its session: the help granted to people, and who may sit it."""

from collections.abc import Collection
from datetime import datetime

from accounts.models import Account
from core import clock
from core.audit.trail import record
from core.db import db
from exam.models import Candidate, EligibilityRule, ExamSession
from exam.queries.sessions import eligibility, makeups
from exam.sessions import eligibility as rules
from exam.sessions.eligibility import Rule


def carry_help(makeup_of: ExamSession, candidates: Collection[Candidate]) -> None:
    """Give those on the list of a makeup the help that they were granted, as they had it last."""
    before = {each.person_id: each for each in makeup_of.candidates}
    before |= {person: had[-1] for person, had in makeups.makeup_places(makeup_of.id).items()}
    for candidate in candidates:
        if old := before.get(candidate.person_id):
            candidate.extra_minutes, candidate.extra_reason = old.extra_minutes, old.extra_reason
            candidate.large_print, candidate.aid = old.large_print, old.aid


def conditions(makeup_of: ExamSession, opens_at: datetime) -> list[Rule]:
    """What a makeup of a session that opens then asks for."""
    first, again = clock.local(makeup_of.opens_at).date(), clock.local(opens_at).date()
    asked = eligibility.rules_of(makeup_of.id)
    return [rules.carried(each, first=first, again=again) for each in asked]


def carry_conditions(
    makeup_of: ExamSession, makeup: ExamSession, *, at: datetime, by: Account | None
) -> None:
    """Ask for the same in a makeup: who lacked it was absent, and is not let in by that."""
    asked = conditions(makeup_of, makeup.opens_at)
    added_by_id = by.id if by else None
    for rule, text in zip(asked, eligibility.sentences(asked), strict=True):
        made = EligibilityRule(
            session=makeup, need=rule.need, terms=rule.terms(), added_at=at, added_by_id=added_by_id
        )
        db.session.add(made)
        db.session.flush()
        record("eligibility.add", made, at=at, title=makeup.title, rule=text)
