"""The page before an attempt.

Everybody on a list opens it in the same minutes and most see the same: for them it is rendered
once. Objects are read where a rule asks for them: at a door, of conditions, of a paper not sealed.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from flask import render_template

from accounts.guards import identity
from core import clock
from core.errors import Refused
from core.shared import shared
from exam.attempts import timing
from exam.attempts.timing import SessionState
from exam.kinds import CandidateStatus, HallEventKind
from exam.models import Candidate
from exam.papers.snapshot import Paper, Section
from exam.queries.attempts import pages as queries
from exam.queries.attempts.pages import Granted, Invited, Sitting, Told
from exam.queries.attempts.taking import candidacy
from exam.queries.sessions import eligibility, requests
from exam.services.assembling import building
from exam.services.attempts import taking
from exam.services.sessions.access import NotAdmitted
from exam.views.sessions.door import asks_for_code, entry_in_words

TEMPLATE = "exam/attempts/intro.html"
#: Sessions that may still be sat.
AHEAD = {SessionState.UPCOMING, SessionState.OPEN}
#: What is wrong with the code that somebody entered, and is said beside it.
CODE_REFUSED = {HallEventKind.CODE_WRONG, HallEventKind.CODE_LOCKED}
#: A page that is open so many seconds before the beginning waits for it.
WAITED_FOR = 6 * 3600
#: Seconds after which a page asks again whether a pause is over, or the paper there.
SOON = 15


class Outline(NamedTuple):
    """What is said of a paper before it is opened."""

    items: int
    total: Decimal
    by_hand: bool
    sections: Sequence[Section]

    @classmethod
    def of(cls, paper: Paper) -> "Outline":
        return cls(paper.count, paper.total, bool(paper.by_hand), tuple(paper.sections))


class Usual(NamedTuple):
    """All that the page says to who has handed in nothing, asked for nothing and lacks nothing."""

    session: Told
    candidate: Granted
    paper: Outline
    state: SessionState
    #: The notice of the session is there to be read.
    issued: bool
    may_ask: bool
    #: There are attempts.
    begun: bool
    #: Where one may come in, in words.
    entry: str
    asks_for_code: bool
    #: Something of the paper has to be waited for.
    wait: str
    #: An attempt can be gone on with.
    running: bool
    #: Attempts that are left.
    left: int
    #: The page shows by itself how to begin.
    waits: bool
    #: Seconds after which it looks again.
    again_in: int
    #: When the window cuts off who begins now, and how many minutes they have until then.
    ends_early: datetime | None
    minutes_left: int


def intro(session_id: int, objection: Refused | None = None) -> str:
    """The page of a session to a candidate; ``objection``: why their attempt did not begin.

    Raises NoResultFound for a session that is not theirs.
    """
    person_id, at = identity().person_id, clock.now()
    found = queries.invited(person_id, session_id)
    stands = _standing(found, at)
    conditional = found.conditional and stands.gated
    ruled = found.session.gate_id is not None or found.sealed is None
    # Of the door, of conditions, or of a paper to be dealt more is to be known.
    candidate = candidacy(person_id, session_id) if conditional or ruled else None
    paper = (
        _sealed(*found.sealed) if found.sealed else _not_sealed(candidacy(person_id, session_id))
    )
    shown, opens_in = _shown(found, stands, paper, at, candidate)
    besides = {
        "requests": requests.of_candidate(found.candidate_id) if found.requested else [],
        "lacks": eligibility.lacks_of(candidate, at) if candidate and conditional else [],
        "voided": stands.voided,
        "done": [each for each in found.attempts if each.submitted_at is not None],
        "objection": str(objection or ""),
        "code_refused": isinstance(objection, NotAdmitted) and objection.kind in CODE_REFUSED,
    }
    if not any(besides.values()):
        return shared(TEMPLATE, shown, opens_in=str(opens_in))
    return render_template(TEMPLATE, **shown._asdict(), **besides, opens_in=opens_in)


def usual(found: Invited, at: datetime) -> tuple[Usual, int] | None:
    """All that is told to somebody, and in how many seconds the page shows how to begin; None where
    it is more than that, or more has to be asked.

    Asks the database for nothing but the paper, and that once.
    """
    gated = found.session.gate_id is not None
    if found.sealed is None or gated or found.attempts or found.conditional or found.requested:
        return None
    return _shown(found, _standing(found, at), _sealed(*found.sealed), at, None)


class _Standing(NamedTuple):
    """How far somebody is with a session."""

    state: SessionState
    voided: Sitting | None
    running: Sequence[Sitting]
    #: They may sit it yet, or again.
    ahead: bool

    @property
    def gated(self) -> bool:
        """There is an attempt to begin, now or later."""
        return self.ahead and not self.running


def _standing(found: Invited, at: datetime) -> _Standing:
    state = timing.state_of(found.session, at)
    voided = next((each for each in found.attempts if each.voided_at is not None), None)
    running = [
        each for each in found.attempts if each.submitted_at is None and each.voided_at is None
    ]
    ahead = found.granted.status is CandidateStatus.DUE and state in AHEAD and voided is None
    return _Standing(state, voided, running, ahead)


def _shown(
    found: Invited, stands: _Standing, paper: Outline, at: datetime, candidate: Candidate | None
) -> tuple[Usual, int]:
    """``candidate``: the same person, where more of them is to be known."""
    session, (state, _, running, ahead) = found.session, stands
    starts = stands.gated and state is SessionState.OPEN
    wait = taking.wait_of(candidate) if candidate and starts else ""
    opens_in = _opens_in(session, at) if ahead else 0
    ends_early = _ends_early(found, at) if starts else None
    shown = Usual(
        session=session,
        candidate=found.granted,
        paper=paper,
        state=state,
        issued=found.noticed,
        may_ask=state is SessionState.UPCOMING,
        begun=bool(found.attempts),
        entry=entry_in_words(candidate.session) if candidate else "",
        asks_for_code=asks_for_code(candidate) if candidate else False,
        wait=wait,
        running=bool(running) and running[0].deadline > at,
        left=session.max_attempts - len(found.attempts),
        waits=opens_in > 0,
        again_in=SOON if ahead and (wait or session.paused_at is not None) else 0,
        ends_early=ends_early,
        minutes_left=int((ends_early - at).total_seconds() // 60) if ends_early else 0,
    )
    return shown, opens_in


@lru_cache(maxsize=64)
def _sealed(digest: str, form_id: int) -> Outline:
    return Outline.of(taking.paper(digest, form_id))


def _not_sealed(candidate: Candidate) -> Outline:
    """Of the paper as it is now; of the first one of the session where none is decided on."""
    form = candidate.form or candidate.session.form
    return Outline.of(taking.sealed(form) if form.hash else building.paper_of(form))


def _ends_early(found: Invited, at: datetime) -> datetime | None:
    """When the window would cut off who begins now, before their own minutes are over."""
    session, extra = found.session, found.granted.extra_minutes
    ends = timing.deadline(
        at, minutes=session.minutes, extra_minutes=extra, closes_at=session.closes_at
    )
    return ends if ends - at < timedelta(minutes=session.minutes + extra) else None


def _opens_in(session: Told, at: datetime) -> int:
    """In how many seconds the page before an attempt shows how to begin; 0 for not by itself."""
    seconds = math.ceil((session.opens_at - at).total_seconds())
    return seconds if 0 < seconds <= WAITED_FOR and not session.on_paper else 0
