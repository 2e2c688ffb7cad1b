"""The course catalogue, who is to take what, and what people have studied of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from accounts.models import Account, OrgUnit
from accounts.permissions import LANES
from accounts.standing import RankGroup
from core import clock
from courses.lessons.services import describing
from courses.lessons.services.describing import Description
from courses.models import Course, CourseCategory, Lesson, LessonKind
from courses.progress import Passage, StudyRules
from courses.revisions.services import drafting, publishing
from courses.services import assigning, editing, taking_over
from courses.services.editing import CourseDraft, LessonDraft
from demo import behaviour, material
from demo.loading.bank import Articles, cited
from demo.material import DemoCourse
from demo.people import SEED, DemoPerson
from exam.models import ExamSession


@dataclass(frozen=True)
class Plan:
    """Days before today (negative: after it) on which a course begins and is due."""

    starts: int
    due: int
    #: None for the whole bureau.
    units: Sequence[str] | None = None


#: What is required of whom, by the course's title: some is overdue, some due soon, some later.
REQUIRED = {
    "新法学习：法治宣传教育法": Plan(46, 6),
    "《信访工作条例》精讲": Plan(44, -9),
    "宪法精神与为民信访": Plan(30, -14),
    "公务员法与干部学法用法": Plan(20, -36),
    "来访接待实务": Plan(40, -4, ("来访接待司",)),
    "办信与网上信访实务": Plan(40, 2, ("办信司", "投诉办")),
    "行政复议法：化解行政争议的主渠道": Plan(25, -30, ("办信司", "来访接待司", "督查室", "投诉办")),
}
#: Whom courses are written for, and what they are found by; the others say nothing of it.
DESCRIBED = {
    "来访接待实务": Description(tags="接访、窗口", posts="接访、接待"),
    "办信与网上信访实务": Description(tags="办信、网上信访", posts="办信"),
    "履职底线：政务处分、监察与保密": Description(tags="纪律", rank_group=RankGroup.DIVISION),
    "行政法规专题：信息公开与源头预防": Description(tags="行政法规"),
}
#: The course that a session of the demonstration closes.
CLOSED_BY_A_TEST = "宪法精神与为民信访"
#: Of those who need not take a course, the share who do.
VOLUNTEERS = 0.15
#: When people find the time: a lesson takes less than an hour, so that slots never overlap.
HOURS = (time(8, 20), time(10, 10), time(12, 30), time(14, 40), time(16, 20), time(20, 10))


def load_courses(
    articles: Articles, units: Mapping[str, OrgUnit], *, officer: Account, today: date, at: datetime
) -> dict[Course, DemoCourse]:
    """The catalogue, published, and what is assigned of it."""
    made = {}
    for each in material.courses():
        course = editing.create_course(
            draft=CourseDraft(
                title=each.title,
                category=CourseCategory.of(each.category),
                credit_hours=each.credit_hours,
                summary=each.summary,
            ),
            at=at,
            by=officer,
        )
        for lesson in each.lessons:
            editing.add_lesson(
                course=course,
                draft=LessonDraft(
                    title=lesson.title,
                    kind=LessonKind.TEXT,
                    minutes=lesson.minutes,
                    body=lesson.body,
                    article_ids=[one for each in lesson.citations for one in cited(each, articles)],
                ),
                at=at,
            )
        if each.title in DESCRIBED:
            describing.describe(course=course, said=DESCRIBED[each.title], at=at)
        editing.publish(course=course, at=at)
        made[course] = each
        if plan := REQUIRED.get(each.title):
            _assign(course, plan, units, officer=officer, today=today, at=at)
    return made


def _assign(
    course: Course,
    plan: Plan,
    units: Mapping[str, OrgUnit],
    *,
    officer: Account,
    today: date,
    at: datetime,
) -> None:
    for unit in [None] if plan.units is None else [units[name] for name in plan.units]:
        assigning.assign(
            course=course,
            unit=unit,
            starts_on=today - timedelta(days=plan.starts),
            due_on=today - timedelta(days=plan.due),
            at=at,
            by=officer,
        )


def close_by_test(
    courses: Mapping[Course, DemoCourse], session: ExamSession, *, at: datetime
) -> None:
    """Let the session close the course that it belongs to."""
    course = next(each for each in courses if each.title == CLOSED_BY_A_TEST)
    draft = drafting.begin(course=course, at=at, by=None)
    editing.edit_course(
        course=draft,
        draft=CourseDraft(
            title=course.title,
            category=course.category,
            credit_hours=course.credit_hours,
            summary=course.summary,
            is_law=course.is_law,
            final_session_id=session.id,
        ),
        at=at,
    )
    publishing.publish(draft=draft, note="加设结业测试，学完须考试合格。", at=at, by=None)


def study(
    courses: Mapping[Course, DemoCourse],
    accounts: Mapping[str, Account],
    crowd: Mapping[str, DemoPerson],
    *,
    at: datetime,
) -> None:
    """What everybody with an account has studied up to now, as diligently as they are."""
    rules = StudyRules()
    passages = [
        passage
        for number, account in accounts.items()
        if crowd[number].roles - LANES.keys()
        for passage in _passages(crowd[number], account.person_id, courses, rules, at=at)
    ]
    taking_over.take_over(passages=passages, at=at, rules=rules)


def _passages(
    person: DemoPerson,
    person_id: int,
    courses: Mapping[Course, DemoCourse],
    rules: StudyRules,
    *,
    at: datetime,
) -> Iterator[Passage]:
    """The person's lessons, in free hours of the working days since each course began."""
    rng = Random(f"{SEED}/{person.staff_number}/lessons")  # noqa: S311 - not for secrets
    free = set(_hours(at, max(plan.starts for plan in REQUIRED.values())))
    for course in courses:
        plan = REQUIRED.get(course.title)
        if not _takes(person, plan, rng):
            continue
        done = behaviour.lessons_done(person, course.title, len(course.lessons))
        opened = course.lessons[: done + (done < len(course.lessons) and rng.random() < 0.6)]
        begins = at - timedelta(days=plan.starts if plan else 40)
        window = sorted(hour for hour in free if hour >= begins)
        if len(window) < len(opened):
            continue
        # Early in the window more often than late: most people do not wait for the last day.
        window = window[: max(len(opened), round(len(window) * (1.3 - person.diligence)))]
        hours = sorted(rng.sample(window, len(opened)))
        free -= set(hours)
        for place, (lesson, hour) in enumerate(zip(opened, hours, strict=True)):
            yield _passage(lesson, person_id, hour, rules, rng, completed=place < done)


def _takes(person: DemoPerson, plan: Plan | None, rng: Random) -> bool:
    if plan is None or (plan.units is not None and person.stat_unit not in plan.units):
        return rng.random() < VOLUNTEERS * person.diligence
    return rng.random() < 0.8 + 0.2 * person.diligence


def _passage(
    lesson: Lesson,
    person_id: int,
    hour: datetime,
    rules: StudyRules,
    rng: Random,
    *,
    completed: bool,
) -> Passage:
    opened = hour + timedelta(seconds=rng.randrange(900))
    planned, needed = lesson.minutes * 60, rules.needed(lesson.minutes)
    seconds = rng.randrange(needed, planned) if completed else rng.randrange(60, needed)
    return Passage(
        person_id=person_id,
        lesson_id=lesson.id,
        opened_at=opened,
        seen_at=opened + timedelta(seconds=seconds + rng.randrange(40)),
        seconds=seconds,
        completed=completed,
    )


def _hours(at: datetime, days: int) -> Iterator[datetime]:
    """The hours of study on working days that lie two hours back or more."""
    today = clock.local(at).date()
    for back in range(days, -1, -1):
        day = today - timedelta(days=back)
        for hour in HOURS:
            moment = datetime.combine(day, hour, clock.LOCAL)
            if day.weekday() < 5 and moment <= at - timedelta(hours=2):
                yield moment
