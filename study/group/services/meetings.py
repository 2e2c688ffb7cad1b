"""Sessions before they are closed: set up, listed, given speakers and materials, called off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from accounts.models import Account, Person
from core import attachments, clock
from core.attachments import Upload
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.citing import Cited
from courses.queries import managing
from laws import force
from laws.queries import naming
from study.group import files
from study.group.kinds import FILE_KINDS, MAX_FILE, FileKind, MemberKind, SessionForm, SpeakerRole
from study.group.models.groups import GroupFile, GroupPlanItem, StudyGroup
from study.group.models.meetings import (
    GroupAttendance,
    GroupMaterial,
    GroupMaterialRead,
    GroupMeeting,
    GroupSpeaker,
    GroupStudiedLaw,
)
from study.group.queries import groups as group_queries
from study.group.queries import meetings as queries


class Locked(Refused):
    message = "学习记录已归档锁定，只能更正"


@dataclass(frozen=True)
class MeetingDraft:
    form: SessionForm
    topic: str
    is_law: bool
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    chair: str = ""
    recorder: str = ""
    minutes: str = ""
    #: Laws without articles, and articles of laws.
    laws: Sequence[str] = ()
    cited: Sequence[Cited] = ()
    plan_item: GroupPlanItem | None = None


@dataclass(frozen=True)
class SpeakerDraft:
    role: SpeakerRole
    name: str
    person: Person | None = None
    subject: str = ""
    outline: str = ""
    upload: Upload | None = None


def must_be_open(meeting: GroupMeeting) -> None:
    """Wait for the session and see that its record is not locked. Raises Locked, Refused."""
    lock(meeting)
    if meeting.closed_at is not None:
        raise Locked
    if meeting.cancelled_at is not None:
        raise Refused("这次学习已经取消")


def create(*, group: StudyGroup, draft: MeetingDraft, at: datetime) -> GroupMeeting:
    """A session with its number in the year and the list of those expected. Raises Refused."""
    lock(group)
    year = clock.local(draft.starts_at).year
    meeting = GroupMeeting(
        group_id=group.id,
        year=year,
        number=queries.next_number(group.id, year),
        created_at=at,
    )
    _write(meeting, draft)
    db.session.add(meeting)
    db.session.flush()
    refresh_list(meeting=meeting)
    record("group_meeting.create", meeting, at=at, title=meeting.topic)
    return meeting


def edit(*, meeting: GroupMeeting, draft: MeetingDraft, at: datetime) -> None:
    """Raises Locked, Refused."""
    must_be_open(meeting)
    if clock.local(draft.starts_at).year != meeting.year:
        raise Refused(
            f"次序号按年度编排，不能改到 {meeting.year} 年以外；请取消后另建", field="starts_at"
        )
    _write(meeting, draft)
    db.session.flush()
    refresh_list(meeting=meeting)
    record("group_meeting.edit", meeting, at=at, title=meeting.topic)


def _write(meeting: GroupMeeting, draft: MeetingDraft) -> None:
    if draft.ends_at <= draft.starts_at:
        raise Refused("结束时间应晚于开始时间", field="ends_at")
    day = clock.local(draft.starts_at).date()
    for name in ("form", "topic", "is_law", "starts_at", "ends_at", "place", "chair", "recorder",
                 "minutes"):  # fmt: skip
        setattr(meeting, name, getattr(draft, name))
    meeting.plan_item_id = draft.plan_item.id if draft.plan_item else None
    studied = []
    for name in draft.laws:
        law = naming.law_named(name)
        version = force.current(law.versions, day) or law.versions[-1]
        studied.append(GroupStudiedLaw(version_id=version.id))
    studied += [
        GroupStudiedLaw(version_id=each.version_id, article_id=each.id)
        for each in managing.articles(draft.cited, day)
    ]
    for position, each in enumerate(studied, 1):
        each.position = position
    meeting.studied = studied


def refresh_list(*, meeting: GroupMeeting) -> None:
    """Those expected are who is in the group on the session's day; what was said stays."""
    group = group_queries.group(meeting.group_id, group_queries.Reader(0, reads_all=True))
    expected = {
        each.person_id: (place, each.kind)
        for place, each in enumerate(group_queries.members_on(group, meeting.day))
        if each.kind is not MemberKind.SECRETARY
    }
    for line in list(meeting.lines):
        if line.person_id in expected:
            line.position, line.kind = expected.pop(line.person_id)
        elif line.recorded_at is None and line.makeup_at is None:
            meeting.lines.remove(line)
            db.session.delete(line)
    meeting.lines += [
        GroupAttendance(person_id=person_id, kind=kind, position=place)
        for person_id, (place, kind) in expected.items()
    ]
    db.session.flush()


def refresh_lists(*, group: StudyGroup, at: datetime) -> None:
    """The lists of sessions to come, after somebody joined or left."""
    coming = db.session.scalars(
        select(GroupMeeting)
        .where(
            GroupMeeting.group_id == group.id,
            GroupMeeting.starts_at > at,
            GroupMeeting.closed_at.is_(None),
            GroupMeeting.cancelled_at.is_(None),
        )
        .order_by(GroupMeeting.id)
    )
    for each in coming.all():
        refresh_list(meeting=each)


def cancel(*, meeting: GroupMeeting, reason: str, at: datetime) -> None:
    """Call a session off; it keeps its number and is not counted. Raises Locked, Refused."""
    must_be_open(meeting)
    if not reason:
        raise Refused("取消须写明理由", field="reason")
    meeting.cancelled_at, meeting.cancel_reason = at, reason
    record("group_meeting.cancel", meeting, at=at, title=meeting.topic, reason=reason)


def keep_file(
    *, group_id: int, kind: FileKind, upload: Upload, at: datetime, by: Account
) -> GroupFile:
    """Raises Refused for a file of another kind than is taken, an empty or a broken one."""
    if fault := attachments.fault(upload, FILE_KINDS, most=MAX_FILE):
        raise Refused(f"{upload.name}：{fault}", field="file")
    file = GroupFile(
        group_id=group_id,
        kind=kind,
        name=upload.name,
        content_type=upload.content_type,
        data=upload.data,
        sha256=files.digest(upload.data),
        size=len(upload.data),
        uploaded_at=at,
        uploaded_by_id=by.id,
    )
    db.session.add(file)
    db.session.flush()
    return file


def add_material(
    *, meeting: GroupMeeting, kind: FileKind, upload: Upload, at: datetime, by: Account
) -> GroupMaterial:
    must_be_open(meeting)
    file = keep_file(group_id=meeting.group_id, kind=kind, upload=upload, at=at, by=by)
    material = GroupMaterial(file_id=file.id)
    meeting.materials.append(material)
    db.session.flush()
    record("group_meeting.add_material", meeting, at=at, file=file.name, hash=file.sha256)
    return material


def remove_material(*, material: GroupMaterial, at: datetime) -> None:
    meeting = db.session.get_one(GroupMeeting, material.meeting_id)
    must_be_open(meeting)
    file = material.file
    record("group_meeting.remove_material", meeting, at=at, file=file.name, hash=file.sha256)
    db.session.execute(
        delete(GroupMaterialRead).where(GroupMaterialRead.material_id == material.id)
    )
    meeting.materials.remove(material)
    db.session.flush()
    db.session.delete(file)
    db.session.flush()


def mark_read(*, material: GroupMaterial, person_id: int, at: datetime) -> None:
    """Note that somebody on the list opened a material; once."""
    if not queries.was_read(material.id, person_id):
        db.session.add(GroupMaterialRead(material_id=material.id, person_id=person_id, read_at=at))
        db.session.flush()


def add_speaker(
    *, meeting: GroupMeeting, draft: SpeakerDraft, at: datetime, by: Account
) -> GroupSpeaker:
    must_be_open(meeting)
    file = None
    if draft.upload is not None:
        file = keep_file(group_id=meeting.group_id, kind=FileKind.OUTLINE, upload=draft.upload,
                         at=at, by=by)  # fmt: skip
    speaker = GroupSpeaker(
        role=draft.role,
        person_id=draft.person.id if draft.person else None,
        name=draft.person.name if draft.person else draft.name,
        subject=draft.subject,
        outline=draft.outline,
        file_id=file.id if file else None,
    )
    meeting.speakers.append(speaker)
    db.session.flush()
    record("group_meeting.add_speaker", meeting, at=at, name=speaker.name)
    return speaker


def remove_speaker(*, speaker: GroupSpeaker, at: datetime) -> None:
    meeting = speaker.meeting
    must_be_open(meeting)
    record("group_meeting.remove_speaker", meeting, at=at, name=speaker.name)
    meeting.speakers.remove(speaker)
    db.session.flush()


def hand_in_outline(
    *, speaker: GroupSpeaker, outline: str, upload: Upload | None, at: datetime, by: Account
) -> None:
    """A speaker's own outline, as text or file, until the record is closed. Raises Refused."""
    must_be_open(speaker.meeting)
    if not outline and upload is None:
        raise Refused("请填写发言提纲，或选择文件", field="outline")
    speaker.outline = outline or speaker.outline
    if upload is not None:
        group_id = speaker.meeting.group_id
        speaker.file = keep_file(group_id=group_id, kind=FileKind.OUTLINE, upload=upload, at=at,
                                 by=by)  # fmt: skip
    record("group_meeting.hand_in_outline", speaker.meeting, at=at, name=speaker.name)
