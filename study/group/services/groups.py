"""Groups, members and parameters."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from accounts.models import Person
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from study.group.kinds import MemberKind
from study.group.models.groups import GroupMember, GroupRules, StudyGroup
from study.group.rules import Parameters


@dataclass(frozen=True)
class Seat:
    """Somebody's place in a group."""

    kind: MemberKind
    is_head: bool
    joined_on: date
    note: str = ""


def save_group(
    *,
    group: StudyGroup | None,
    name: str,
    unit_id: int | None,
    started_on: date,
    ended_on: date | None,
    at: datetime,
) -> StudyGroup:
    """Create a group, or change one. Raises Refused."""
    if ended_on is not None and ended_on < started_on:
        raise Refused("撤销日期不能早于成立日期", field="ended_on")
    made = group or StudyGroup(created_at=at)
    made.name, made.unit_id, made.started_on, made.ended_on = name, unit_id, started_on, ended_on
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        raise Refused("已有同名的中心组", field="name") from None
    record("study_group.edit" if group else "study_group.create", made, at=at, name=name)
    return made


def add_member(*, group: StudyGroup, person: Person, seat: Seat, at: datetime) -> GroupMember:
    """Take somebody in from a day on; who is in already changes their capacity on that day.

    Regular members are those marked 中心组成员 on the roster. Raises Refused.
    """
    lock(group)
    _may_sit(group, person, seat)
    _end_former(group, person, seat.joined_on)
    if seat.is_head:
        _hand_over(group, seat.joined_on)
    member = GroupMember(
        group_id=group.id,
        person_id=person.id,
        kind=seat.kind,
        is_head=seat.is_head,
        position=max((each.position for each in group.members), default=0) + 1,
        joined_on=seat.joined_on,
        note=seat.note,
    )
    db.session.add(member)
    db.session.flush()
    db.session.refresh(group, ["members"])
    record(
        "study_group.add_member", group, at=at, person=person.id, name=person.name,
        kind=seat.kind.value, on=seat.joined_on.isoformat(),
    )  # fmt: skip
    return member


def _may_sit(group: StudyGroup, person: Person, seat: Seat) -> None:
    if seat.kind is MemberKind.REGULAR and not person.in_study_group:
        raise Refused(
            f"{person.name}在名册上没有标明“中心组成员”，请先由人事司在人员名册登记", field="person"
        )
    if seat.is_head and seat.kind is not MemberKind.REGULAR:
        raise Refused("组长须是成员", field="is_head")
    if seat.joined_on < group.started_on:
        raise Refused(f"不能早于中心组成立日期 {group.started_on:%Y-%m-%d}", field="joined_on")


def _end_former(group: StudyGroup, person: Person, day: date) -> None:
    """Whoever is in already is so until the day before, and from the day on in a new capacity."""
    for each in group.members:
        if each.person_id != person.id:
            continue
        if each.left_on is None and each.joined_on < day:
            each.left_on = day - timedelta(days=1)
        elif each.left_on is None or each.left_on >= day:
            since = f"{each.joined_on:%Y-%m-%d}"
            raise Refused(f"{person.name}在 {since} 起已在组内", field="joined_on")


def _hand_over(group: StudyGroup, day: date) -> None:
    """One head at a time: the former one goes on as a member from that day."""
    for each in list(group.members):
        if not each.is_head or (each.left_on is not None and each.left_on < day):
            continue
        if each.joined_on >= day:
            raise Refused(
                f"{each.person.name}自 {each.joined_on:%Y-%m-%d} 起任组长", field="is_head"
            )
        former_end = each.left_on
        each.left_on = day - timedelta(days=1)
        db.session.add(
            GroupMember(
                group_id=group.id,
                person_id=each.person_id,
                kind=each.kind,
                position=each.position,
                joined_on=day,
                left_on=former_end,
                note=each.note,
            )
        )


def end_membership(*, member: GroupMember, left_on: date, at: datetime) -> None:
    """The last day of a membership; what was before stands. Raises Refused."""
    lock(member)
    if member.left_on is not None:
        raise Refused("该成员已经离组")
    if left_on < member.joined_on:
        raise Refused("离组日期不能早于入组日期", field="left_on")
    member.left_on = left_on
    record(
        "study_group.end_member", member.group, at=at, person=member.person_id,
        name=member.person.name, on=left_on.isoformat(),
    )  # fmt: skip


def set_rules(
    *, group: StudyGroup, year: int, parameters: Parameters, known: GroupRules | None, at: datetime
) -> GroupRules:
    """Set a year's parameters, for it and for the years after it until the next that are set."""
    lock(group)
    old = {name: str(value) for name, value in asdict(known.parameters).items()} if known else {}
    rules = known or GroupRules(group_id=group.id, year=year)
    for name, value in asdict(parameters).items():
        setattr(rules, name, value)
    rules.set_at = at
    db.session.add(rules)
    db.session.flush()
    new = {name: str(value) for name, value in asdict(parameters).items()}
    record("study_group.set_rules", group, at=at, year=year, old=old, new=new)
    return rules
