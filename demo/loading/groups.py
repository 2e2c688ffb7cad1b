"""A year of the bureau's study group: plan, sessions, absences, make-up study, an open quarter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from accounts.models import Account
from core import clock
from core.attachments import Upload
from core.db import db
from courses.citing import Cited
from demo.people import SEED, DemoPerson
from laws.numerals import Key
from study.group.kinds import (
    FileKind,
    MemberKind,
    Method,
    Presence,
    SessionForm,
    SpeakerRole,
    WorkKind,
)
from study.group.models.groups import GroupPlan, GroupPlanItem, StudyGroup
from study.group.models.meetings import GroupMeeting
from study.group.queries import groups as group_queries
from study.group.services import attending, closing, groups, meetings, planning
from study.group.services.groups import Seat
from study.group.services.meetings import MeetingDraft, SpeakerDraft
from study.group.services.planning import ItemDraft

NAME = "党组理论学习中心组"
F = SessionForm
PETITIONS, PUBLICITY, SERVANTS, REVIEW = (
    "信访工作条例", "中华人民共和国法治宣传教育法", "中华人民共和国公务员法",
    "中华人民共和国行政复议法",
)  # fmt: skip


@dataclass(frozen=True)
class Study:
    """A session: days before today (negative: to come), what it was, which articles."""

    ago: int
    form: SessionForm
    topic: str
    law: str = ""
    articles: Sequence[int] = ()
    minutes: str = ""
    speaks: bool = False


STUDIES = (
    Study(330, F.DISCUSSION, "学习年度法治工作要点", SERVANTS, (),
          "会议学习了年度法治工作要点，要求各部门把学法列入年度安排，领导带头学。", True),
    Study(285, F.PRE_MEETING, "信访事项的提出和受理", PETITIONS, (22, 23),
          "会前用二十分钟学习登记、转送、受理的时限要求，办信、接待部门对照自查。"),
    Study(240, F.LECTURE, "依法分类处理信访诉求", PETITIONS, (31,),
          "邀请法律顾问作专题讲座，讲解六种办理途径的区分和常见误区，现场回答提问。"),
    Study(200, F.PRE_DECISION, "重大事项合法性审查", REVIEW, (),
          "研究有关制度前，集体学习合法性审查和行政复议的有关规定。"),
    Study(120, F.PRE_MEETING, "办理时限与延期", PETITIONS, (34,),
          "学习六十日办结和延长期限的规定，明确延期须经批准并告知理由。"),
    Study(60, F.ENLARGED, "法治宣传教育法与普法责任制", PUBLICITY, (),
          "各部门主要负责人参加，交流普法责任制落实情况，提出下一步措施。", True),
    Study(9, F.PRE_MEETING, "信访工作责任和三项建议", PETITIONS, (40,),
          "学习三项建议的办理和反馈要求，督查室通报书面反馈情况。"),
)  # fmt: skip
#: Still to come, with a material to read and a speech to prepare.
NEXT = Study(-6, F.DISCUSSION, "以法治方式化解矛盾", PETITIONS, (27, 28), "", True)
MATERIAL = (
    "学习要点\r\n一、把握诉讼与信访分离的要求。\r\n"
    "二、结合本部门工作谈合理的解决到位、困难的帮扶到位。\r\n"
    "三、每人准备一个案例，不得涉及真实信访人信息。\r\n"
)


REASONS = ("出差", "参加上级会议", "公务出访")


def load(
    accounts: Mapping[str, Account],
    crowd: Mapping[str, DemoPerson],
    *,
    secretary: Account,
    at: datetime,
) -> None:
    """The group, last year's and this year's sessions up to now, and the next one."""
    rng = Random(f"{SEED}/groups")  # noqa: S311 - not for secrets
    today = clock.local(at).date()
    started = date(today.year - 1, 1, 1)
    group = groups.save_group(
        group=None, name=NAME, unit_id=None, started_on=started, ended_on=None, at=at
    )
    members = [
        account
        for number, account in accounts.items()
        if crowd[number].in_study_group and crowd[number].left_on is None
    ]
    for place, account in enumerate(members):
        # The leadership are the members, heads of units sit in.
        leads = crowd[account.person.staff_number].home_unit == "局领导"
        kind = MemberKind.REGULAR if leads else MemberKind.INVITED
        groups.add_member(
            group=group, person=account.person, seat=Seat(kind, place == 0, started), at=at
        )
    groups.add_member(
        group=group, person=secretary.person,
        seat=Seat(MemberKind.SECRETARY, False, started), at=at,
    )  # fmt: skip
    head = members[0]
    plans = {year: _plan(group, year, today, head) for year in (today.year - 1, today.year)}
    room = Room(plans, head.person.name, secretary.person.name)
    for study in STUDIES:
        _hold(group, study, room, rng, secretary=secretary, today=today)
    _next(group, room, members, secretary=secretary, today=today, at=at)
    _writings(group, members, today, at=at)


@dataclass(frozen=True)
class Room:
    """What the sessions have in common."""

    plans: Mapping[int, GroupPlan]
    chair: str
    recorder: str


def _day(study: Study, today: date) -> date:
    """The day of a session, or the Friday before where that is on a weekend."""
    day = today - timedelta(days=study.ago)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _plan(group: StudyGroup, year: int, today: date, head: Account) -> GroupPlan:
    """Approved in the first days of the year, before the first session that it is about."""
    days = [_day(each, today) for each in (*STUDIES, NEXT)]
    first = min([date(year, 1, 15), *(each for each in days if each.year == year)])
    at = datetime.combine(first - timedelta(days=8), time(10), clock.LOCAL)
    plan = planning.create_plan(
        group=group,
        year=year,
        intro="坚持学以致用，把宪法、法律和党内法规列为重要内容，每季度至少集体学习一次。",
        at=at,
    )
    for each in (*STUDIES, NEXT):
        day = _day(each, today)
        if day.year == year:
            planning.add_item(plan=plan, draft=_item(each, day, head))
    if not plan.items:
        db.session.refresh(plan, ["items"])
    if not plan.items:
        planning.add_item(plan=plan, draft=_item(STUDIES[0], date(year, 2, 1), head))
        db.session.refresh(plan, ["items"])
    planning.submit(plan=plan, at=at)
    planning.decide(plan=plan, approve=True, reason="", at=at + timedelta(days=3), by=head)
    return plan


def _item(study: Study, day: date, head: Account) -> ItemDraft:
    return ItemDraft(
        quarter=(day.month + 2) // 3,
        form=study.form,
        theme=study.topic,
        lead=head.person.name if study.speaks else "",
        law_ids=planning.laws_named(study.law),
    )


def _draft(study: Study, room: Room, today: date) -> MeetingDraft:
    day = _day(study, today)
    begins = datetime.combine(day, time(9), clock.LOCAL)
    hours = timedelta(hours=0.5 if study.form in {F.PRE_MEETING, F.PRE_DECISION} else 2.5)
    plans = room.plans
    items: Sequence[GroupPlanItem] = plans[day.year].items if day.year in plans else ()
    return MeetingDraft(
        form=study.form,
        topic=study.topic,
        is_law=True,
        starts_at=begins,
        ends_at=begins + hours,
        place="机关一号会议室",
        chair=room.chair,
        recorder=room.recorder,
        minutes=study.minutes,
        laws=() if study.articles else (study.law,),
        cited=(Cited(study.law, [Key(each) for each in study.articles]),) if study.articles else (),
        plan_item=next((each for each in items if each.theme == study.topic), None),
    )


def _hold(
    group: StudyGroup,
    study: Study,
    room: Room,
    rng: Random,
    *,
    secretary: Account,
    today: date,
) -> None:
    """A session that took place: some on leave, somebody absent, part of it made up; closed."""
    draft = _draft(study, room, today)
    made = meetings.create(group=group, draft=draft, at=draft.starts_at - timedelta(days=7))
    after = draft.ends_at + timedelta(hours=1)
    for line in made.lines:
        chance = rng.random()
        presence = Presence.PRESENT if chance < 0.84 else Presence.LEAVE
        reason = "" if presence is Presence.PRESENT else rng.choice(REASONS)
        if chance > 0.97:
            presence, reason = Presence.ABSENT, "临时处理紧急事项，未及请假"
        attending.register(
            line=line, presence=presence, method=Method.LIST, reason=reason, at=after
        )
    if study.speaks:
        for line in [each for each in made.lines if each.presence is Presence.PRESENT][:3]:
            talk = SpeakerDraft(SpeakerRole.TALK, "", line.person, f"谈谈{study.topic[:20]}",
                                "一、学习体会。\n二、本部门打算。")  # fmt: skip
            meetings.add_speaker(meeting=made, draft=talk, at=after, by=secretary)
    if study.ago > 10:
        closing.close(
            meeting=made,
            parameters=group_queries.parameters(group.id, made.year),
            at=after,
            by=secretary,
        )
        _make_up(made, secretary, after)


def _make_up(made: GroupMeeting, secretary: Account, after: datetime) -> None:
    """Two in three of those who missed it studied it later; the last of them waits for a word."""
    missed = [each for each in made.lines if each.missed]
    for place, line in enumerate(missed):
        if place % 3 == 2:
            continue
        attending.hand_in_makeup(
            line=line,
            note="阅读学习材料和纪要，写有学习笔记。",
            upload=None,
            at=after + timedelta(days=5),
            by=secretary,
        )
        if place % 3 == 0:
            attending.decide_makeup(
                line=line, confirm=True, reason="", at=after + timedelta(days=6)
            )


def _next(
    group: StudyGroup,
    room: Room,
    members: Sequence[Account],
    *,
    secretary: Account,
    today: date,
    at: datetime,
) -> None:
    made = meetings.create(group=group, draft=_draft(NEXT, room, today), at=at)
    upload = Upload("学习要点.txt", b"\xef\xbb\xbf" + MATERIAL.encode())
    meetings.add_material(meeting=made, kind=FileKind.CORE, upload=upload, at=at, by=secretary)
    for account in members[1:3]:
        talk = SpeakerDraft(SpeakerRole.KEY, "", account.person, "以法治方式化解矛盾的实践与思考")
        meetings.add_speaker(meeting=made, draft=talk, at=at, by=secretary)


def _writings(group: StudyGroup, members: Sequence[Account], today: date, *, at: datetime) -> None:
    for place, account in enumerate(members[:4]):
        kind = (WorkKind.NOTES, WorkKind.SURVEY, WorkKind.SELF_PLAN, WorkKind.THEORY)[place]
        attending.hand_in_work(
            group=group,
            person=account.person,
            kind=kind,
            year=today.year,
            title=f"{kind.label}：学习法律与改进工作",
            body="结合分管工作，对照所学法律查找不足，提出改进措施和完成时间。",
            upload=None,
            at=at,
            by=account,
        )
