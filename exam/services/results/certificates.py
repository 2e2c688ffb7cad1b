"""Certificates: issued to those who passed, revoked when they say what is no longer so."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from accounts.models import Account
from core import clock, figures
from core.audit.trail import last_detail, record
from core.db import db, lock
from core.errors import Refused
from exam.models import Candidate, Certificate, ExamSession
from exam.queries.results import certificates as queries
from exam.queries.sessions import overview as session_queries
from exam.results import certificates
from exam.results.certificates import Fields
from exam.results.outcomes import Outcome


class NotPublished(Refused):
    message = "成绩公布后才能发放证书"


def issue_all(
    *,
    session: ExamSession,
    organ: str,
    key: bytes,
    print_until: date | None,
    at: datetime,
    by: Account | None,
) -> int:
    """Issue a certificate to everybody who passed and has none; how many there were.

    Raises NotPublished.
    """
    lock(session)
    if session.published_at is None or session.cancelled_at is not None:
        raise NotPublished
    made = [
        _issue(each, found, session, organ, key, print_until, at, by)
        for each, found in due(session)
    ]
    db.session.flush()
    if made:
        record("certificate.issue", session, at=at, people=len(made), title=session.title)
    return len(made)


def due(session: ExamSession) -> list[tuple[Candidate, Outcome]]:
    """Who passed and has no certificate in force."""
    listed = session_queries.candidates(session.id)
    have = {each.candidate_id for each in queries.live([each.id for each in listed])}
    found = [(each, session_queries.outcome_of(session, each))
             for each in listed if each.id not in have]  # fmt: skip
    return [(each, outcome) for each, outcome in found if outcome.passed]


def _issue(
    candidate: Candidate,
    found: Outcome,
    session: ExamSession,
    organ: str,
    key: bytes,
    print_until: date | None,
    at: datetime,
    by: Account | None,
) -> Certificate:
    entry = candidate.entry
    data = Fields(
        name=entry.name,
        staff_number=entry.staff_number,
        unit=entry.unit_name,
        organ=organ,
        exam=session.title,
        year=clock.local(session.opens_at).year,
        score=score_of(found),
        level=level_of(found),
        issuer=f"{organ}人事司",
        issued_on=clock.local(at).date().isoformat(),
    ).data()
    number = certificates.number(secrets.token_bytes(certificates.LENGTH))
    [attempt] = [each for each in candidate.attempts if each.number == found.number]
    made = Certificate(
        number=number,
        candidate_id=candidate.id,
        attempt_id=attempt.id,
        fields=data,
        signature=certificates.sign(key, number, data),
        print_until=print_until,
        issued_at=at,
        issued_by_id=by.id if by else None,
    )
    db.session.add(made)
    return made


def score_of(found: Outcome) -> str:
    return figures.plain(found.score)


def level_of(found: Outcome) -> str:
    return found.level.label if found.level else ""


def revoke(*, certificate: Certificate, reason: str, at: datetime, by: Account | None) -> None:
    """Take a certificate back; a new one may then be issued. Raises Refused."""
    lock(certificate)
    if certificate.revoked_at is not None:
        raise Refused("这份证书已经撤销")
    if not reason.strip():
        raise Refused("撤销证书须写明理由", field="reason")
    certificate.revoked_at, certificate.revoke_reason = at, reason.strip()[:300]
    certificate.revoked_by_id = by.id if by else None
    db.session.flush()
    record("certificate.revoke", certificate, at=at, reason=certificate.revoke_reason)


def revoke_untrue(
    candidate_ids: Sequence[int], *, why: str, at: datetime, by: Account | None
) -> int:
    """Revoke what no longer says what the candidates' results are; how many there were."""
    revoked = 0
    for each in queries.live(sorted(set(candidate_ids))):
        found = session_queries.outcome_of(each.candidate.session, each.candidate)
        if untrue(each, found):
            revoke(certificate=each, reason=why, at=at, by=by)
            revoked += 1
    return revoked


def is_brought_back(certificate: Certificate) -> bool:
    """Whether the trail knows that it was revoked and its row does not: nobody here did that."""
    if certificate.revoked_at is not None:
        return False
    return last_detail("certificate.revoke", certificate) is not None


def untrue(certificate: Certificate, found: Outcome) -> bool:
    """Whether it says something else than a result is."""
    says = (certificate.fields.get("score"), certificate.fields.get("level"))
    return not found.passed or says != (score_of(found), level_of(found))


def set_print_until(
    *, session: ExamSession, until: date | None, at: datetime, by: Account | None
) -> None:
    """Say until when holders may print the certificates of a session."""
    for each in db.session.scalars(queries.of_session(session.id, live_only=True)):
        each.print_until = until
    db.session.flush()
    record("certificate.window", session, at=at, until=until.isoformat() if until else "")
