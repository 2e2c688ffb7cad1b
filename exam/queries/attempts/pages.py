"""Reads for the pages before and after an attempt, which everybody opens in the same minute.

Like the page between them they are read with no object behind them. Loading is authorising.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, exists, select
from sqlalchemy.exc import NoResultFound

from accounts.models import Account, Person, SignIn
from accounts.queries.accounts import IDENTITY, Identity, told
from accounts.sessions import token_hash
from core.apart import Apart
from core.db import table
from core.prepared import Prepared, Row
from exam.attempts import timing
from exam.kinds import CandidateStatus, EventKind, ExamKind, Release, ScorePolicy
from exam.models import (
    Attempt,
    AttemptEvent,
    Candidate,
    CandidateRequest,
    Certificate,
    Correction,
    EligibilityRule,
    ExamNotice,
    ExamSession,
    Final,
    Form,
    Recheck,
    ScoreChange,
)
from exam.results import review


class Told(NamedTuple):
    """A session as its candidates are told of it; fields are named as its columns."""

    id: int
    title: str
    exam_kind: ExamKind
    opens_at: datetime
    closes_at: datetime
    minutes: int
    max_attempts: int
    score_policy: ScorePolicy
    pass_score: Decimal
    excellent_score: Decimal
    score_release: Release
    paper_release: Release
    key_release: Release
    notice: str
    on_paper: bool
    makeup_of_id: int | None
    published_at: datetime | None
    cancelled_at: datetime | None
    paused_at: datetime | None
    gate_id: int | None

    @property
    def score_opens(self) -> Release:
        return review.opens(self.score_release, on_paper=self.on_paper)

    @property
    def paper_opens(self) -> Release:
        return review.paper_opens(self.score_release, self.paper_release, on_paper=self.on_paper)

    @property
    def shown_end(self) -> datetime:
        return timing.shown_end(self.closes_at, self.paused_at)


class Granted(NamedTuple):
    """How somebody is on the list of a session, and what was granted to them."""

    status: CandidateStatus
    reason: str
    extra_minutes: int
    large_print: bool
    aid: str


class Sitting(NamedTuple):
    """One of the attempts at a session."""

    id: int
    deadline: datetime
    submitted_at: datetime | None
    voided_at: datetime | None


class Invited(NamedTuple):
    """Somebody on the list of a session."""

    candidate_id: int
    #: The seal of their paper and its form; None for one that is not sealed or not decided on.
    sealed: tuple[str, int] | None
    #: The notice of the session was issued.
    noticed: bool
    #: It asks for something before it may be sat.
    conditional: bool
    #: Something was requested for them.
    requested: bool
    granted: Granted
    session: Told
    #: In the order in which they were begun.
    attempts: Sequence[Sitting]


_ATTEMPT, _CANDIDATE, _FORM = table(Attempt), table(Candidate), table(Form)
_SESSION = table(ExamSession)
_TOLD = [_SESSION.c[name] for name in Told._fields]
_GRANTED = [_CANDIDATE.c[name] for name in Granted._fields]
_SITTING = [_ATTEMPT.c[name] for name in Sitting._fields]

_NOTICE, _RULE = table(ExamNotice), table(EligibilityRule)
_REQUEST = table(CandidateRequest)
_FACTS_OF_INVITED = (
    _CANDIDATE.c.id,
    _CANDIDATE.c.form_id,
    _FORM.c.hash,
    exists().where(_NOTICE.c.session_id == _SESSION.c.id, _NOTICE.c.issued_at.is_not(None)),
    exists().where(_RULE.c.session_id == _SESSION.c.id),
    exists().where(_REQUEST.c.candidate_id == _CANDIDATE.c.id),
    *_GRANTED,
    *_TOLD,
)
_INVITED = Prepared(
    select(*_FACTS_OF_INVITED, *_SITTING)
    .join_from(_CANDIDATE, _SESSION, _SESSION.c.id == _CANDIDATE.c.session_id)
    .outerjoin(_FORM, _FORM.c.id == _CANDIDATE.c.form_id)
    .outerjoin(_ATTEMPT, _ATTEMPT.c.candidate_id == _CANDIDATE.c.id)
    .where(
        _CANDIDATE.c.session_id == bindparam("session_id"),
        _CANDIDATE.c.person_id == bindparam("person_id"),
        _SESSION.c.cancelled_at.is_(None),
    )
    .order_by(_ATTEMPT.c.number)
)
_ACCOUNT, _SIGN_IN = table(Account), table(SignIn)
#: By their token: a database that knows too little of its tables would read the whole list of the
#: session and look who of it is the reader.
_READER = (
    select(_ACCOUNT.c.person_id)
    .join_from(_SIGN_IN, _ACCOUNT, _ACCOUNT.c.id == _SIGN_IN.c.account_id)
    .where(_SIGN_IN.c.token_hash == bindparam("token_hash"))
    .scalar_subquery()
)
_ANEW = Prepared(
    IDENTITY.add_columns(*_FACTS_OF_INVITED)
    .join(_CANDIDATE, _CANDIDATE.c.person_id == table(Person).c.id)
    .join(_SESSION, _SESSION.c.id == _CANDIDATE.c.session_id)
    .outerjoin(_FORM, _FORM.c.id == _CANDIDATE.c.form_id)
    .where(
        _CANDIDATE.c.session_id == bindparam("session_id"),
        _CANDIDATE.c.person_id == _READER,
        _SESSION.c.cancelled_at.is_(None),
        ~exists().where(_ATTEMPT.c.candidate_id == _CANDIDATE.c.id),
    )
)
#: Where in a row what was granted begins, the session, the attempt.
_G = 6
_S = _G + len(_GRANTED)
_A = _S + len(_TOLD)


def invited(person_id: int, session_id: int) -> Invited:
    """The person's place on a session's list; NoResultFound for a session not theirs."""
    rows = _INVITED.rows(session_id=session_id, person_id=person_id)
    if not rows:
        raise NoResultFound
    return _as_told(rows[0], [Sitting._make(row[_A:]) for row in rows if row[_A] is not None])


async def invited_anew(
    token: str, session_id: int, apart: Apart
) -> tuple[Identity, Invited] | None:
    """Whose open session a token is, with their place on a session's list as long as they have not
    begun; None unless they have both. Raises Away."""
    rows = await apart.rows(_ANEW, token_hash=token_hash(token), session_id=session_id)
    reader, facts = told(rows)
    return reader and (reader, _as_told(facts, []))


def _as_told(facts: Row, attempts: Sequence[Sitting]) -> Invited:
    candidate_id, form_id, digest, noticed, conditional, requested = facts[:_G]
    return Invited(
        candidate_id,
        (digest, form_id) if digest else None,
        noticed,
        conditional,
        requested,
        Granted._make(facts[_G:_S]),
        Told._make(facts[_S:_A]),
        attempts,
    )


class Aftermath(NamedTuple):
    """What there is of an attempt besides its score: usually nothing."""

    final: bool
    changed: bool
    rechecked: bool
    certified: bool
    #: By somebody else.
    handed_in: bool
    #: Corrections of its paper are in force.
    corrected: bool
    #: Other attempts of the candidate were handed in, or voided.
    several: bool


class Sat(NamedTuple):
    """Somebody's own attempt, as it ended."""

    id: int
    number: int
    started_at: datetime
    deadline: datetime
    submitted_at: datetime | None
    auto_submitted: bool
    voided_at: datetime | None
    unmarked: int
    by_hand: int
    earned: Decimal | None
    form_id: int
    #: The seal of the paper.
    digest: str
    there_is: Aftermath
    session: Told

    @property
    def cancelled(self) -> bool:
        return self.session.cancelled_at is not None


_FINAL, _CHANGE, _RECHECK = table(Final), table(ScoreChange), table(Recheck)
_CERTIFICATE, _EVENT, _CORRECTION = table(Certificate), table(AttemptEvent), table(Correction)
_OTHER = _ATTEMPT.alias("other")
_FACTS = [_ATTEMPT.c[name] for name in Sat._fields[: Sat._fields.index("digest")]]
_AFTERMATH = (
    exists().where(_FINAL.c.session_id == _ATTEMPT.c.session_id),
    exists().where(_CHANGE.c.attempt_id == _ATTEMPT.c.id),
    exists().where(_RECHECK.c.attempt_id == _ATTEMPT.c.id),
    exists().where(_CERTIFICATE.c.candidate_id == _ATTEMPT.c.candidate_id),
    exists().where(_EVENT.c.attempt_id == _ATTEMPT.c.id, _EVENT.c.kind == EventKind.HANDED_IN),
    exists().where(
        _CORRECTION.c.form_id == _ATTEMPT.c.form_id,
        _CORRECTION.c.approved_at.is_not(None),
        _CORRECTION.c.undone_at.is_(None),
    ),
    exists().where(
        _OTHER.c.candidate_id == _ATTEMPT.c.candidate_id,
        _OTHER.c.id != _ATTEMPT.c.id,
        _OTHER.c.submitted_at.is_not(None) | _OTHER.c.voided_at.is_not(None),
    ),
)
_FACTS_OF_SAT = (*_FACTS, _FORM.c.hash, *_AFTERMATH, *_TOLD)
_SAT = Prepared(
    select(*_FACTS_OF_SAT)
    .join_from(_ATTEMPT, _FORM, _FORM.c.id == _ATTEMPT.c.form_id)
    .join(_SESSION, _SESSION.c.id == _ATTEMPT.c.session_id)
    .where(_ATTEMPT.c.id == bindparam("attempt_id"), _ATTEMPT.c.person_id == bindparam("person_id"))
)
_SAT_BY = Prepared(
    IDENTITY.add_columns(*_FACTS_OF_SAT)
    .join(_ATTEMPT, _ATTEMPT.c.person_id == table(Person).c.id)
    .join(_FORM, _FORM.c.id == _ATTEMPT.c.form_id)
    .join(_SESSION, _SESSION.c.id == _ATTEMPT.c.session_id)
    .where(_ATTEMPT.c.id == bindparam("attempt_id"))
)
#: Where in a row what there is besides begins, the session.
_B = len(_FACTS) + 1
_T = _B + len(_AFTERMATH)


def sat(person_id: int, attempt_id: int) -> Sat:
    """The person's own attempt; NoResultFound, shown as 404, for anyone else's."""
    for row in _SAT.rows(attempt_id=attempt_id, person_id=person_id):
        return _as_sat(row)
    raise NoResultFound


async def sat_by(token: str, attempt_id: int, apart: Apart) -> tuple[Identity, Sat] | None:
    """Whose open session a token is, with their own attempt; None unless they have both.

    Raises Away.
    """
    rows = await apart.rows(_SAT_BY, token_hash=token_hash(token), attempt_id=attempt_id)
    reader, facts = told(rows)
    return reader and (reader, _as_sat(facts))


def _as_sat(facts: Row) -> Sat:
    return Sat._make([*facts[:_B], Aftermath._make(facts[_B:_T]), Told._make(facts[_T:])])
