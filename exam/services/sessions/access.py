"""The door of a session: what it asks for, who is refused, who opened its paper."""

from datetime import datetime
from http import HTTPStatus
from secrets import token_hex

from accounts.models import Account, Person
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.kinds import HallEventKind
from exam.models import ExamSession, FormOpening, HallEvent, SessionGate
from exam.queries.sessions import hall as queries
from exam.services.assembling.building import intact
from exam.services.sessions.planning import Begun
from exam.services.sessions.window import Over
from exam.sessions import access
from exam.sessions.access import Shown

#: Refusals of one person at one session that are noted.
NOTED_REFUSALS = 50
#: A code that changes changes at most every two hours.
MAX_CODE_MINUTES = 120


class NotAdmitted(Refused):
    """Something that the session asks for was not shown; the text says what."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self, kind: HallEventKind, message: str, detail: str) -> None:
        super().__init__(message, field="code")
        self.kind, self.detail = kind, detail


class OwnSeal(Refused):
    message = "试卷由您封存，须由另一人启封"


class Damaged(Refused):
    message = "校验未通过：试卷内容与封存时不一致，不能启封。请报告系统管理员并核查审计日志"


def arrange(
    *,
    session: ExamSession,
    code_minutes: int | None,
    networks: str,
    seb_config_keys: str,
    seb_exam_keys: str,
    second_opening: bool,
    at: datetime,
    by: Account | None,
) -> SessionGate:
    """Say what a session asks for; ``code_minutes`` None for no code, 0 for one that stays.

    Networks and browsers may be changed while it runs, because a room may have to move. Raises
    Refused for what cannot be read, Over, Begun for the opening by a second person.
    """
    lock(session)
    if session.cancelled_at is not None or at >= session.closes_at:
        raise Over
    _must_be_readable(networks, seb_config_keys, seb_exam_keys)
    if code_minutes is not None and not 0 <= code_minutes <= MAX_CODE_MINUTES:
        raise Refused(f"口令更换间隔应为 0 至 {MAX_CODE_MINUTES} 分钟", field="code_minutes")
    gate = session.gate or SessionGate()
    if second_opening != bool(gate.second_opening) and at >= session.opens_at:
        raise Begun("场次已经开始，启封要求不能再改")
    if code_minutes is None:
        gate.code_secret, gate.code_minutes = "", 0
    else:
        gate.code_secret, gate.code_minutes = gate.code_secret or token_hex(16), code_minutes
    gate.networks, gate.second_opening = networks.strip(), second_opening
    gate.seb_config_keys, gate.seb_exam_keys = seb_config_keys.strip(), seb_exam_keys.strip()
    session.gate = gate
    db.session.flush()
    record(
        "session.gate", session, at=at, title=session.title,
        code="none" if code_minutes is None else code_minutes, networks=gate.networks.split(),
        seb=len(gate.seb_config_keys.split()) + len(gate.seb_exam_keys.split()),
        second_opening=second_opening,
    )  # fmt: skip
    return gate


def _must_be_readable(networks: str, seb_config_keys: str, seb_exam_keys: str) -> None:
    readers = (
        ("networks", access.networks, networks),
        ("seb_config_keys", access.keys, seb_config_keys),
        ("seb_exam_keys", access.keys, seb_exam_keys),
    )
    for field, read, text in readers:
        try:
            read(text)
        except access.Unreadable as error:
            raise Refused(str(error), field=field) from None


def renew_code(*, session: ExamSession, at: datetime, by: Account | None) -> None:
    """Another code from now on; those given out before are worth nothing, and who typed a wrong one
    too often may try this one at once. Raises Refused."""
    lock(session)
    gate = session.gate
    if gate is None or not gate.code_secret:
        raise Refused("本场次没有设口令")
    gate.code_secret = token_hex(16)
    note(session, HallEventKind.CODE_RENEWED, at, by=by)
    record("session.renew_code", session, at=at, title=session.title)


def objection(
    *, session: ExamSession, person: Person, shown: Shown, with_code: bool, at: datetime
) -> NotAdmitted | None:
    """Why somebody is not let in; None for come in. Reads only.

    ``with_code``: whether a code has to be shown, too, or only address and browser. Who asks for a
    code holds the candidate, so that tries are counted.
    """
    gate = session.gate
    if gate is None:
        return None
    found = _place(gate, shown) or _browser(gate, shown)
    if found is None and with_code and gate.code_secret:
        found = _code(gate, session, person, shown, at)
    return found


def _place(gate: SessionGate, shown: Shown) -> NotAdmitted | None:
    if access.within(access.networks(gate.networks), shown.address):
        return None
    return NotAdmitted(
        HallEventKind.NETWORK_REFUSED,
        f"本场次只能在指定的考场网络作答；您现在的地址 {shown.address} 不在其中，"
        "请到考场或联系监考人员",
        f"来自 {shown.address}",
    )


def _browser(gate: SessionGate, shown: Shown) -> NotAdmitted | None:
    """Each kind of key that is set has to be proved."""
    for accepted, given in (
        (access.keys(gate.seb_config_keys), shown.config_hash),
        (access.keys(gate.seb_exam_keys), shown.exam_hash),
    ):
        if accepted and not access.key_fits(accepted, shown.url, given):
            return NotAdmitted(
                HallEventKind.SEB_REFUSED,
                "本场次须用考试浏览器（Safe Exam Browser）并以本场次下发的配置打开，"
                "请从考场提供的配置文件进入",
                "考试浏览器的配置或版本不符" if given else "没有使用考试浏览器",
            )
    return None


def _code(
    gate: SessionGate, session: ExamSession, person: Person, shown: Shown, at: datetime
) -> NotAdmitted | None:
    # Guesses at a code that was taken back since are guesses at nothing.
    renewed = queries.code_renewed_at(session.id)
    since = max(filter(None, (at - access.TRIES_FOR, renewed)))
    wrong = queries.event_count(session.id, person.id, [HallEventKind.CODE_WRONG], since)
    minutes = int(access.TRIES_FOR.total_seconds() // 60)
    if wrong >= access.TRIES:
        return NotAdmitted(
            HallEventKind.CODE_LOCKED,
            f"口令输错已达 {access.TRIES} 次，请 {minutes} 分钟后再试，"
            "或者请监考人员在看板上换一个口令",
            "",
        )
    if not shown.code.strip():
        # Nothing typed is no guess.
        return NotAdmitted(HallEventKind.CODE_WRONG, "请输入监考人员公布的场次口令", "")
    if access.code_fits(gate.code_secret, gate.code_minutes, shown.code, at):
        return None
    left = access.TRIES - wrong - 1
    return NotAdmitted(
        HallEventKind.CODE_WRONG,
        "口令不对，请看监考人员现在公布的口令" + (f"；还可以试 {left} 次" if left else ""),
        f"第 {wrong + 1} 次",
    )


def note_refusal(*, session: ExamSession, person: Person, found: NotAdmitted, at: datetime) -> None:
    """Put a refusal on record, where invigilators see it; a code not typed is none."""
    if found.kind is HallEventKind.CODE_WRONG and not found.detail:
        return
    if queries.event_count(session.id, person.id, [found.kind]) < NOTED_REFUSALS:
        note(session, found.kind, at, found.detail, person=person)


def open_forms(*, session: ExamSession, at: datetime, by: Account) -> None:
    """Open the papers of a session (启封) as somebody who did not seal them; twice is once.

    A paper that is not as it was sealed stays closed, and that is noted. Raises Over, OwnSeal,
    Refused; the caller commits what was noted and then calls ``must_be_intact``.
    """
    lock(session)
    if session.cancelled_at is not None or at >= session.closes_at:
        raise Over
    if session.gate is None or not session.gate.second_opening:
        raise Refused("本场次没有要求开考前启封")
    waiting = queries.unopened(session)
    for form in waiting:
        if form.hash is None:
            raise Refused(f"“{form.title}”没有封存，请先封存")
        if form.sealed_by is not None and form.sealed_by.person_id == by.person_id:
            raise OwnSeal
    for form in waiting:
        sound = intact(form)
        opening = FormOpening(
            session_id=session.id, form_id=form.id, opened_at=at, opened_by_id=by.id,
            hash=form.hash, intact=sound,
        )  # fmt: skip
        db.session.add(opening)
        kind = HallEventKind.OPENED if sound else HallEventKind.OPENING_FAILED
        note(session, kind, at, form.title, by=by)
        record("session.open_form", session, at=at, title=form.title, hash=form.hash, intact=sound)


def must_be_intact(session: ExamSession) -> None:
    """Raises Damaged if a paper that should have been opened was not."""
    if queries.unopened(session):
        raise Damaged


def note(
    session: ExamSession,
    kind: HallEventKind,
    at: datetime,
    detail: str = "",
    *,
    person: Person | None = None,
    by: Account | None = None,
) -> None:
    db.session.add(
        HallEvent(
            session_id=session.id,
            at=at,
            kind=kind,
            detail=detail,
            person_id=person.id if person else None,
            by_id=by.id if by else None,
        )
    )
    db.session.flush()
