"""Reads of sessions, their lists and materials, and of what a year came to."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Person
from core.db import db
from laws.models import LawVersion
from study.group import attendance
from study.group.attendance import Count, Line
from study.group.kinds import WHOLE, WRITINGS, MemberKind, Presence, SessionForm, days_of
from study.group.models.groups import GroupFile, GroupMember, GroupWork, StudyGroup
from study.group.models.meetings import (
    GroupAttendance,
    GroupMaterial,
    GroupMaterialRead,
    GroupMeeting,
    GroupSpeaker,
    GroupStudiedLaw,
)
from study.group.queries.groups import Reader
from study.group.queries.groups import group as group_of
from study.group.rules import Duties, Held


def meetings(group_id: int, year: int, *, cancelled: bool = True) -> Select[GroupMeeting]:
    """A year's sessions, the latest first. The group must have been loaded."""
    query = select(GroupMeeting).where(GroupMeeting.group_id == group_id, GroupMeeting.year == year)
    if not cancelled:
        query = query.where(GroupMeeting.cancelled_at.is_(None))
    return query.order_by(GroupMeeting.starts_at.desc(), GroupMeeting.id.desc())


def is_held(item_id: int) -> bool:
    """Whether a closed session is what a study of the plan came to."""
    held = exists().where(GroupMeeting.plan_item_id == item_id, GroupMeeting.closed_at.is_not(None))
    return bool(db.session.scalar(select(held)))


def closed(group_id: int, year: int) -> Sequence[GroupMeeting]:
    """The year's closed sessions in their order, with their whole record."""
    return db.session.scalars(
        select(GroupMeeting)
        .where(
            GroupMeeting.group_id == group_id,
            GroupMeeting.year == year,
            GroupMeeting.closed_at.is_not(None),
        )
        .options(*_record())
        .order_by(GroupMeeting.starts_at, GroupMeeting.id)
    ).all()


def _record() -> list:  # type: ignore[type-arg]  # loader options have no common public type
    return [
        joinedload(GroupMeeting.group),
        selectinload(GroupMeeting.lines)
        .joinedload(GroupAttendance.person)
        .joinedload(Person.stat_unit),
        selectinload(GroupMeeting.lines).joinedload(GroupAttendance.makeup_file),
        selectinload(GroupMeeting.lines).joinedload(GroupAttendance.credit),
        selectinload(GroupMeeting.speakers).joinedload(GroupSpeaker.file),
        selectinload(GroupMeeting.studied)
        .joinedload(GroupStudiedLaw.version)
        .joinedload(LawVersion.law),
        selectinload(GroupMeeting.studied).joinedload(GroupStudiedLaw.article),
        selectinload(GroupMeeting.materials).joinedload(GroupMaterial.file),
        selectinload(GroupMeeting.corrections),
    ]


def meeting(meeting_id: int, reader: Reader) -> GroupMeeting:
    """A session with its record: for those on its list, and for who sees its group.

    Raises NoResultFound for everybody else. Who sees the whole list is for ``sees_whole``.
    """
    found = db.session.scalars(
        select(GroupMeeting).where(GroupMeeting.id == meeting_id).options(*_record())
    ).one()
    if not any(each.person_id == reader.person_id for each in found.lines):
        group_of(found.group_id, reader)
    return found


def sees_whole(group: StudyGroup, reader: Reader, day: date) -> bool:
    """Whether the reader sees everybody's figures and not their own alone: readers, the head."""
    return reader.reads_all or any(
        each.is_head and each.person_id == reader.person_id and each.is_in(day)
        for each in group.members
    )


def line_of(meeting: GroupMeeting, person_id: int) -> GroupAttendance | None:
    return next((each for each in meeting.lines if each.person_id == person_id), None)


def line(line_id: int, reader: Reader) -> GroupAttendance:
    """One's own line, or any for who sees all. Raises NoResultFound."""
    query = select(GroupAttendance).where(GroupAttendance.id == line_id)
    if not reader.reads_all:
        query = query.where(GroupAttendance.person_id == reader.person_id)
    return db.session.scalars(query.options(joinedload(GroupAttendance.meeting))).one()


def speaker(speaker_id: int, reader: Reader) -> GroupSpeaker:
    """One's own speech, or any for who sees all. Raises NoResultFound."""
    query = select(GroupSpeaker).where(GroupSpeaker.id == speaker_id)
    if not reader.reads_all:
        query = query.where(GroupSpeaker.person_id == reader.person_id)
    return db.session.scalars(query.options(joinedload(GroupSpeaker.meeting))).one()


def material(material_id: int, reader: Reader) -> GroupMaterial:
    found = db.session.scalars(
        select(GroupMaterial)
        .where(GroupMaterial.id == material_id)
        .options(joinedload(GroupMaterial.file))
    ).one()
    meeting(found.meeting_id, reader)
    return found


def file(file_id: int, reader: Reader) -> GroupFile:
    """A file that belongs to the reader's own line, speech or writing; any for who sees all."""
    query = select(GroupFile).where(GroupFile.id == file_id)
    if not reader.reads_all:
        mine = reader.person_id
        query = query.where(
            or_(
                exists().where(
                    GroupAttendance.makeup_file_id == GroupFile.id,
                    GroupAttendance.person_id == mine,
                ),
                exists().where(
                    GroupSpeaker.file_id == GroupFile.id, GroupSpeaker.person_id == mine
                ),
                exists().where(GroupWork.file_id == GroupFile.id, GroupWork.person_id == mine),
            )
        )
    return db.session.scalars(query).one()


def read_materials(person_id: int, meeting_ids: Sequence[int]) -> set[int]:
    """The materials of these sessions that somebody has opened."""
    return set(
        db.session.scalars(
            select(GroupMaterialRead.material_id)
            .join(GroupMaterial, GroupMaterial.id == GroupMaterialRead.material_id)
            .where(
                GroupMaterialRead.person_id == person_id, GroupMaterial.meeting_id.in_(meeting_ids)
            )
            .order_by(GroupMaterialRead.id)
        )
    )


def was_read(material_id: int, person_id: int) -> bool:
    return (
        db.session.scalar(
            select(
                exists().where(
                    GroupMaterialRead.material_id == material_id,
                    GroupMaterialRead.person_id == person_id,
                )
            )
        )
        or False
    )


def next_number(group_id: int, year: int) -> int:
    highest = db.session.scalar(
        select(func.max(GroupMeeting.number)).where(
            GroupMeeting.group_id == group_id, GroupMeeting.year == year
        )
    )
    return (highest or 0) + 1


_OWN_LINES = (
    GroupAttendance.person_id == bindparam("person_id"),
    GroupMeeting.ends_at > bindparam("sessions_after"),
    GroupMeeting.cancelled_at.is_(None),
)
#: SQL: ``own_lines`` finds some.
ANY_OWN_LINES = exists(select(GroupAttendance.id).join(GroupAttendance.meeting).where(*_OWN_LINES))


def own_lines(person_id: int, *, after: datetime) -> Sequence[GroupAttendance]:
    """Somebody's lines at sessions that ended after a moment or are yet to end, by time."""
    return db.session.scalars(
        select(GroupAttendance)
        .join(GroupAttendance.meeting)
        .where(*_OWN_LINES)
        .options(
            joinedload(GroupAttendance.meeting).options(
                joinedload(GroupMeeting.group),
                selectinload(GroupMeeting.materials).joinedload(GroupMaterial.file),
                selectinload(GroupMeeting.speakers),
            )
        )
        .order_by(GroupMeeting.starts_at, GroupAttendance.id),
        {"person_id": person_id, "sessions_after": after},
    ).all()


def missed_lines(person_ids: Collection[int], *, after: datetime) -> Sequence[GroupAttendance]:
    """Lines of those who were not there, or said nothing, at sessions that ended since."""
    ids, found = sorted(person_ids), list[GroupAttendance]()
    for start in range(0, len(ids), 500):
        found += db.session.scalars(
            select(GroupAttendance)
            .join(GroupAttendance.meeting)
            .where(
                GroupAttendance.person_id.in_(ids[start : start + 500]),
                GroupAttendance.presence != Presence.PRESENT,
                GroupMeeting.ends_at > after,
                GroupMeeting.cancelled_at.is_(None),
            )
            .options(
                joinedload(GroupAttendance.meeting).options(
                    selectinload(GroupMeeting.materials).joinedload(GroupMaterial.file),
                    selectinload(GroupMeeting.speakers),
                )
            )
            .order_by(GroupMeeting.starts_at, GroupAttendance.id)
        )
    return found


def unclosed(at: datetime) -> Sequence[GroupMeeting]:
    """Sessions that are over and whose record is not closed, the oldest first."""
    return db.session.scalars(
        select(GroupMeeting)
        .where(
            GroupMeeting.ends_at <= at,
            GroupMeeting.closed_at.is_(None),
            GroupMeeting.cancelled_at.is_(None),
        )
        .options(joinedload(GroupMeeting.group))
        .order_by(GroupMeeting.ends_at, GroupMeeting.id)
    ).all()


def makeups_waiting() -> Sequence[GroupAttendance]:
    """Make-up study that was handed in and is not confirmed, the oldest first."""
    return db.session.scalars(
        select(GroupAttendance)
        .where(
            GroupAttendance.makeup_at.is_not(None),
            GroupAttendance.makeup_confirmed_at.is_(None),
        )
        .options(
            joinedload(GroupAttendance.person),
            joinedload(GroupAttendance.meeting).joinedload(GroupMeeting.group),
        )
        .order_by(GroupAttendance.makeup_at, GroupAttendance.id)
    ).all()


def between(reader: Reader, first: datetime, end: datetime) -> Sequence[GroupMeeting]:
    """The sessions in a span of time that the reader may see, by time, called off ones left out."""
    query = select(GroupMeeting).where(
        GroupMeeting.starts_at < end,
        GroupMeeting.ends_at > first,
        GroupMeeting.cancelled_at.is_(None),
    )
    if not reader.reads_all:
        query = query.where(
            or_(
                exists().where(
                    GroupAttendance.meeting_id == GroupMeeting.id,
                    GroupAttendance.person_id == reader.person_id,
                ),
                exists().where(
                    GroupMember.group_id == GroupMeeting.group_id,
                    GroupMember.person_id == reader.person_id,
                    GroupMember.left_on.is_(None),
                ),
            )
        )
    return db.session.scalars(
        query.options(joinedload(GroupMeeting.group)).order_by(
            GroupMeeting.starts_at, GroupMeeting.id
        )
    ).all()


@dataclass(frozen=True)
class Year:
    """What a year of a group came to: its closed sessions and who was there."""

    meetings: Sequence[GroupMeeting]
    held: Sequence[Held]
    lines: Sequence[Line]

    @property
    def count(self) -> Count:
        return Count.of(self.lines)

    def of_person(self, person_id: int) -> Count:
        return Count.of(each for each in self.lines if each.person_id == person_id)

    def of_meeting(self, meeting_id: int) -> Count:
        return Count.of(each for each in self.lines if each.meeting_id == meeting_id)


def year(group_id: int, year_: int, *, first: date | None = None, last: date | None = None) -> Year:
    """The closed sessions of a year (or of those days of it) and the lines of regular members.

    个人自学 has no list that anybody could be missing from: its lines are not counted.
    """
    found = [
        each
        for each in closed(group_id, year_)
        if (first is None or each.day >= first) and (last is None or each.day <= last)
    ]
    return Year(
        found,
        [Held(one.id, one.number, one.day, one.form, one.topic, one.is_law) for one in found],
        [line for each in found for line in lines_of(each)],
    )


def lines_of(meeting: GroupMeeting) -> list[Line]:
    """The lines of those expected at a session."""
    if not counts(meeting):
        return []
    return [
        Line(each.person_id, meeting.id, each.presence, each.makeup_confirmed_at is not None)
        for each in meeting.lines
        if each.kind is MemberKind.REGULAR
    ]


def counts(meeting: GroupMeeting) -> bool:
    return meeting.form is not SessionForm.SELF_STUDY


def duties(found: Year, group_id: int, year_: int, person_ids: Sequence[int]) -> dict[int, Duties]:
    """What each person did in the year besides being there."""
    spoke: defaultdict[int, int] = defaultdict(int)
    days: defaultdict[int, set[date]] = defaultdict(set)
    for each in found.meetings:
        for one in each.speakers:
            if one.person_id is not None:
                spoke[one.person_id] += 1
        if each.form in WHOLE:
            span = days_of(each.day, each.last_day)
            for line in each.lines:
                if line.presence is Presence.PRESENT:
                    days[line.person_id] |= {
                        date.fromordinal(each.day.toordinal() + n) for n in range(span)
                    }
    rows = db.session.execute(
        select(GroupWork.person_id, func.count(GroupWork.id))
        .where(
            GroupWork.group_id == group_id,
            GroupWork.year == year_,
            GroupWork.withdrawn_at.is_(None),
            GroupWork.kind.in_(WRITINGS),
        )
        .group_by(GroupWork.person_id)
        .order_by(GroupWork.person_id)
    )
    wrote = {row[0]: row[1] for row in rows}
    return {
        each: Duties(spoke[each], wrote.get(each, 0), len(days[each]), found.of_person(each))
        for each in person_ids
    }


def count_of(meeting: GroupMeeting) -> Count:
    return attendance.Count.of(lines_of(meeting))
