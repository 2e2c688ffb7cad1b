"""What there is to do in study groups, for the home page."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from courses.reminding.escalation import Matter, Owed
from study.group import codes, reminders
from study.group.kinds import FileKind
from study.group.models.groups import GroupMember, GroupPlan, GroupPlanChange
from study.group.models.meetings import GroupAttendance
from study.group.queries import meetings as queries
from study.group.reminders import BEHIND, Standing, Task


def own(person_id: int, at: datetime) -> list[Task]:
    """A member's tasks, by the time of the sessions."""
    lines = queries.own_lines(person_id, after=at - BEHIND)
    read = queries.read_materials(person_id, [each.meeting_id for each in lines])
    return reminders.tasks([_standing(each, read, at) for each in lines], at)


def owed(person_ids: Collection[int], at: datetime) -> list[Owed]:
    """What people owe after sessions: a word on why they were not there, and make-up study."""
    lines = queries.missed_lines(person_ids, after=at - BEHIND)
    return [
        Owed(line.person_id, f"group_{task.need.name.lower()}", line.meeting_id,
             f"{line.meeting.topic}：{task.need.value}", due_on, Matter.GROUP,
             "group.session", {"meeting_id": line.meeting_id})
        for line in lines
        if line.meeting.ends_at <= at
        for task in reminders.tasks([_standing(line, set(), at)], at)
        if (due_on := reminders.due(task, line.meeting.last_day))
    ]  # fmt: skip


def _standing(line: GroupAttendance, read: set[int], at: datetime) -> Standing:
    meeting = line.meeting
    owed = [
        each.id
        for each in meeting.speakers
        if each.person_id == line.person_id and not each.handed_in
    ]
    return Standing(
        line_id=line.id,
        meeting_id=meeting.id,
        topic=meeting.topic,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=meeting.place,
        closed=meeting.closed_at is not None,
        presence=line.presence,
        makeup_handed_in=line.makeup_at is not None,
        makeup_confirmed=line.makeup_confirmed_at is not None,
        unread=sum(
            each.file.kind is FileKind.CORE and each.id not in read for each in meeting.materials
        ),
        speech_id=owed[0] if owed else None,
        signs_by_code=codes.is_open(starts_at=meeting.starts_at, ends_at=meeting.ends_at, at=at),
    )


_HEADS = exists().where(
    GroupMember.group_id == GroupPlan.group_id,
    GroupMember.person_id == bindparam("person_id"),
    GroupMember.is_head.is_(True),
    GroupMember.joined_on <= bindparam("today"),
    or_(GroupMember.left_on.is_(None), GroupMember.left_on >= bindparam("today")),
)
_HANDED_IN = GroupPlan.submitted_at.is_not(None) & GroupPlan.approved_at.is_(None)
_CHANGED = exists().where(
    GroupPlanChange.plan_id == GroupPlan.id, GroupPlanChange.decided_at.is_(None)
)
_TO_APPROVE = _HEADS, or_(_HANDED_IN, _CHANGED)
#: SQL: ``plans_to_approve`` finds some.
ANY_TO_APPROVE = exists(select(GroupPlan.id).where(*_TO_APPROVE))


def plans_to_approve(person_id: int, today: date) -> Sequence[GroupPlan]:
    """Plans, and plans with amendments, that wait for the word of this head."""
    return db.session.scalars(
        select(GroupPlan)
        .where(*_TO_APPROVE)
        .options(joinedload(GroupPlan.group))
        .order_by(GroupPlan.year, GroupPlan.id),
        {"person_id": person_id, "today": today},
    ).all()
