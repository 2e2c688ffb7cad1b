"""Reads of groups, members, parameters, plans and writings, by who may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, bindparam, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import OrgUnit, Person
from core.apart import Apart
from core.db import db, table
from core.prepared import Prepared
from study.group import rules
from study.group.kinds import MemberKind
from study.group.models.groups import (
    GroupFile,
    GroupMember,
    GroupPlan,
    GroupPlanChange,
    GroupPlanItem,
    GroupPlanLaw,
    GroupRules,
    GroupWork,
    StudyGroup,
)
from study.group.rules import Parameters


@dataclass(frozen=True)
class Reader:
    """Who asks: a member sees their own groups; the secretary and the research office all."""

    person_id: int
    reads_all: bool = False
    writes: bool = False


def _in_it(person_id: int, *, day: date | None = None) -> ColumnElement[bool]:
    conditions = [GroupMember.group_id == StudyGroup.id, GroupMember.person_id == person_id]
    if day is not None:
        conditions += [
            GroupMember.joined_on <= day,
            or_(GroupMember.left_on.is_(None), GroupMember.left_on >= day),
        ]
    return exists().where(*conditions)


def groups(reader: Reader) -> Sequence[StudyGroup]:
    """The groups that somebody may see, the bureau's first; former members see theirs as well."""
    query = select(StudyGroup)
    if not reader.reads_all:
        query = query.where(_in_it(reader.person_id))
    return db.session.scalars(
        query.order_by(StudyGroup.unit_id.is_not(None), StudyGroup.name, StudyGroup.id)
    ).all()


_MEMBER = table(GroupMember)
_MEMBERSHIP = Prepared(
    select(_MEMBER.c.id).where(_MEMBER.c.person_id == bindparam("person_id")).limit(1)
)


def is_in_any(person_id: int) -> bool:
    """Whether somebody is, or was, in a group; the navigation of every page asks."""
    return bool(_MEMBERSHIP.rows(person_id=person_id))


async def is_in_any_apart(person_id: int, apart: Apart) -> bool:
    """The same, apart from any request. Raises Away."""
    return bool(await apart.rows(_MEMBERSHIP, person_id=person_id))


def group(group_id: int, reader: Reader) -> StudyGroup:
    """Raises NoResultFound for a group that the reader may not see."""
    query = select(StudyGroup).where(StudyGroup.id == group_id)
    if not reader.reads_all:
        query = query.where(_in_it(reader.person_id))
    return db.session.scalars(
        query.options(
            selectinload(StudyGroup.members)
            .joinedload(GroupMember.person)
            .joinedload(Person.stat_unit)
        )
    ).one()


def is_head(group: StudyGroup, person_id: int, day: date) -> bool:
    return any(
        each.is_head and each.person_id == person_id and each.is_in(day) for each in group.members
    )


def members_on(group: StudyGroup, day: date) -> list[GroupMember]:
    """Who is in the group on a day: the head first, then by the order of the list."""
    order = list(MemberKind)
    return sorted(
        (each for each in group.members if each.is_in(day)),
        key=lambda each: (not each.is_head, order.index(each.kind), each.position, each.id),
    )


def members_of_year(group: StudyGroup, year: int) -> list[GroupMember]:
    """Everybody who was in the group at some time of the year, in order, each row by itself."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    order = list(MemberKind)
    return sorted(
        (
            each
            for each in group.members
            if each.joined_on <= last and (each.left_on is None or each.left_on >= first)
        ),
        key=lambda each: (not each.is_head, order.index(each.kind), each.position, each.id),
    )


def member(member_id: int, reader: Reader) -> GroupMember:
    query = select(GroupMember).where(GroupMember.id == member_id)
    found = db.session.scalars(query.options(joinedload(GroupMember.person))).one()
    group(found.group_id, reader)
    return found


def to_join(group: StudyGroup, day: date) -> Sequence[Person]:
    """Those marked 中心组成员 on the roster who are not in the group today, in order."""
    present = [each.person_id for each in group.members if each.is_in(day)]
    return db.session.scalars(
        select(Person)
        .join(Person.stat_unit)
        .where(
            Person.in_study_group.is_(True),
            or_(Person.left_on.is_(None), Person.left_on > day),
            Person.id.not_in(present),
        )
        .options(joinedload(Person.stat_unit))
        .order_by(OrgUnit.position, Person.staff_number, Person.id)
    ).all()


def person_numbered(text: str, day: date) -> Person | None:
    """The person of a staff number who has not left."""
    return db.session.scalars(
        select(Person).where(
            Person.staff_number == text.strip().upper(),
            or_(Person.left_on.is_(None), Person.left_on > day),
        )
    ).one_or_none()


def rules_set(group_id: int) -> Sequence[GroupRules]:
    """What was set, the latest year first."""
    return db.session.scalars(
        select(GroupRules)
        .where(GroupRules.group_id == group_id)
        .order_by(GroupRules.year.desc(), GroupRules.id)
    ).all()


def parameters(group_id: int, year: int) -> Parameters:
    return rules.in_force({each.year: each.parameters for each in rules_set(group_id)}, year)


def plan(group_id: int, year: int) -> GroupPlan | None:
    """A year's plan with its items and amendments. The group must have been loaded."""
    return db.session.scalars(
        select(GroupPlan)
        .where(GroupPlan.group_id == group_id, GroupPlan.year == year)
        .options(
            selectinload(GroupPlan.items)
            .selectinload(GroupPlanItem.laws)
            .joinedload(GroupPlanLaw.law),
            selectinload(GroupPlan.changes),
        )
    ).one_or_none()


def plan_item(item_id: int, reader: Reader) -> GroupPlanItem:
    found = db.session.scalars(
        select(GroupPlanItem)
        .where(GroupPlanItem.id == item_id)
        .options(
            joinedload(GroupPlanItem.plan),
            selectinload(GroupPlanItem.laws).joinedload(GroupPlanLaw.law),
        )
    ).one()
    group(found.plan.group_id, reader)
    return found


def plan_change(change_id: int, reader: Reader) -> GroupPlanChange:
    found = db.session.scalars(
        select(GroupPlanChange)
        .where(GroupPlanChange.id == change_id)
        .options(joinedload(GroupPlanChange.plan))
    ).one()
    group(found.plan.group_id, reader)
    return found


def works(group_id: int, year: int, person_id: int | None = None) -> Select[GroupWork]:
    """Writings of a year that were not taken back, by person, then by day."""
    query = select(GroupWork).where(
        GroupWork.group_id == group_id,
        GroupWork.year == year,
        GroupWork.withdrawn_at.is_(None),
    )
    if person_id is not None:
        query = query.where(GroupWork.person_id == person_id)
    return query.options(joinedload(GroupWork.person), joinedload(GroupWork.file)).order_by(
        GroupWork.person_id, GroupWork.handed_in_at, GroupWork.id
    )


def work(work_id: int, reader: Reader) -> GroupWork:
    """Somebody's own writing; any for those who see the group as a whole."""
    found = db.session.scalars(
        select(GroupWork)
        .where(GroupWork.id == work_id)
        .options(joinedload(GroupWork.file), joinedload(GroupWork.person))
    ).one()
    own = select(GroupWork.id).where(
        GroupWork.id == work_id, GroupWork.person_id == reader.person_id
    )
    if not reader.reads_all:
        db.session.scalars(own).one()
    return found


def content(file: GroupFile) -> bytes:
    """The bytes of a file that the caller has established the reader may have."""
    return db.session.scalars(select(GroupFile.data).where(GroupFile.id == file.id)).one()


def years(group_id: int, today: date) -> list[int]:
    """The years of a group's work, newest first; this year and the next in any case."""
    planned = db.session.scalars(
        select(GroupPlan.year).where(GroupPlan.group_id == group_id).order_by(GroupPlan.year)
    ).all()
    started = db.session.scalar(select(StudyGroup.started_on).where(StudyGroup.id == group_id))
    first = min([*planned, today.year, started.year if started else today.year])
    return list(range(today.year + 1, max(first, today.year - 20) - 1, -1))
