"""The sections on the study group, everyday study, cases and yearly reports."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Account, Person
from core import clock, figures
from core.db import db
from study.archive.queries import editions
from study.archive.sections import OWN_WORDS, WORDS, Entry, Figure, Link, Section, Unit
from study.cases.models import CaseArticle, StudyCase
from study.daily import regularity
from study.daily.queries import days
from study.group.attendance import Count, Line
from study.group.kinds import MemberKind, Presence, WorkKind
from study.group.models.groups import GroupMember, GroupWork
from study.group.models.meetings import GroupAttendance, GroupMeeting, GroupSpeaker
from study.group.queries import meetings as group


def group_ids(person_id: int, year: int) -> list[int]:
    """The groups of which the person was a member at some time of the year."""
    rows = db.session.execute(
        select(GroupMember.group_id, GroupMember.joined_on, GroupMember.left_on)
        .where(GroupMember.person_id == person_id)
        .order_by(GroupMember.group_id, GroupMember.id)
    )
    first, last = date(year, 1, 1), date(year, 12, 31)
    return list(dict.fromkeys(
        row[0] for row in rows if row[1] <= last and (row[2] is None or row[2] >= first)
    ))  # fmt: skip


def _lines(person_id: int, year: int) -> list[GroupAttendance]:
    """The person's lines at the closed sessions of a year that count, in their order."""
    rows = db.session.scalars(
        select(GroupAttendance)
        .join(GroupAttendance.meeting)
        .where(
            GroupAttendance.person_id == person_id,
            GroupAttendance.kind == MemberKind.REGULAR,
            GroupMeeting.year == year,
            GroupMeeting.closed_at.is_not(None),
        )
        .options(
            joinedload(GroupAttendance.meeting).joinedload(GroupMeeting.group),
            joinedload(GroupAttendance.credit),
        )
        .order_by(GroupMeeting.starts_at, GroupAttendance.id)
    )
    return [each for each in rows if group.counts(each.meeting)]


def study_group(person: Person, year: int) -> Section:
    """集体学法: attendance as group pages define it, speeches and writings."""
    lines = _lines(person.id, year)
    count = Count.of(
        Line(person.id, each.meeting_id, each.presence, each.makeup_confirmed_at is not None)
        for each in lines
    )
    speeches = _speeches(person.id, year)
    works = [each for each in _works(person.id, year) if each.kind is not WorkKind.SUMMARY]
    if not lines and not speeches and not works and not group_ids(person.id, year):
        return Section("group", "集体学法出席", note="本年度不是理论学习中心组成员。")

    def entry(line: GroupAttendance) -> Entry:
        meeting = line.meeting
        return Entry(f"{figures.day(meeting.day)} {meeting.topic}",
                     link=Link("group.session", {"meeting_id": meeting.id}))  # fmt: skip

    def those(*presences: Presence, made_up: bool = False) -> list[Entry]:
        return [
            entry(each)
            for each in lines
            if each.presence in presences and (each.makeup_confirmed_at is not None or not made_up)
        ]

    missed = (Presence.LEAVE, Presence.ABSENT, Presence.UNKNOWN)
    made = [
        Figure.count("应到", Unit.TIMES, map(entry, lines)),
        Figure.count("出席", Unit.TIMES, those(Presence.PRESENT)),
        Figure.count("请假", Unit.TIMES, those(Presence.LEAVE)),
        Figure.count("缺席", Unit.TIMES, those(Presence.ABSENT, Presence.UNKNOWN)),
        Figure.count("已补学", Unit.TIMES, those(*missed, made_up=True)),
        Figure("出勤率（出席÷应到）", figures.percent(count.rate)),
        Figure.count("发言", Unit.TIMES, (
            Entry(f"{each.role.label}：{each.subject or each.meeting.topic}",
                  link=Link("group.session", {"meeting_id": each.meeting_id}))
            for each in speeches
        )),
        Figure.count("心得、报告、文章", Unit.PIECES, (
            Entry(f"{each.kind.label}：{figures.titled(each.title)}") for each in works
        )),
    ]  # fmt: skip
    rows = [
        [f"{each.meeting.day:%Y-%m-%d}", each.meeting.form.label, each.meeting.topic,
         *_credited(each), each.presence.label, "已补学" if each.makeup_confirmed_at else ""]
        for each in lines
    ]  # fmt: skip
    return Section(
        "group", "集体学法出席", made, ["日期", "形式", "主题", "天数", "学时", "出席情况", "补学"],
        rows,
        "只计已归档的学习；请假留在应到中，补学不算出席。",
    )  # fmt: skip


def _credited(line: GroupAttendance) -> list[str]:
    """The days and the hours that the ledger has for it."""
    entry = line.credit
    if entry is None:
        return ["", ""]
    return ["" if entry.days is None else figures.plain(entry.days), figures.plain(entry.hours)]


def _speeches(person_id: int, year: int) -> Sequence[GroupSpeaker]:
    return db.session.scalars(
        select(GroupSpeaker)
        .join(GroupSpeaker.meeting)
        .where(
            GroupSpeaker.person_id == person_id,
            GroupMeeting.year == year,
            GroupMeeting.closed_at.is_not(None),
        )
        .options(joinedload(GroupSpeaker.meeting))
        .order_by(GroupMeeting.starts_at, GroupSpeaker.id)
    ).all()


def _works(person_id: int, year: int) -> Sequence[GroupWork]:
    return db.session.scalars(
        select(GroupWork)
        .where(
            GroupWork.person_id == person_id,
            GroupWork.year == year,
            GroupWork.withdrawn_at.is_(None),
        )
        .order_by(GroupWork.handed_in_at, GroupWork.id)
    ).all()


def reports(person: Person, year: int) -> Section:
    """述法: the yearly reports handed in; the data for them are on the group's own page."""
    rows = [each for each in _works(person.id, year) if each.kind is WorkKind.SUMMARY]
    groups = group_ids(person.id, year)
    if not rows and not groups:
        return Section("reports", "述法", note="本年度没有述法要求。")
    entries = [Entry(figures.titled(each.title)) for each in rows]
    lines = [
        [each.title, each.kind.label, f"{clock.local(each.handed_in_at):%Y-%m-%d}"] for each in rows
    ]
    return Section(
        "reports", "述法", [Figure.count("年度学习小结", Unit.SHEETS, entries)],
        ["题目", "类别", "提交日期"], lines,
        "述法学法数据在中心组学习页另行生成，与本档案同一来源。",
    )  # fmt: skip


def everyday(person: Person, year: int, today: date) -> Section:
    """日常学法: on how many days of which months; what was answered, and how, is nobody's."""
    found = regularity.of_year(year, days.active(person), today=today, joined=person.joined_on)
    months = {month: count for month, count in found.months.items() if count}
    return Section(
        "daily", "日常学法",
        [
            Figure.count("有学习的月份", Unit.MONTHS,
                         (Entry(f"{month} 月") for month in months)),
            Figure.sum("学习日", Unit.DAYS,
                       (Entry(f"{month} 月", Decimal(count)) for month, count in months.items())),
        ],
        note="只列天数和月份；做过的题、对错、错题和法条记忆只有本人能看到。",
    )  # fmt: skip


def own_words(person: Person, year: int) -> list[Section]:
    """本人说明, where there is any."""
    found = editions.remark(person.id, year)
    if found is None or not found.body:
        return []
    lines = [line.strip() for line in found.body.splitlines() if line.strip()]
    return [Section(OWN_WORDS, WORDS[OWN_WORDS], text=lines)]


def cases(person: Person, year: int) -> Section:
    """用法事例: published cases that the person wrote."""
    rows = db.session.scalars(
        select(StudyCase)
        .join(Account, Account.id == StudyCase.author_id)
        .where(Account.person_id == person.id, StudyCase.published_at.is_not(None))
        .options(selectinload(StudyCase.articles).joinedload(CaseArticle.article))
        .order_by(StudyCase.published_at, StudyCase.id)
    ).all()
    own = [
        each for each in rows if each.published_at and clock.local(each.published_at).year == year
    ]
    entries = [
        Entry(figures.titled(each.title), link=Link("cases.case", {"case_id": each.id}))
        for each in own
    ]
    lines = [
        [each.title, each.field.label, str(len(each.articles)),
         f"{clock.local(each.published_at):%Y-%m-%d}" if each.published_at else ""]
        for each in own
    ]  # fmt: skip
    return Section(
        "cases", "用法事例", [Figure.count("编写并发布的案例", Unit.PIECES, entries)],
        ["案例", "领域", "引用条文", "发布日期"], lines,
    )  # fmt: skip
