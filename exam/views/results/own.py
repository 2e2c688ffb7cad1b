"""What the page of somebody's result shows besides the paper: changes, shares, the distribution."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from core import clock
from exam.marking.corrections import Ruled
from exam.models import Attempt, Certificate
from exam.queries.attempts.taking import Kept
from exam.queries.marking import corrections, rechecks
from exam.queries.results import certificates, finals, teaching
from exam.queries.results import profile as queries
from exam.queries.sessions import overview
from exam.results import profile
from exam.results.profile import Bin, Mark
from exam.results.review import Shown


def of(
    attempt: Attempt, ruled: Ruled, kept: Mapping[int, Kept], shown: Shown, at: datetime
) -> dict[str, Any]:
    """Nothing of it before the score is shown; articles only with the key."""
    if not shown.score:
        return {}
    until = rechecks.asked_until(attempt.session)
    marks = _marks(ruled, kept) if shown.paper and itemised(attempt, kept) else []
    topics = queries.topics([each.slot.revision_id for each in marks]) if marks else {}
    weak = profile.weak(marks) if shown.key else []
    there_is = queries.aftermath(attempt)
    final = finals.latest(attempt.session_id) if there_is.final else None
    return {
        "numbers": {each.slot: n for n, each in enumerate(ruled.paper.slots, 1)},
        "changes": corrections.changes_to([attempt.id]) if there_is.changed else [],
        "rechecks": rechecks.of_attempt(attempt.id) if there_is.rechecked else [],
        "corrections": corrections.in_force(attempt.form_id)
        if shown.paper and not attempt.session.on_paper
        else [],
        "may_ask": until is not None and at < until and final is None and attempt.voided_at is None,
        "final": final,
        "certificate": _certificate(attempt, at) if there_is.certified else None,
        "by_law": profile.parts((profile.law_of(each.slot), each) for each in marks),
        "by_topic": profile.parts(
            (topics[each.slot.revision_id], each)
            for each in marks
            if each.slot.revision_id in topics
        ),
        "weak": weak,
        "courses": teaching.of_articles([each.quote.article_id for each in weak]),
        "bins": _bins(attempt, ruled.paper.total, at),
    }


def _certificate(attempt: Attempt, at: datetime) -> Certificate | None:
    """The newest that counts and may still be printed."""
    today = clock.local(at).date()
    return next(
        (
            each
            for each in certificates.of_candidate(attempt.candidate_id)
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
    """The distribution once nobody is sitting any more and everything is marked."""
    session = attempt.session
    if attempt.earned is None or attempt.voided_at is not None or at < session.closes_at:
        return []
    if overview.not_handed_in(session.id) or overview.unmarked(session.id):
        return []
    return profile.distribution(queries.counted_scores(session), attempt.earned, total)
