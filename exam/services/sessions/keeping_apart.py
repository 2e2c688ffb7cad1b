"""命题回避, looked at again: contacts that came about after the papers were dealt.

Whoever opens a paper's page is kept apart at once (papers.note_seen). Of the rest, writing,
reviewing, marking, handling, a job asks while a session is at hand: before it opens, before the
reminders, and between the attempts of those who have another one.
"""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from core.audit.trail import record
from core.db import lock
from exam.models import Candidate, ExamSession
from exam.papers import drawing
from exam.queries.sessions import keeping_apart as waiting_queries
from exam.queries.sessions import overview as queries
from exam.services.sessions import dealing


def touched(session_id: int) -> list[int]:
    """Who of a session came into contact with their paper since it was dealt; only reads."""
    session = queries.session(session_id)
    return [each.id for each in _touched(session, waiting_queries.between_attempts(session_id))]


def keep_apart(*, candidate_id: int, rng: Random, at: datetime) -> bool:
    """Deal anew to somebody who is in contact with their paper; False for one who is not, or who
    has begun meanwhile."""
    candidate = queries.candidate(candidate_id)
    lock(candidate)
    session = queries.session(candidate.session_id)
    waiting = [
        each for each in waiting_queries.between_attempts(session.id) if each.id == candidate_id
    ]
    if not _touched(session, waiting):
        return False
    old = candidate.form_id
    dealing.deal(session, waiting, rng=rng)
    record("candidate.avoid", candidate, at=at, old=old, new=candidate.form_id)
    return True


def _touched(session: ExamSession, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those whom dealing would not leave with their paper, and its items, today."""
    choices = {each.form_id: each for each in dealing.choices_of(session)}
    sitters = dealing.sitters_of(session, candidates, list(choices.values()))
    found = []
    for candidate, sitter in zip(candidates, sitters, strict=True):
        choice = choices.get(candidate.form_id or 0)
        if choice is None:
            continue
        left = set(drawing.to_leave_out(choice.places, sitter.touched, ()))
        if left and not (choice.is_free_of(sitter.touched) and left <= set(candidate.left_out)):
            found.append(candidate)
    return found
