"""Requests for 免考, 缓考 and accommodations: asked, opined, decided, withdrawn, reversed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from accounts.models import Account
from core import attachments
from core.attachments import Upload
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.kinds import CandidateStatus
from exam.models import Candidate, CandidateRequest, RequestProof
from exam.queries.sessions import requests as queries
from exam.services.sessions import candidates
from exam.services.sessions.window import Over
from exam.sessions import asking
from exam.sessions.asking import Asked, ReasonCode, RequestKind, RequestState, Step

STATUS = {
    RequestKind.EXEMPTION: CandidateStatus.EXEMPT,
    RequestKind.DEFERRAL: CandidateStatus.DEFERRED,
}
#: So much of a free text stands as the reason in lists.
_SHOWN = 60


class Incomplete(Refused):
    """The request does not hold together; the message says what to add."""


class TooLate(Refused):
    """The time to ask is over."""


class Pending(Refused):
    """Another request of the kind is on its way."""


class NotNow(Refused):
    """The step does not follow from where the request stands."""


class OwnRequest(Refused):
    message = "本人提出、代报或涉及本人的申请，须由他人提意见和审批"


class Changed(Refused):
    """What was granted is not what holds now."""

    message = "批准之后该人员的情况已另行登记，请在考生页面直接调整"


def ask(
    *,
    candidate: Candidate,
    asked: Asked,
    proof: Upload | None,
    at: datetime,
    by: Account,
    late_reason: str | None = None,
) -> CandidateRequest:
    """File a request; the same one sent twice is filed once.

    ``late_reason`` is None for everybody but 人事司, who may file after the session opened and
    then has to give it. Raises Over, TooLate, Incomplete, Pending, NotNow, Refused.
    """
    lock(candidate)
    _must_be_in_time(candidate, asked.kind, at, late_reason)
    if proof is not None and (
        fault := attachments.fault(proof, asking.PROOF_KINDS, most=asking.MAX_PROOF)
    ):
        raise Incomplete(fault, field="proof")
    for each in asking.faults(asked, proof=proof is not None):
        raise Incomplete(each.message, field=each.field)
    for other in queries.of_candidate(candidate.id):
        if other.state in asking.OPEN and other.kind is asked.kind:
            if other.asked == asked:
                return other
            raise Pending(f"已有一项{asked.kind.label}申请正在办理，请等待结果或先撤回")
    _must_be_to_grant(candidate, asked.kind)
    request = CandidateRequest(
        candidate=candidate,
        kind=asked.kind,
        code=asked.code,
        text=asked.text.strip(),
        minutes=asked.minutes,
        large_print=asked.large_print,
        aid=asked.aid.strip(),
        asked_at=at,
        asked_by=by,
        late_reason=late_reason.strip() if late_reason and at >= candidate.session.opens_at else "",
    )
    if proof is not None:
        request.proof = RequestProof(
            name=proof.name, content_type=proof.content_type, data=proof.data, uploaded_at=at
        )
    db.session.add(request)
    db.session.flush()
    record(
        "request.ask", request, at=at, kind=asked.kind.value, code=asked.code.value,
        staff_number=candidate.entry.staff_number, late_reason=request.late_reason,
    )  # fmt: skip
    return request


def _must_be_to_grant(candidate: Candidate, kind: RequestKind) -> None:
    """Refuses what nobody could grant, or need not."""
    if kind not in STATUS:
        return
    if STATUS[kind] is candidate.status:
        raise Refused(f"已登记为{candidate.status.label}，不用再申请")
    if candidate.attempts:
        raise NotNow(f"{candidate.entry.name}已经开始作答，不能申请{kind.label}")


def _must_be_in_time(
    candidate: Candidate, kind: RequestKind, at: datetime, late_reason: str | None
) -> None:
    session = candidate.session
    if session.cancelled_at is not None:
        raise Over
    why = asking.too_late(
        kind,
        at=at,
        opens_at=session.opens_at,
        closes_at=session.closes_at,
        published=session.published_at is not None,
    )
    if not why:
        return
    if why != asking.LATE or late_reason is None:
        raise TooLate(why)
    if not late_reason.strip():
        raise TooLate("场次已经开考，请写明逾期提出的理由", field="late_reason")


def opine(*, request: CandidateRequest, agrees: bool, text: str, at: datetime, by: Account) -> None:
    """The head of the unit says yes or no; a no is explained. Raises OwnRequest, NotNow."""
    _lock(request)
    if request.opined_by_id == by.id and request.opinion is agrees:
        return
    _must_be_somebody_elses(request, by)
    _must_follow(request, Step.OPINE)
    if not agrees and not text.strip():
        raise Refused("不同意的，请写明理由", field="text")
    request.opinion, request.opinion_text = agrees, text.strip()
    request.opined_at, request.opined_by = at, by
    db.session.flush()
    record("request.opine", request, at=at, agrees=agrees, reason=text.strip())


def decide(
    *, request: CandidateRequest, grants: bool, text: str, at: datetime, by: Account
) -> None:
    """人事司 decides, and what is granted holds at once.

    A refusal is explained, and so is granting without the unit's opinion or against it. Raises
    OwnRequest, NotNow, Over, Impossible, Refused.
    """
    _lock(request)
    if request.decided_by_id == by.id and request.granted is grants and request.state in (
        RequestState.GRANTED, RequestState.DECLINED,
    ):  # fmt: skip
        return
    _must_be_somebody_elses(request, by)
    _must_follow(request, Step.DECIDE)
    if not text.strip():
        if not grants:
            raise Refused("不批准的，请写明理由", field="text")
        if request.opinion is None:
            raise Refused("部门尚未提出意见，直接批准须写明理由", field="text")
        if not request.opinion:
            raise Refused("部门不同意，批准须写明理由", field="text")
    if grants:
        _apply(request, at, by)
    request.granted, request.decision_text = grants, text.strip()
    request.decided_at, request.decided_by = at, by
    db.session.flush()
    record("request.grant" if grants else "request.decline", request, at=at, reason=text.strip())


def grant_each(
    *, requests: Sequence[CandidateRequest], at: datetime, by: Account
) -> Sequence[tuple[CandidateRequest, str]]:
    """Grant those to which their units said yes; the others, each with the reason."""
    left = []
    for request in requests:
        try:
            with db.session.begin_nested():
                decide(request=request, grants=True, text="", at=at, by=by)
        except Refused as refusal:
            left.append((request, str(refusal)))
    return left


def _apply(request: CandidateRequest, at: datetime, by: Account) -> None:
    candidate = request.candidate
    request.stood_before = {
        "status": candidate.status.value,
        "reason": candidate.reason,
        "minutes": candidate.extra_minutes,
        "large_print": candidate.large_print,
        "aid": candidate.aid,
    }
    if status := STATUS.get(request.kind):
        candidates.set_status(
            candidate=candidate, status=status, reason=reason_of(request), at=at, by=by
        )
        return
    candidates.must_sit_yet(candidate, at)
    candidates.grant_aid(
        candidate=candidate,
        minutes=max(candidate.extra_minutes, request.minutes),
        large_print=candidate.large_print or request.large_print,
        aid=_joined((candidate.aid, request.aid)),
        reason=reason_of(request),
        at=at,
        by=by,
    )


def reason_of(request: CandidateRequest) -> str:
    """What lists show of a granted request: no more of a person's affairs than its kind."""
    if request.code is ReasonCode.OTHER:
        return request.text.replace("\n", " ")[:_SHOWN]
    return request.code.label


def _joined(parts: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(filter(None, parts)))


def withdraw(*, request: CandidateRequest, at: datetime, by: Account) -> None:
    """Take a request back before it is decided; a second time changes nothing. Raises NotNow."""
    _lock(request)
    if request.state is RequestState.WITHDRAWN:
        return
    _must_follow(request, Step.WITHDRAW)
    request.withdrawn_at = at
    db.session.flush()
    record("request.withdraw", request, at=at)


def reverse(*, request: CandidateRequest, reason: str, at: datetime, by: Account) -> None:
    """Undo a grant: the person stands again as before. Raises OwnRequest, NotNow, Changed, Over."""
    _lock(request)
    if request.state is RequestState.REVERSED:
        return
    _must_be_somebody_elses(request, by)
    _must_follow(request, Step.REVERSE)
    if not reason.strip():
        raise Refused("撤销批准须写明理由", field="reason")
    candidate, before = request.candidate, request.stood_before
    why = f"撤销批准：{reason.strip()}"
    if status := STATUS.get(request.kind):
        if (candidate.status, candidate.reason) != (status, reason_of(request)):
            raise Changed
        old = CandidateStatus.of(before["status"])
        candidates.set_status(
            candidate=candidate, status=old, reason=before["reason"], at=at, by=by
        )
    else:
        if candidate.extra_minutes != max(before["minutes"], request.minutes):
            raise Changed
        if queries.granted_since(request):
            raise Changed("此后又批准过该人员的考试便利，请先撤销后批准的一项")
        granted = (
            before["large_print"] or request.large_print,
            _joined((before["aid"], request.aid)),
        )
        if (candidate.large_print, candidate.aid) != granted:
            raise Changed
        candidates.grant_aid(
            candidate=candidate,
            minutes=before["minutes"],
            large_print=before["large_print"],
            aid=before["aid"],
            reason=why,
            at=at,
            by=by,
        )
    request.reversed_at, request.reversed_by = at, by
    request.reversal_reason = reason.strip()
    db.session.flush()
    record("request.reverse", request, at=at, reason=reason.strip())


def _lock(request: CandidateRequest) -> None:
    """The candidate first, as everywhere, then the request."""
    lock(request.candidate)
    lock(request)


def _must_be_somebody_elses(request: CandidateRequest, by: Account) -> None:
    if by.id == request.asked_by_id or by.person_id == request.candidate.person_id:
        raise OwnRequest


def _must_follow(request: CandidateRequest, step: Step) -> None:
    if step not in asking.POSSIBLE[request.state]:
        raise NotNow(f"申请{request.state.label}，不能再{step.label}")
