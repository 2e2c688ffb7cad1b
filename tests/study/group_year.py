"""A year of a study group, made through the services, for the tests of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Flask

from accounts.models import Account
from accounts.permissions import Role
from core import clock
from core.attachments import Upload
from core.db import db
from study.group.kinds import MemberKind, Method, Presence, SessionForm
from study.group.models.groups import StudyGroup
from study.group.models.meetings import GroupMeeting
from study.group.queries import groups as group_queries
from study.group.services import attending, closing, groups, meetings
from study.group.services.groups import Seat
from study.group.services.meetings import MeetingDraft

HOUR = timedelta(hours=1)
WHO = group_queries.Reader(0, reads_all=True)
P, L, A = Presence.PRESENT, Presence.LEAVE, Presence.ABSENT
PDF = Upload("材料.pdf", b"%PDF-1.7 x")


@dataclass
class House:
    """A group of three members (the first is the head), somebody invited, and the secretary."""

    group_id: int
    people: list[Account]
    invited: Account
    secretary: Account

    @property
    def group(self) -> StudyGroup:
        return group_queries.group(self.group_id, WHO)


def moment(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=clock.LOCAL)


def house(make) -> House:
    """Inside an app context; committed."""
    unit = make.unit()
    people = [
        make.account(
            Role.BUREAU_LEADER if n == 0 else Role.STAFF, unit=unit,
            person=make.person(unit, in_study_group=True, name=f"成员{'甲乙丙'[n]}"),
        )
        for n in range(3)
    ]  # fmt: skip
    invited = make.account(unit=unit, person=make.person(unit, name="列席人"))
    secretary = make.account(Role.STUDY_SECRETARY, unit=unit)
    made = groups.save_group(
        group=None, name="党组理论学习中心组", unit_id=None, started_on=date(2025, 1, 1),
        ended_on=None, at=clock.now(),
    )  # fmt: skip
    for n, each in enumerate([*people, invited]):
        kind = MemberKind.INVITED if each is invited else MemberKind.REGULAR
        groups.add_member(
            group=group_queries.group(made.id, WHO),
            person=db.session.merge(each.person),
            seat=Seat(kind, n == 0, date(2025, 1, 1)),
            at=clock.now(),
        )
    db.session.commit()
    return House(made.id, people, invited, secretary)


def draft(at: datetime, form: SessionForm = SessionForm.DISCUSSION, **given) -> MeetingDraft:
    values = {
        "topic": f"{at:%m}月学习", "is_law": False, "place": "会议室", "chair": "成员甲",
        "recorder": "记录人", "minutes": "学习了有关内容。", "starts_at": at,
        "ends_at": at + 2.5 * HOUR,
    } | given  # fmt: skip
    return MeetingDraft(form=form, **values)


def held(
    place: House, plan: MeetingDraft, *presences: Presence, close: bool = True
) -> GroupMeeting:
    """A session that took place, its list said from members' presences; closed an hour later."""
    made = meetings.create(group=place.group, draft=plan, at=plan.starts_at - 24 * HOUR)
    by_person = dict(zip([each.person_id for each in place.people], presences, strict=True))
    for line in made.lines:
        presence = by_person.get(line.person_id, Presence.PRESENT)
        reason = "" if presence is Presence.PRESENT else "出差"
        attending.register(
            line=line, presence=presence, method=Method.LIST, reason=reason, at=plan.ends_at
        )
    if close:
        closing.close(
            meeting=made,
            parameters=group_queries.parameters(place.group_id, made.year),
            at=plan.ends_at + HOUR,
            by=db.session.merge(place.secretary),
        )
    db.session.commit()
    return made


def read(app: Flask, query) -> list:
    """Rows as a request of their own would see them."""
    with app.app_context():
        return [tuple(each) for each in db.session.execute(query)]
