"""Who has what a session asks for before it may be sat.

What people studied lies above exams: app.py says where to ask. Without an answer nobody has
studied anything, so that a forgotten wire keeps a gate shut and never opens one.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import OrgUnit
from core import clock
from core.db import db, table
from core.prepared import Prepared
from exam.kinds import CandidateStatus
from exam.models import Candidate, EligibilityRule, ExamSession
from exam.queries.attempts import taking
from exam.queries.sessions import overview as queries
from exam.sessions import eligibility
from exam.sessions.eligibility import Facts, Lack, Names, Need, Rule


class Records(Protocol):
    """What is asked about learning; people, courses and buckets by what names them there."""

    def completed(
        self, person_ids: Collection[int], course_ids: Collection[int]
    ) -> Collection[tuple[int, int]]:
        """(person, course) of the completed ones."""

    def hours(
        self, person_ids: Collection[int], *, bucket: str, law_only: bool, since: date, until: date
    ) -> Mapping[int, Decimal]:
        """Credit hours earned between two days, both included, by person."""

    def courses(self) -> Mapping[int, str]:
        """Titles of the courses that may be asked for, in the order of a list."""

    def buckets(self) -> Mapping[str, str]:
        """The buckets of hours with their names."""


class _Nothing:
    def completed(
        self, person_ids: Collection[int], course_ids: Collection[int]
    ) -> Collection[tuple[int, int]]:
        return ()

    def hours(
        self, person_ids: Collection[int], *, bucket: str, law_only: bool, since: date, until: date
    ) -> Mapping[int, Decimal]:
        return {}

    def courses(self) -> Mapping[int, str]:
        return {}

    def buckets(self) -> Mapping[str, str]:
        return {}


_records: Records = _Nothing()


def wire(records: Records) -> None:
    """Say who keeps the records of learning; app.py does."""
    global _records
    _records = records


def courses() -> Mapping[int, str]:
    return _records.courses()


def buckets() -> Mapping[str, str]:
    return _records.buckets()


#: Ids of sessions by person.
_ByPerson = defaultdict[int, set[int]]


def stored(session_id: int) -> Sequence[EligibilityRule]:
    return db.session.scalars(
        select(EligibilityRule)
        .where(EligibilityRule.session_id == session_id)
        .order_by(EligibilityRule.id)
    ).all()


def stored_rule(session_id: int, rule_id: int) -> EligibilityRule:
    return db.session.scalars(
        select(EligibilityRule).where(
            EligibilityRule.id == rule_id, EligibilityRule.session_id == session_id
        )
    ).one()


_RULE = table(EligibilityRule)
_RULES = Prepared(
    select(_RULE.c.need, _RULE.c.terms)
    .where(_RULE.c.session_id == bindparam("session_id"))
    .order_by(_RULE.c.id)
)


def rules_of(session_id: int) -> list[Rule]:
    rows = _RULES.rows(session_id=session_id)
    return [eligibility.read(need, terms) for need, terms in rows]


def sentences(rules: Sequence[Rule]) -> list[str]:
    """The rules as a notice states them."""
    names = names_of(rules)
    return [eligibility.in_words(each, names) for each in rules]


def names_of(rules: Sequence[Rule]) -> Names:
    """What the rules' courses, sessions and units are called."""
    needs = {each.need for each in rules}
    sessions = _ids(rules, Need.PASSED)
    units = _ids(rules, Need.UNIT)
    return Names(
        courses=courses() if Need.COURSE in needs else {},
        buckets=buckets() if Need.HOURS in needs else {},
        sessions=_titles(sessions) if sessions else {},
        units=_unit_names(units) if units else {},
    )


def _ids(rules: Sequence[Rule], need: Need) -> set[int]:
    return {each for rule in rules if rule.need is need for each in rule.ids}


def _titles(ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(ExamSession.id, ExamSession.title)
        .where(ExamSession.id.in_(ids))
        .order_by(ExamSession.id)
    )
    return {row.id: row.title for row in rows}


def _unit_names(ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(OrgUnit.id, OrgUnit.name)
        .where(OrgUnit.id.in_(ids))
        .order_by(OrgUnit.position, OrgUnit.id)
    )
    return {row.id: row.name for row in rows}


def lacks_of(candidate: Candidate, at: datetime) -> list[Lack]:
    """What somebody on a list lacks now; one read of the rules where there are none."""
    rules = rules_of(candidate.session_id)
    if not rules:
        return []
    [facts] = _facts([candidate], rules, at)
    return eligibility.lacks(rules, facts, names_of(rules))


@dataclass(frozen=True)
class Ineligible:
    candidate: Candidate
    lacks: Sequence[Lack]


def ineligible(session: ExamSession, at: datetime) -> list[Ineligible]:
    """尚未具备资格: who owes the exam, has not begun and lacks something, in the list's order."""
    rules = rules_of(session.id)
    if not rules:
        return []
    due = [
        each
        for each in queries.candidates(session.id)
        if each.status is CandidateStatus.DUE and not each.attempts
    ]
    names = names_of(rules)
    found = (
        Ineligible(candidate, eligibility.lacks(rules, facts, names))
        for candidate, facts in zip(due, _facts(due, rules, at), strict=True)
    )
    return [each for each in found if each.lacks]


def _facts(candidates: Sequence[Candidate], rules: Sequence[Rule], at: datetime) -> list[Facts]:
    """What is known of each candidate: one question a rule, however many they are."""
    people = [each.person_id for each in candidates]
    completed: defaultdict[int, set[int]] = defaultdict(set)
    if wanted := _ids(rules, Need.COURSE):
        for person_id, course_id in _records.completed(people, wanted):
            completed[person_id].add(course_id)
    passed, awaited = _passed(people, _ids(rules, Need.PASSED), at)
    hours = {rule: _hours(people, rule, at) for rule in rules if rule.need is Need.HOURS}
    return [
        Facts(
            person_id=each.person_id,
            unit_id=each.entry.unit_id,
            rank_group=each.entry.rank_group,
            completed=completed[each.person_id],
            passed=passed[each.person_id],
            awaited=awaited[each.person_id] - passed[each.person_id],
            hours={rule: by.get(each.person_id, Decimal(0)) for rule, by in hours.items()},
        )
        for each in candidates
    ]


def _hours(people: Collection[int], rule: Rule, at: datetime) -> Mapping[int, Decimal]:
    """Hours of the year of the rule's last day, or of this one, up to it."""
    today = clock.local(at).date()
    until = min(rule.until or today, today)
    since = date((rule.until or today).year, 1, 1)
    return _records.hours(
        people, bucket=rule.bucket, law_only=rule.law_only, since=since, until=until
    )


def _passed(
    people: Collection[int], session_ids: Collection[int], at: datetime
) -> tuple[_ByPerson, _ByPerson]:
    """The sessions that each person passed, at first or in a makeup of it; and those of which they
    wait for the result. It counts once they may know it, so that whether a gate opens tells nobody
    what is not out."""
    passed: _ByPerson = defaultdict(set)
    awaited: _ByPerson = defaultdict(set)
    if not session_ids:
        return passed, awaited
    rows = db.session.scalars(
        select(Candidate)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(
            Candidate.person_id.in_(people),
            ExamSession.cancelled_at.is_(None),
            ExamSession.id.in_(session_ids) | ExamSession.makeup_of_id.in_(session_ids),
        )
        .options(joinedload(Candidate.session), selectinload(Candidate.attempts))
        .order_by(Candidate.id)
    ).all()
    told = _told({each.session for each in rows}, at)
    for each in rows:
        found = queries.outcome_of(each.session, each)
        known = each.session_id in told and not found.pending
        if found.passed and known:
            passed[each.person_id].add(each.session.makeup_of_id or each.session_id)
        elif found.taken and not found.voided and not known:
            awaited[each.person_id].add(each.session.makeup_of_id or each.session_id)
    return passed, awaited


def _told(sessions: Collection[ExamSession], at: datetime) -> set[int]:
    """The sessions whose candidates may know their results."""
    published = {each.id for each in sessions if each.published_at is not None}
    return published | taking.open_among(sessions, at)


def untold(rules: Sequence[Rule], at: datetime) -> list[str]:
    """The titles of sessions to be passed before whose results are not out, in their order."""
    ids = _ids(rules, Need.PASSED)
    if not ids:
        return []
    query = select(ExamSession).where(ExamSession.id.in_(ids)).order_by(ExamSession.id)
    found = db.session.scalars(query).all()
    told = _told(found, at)
    return [each.title for each in found if each.id not in told]
