"""Editions are computed, shown, appealed against, made final and, if need be, reversed."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Account, RosterSnapshot
from analytics.evaluation import frames, queries, records, scoring
from analytics.evaluation.kinds import PUBLIC_DAYS, RunState
from analytics.evaluation.models import EvalAppeal, EvalRules, EvalRun, EvalScore
from core import clock
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.marking import rechecks
from exam.queries.marking.rechecks import calendar

#: The same asked for again so soon is a second click.
TWICE = timedelta(seconds=20)


class NotNow(Refused):
    """The step does not follow from where the edition stands."""


class SamePerson(Refused):
    message = "申诉须由这一版的编制人和申诉人以外的人复核"


def compute(
    *, year: int, rules: EvalRules | None, roster: RosterSnapshot, at: datetime, by: Account
) -> EvalRun:
    """Another edition of a year with everybody's inputs; those before stay as they are.

    Asked twice, it is made once. Raises NotNow.
    """
    if rules is None or rules.approved_at is None:
        raise NotNow(f"{year} 年度还没有经批准的评价规则")
    # Two at once wait here for each other.
    lock(rules)
    latest = queries.latest(year)
    if latest is not None:
        lock(latest)
        if latest.state(at) is RunState.FINAL:
            raise NotNow(f"“{latest.title}”已定版；要重算，须先冲正")
        same = (latest.rules_id, latest.roster_id, latest.made_by_id)
        if same == (rules.id, roster.id, by.id) and at - latest.made_at < TWICE:
            return latest
    run = EvalRun(
        year=year,
        number=queries.editions(year) + 1,
        rules_id=rules.id,
        roster_id=roster.id,
        made_at=at,
        made_by_id=by.id,
        public_until=rechecks.ends(at, PUBLIC_DAYS, calendar(), clock.LOCAL),
    )
    db.session.add(run)
    db.session.flush()
    reckoned = rules.rules
    for each in frames.gathered(roster, year, at):
        found = scoring.score(each, reckoned)
        db.session.add(
            EvalScore(
                run_id=run.id,
                person_id=each["person_id"],
                staff_number=each.pop("staff_number"),
                name=each.pop("name"),
                unit_id=each["unit_id"],
                unit_name=each["unit"],
                inputs=each,
                total=found.total,
                level=found.level,
            )
        )
    db.session.flush()
    record("evaluation.compute", run, at=at, title=run.title, roster=roster.id)
    return run


def appeal(*, score: EvalScore, reason: str, at: datetime, by: Account) -> EvalAppeal:
    """One an edition and person, while it is shown. Raises NotNow, Refused."""
    lock(score.run)
    if score.run.state(at) is not RunState.PUBLIC:
        raise NotNow("公示期已过，不能再提出申诉")
    known = queries.appeal_of(score.id)
    if known is not None:
        return known
    if not reason.strip():
        raise Refused("请写明申诉的理由", field="reason")
    made = EvalAppeal(score_id=score.id, reason=reason.strip(), asked_at=at, asked_by_id=by.id)
    db.session.add(made)
    db.session.flush()
    record("evaluation.appeal", made, at=at, title=score.run.title)
    return made


def answer(*, appeal: EvalAppeal, accepted: bool, text: str, at: datetime, by: Account) -> None:
    """By somebody else. An accepted one is put right at its source, and in another edition.

    Raises SamePerson, NotNow, Refused.
    """
    run = appeal.score.run
    lock(run)
    lock(appeal)
    if by.id in (run.made_by_id, appeal.asked_by_id) or by.person_id == appeal.score.person_id:
        raise SamePerson
    if appeal.answered_at is not None:
        raise NotNow("这一申诉已经答复")
    if run.state(at) not in (RunState.PUBLIC, RunState.WAITING):
        raise NotNow("这一版已定版或冲正")
    if not text.strip():
        raise Refused("请写明复核意见", field="text")
    appeal.accepted, appeal.answer = accepted, text.strip()
    appeal.answered_at, appeal.answered_by_id = at, by.id
    db.session.flush()
    record("evaluation.answer", appeal, at=at, agrees=accepted, reason=appeal.answer)


def finalise(*, run: EvalRun, at: datetime, by: Account) -> None:
    """After the days of publicity, with no appeal open. Raises NotNow."""
    lock(run)
    match run.state(at):
        case RunState.FINAL:
            return
        case RunState.PUBLIC:
            raise NotNow(f"公示至 {clock.local(run.public_until):%Y-%m-%d %H:%M}，期满才能定版")
        case RunState.REVERSED:
            raise NotNow("这一版已冲正")
    latest = queries.latest(run.year)
    if latest is None or latest.id != run.id:
        raise NotNow("已有更新的一版，请定版最新的一版")
    if queries.appeals_in(run.id, accepted=None):
        raise NotNow("还有申诉没有答复，不能定版")
    if queries.appeals_in(run.id, accepted=True):
        raise NotNow("有申诉已采纳：请在来处更正后重新计算一版，不能定版这一版")
    run.finalised_at, run.finalised_by_id, run.digest = at, by.id, digest_of(run)
    db.session.flush()
    record("evaluation.finalize", run, at=at, title=run.title, hash=run.digest)


def digest_of(run: EvalRun) -> str:
    return records.digest(
        run.rules_row.content, run.roster_id, [kept(each) for each in queries.all_scores(run.id)]
    )


def kept(score: EvalScore) -> dict[str, Any]:
    return {
        "staff_number": score.staff_number,
        "name": score.name,
        "inputs": score.inputs,
        "total": None if score.total is None else f"{score.total:.2f}",
        "level": None if score.level is None else score.level.value,
    }


def reverse(*, run: EvalRun, reason: str, at: datetime, by: Account) -> None:
    """冲正: a final edition does not hold any more; it is kept. Raises NotNow, Refused."""
    lock(run)
    if run.state(at) is not RunState.FINAL:
        raise NotNow("只有已定版的才能冲正；未定版的可以重新计算一版")
    if not reason.strip():
        raise Refused("请写明冲正的理由", field="reason")
    run.reversed_at, run.reversed_by_id, run.reverse_reason = at, by.id, reason.strip()
    db.session.flush()
    record("evaluation.reverse", run, at=at, title=run.title, reason=run.reverse_reason)


def differing(run: EvalRun) -> list[EvalScore]:
    """Scores that the stored inputs and rules do not give again: there must be none."""
    rules = run.rules_row.rules
    found = []
    for each in queries.all_scores(run.id):
        again = scoring.score(each.inputs, rules)
        if (again.total, again.level) != (each.total, each.level):
            found.append(each)
    return found
