"""Who was there: signed in by code, said from a list, excused, made up."""

from datetime import datetime

from accounts.models import Account, Person
from core import clock, rotating_code
from core.attachments import Upload
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from study.group import codes
from study.group.kinds import FileKind, Method, Presence, WorkKind
from study.group.models.groups import GroupWork, StudyGroup
from study.group.models.meetings import GroupAttendance, GroupMeeting
from study.group.services.meetings import keep_file, must_be_open

MAX_TEXT = 20_000


class NotSignedIn(Refused):
    """A sign-in that the rules refuse; the message says why."""


def sign_in(*, meeting: GroupMeeting, person: Person, code: str, key: str, at: datetime) -> None:
    """Sign in by the code on the projector: now, in the session's window, for those on its list.

    Sent twice it is one sign-in. Raises NotSignedIn.
    """
    must_be_open(meeting)
    line = next((each for each in meeting.lines if each.person_id == person.id), None)
    if line is None:
        raise NotSignedIn("您不在这次学习的应到名单中")
    if not codes.is_open(starts_at=meeting.starts_at, ends_at=meeting.ends_at, at=at):
        opens = clock.local(meeting.starts_at - codes.EARLY)
        late = at >= meeting.ends_at
        raise NotSignedIn(
            "本次学习已经结束，如确已参加请联系学习秘书补登"
            if late
            else f"尚未到签到时间，{opens:%m月%d日 %H:%M} 起可以签到"
        )
    if not rotating_code.code_fits(key, codes.PURPOSE, meeting.id, code, at):
        raise NotSignedIn("签到码不对或已经更换，请在会场重新扫描屏幕上的二维码", field="code")
    lock(line)
    if line.presence is Presence.PRESENT:
        return
    line.presence, line.method, line.reason, line.recorded_at = (
        Presence.PRESENT, Method.CODE, "", at,
    )  # fmt: skip
    record("group_attendance.sign_in", meeting, at=at, person=person.id, name=person.name)


def register(
    *,
    line: GroupAttendance,
    presence: Presence,
    method: Method,
    reason: str,
    at: datetime,
) -> bool:
    """What the secretary says of somebody on an open list; whether it changed anything.

    Leave, absence and an entry by hand need a reason. Raises Refused.
    """
    if presence is Presence.UNKNOWN:
        method, reason = Method.NONE, ""
    elif presence is not Presence.PRESENT and method in {Method.NONE, Method.CODE}:
        method = Method.LIST
    if (line.presence, line.reason) == (presence, reason) and (
        line.method is method or method is Method.NONE
    ):
        return False
    if method is Method.NONE and presence is Presence.PRESENT:
        method = Method.LIST
    if method is Method.CODE and line.method is not Method.CODE:
        raise Refused(f"{line.person.name}：扫码签到只能由本人扫码产生")
    needs = presence in {Presence.LEAVE, Presence.ABSENT} or method is Method.MANUAL
    if needs and not reason:
        raise Refused(f"{line.person.name}：{_needed(presence)}须写明原因")
    old = line.presence
    line.presence, line.method, line.reason = presence, method, reason[:300]
    line.recorded_at = None if presence is Presence.UNKNOWN else at
    record(
        "group_attendance.register", line.meeting, at=at, person=line.person_id,
        name=line.person.name, old=old.value, new=presence.value, reason=reason,
    )  # fmt: skip
    return True


def _needed(presence: Presence) -> str:
    return presence.label if presence is not Presence.PRESENT else "人工补登"


def ask_leave(*, line: GroupAttendance, reason: str, at: datetime) -> None:
    """One's own leave, before the session begins. Raises Refused."""
    must_be_open(line.meeting)
    lock(line)
    if at >= line.meeting.starts_at:
        raise Refused("学习已经开始，请联系学习秘书登记请假")
    if not reason:
        raise Refused("请写明请假原因", field="reason")
    line.presence, line.method, line.reason, line.recorded_at = (
        Presence.LEAVE, Method.LIST, reason[:300], at,
    )  # fmt: skip
    record("group_attendance.ask_leave", line.meeting, at=at, person=line.person_id, reason=reason)


def take_back_leave(*, line: GroupAttendance, at: datetime) -> None:
    """One is coming after all, said before the session begins. Raises Refused."""
    must_be_open(line.meeting)
    lock(line)
    if line.presence is not Presence.LEAVE:
        raise Refused("没有请假")
    if at >= line.meeting.starts_at:
        raise Refused("学习已经开始，到会的请签到，或联系学习秘书")
    line.presence, line.method, line.reason, line.recorded_at = (
        Presence.UNKNOWN, Method.NONE, "", None,
    )  # fmt: skip
    record("group_attendance.take_back", line.meeting, at=at, person=line.person_id)


def explain(*, line: GroupAttendance, reason: str, at: datetime) -> None:
    """Say why one was absent, where nothing is said yet, on an open record. Raises Refused."""
    must_be_open(line.meeting)
    lock(line)
    if line.presence is not Presence.UNKNOWN or at < line.meeting.ends_at:
        raise Refused("现在不需要说明缺席原因")
    if not reason:
        raise Refused("请写明原因", field="reason")
    line.presence, line.method, line.reason, line.recorded_at = (
        Presence.ABSENT, Method.LIST, reason[:300], at,
    )  # fmt: skip
    record("group_attendance.explain", line.meeting, at=at, person=line.person_id, reason=reason)


def hand_in_makeup(
    *, line: GroupAttendance, note: str, upload: Upload | None, at: datetime, by: Account
) -> None:
    """补学: what was studied, as a note or a file; also after the record is closed.

    Raises Refused.
    """
    lock(line)
    if not line.missed:
        raise Refused("出席的不需要补学")
    if line.makeup_confirmed_at is not None:
        raise Refused("补学已经确认，不能再改")
    if not note and upload is None and line.makeup_file_id is None:
        raise Refused("请写明补学内容，或上传补学材料", field="note")
    if upload is not None:
        file = keep_file(group_id=line.meeting.group_id, kind=FileKind.MAKE_UP, upload=upload,
                         at=at, by=by)  # fmt: skip
        line.makeup_file_id = file.id
    line.makeup_note, line.makeup_at = note[:MAX_TEXT], at
    record("group_attendance.make_up", line.meeting, at=at, person=line.person_id)


def decide_makeup(*, line: GroupAttendance, confirm: bool, reason: str, at: datetime) -> None:
    """The secretary confirms make-up study, or hands it back with a reason. Raises Refused."""
    lock(line)
    if line.makeup_at is None or line.makeup_confirmed_at is not None:
        raise Refused("没有待确认的补学")
    if confirm:
        line.makeup_confirmed_at = at
    else:
        if not reason:
            raise Refused("退回补学须写明理由", field="reason")
        line.makeup_at = None
    action = "group_attendance.confirm_makeup" if confirm else "group_attendance.return_makeup"
    record(action, line.meeting, at=at, person=line.person_id, reason=reason)


def hand_in_work(
    *,
    group: StudyGroup,
    person: Person,
    kind: WorkKind,
    year: int,
    title: str,
    body: str,
    upload: Upload | None,
    at: datetime,
    by: Account,
) -> GroupWork:
    """A plan of one's own, notes, a report, an article: as text or file. Raises Refused."""
    if not body and upload is None:
        raise Refused("请填写正文，或上传文件", field="body")
    file = None
    if upload is not None:
        file = keep_file(group_id=group.id, kind=FileKind.WORK, upload=upload, at=at, by=by)
    work = GroupWork(
        group_id=group.id,
        person_id=person.id,
        kind=kind,
        year=year,
        title=title,
        body=body,
        file_id=file.id if file else None,
        handed_in_at=at,
    )
    db.session.add(work)
    db.session.flush()
    record("group_work.submit", work, at=at, title=title, kind=kind.value)
    return work


def withdraw_work(*, work: GroupWork, at: datetime) -> None:
    lock(work)
    if work.withdrawn_at is None:
        work.withdrawn_at = at
        record("group_work.withdraw", work, at=at, title=work.title)
