"""What the page of somebody's result shows besides the paper: changes, shares, the distribution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core import clock
from exam.attempts import responses
from exam.kinds import EventKind
from exam.marking import rubric
from exam.marking.corrections import Ruled
from exam.models import Attempt, Certificate, ExamSession
from exam.queries.attempts import taking
from exam.queries.attempts.pages import Aftermath, Told
from exam.queries.attempts.taking import Kept
from exam.queries.marking import corrections, rechecks
from exam.queries.marking import marks as marking_queries
from exam.queries.results import certificates, finals, teaching
from exam.queries.results import profile as queries
from exam.queries.sessions import overview
from exam.results import profile
from exam.results.outcomes import GradeLevel, level_of
from exam.results.profile import Bin, Mark
from exam.results.review import Shown
from question_bank.types import kind_of


def of(
    attempt: Attempt,
    ruled: Ruled,
    kept: Mapping[int, Kept],
    shown: Shown,
    at: datetime,
    there_is: Aftermath,
) -> dict[str, Any]:
    """Little of it before the score is shown; articles only with the key."""
    handed_in = taking.latest_event(attempt, EventKind.HANDED_IN) if there_is.handed_in else None
    if not shown.score:
        return {"handed_in_for": handed_in}
    until = rechecks.asked_until(attempt.session)
    marks = _marks(ruled, kept) if shown.paper and itemised(attempt, kept) else []
    topics = queries.topics([each.slot.revision_id for each in marks]) if marks else {}
    weak = profile.weak(marks) if shown.key else []
    final = finals.latest(attempt.session_id) if there_is.final else None
    held = certificates.of_candidate(attempt.candidate_id) if there_is.certified else []
    return {
        "handed_in_for": handed_in,
        "numbers": {each.slot: n for n, each in enumerate(ruled.paper.slots, 1)},
        "changes": corrections.changes_to([attempt.id])
        if there_is.changed and attempt.settled
        else [],
        "rechecks": rechecks.of_attempt(attempt.id) if there_is.rechecked else [],
        "corrections": corrections.in_force(attempt.form_id)
        if shown.paper and not attempt.session.on_paper
        else [],
        "may_ask": until is not None and at < until and final is None and attempt.voided_at is None,
        "final": final,
        "certificate": _printable(held, at),
        #: The newest, where it does not count any more and none was issued in its place.
        "revoked": held[0] if held and held[0].revoked_at is not None else None,
        "by_law": profile.parts((profile.law_of(each.slot), each) for each in marks),
        "by_topic": profile.parts(
            (topics[each.slot.revision_id], each)
            for each in marks
            if each.slot.revision_id in topics
        ),
        "weak": weak,
        "courses": teaching.of_articles([each.quote.article_id for each in weak]),
        "bins": _bins(attempt, ruled.paper.total, at),
        **_sittings(attempt),
    }


def _sittings(attempt: Attempt) -> dict[str, Any]:
    """All that somebody handed in where one may sit several times, and what it comes to."""
    session = attempt.session
    if session.max_attempts == 1:
        return {}
    candidate = attempt.candidate
    sat = [each for each in candidate.attempts if each.submitted_at or each.voided_at]
    if len(sat) == 1:
        return {}
    return {
        "sittings": [Sitting(each, _level(each)) for each in sat],
        "counted": overview.outcome_of(session, candidate),
    }


@dataclass(frozen=True)
class Sitting:
    """One of several; ``level`` is None while its score is not known."""

    attempt: Attempt
    level: GradeLevel | None


def _level(attempt: Attempt) -> GradeLevel | None:
    return None if attempt.voided_at is not None else level(attempt.score, attempt.session)


def level(score: Decimal | None, session: ExamSession | Told) -> GradeLevel | None:
    """What a score comes to in a session; None for one that is not known."""
    if score is None:
        return None
    return level_of(
        score,
        session.pass_score,
        session.excellent_score,
        makeup=session.makeup_of_id is not None,
    )


def told(attempt: Attempt, kept: Mapping[int, Kept]) -> Mapping[int, Kept]:
    """The answers as their candidate may see them: what persons gave waits until it is final."""
    if attempt.settled:
        return kept
    marked = marking_queries.readings_of(attempt.id)
    return {slot: each._replace(earned=None) if slot in marked else each
            for slot, each in kept.items()}  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """What of a paper waits for persons, or for their marks to be final."""

    items: int
    marks: Decimal
    #: Questions for persons that were left blank, which earns nothing.
    blank: int
    #: What the rest is worth, which is known.
    rest: Decimal


def waiting(ruled: Ruled, kept: Mapping[int, Kept]) -> Waiting:
    slots = ruled.paper.slots
    wait = [each.marks for each in slots if each.slot in kept and kept[each.slot].earned is None]
    blank = [
        each.marks
        for each in slots
        if kind_of(each.item_type).by_hand and not _said(kept.get(each.slot))
    ]
    marks = sum(wait, Decimal(0))
    rest = ruled.paper.total - marks - sum(blank, Decimal(0))
    return Waiting(len(wait), marks, len(blank), rest)


def _said(kept: Kept | None) -> bool:
    return kept is not None and bool(rubric.answer_text(responses.of(kept.response)))


def _printable(held: Sequence[Certificate], at: datetime) -> Certificate | None:
    """The newest that counts and may still be printed."""
    today = clock.local(at).date()
    return next(
        (
            each
            for each in held
            if each.revoked_at is None and (each.print_until is None or today <= each.print_until)
        ),
        None,
    )


def itemised(attempt: Attempt, kept: Mapping[int, Kept]) -> bool:
    """Whether more than the total is known: of a script on paper perhaps nothing else is."""
    return bool(kept) or not attempt.session.on_paper


def _marks(ruled: Ruled, kept: Mapping[int, Kept]) -> list[Mark]:
    """What each item earned; those that wait to be marked are left out."""
    found = []
    for slot in ruled.paper.slots:
        earned = kept[slot.slot].earned if slot.slot in kept else ruled.blank(slot)
        if earned is not None:
            found.append(Mark(slot, earned))
    return found


def _bins(attempt: Attempt, total: Decimal, at: datetime) -> list[Bin]:
    """The distribution once nobody is sitting any more and all marks are final."""
    session = attempt.session
    if attempt.score is None or attempt.voided_at is not None or at < session.closes_at:
        return []
    if overview.not_handed_in(session.id) or overview.unsettled(session.id):
        return []
    # Everybody stands there with the score that counts of their sittings.
    several = session.max_attempts > 1
    own = overview.outcome_of(session, attempt.candidate).score if several else attempt.score
    return [] if own is None else profile.distribution(queries.counted_scores(session), own, total)
