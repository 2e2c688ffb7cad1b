"""Closing a record, which locks it and enters its hours; and correcting it by number."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from accounts.models import Account
from core import clock, figures
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.hours import conversion, queries
from courses.hours.kinds import Activity
from courses.models import CreditEntry
from courses.services import crediting
from study.group import digest
from study.group.kinds import Method, Presence, SessionForm, days_of, minutes_of
from study.group.models.meetings import GroupAttendance, GroupCorrection, GroupMeeting
from study.group.rules import Parameters
from study.group.services.meetings import must_be_open

#: What of a closed record can be corrected as text.
TEXTS = {
    "topic": "学习主题", "place": "地点", "chair": "主持人", "recorder": "记录人",
    "minutes": "纪要",
}  # fmt: skip


class NotReady(Refused):
    """The record lacks something; the message lists it."""


def lacking(meeting: GroupMeeting, at: datetime) -> list[str]:
    """What a record still needs before it can be closed."""
    found = []
    if at < meeting.ends_at:
        found.append("学习尚未结束")
    needed = ("place", "chair", "recorder", "minutes")
    found += [f"未填{TEXTS[name]}" for name in needed if not getattr(meeting, name)]
    if meeting.is_law and not meeting.studied:
        found.append("法治专题须登记所学法律及条款")
    if meeting.form is not SessionForm.SELF_STUDY:
        unknown = [each.person.name for each in meeting.lines if each.recorded_at is None]
        if unknown:
            found.append(f"未登记出席情况：{'、'.join(unknown)}")
    return found


def close(*, meeting: GroupMeeting, parameters: Parameters, at: datetime, by: Account) -> None:
    """Lock the record, keep its hash and enter the hours of those who were there, once.

    Raises Locked, NotReady.
    """
    must_be_open(meeting)
    if missing := lacking(meeting, at):
        raise NotReady("；".join(missing))
    meeting.hours = hours_of(meeting, parameters)
    found = digest.of(as_record(meeting))
    meeting.closed_at, meeting.closed_by_id, meeting.digest = at, by.id, found
    db.session.flush()
    for line in meeting.lines:
        _settle(line, "", at=at, by=by)
    record("group_meeting.archive", meeting, at=at, title=meeting.topic, hash=meeting.digest)


def hours_of(meeting: GroupMeeting, parameters: Parameters) -> Decimal:
    """What the session enters for each who was there: no more than its time stands for."""
    rule = conversion.in_force(queries.conversions(), Activity.GROUP_STUDY, meeting.day)
    minutes = minutes_of(clock.local(meeting.starts_at), clock.local(meeting.ends_at))
    daily = [conversion.by_clock(each, rule) for each in minutes]
    return parameters.hours(meeting.form, daily)


def shortened(meeting: GroupMeeting, parameters: Parameters) -> str:
    """Why less than the standard is entered; "" where it is not."""
    hours = meeting.hours if meeting.closed_at else hours_of(meeting, parameters)
    standard = parameters.standard(meeting.form, days_of(meeting.day, meeting.last_day))
    if hours >= standard:
        return ""
    minutes = minutes_of(clock.local(meeting.starts_at), clock.local(meeting.ends_at))
    return (
        f"起止时间共 {sum(minutes)} 分钟，按折算规则登记 {figures.plain(hours)} 学时，"
        f"不到规定的 {figures.plain(standard)} 学时"
        + ("" if meeting.closed_at else "；时间有误的请在归档前改正")
    )


def as_record(meeting: GroupMeeting) -> dict[str, Any]:
    """The closed record as plain data: everything but make-up study, which comes later."""
    return {
        "group": meeting.group_id,
        "year": meeting.year,
        "number": meeting.number,
        "form": meeting.form.value,
        "is_law": meeting.is_law,
        # As the database gives it back, whatever clock it was written by.
        "starts_at": meeting.starts_at.astimezone(UTC).isoformat(),
        "ends_at": meeting.ends_at.astimezone(UTC).isoformat(),
        "hours": f"{meeting.hours:.2f}",
        **{name: getattr(meeting, name) for name in TEXTS},
        "list": [
            [each.person_id, each.kind.value, each.presence.value, each.method.value, each.reason]
            for each in sorted(meeting.lines, key=lambda each: each.person_id)
        ],
        "speakers": [
            [each.role.value, each.name, each.subject, each.outline,
             each.file.sha256 if each.file else ""]
            for each in meeting.speakers
        ],
        "studied": [[each.version_id, each.article_id] for each in meeting.studied],
        "materials": [[each.file.name, each.file.sha256] for each in meeting.materials],
    }  # fmt: skip


def is_intact(meeting: GroupMeeting) -> bool:
    """Whether a closed record is what was closed (and corrected since)."""
    return meeting.digest == digest.of(as_record(meeting))


def _settle(line: GroupAttendance, reason: str, *, at: datetime, by: Account) -> None:
    """Bring the ledger in line with an attendance: one entry for who was there, none else."""
    meeting = line.meeting
    due = line.presence is Presence.PRESENT and meeting.hours > 0
    if due and line.credit_id is None:
        title = figures.titled(meeting.topic)
        entry = crediting.credit_group_study(
            person_id=line.person_id,
            hours=meeting.hours,
            days=None if meeting.days is None else Decimal(meeting.days),
            is_law=meeting.is_law,
            earned_on=meeting.day,
            reason=f"{meeting.group.name}{meeting.form.label}{title}",
            at=at,
            by=by,
        )
        line.credit_id = entry.id
    elif not due and line.credit_id is not None:
        entry = db.session.get_one(CreditEntry, line.credit_id)
        crediting.reverse(entry=entry, reason=f"更正学习记录：{reason}"[:300], at=at, by=by)
        line.credit_id = None
    db.session.flush()


def _must_be_closed(meeting: GroupMeeting, reason: str) -> None:
    lock(meeting)
    if meeting.closed_at is None:
        raise Refused("学习记录尚未归档，可以直接修改")
    if not reason:
        raise Refused("更正须写明理由", field="reason")


def correct_text(
    *, meeting: GroupMeeting, name: str, value: str, reason: str, at: datetime, by: Account
) -> GroupCorrection:
    """Put one of TEXTS of a closed record right. Raises Refused."""
    _must_be_closed(meeting, reason)
    before = getattr(meeting, name)
    if before == value:
        raise Refused("内容没有变化", field="value")
    if not value:
        raise Refused(f"{TEXTS[name]}不能为空", field="value")
    setattr(meeting, name, value)
    return _corrected(meeting, TEXTS[name], before, value, reason, at=at, by=by)


def correct_presence(
    *, line: GroupAttendance, presence: Presence, why: str, reason: str, at: datetime, by: Account
) -> GroupCorrection:
    """Put somebody's attendance on a closed record right, and the ledger with it.

    Raises Refused.
    """
    meeting = line.meeting
    _must_be_closed(meeting, reason)
    lock(line)
    if presence is Presence.UNKNOWN:
        raise Refused("请选择出席、请假或缺席", field="presence")
    if presence is not Presence.PRESENT and not why:
        raise Refused(f"{presence.label}须写明原因", field="why")
    if (line.presence, line.reason) == (presence, why):
        raise Refused("内容没有变化", field="presence")
    before = _said(line)
    line.presence, line.reason, line.method, line.recorded_at = (
        presence, why[:300], Method.MANUAL, at,
    )  # fmt: skip
    db.session.flush()
    _settle(line, reason, at=at, by=by)
    name = line.person.name
    return _corrected(meeting, f"{name}的出席情况", before, _said(line), reason, at=at, by=by)


def _said(line: GroupAttendance) -> str:
    return line.presence.label + (f"（{line.reason}）" if line.reason else "")


def _corrected(
    meeting: GroupMeeting, what: str, before: str, after: str, reason: str, *,
    at: datetime, by: Account,
) -> GroupCorrection:  # fmt: skip
    db.session.flush()
    meeting.digest = digest.of(as_record(meeting))
    found = GroupCorrection(
        number=len(meeting.corrections) + 1,
        what=what,
        before=before,
        after=after,
        reason=reason[:300],
        corrected_at=at,
        corrected_by_id=by.id,
        digest=meeting.digest,
    )
    meeting.corrections.append(found)
    db.session.flush()
    record(
        "group_meeting.correct", meeting, at=at, number=found.number, reason=reason,
        day=f"{clock.local(meeting.starts_at):%Y-%m-%d}", name=what,
    )  # fmt: skip
    return found
