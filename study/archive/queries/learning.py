"""The sections on duties, hours, courses and classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from accounts.models import Person
from core import clock, figures
from core.db import db
from courses.classes import standing
from courses.classes.kinds import Stage
from courses.classes.models import Enrolment
from courses.classes.queries import people as classes
from courses.hours import queries as hours
from courses.hours.duties import Credit, Span, year_of
from courses.hours.kinds import Bucket
from courses.models import Course, CourseCompletion, CreditEntry
from courses.queries import requiring
from study import queries as study
from study.archive.sections import Entry, Figure, Link, Section, Unit

#: Who took part in a class, whether it is concluded or not.
TOOK_PART = (Stage.SEATED, Stage.COMPLETED, Stage.FAILED, Stage.REVOKED)


@dataclass(frozen=True)
class Ledger:
    """The person's register, each entry beside what duties see of it."""

    rows: Sequence[tuple[CreditEntry, Credit]]

    def within(self, span: Span) -> list[tuple[CreditEntry, Credit]]:
        return [each for each in self.rows if each[0].earned_on in span]

    def counted(self, span: Span) -> list[tuple[CreditEntry, Credit]]:
        """What counts towards the main duty: accredited concentrated training."""
        return [each for each in self.within(span) if each[1].counts]


def ledger(person_id: int) -> Ledger:
    rows = db.session.scalars(
        select(CreditEntry)
        .where(CreditEntry.person_id == person_id)
        .order_by(CreditEntry.earned_on, CreditEntry.id)
    ).all()
    return Ledger(list(zip(rows, hours.credits_of([person_id])[person_id], strict=True)))


def _said(row: CreditEntry) -> str:
    return f"{figures.day(row.earned_on)} {'冲正：' if row.reverses_id else ''}{row.reason or '—'}"


def _hours(row: CreditEntry) -> Entry:
    return Entry(_said(row), row.hours)


def duties(person: Person, year: int, today: date, found: Ledger) -> Section:
    """年度任务与完成: the courses required by a day of the year, and the hours asked by rank."""
    last = min(today, date(year, 12, 31))
    [stand] = hours.figures_of([person], last)
    courses = _required(person, year, last)
    made = list(courses)
    rows = []
    for window, each in stand.standings.items():
        counted = found.counted(each.span)
        carried = [Entry("上年结转", each.carried)] if each.carried else []
        made.append(
            Figure.sum(f"{window.label}集中培训学时", Unit.HOURS,
                       [*carried, *(_hours(row) for row, _ in counted)],
                       figures.plain(each.hours.target))
        )  # fmt: skip
        made.append(
            Figure.sum(f"{window.label}集中培训天数", Unit.DAYS,
                       [Entry(_said(row), credit.days) for row, credit in counted],
                       figures.plain(each.days.target))
        )  # fmt: skip
        lacking = "进行中" if each.span.last >= today else "未达标"
        rows.append([window.label, each.span.label, "达标" if each.met else lacking])
    for label, side in (("网络培训", stand.online), ("法治学时", stand.law)):
        if side is not None and side.target is not None:
            lacking = "进行中" if date(year, 12, 31) >= today else "未达标"
            state = "达标" if side.met else lacking
            asked = f"要求 {figures.plain(side.target)}，已有 {figures.plain(side.done)} 学时"
            rows.append([label, f"{year}年，{asked}", state])
    note = stand.duty.words if stand.duty else "没有学时要求。"
    return Section("duties", "年度任务与完成", made, ["口径", "起止", "结果"], rows, note)


def _required(person: Person, year: int, last: date) -> list[Figure]:
    due = {each: on for each, on in requiring.due_dates(person, last).items() if on.year == year}
    rows = db.session.execute(
        select(Course.id, Course.title).where(Course.id.in_(due)).order_by(Course.id)
    )
    titles = {row[0]: row[1] for row in rows}
    done = {
        row[0]
        for row in db.session.execute(
            select(CourseCompletion.course_id, CourseCompletion.completed_at)
            .where(CourseCompletion.person_id == person.id)
            .order_by(CourseCompletion.id)
        )
        if clock.local(row[1]).date() <= last
    }
    late = [each for each, on in due.items() if each not in done and on < last]

    def entry(course_id: int) -> Entry:
        text = f"{figures.titled(titles[course_id])}，{figures.day(due[course_id])}截止"
        return Entry(text, link=Link("courses.course", {"course_id": course_id}))

    return [
        Figure.count("本年到期的必修课程", Unit.COURSES, map(entry, due)),
        Figure.count("已完成", Unit.COURSES, (entry(each) for each in due if each in done)),
        Figure.count("逾期未完成", Unit.COURSES, map(entry, late)),
    ]


def credit_hours(year: int, found: Ledger) -> Section:
    """学时: every bucket by itself, and how much of it all is about law."""
    rows = [row for row, _ in found.within(year_of(year))]
    made = [
        Figure.sum(each.label, Unit.HOURS, (_hours(row) for row in rows if row.bucket is each))
        for each in Bucket
    ]
    made.append(Figure.sum("合计", Unit.HOURS, map(_hours, rows)))
    made.append(Figure.sum("其中法治学时", Unit.HOURS, (_hours(row) for row in rows if row.is_law)))
    lines = [
        [f"{row.earned_on:%Y-%m-%d}", ("冲正：" if row.reverses_id else "") + row.reason,
         row.bucket.label, "是" if row.is_law else "否",
         "" if row.days is None else figures.plain(row.days), figures.plain(row.hours)]
        for row in rows
    ]  # fmt: skip
    return Section(
        "hours", "学时", made, ["日期", "事由", "类别", "法治", "天数", "学时"], lines,
        "不同类别的学时分别计算，互不抵充。",
    )  # fmt: skip


def courses(person: Person, year: int) -> Section:
    rows = list(reversed(study.completions(person, year)))
    entries = [
        Entry(f"{figures.titled(each.course.title)}，"
              f"{figures.day(clock.local(each.completed_at).date())}完成",
              link=Link("courses.course", {"course_id": each.course_id}))
        for each in rows
    ]  # fmt: skip
    lines = [
        [each.course.title, f"{clock.local(each.completed_at):%Y-%m-%d}",
         figures.plain(each.course.credit_hours)]
        for each in rows
    ]  # fmt: skip
    return Section(
        "courses", "课程", [Figure.count("完成课程", Unit.COURSES, entries)],
        ["课程", "完成日期", "课程学时"], lines,
    )  # fmt: skip


def enrolments(person: Person, year: int) -> list[Enrolment]:
    """The classes of a year in which the person took part, in their order."""
    return [
        each
        for each in reversed(db.session.scalars(classes.own_all(person.id)).all())
        if each.owner.starts_on.year == year
        and each.owner.cancelled_at is None
        and standing.stage(each) in TOOK_PART
    ]


def training(found: Sequence[Enrolment], today: date) -> Section:
    """培训班: those that began, with what came of them."""
    begun = [each for each in found if each.owner.starts_on <= today]

    def entries(*stages: Stage) -> list[Entry]:
        return [
            Entry(f"{figures.titled(each.owner.title)}，{figures.day(each.owner.starts_on)}开班",
                  link=Link("classes.show", {"class_id": each.class_id}))
            for each in begun
            if not stages or standing.stage(each) in stages
        ]  # fmt: skip

    lines = [
        [each.owner.title, f"{each.owner.starts_on:%Y-%m-%d} 至 {each.owner.ends_on:%Y-%m-%d}",
         standing.stage(each).label + ("（优秀学员）" if each.excellent else ""),
         *((figures.plain(each.hours), each.number or "")
           if standing.stage(each) is Stage.COMPLETED else ("", ""))]
        for each in begun
    ]  # fmt: skip
    return Section(
        "training", "培训班",
        [Figure.count("参加", Unit.TIMES, entries()),
         Figure.count("结业", Unit.TIMES, entries(Stage.COMPLETED))],
        ["培训班", "起止", "结果", "登记学时", "结业证号"], lines,
    )  # fmt: skip
