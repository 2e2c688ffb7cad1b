"""A class is concluded: who completes it is decided, numbered and entered in the register."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Account
from core import clock
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.classes import finishing, standing
from courses.classes.attending import Tally
from courses.classes.finishing import Proposal, Rule
from courses.classes.kinds import Stage
from courses.classes.models import Enrolment, TrainingClass
from courses.classes.queries import people as queries
from courses.classes.services import registering
from courses.classes.services.arranging import must_be_alive
from courses.classes.services.enrolling import NotNow
from exam.queries.sessions import overview as exams


class NotOver(Refused):
    message = "最后一讲结束后才能办理结业"


class NotTaken(Refused):
    """A unit of which nobody has a mark was not taken."""


@dataclass(frozen=True)
class Case:
    """A participant with what they did, and what the rule proposes."""

    enrolment: Enrolment
    tally: Tally
    passed: bool | None
    proposal: Proposal


@dataclass(frozen=True)
class Decision:
    complete: bool
    excellent: bool = False
    #: Needed where it is not what the rule proposes.
    reason: str = ""


def cases(owner: TrainingClass) -> list[Case]:
    """Everybody who has a seat, in the order of the bureau."""
    rule = Rule(owner.attend_share, owner.full_time, owner.needs_pass)
    passed = results(owner)
    found = []
    for each in queries.participants(owner.id):
        if standing.stage(each) is Stage.SEATED:
            tally = queries.tally_of(owner, each.id)
            result = passed.get(each.person_id)
            found.append(Case(each, tally, result, finishing.propose(rule, tally, passed=result)))
    return found


def results(owner: TrainingClass) -> dict[int, bool]:
    """By person, whether they passed the post-test; those who did not sit it are left out."""
    if owner.post_session is None:
        return {}
    return {
        each.person_id: outcome.passed
        for each in exams.candidates(owner.post_session.id)
        if (outcome := exams.outcome_of(owner.post_session, each)).score is not None
    }


def conclude(
    *, owner: TrainingClass, decisions: Mapping[int, Decision], at: datetime, by: Account
) -> int:
    """Decide on every participant, by enrolment; how many completed.

    Raises Closed, NotOver, NotTaken, Refused for a decision that is missing or has no reason.
    """
    lock(owner)
    must_be_alive(owner)
    if owner.published_at is None or not owner.units or at < max(u.ends_at for u in owner.units):
        raise NotOver
    found = cases(owner)
    _must_be_taken(owner, bool(found))
    count = 0
    for case in found:
        decision = decisions.get(case.enrolment.id)
        if decision is None:
            raise Refused(f"请决定{case.enrolment.person.name}是否结业")
        _judge(case, decision, at=at, by=by)
        count += decision.complete
    owner.concluded_at, owner.concluded_by_id = at, by.id
    db.session.flush()
    record("class.conclude", owner, at=at, title=owner.title, people=len(found), completed=count)
    return count


def _must_be_taken(owner: TrainingClass, anybody: bool) -> None:
    taken = {unit for marks in queries.marks([owner.id]).values() for unit in marks}
    for unit in owner.units:
        if anybody and unit.id not in taken:
            day = clock.local(unit.starts_at)
            raise NotTaken(f"{day:%m月%d日 %H:%M}“{unit.topic}”还没有登记考勤，请先登记")


def _judge(case: Case, decision: Decision, *, at: datetime, by: Account) -> None:
    each, reason = case.enrolment, decision.reason.strip()
    if decision.complete != case.proposal.complete and not reason:
        raise Refused(f"{each.person.name}的决定与规则建议不同，请写明理由")
    if decision.excellent and not decision.complete:
        raise Refused(f"{each.person.name}未结业，不能评为优秀学员")
    each.completed, each.judged_at, each.judged_by_id = decision.complete, at, by.id
    each.judge_reason, each.excellent = reason, decision.excellent
    if decision.complete:
        _enter(case, at=at, by=by)
    db.session.flush()


def _enter(case: Case, *, at: datetime, by: Account) -> None:
    each, tally = case.enrolment, case.tally
    each.hours, each.days = tally.attended, tally.days(each.owner.days)
    if each.number is None:
        year = each.owner.ends_on.year
        each.number = f"PX{year}-{each.class_id:04}-{each.person_id:04}"
    registering.enter(each=each, law=tally.law, other=tally.attended - tally.law, at=at, by=by)


def revoke(*, each: Enrolment, reason: str, at: datetime, by: Account) -> None:
    """Take a completion back: its entries in the register are reversed, the number is void.

    Raises NotNow, Refused without a reason.
    """
    lock(each)
    if not reason.strip():
        raise Refused("撤销结业须写明理由", field="reason")
    if standing.stage(each) is not Stage.COMPLETED:
        raise NotNow
    each.revoked_at, each.revoked_by_id, each.revoke_reason = at, by.id, reason.strip()
    db.session.flush()
    registering.take_back(each=each, reason=f"撤销结业：{reason.strip()}"[:300], at=at, by=by)
    record("enrolment.revoke", each, at=at, person=each.person_id, title=each.owner.title,
           reason=reason.strip())  # fmt: skip


def award(*, each: Enrolment, reason: str, at: datetime, by: Account) -> None:
    """Let somebody complete after all, who had not or whose completion was revoked.

    Raises NotNow, Refused without a reason.
    """
    lock(each)
    if not reason.strip():
        raise Refused("补办结业须写明理由", field="reason")
    if standing.stage(each) not in (Stage.FAILED, Stage.REVOKED):
        raise NotNow
    each.revoked_at = each.revoked_by_id = None
    each.revoke_reason = ""
    each.completed, each.judged_at, each.judged_by_id = True, at, by.id
    each.judge_reason = reason.strip()
    _enter(
        Case(each, queries.tally_of(each.owner, each.id), None, Proposal(True, ())), at=at, by=by
    )
    db.session.flush()
    record("enrolment.award", each, at=at, person=each.person_id, title=each.owner.title,
           reason=reason.strip())  # fmt: skip


def write_summary(*, each: Enrolment, text: str, at: datetime) -> None:
    """培训小结, by the participant, during the class and after it. Raises NotNow."""
    if standing.stage(each) not in (Stage.SEATED, Stage.COMPLETED, Stage.FAILED):
        raise NotNow
    each.summary = text.strip()
    db.session.flush()
    record("enrolment.summarise", each, at=at, person=each.person_id)
