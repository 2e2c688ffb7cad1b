"""定版: results made final, checked, and reversed by a second person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Account
from core.audit.trail import last_detail, record
from core.db import db, lock, share
from core.errors import Refused
from exam.models import ExamSession, Final
from exam.queries.marking import rechecks as recheck_queries
from exam.queries.results import finals as queries
from exam.queries.sessions import overview as session_queries
from exam.results import finals
from exam.results.finals import Obstacle
from exam.services.assembling import building


class IsFinal(Refused):
    message = "本场次成绩已经定版，不能再改；确需更改的，按冲正办理"


class NotYet(Refused):
    """Something is still open; the message says what."""


def must_be_open(session_id: int) -> None:
    """Keep the session from being made final until the transaction ends. Raises IsFinal."""
    share(ExamSession, session_id)
    if queries.latest(session_id) is not None:
        raise IsFinal


def obstacles(session: ExamSession, at: datetime) -> list[Obstacle]:
    """What speaks against making the results final now."""
    found = []
    if session.published_at is None:
        found.append(Obstacle("成绩还没有公布", hard=True))
    if sitting := session_queries.not_handed_in(session.id):
        found.append(Obstacle(f"还有 {sitting} 份答卷没有交卷", hard=True))
    if unmarked := session_queries.unmarked(session.id):
        found.append(Obstacle(f"还有 {unmarked} 份答卷待阅卷"))
    if proposed := queries.open_corrections(session.id):
        found.append(Obstacle(f"还有 {len(proposed)} 项更正待批准"))
    if rechecks := queries.open_rechecks(session.id):
        found.append(Obstacle(f"还有 {rechecks} 件复核未答复"))
    ends = recheck_queries.asked_until(session)
    if ends is not None and at < ends:
        found.append(Obstacle("复核申请期限未过"))
    return found


def finalise(*, session: ExamSession, reason: str, at: datetime, by: Account) -> Final:
    """Make the results final; a second time changes nothing.

    ``reason`` is why it is done before everything is settled. Raises NotYet, Refused.
    """
    lock(session)
    if session.cancelled_at is not None:
        raise Refused("场次已取消，没有成绩可以定版")
    if (found := queries.latest(session.id)) is not None:
        return found
    open_points = obstacles(session, at)
    if any(each.hard for each in open_points) or (open_points and not reason.strip()):
        said = "；".join(each.text for each in open_points)
        raise NotYet(f"暂不能定版：{said}")
    why = reason.strip() if open_points else ""
    return _seal(session, 1, why, at, by)


def renew(*, session: ExamSession, reason: str, at: datetime, by: Account) -> Final | None:
    """After a reversal: the next final of a session that was final; None for any other.

    The caller has locked the session.
    """
    last = queries.latest(session.id)
    return None if last is None else _seal(session, last.number + 1, reason, at, by)


def _seal(session: ExamSession, number: int, reason: str, at: datetime, by: Account) -> Final:
    db.session.flush()
    parts = queries.parts(session)
    made = Final(
        session_id=session.id,
        number=number,
        hash=finals.sealed(number, parts),
        parts=parts,
        made_at=at,
        made_by_id=by.id,
        reason=reason,
    )
    db.session.add(made)
    db.session.flush()
    record("session.finalise", session, at=at, number=number, hash=made.hash, reason=reason)
    return made


@dataclass(frozen=True)
class Proof:
    """The newest final of a session beside what the rows give now."""

    final: Final
    hash: str
    differing: Sequence[str]
    #: The trail says the same of it. Who changes results in the database and their final with them
    #: does not change the trail.
    noted: bool

    @property
    def intact(self) -> bool:
        return not self.differing and self.hash == self.final.hash and self.noted


def verify(session: ExamSession) -> Proof | None:
    """Compute the newest final anew; None for a session that is not final."""
    last = queries.latest(session.id)
    if last is None:
        return None
    parts = finals.told_of(last.parts, queries.parts(session))
    differing = finals.differing(last.parts, parts)
    if not all(building.intact(each) for each in queries.papers(session.id)):
        differing.append(finals.PAPERS)
    noted = last_detail("session.finalise", session)
    return Proof(
        last,
        finals.sealed(last.number, parts),
        differing,
        noted is None or (noted.get("number"), noted.get("hash")) == (last.number, last.hash),
    )
