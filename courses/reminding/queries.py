"""Reads of what people owe, of the log, and of who is told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from accounts.models import Account, Person, RoleGrant
from accounts.permissions import Role
from core import clock
from core.db import db
from courses.hours import queries as hours
from courses.hours.deadlines import DeadlineState
from courses.hours.kinds import ClaimState
from courses.models import Course, CourseCompletion
from courses.quality import queries as quality
from courses.quality.questions import SurveyKind, window
from courses.queries import following, requiring
from courses.reminding import escalation, registry
from courses.reminding.escalation import Days, Key, Ladder, Matter, Owed, Ring
from courses.reminding.models import MailChoice, ReminderRule, ReminderSent
from exam.kinds import CandidateStatus
from exam.models import Attempt, Candidate, ExamSession


def rule_rows() -> Sequence[ReminderRule]:
    """Every version, the newest first."""
    return db.session.scalars(
        select(ReminderRule)
        .options(joinedload(ReminderRule.created_by).joinedload(Account.person))
        .order_by(ReminderRule.valid_from.desc(), ReminderRule.id.desc())
    ).all()


def ladders() -> list[Ladder]:
    return [
        Ladder(each.before, each.after, each.claim_days, each.valid_from, each.id, each.matter,
               each.follows)
        for each in rule_rows()
    ]  # fmt: skip


def days(day: date) -> Days:
    return escalation.in_force(ladders(), day)


def _people(person_ids: Collection[int]) -> list[Person]:
    ids, found = sorted(person_ids), list[Person]()
    for start in range(0, len(ids), 500):
        found += db.session.scalars(
            select(Person)
            .where(Person.id.in_(ids[start : start + 500]))
            .options(joinedload(Person.stat_unit))
            .order_by(Person.id)
        )
    return found


def of_courses(person_ids: Collection[int], at: datetime) -> list[Owed]:
    """Required courses that are not completed."""
    due = requiring.due_of(_people(person_ids), clock.local(at).date())
    wanted = {course for each in due.values() for course in each}
    titles = {row[0]: row[1] for row in db.session.execute(
        select(Course.id, Course.title).where(Course.id.in_(wanted)).order_by(Course.id)
    )}  # fmt: skip
    done = {
        (row[0], row[1])
        for row in db.session.execute(
            select(CourseCompletion.person_id, CourseCompletion.course_id)
            .where(CourseCompletion.course_id.in_(wanted))
            .order_by(CourseCompletion.id)
        )
    }
    return [
        Owed(person, "course", course, titles[course], due_on, Matter.COURSE,
             "courses.course", {"course_id": course})
        for person, courses in due.items()
        for course, due_on in courses.items()
        if (person, course) not in done
    ]  # fmt: skip


def of_exams(person_ids: Collection[int], at: datetime) -> list[Owed]:
    """Sessions that are open and that somebody has not begun."""
    rows = db.session.execute(
        select(Candidate.person_id, ExamSession.id, ExamSession.title, ExamSession.closes_at)
        .join(Candidate.session)
        .where(
            ExamSession.cancelled_at.is_(None),
            ExamSession.opens_at <= at,
            ExamSession.closes_at > at,
            ~ExamSession.on_paper,
            Candidate.status == CandidateStatus.DUE,
            ~select(Attempt.id).where(Attempt.candidate_id == Candidate.id).exists(),
        )
        .order_by(ExamSession.closes_at, ExamSession.id, Candidate.id)
    )
    wanted = set(person_ids)
    return [
        Owed(row[0], "exam", row[1], row[2], clock.local(row[3]).date(), Matter.EXAM,
             "exam.intro", {"session_id": row[1]})
        for row in rows
        if row[0] in wanted
    ]  # fmt: skip


def of_deadlines(person_ids: Collection[int], at: datetime, *, probation: int) -> list[Owed]:
    """Initial, appointment and catch-up training that is not done; ``probation`` in months."""
    today = clock.local(at).date()
    rows = hours.deadlines_of(_people(person_ids), today=today, probation=probation)
    return [
        Owed(each.person.id, each.deadline.kind.value, each.deadline.since.toordinal(),
             each.deadline.kind.label, each.deadline.due_on, Matter.TRAINING, "hours.mine")
        for each in rows
        if each.deadline.state(today) is not DeadlineState.DONE
    ]  # fmt: skip


def of_claims(person_ids: Collection[int], at: datetime) -> list[Owed]:
    """Claims that wait for the check of a liaison who is among the people."""
    liaisons, rules = ring(person_ids).liaisons, ladders()
    rows = db.session.scalars(hours.claims(state=ClaimState.FILED))
    return [
        Owed(liaison, "claim", each.id, f"核对{each.person.name}的“{each.title}”",
             _check_by(clock.local(each.filed_at).date(), rules), Matter.CLAIM,
             "hours.claim", {"claim_id": each.id})
        for each in rows
        for liaison in liaisons.get(each.person.stat_unit_id, ())
        if liaison in person_ids and liaison != each.person_id
    ]  # fmt: skip


def _check_by(filed_on: date, rules: Sequence[Ladder]) -> date:
    return filed_on + timedelta(
        days=escalation.in_force(rules, filed_on).of(Matter.CLAIM).claim_days
    )


def of_surveys(person_ids: Collection[int], at: datetime) -> list[Owed]:
    """Surveys of classes that are open and that somebody has not answered; what was answered is
    nowhere near. One for all those that a superior is asked about."""
    today, wanted = clock.local(at).date(), set(person_ids)
    found = []
    for owner in quality.lately_ended(at):
        for kind in SurveyKind:
            open_ = window(kind, owner.ends_on)
            if not open_.open(today):
                continue
            answered = quality.answered(owner.id, kind)
            about = defaultdict[int, list[int]](list)
            for each in quality.asked(owner, kind):
                if each.person_id in wanted and (each.person_id, each.about_id) not in answered:
                    about[each.person_id].append(each.about_id)
            found += [
                Owed(person, f"survey_{kind.value}", owner.id, f"{owner.title}：{kind.label}",
                     open_.last, Matter.SURVEY, "quality.answer",
                     _survey(owner.id, kind, person, whom))
                for person, whom in sorted(about.items())
            ]  # fmt: skip
    return found


def _survey(
    class_id: int, kind: SurveyKind, person_id: int, about: Sequence[int]
) -> dict[str, Any]:
    values: dict[str, Any] = {"class_id": class_id, "kind": kind.value}
    return values if about[0] == person_id else values | {"about": about[0]}


def people(today: date, unit_id: int | None) -> Sequence[Person]:
    return following.on_the_books(today, unit_id)


def owed_in(people: Sequence[Person], at: datetime) -> list[Owed]:
    """What the people owe that is near due or overdue, what is due first at the top."""
    today = clock.local(at).date()
    found, now = registry.owed({each.id for each in people}, at), days(today)
    return [each for each in found if each.urgency(today, now) is not None]


def ring(person_ids: Collection[int] | None = None) -> Ring:
    """Who is told by unit: the liaisons and heads whose accounts are open."""
    rows = db.session.execute(
        select(RoleGrant.role, Person.stat_unit_id, Person.id)
        .join(Account, Account.id == RoleGrant.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(
            RoleGrant.role.in_([Role.LIAISON, Role.UNIT_HEAD]),
            Account.disabled_at.is_(None),
            Person.left_on.is_(None),
        )
        .order_by(Person.id)
    )
    tables: dict[Role, defaultdict[int, list[int]]] = {
        Role.LIAISON: defaultdict(list), Role.UNIT_HEAD: defaultdict(list),
    }  # fmt: skip
    for role, unit_id, person_id in rows:
        tables[role][unit_id].append(person_id)
    units = select(Person.id, Person.stat_unit_id).order_by(Person.id)
    unit_of = {row[0]: row[1] for row in db.session.execute(units)}
    return Ring(unit_of, tables[Role.LIAISON], tables[Role.UNIT_HEAD])


def told(owed: Iterable[Owed]) -> set[Key]:
    """What the log says of these things."""
    subjects = sorted({each.person_id for each in owed})
    found: set[Key] = set()
    for start in range(0, len(subjects), 500):
        rows = db.session.execute(
            select(
                ReminderSent.recipient_id, ReminderSent.subject_id, ReminderSent.kind,
                ReminderSent.ref_id, ReminderSent.step, ReminderSent.day,
            )
            .where(ReminderSent.subject_id.in_(subjects[start : start + 500]))
            .order_by(ReminderSent.id)
        )  # fmt: skip
        found |= {(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows}
    return found


def last_told(unit_id: int | None) -> dict[tuple[int, str, int], datetime]:
    """(person, kind, ref) → when the person was last told of it."""
    query = (
        select(
            ReminderSent.subject_id, ReminderSent.kind, ReminderSent.ref_id,
            func.max(ReminderSent.sent_at),
        )
        .join(ReminderSent.subject)
        .where(ReminderSent.recipient_id == ReminderSent.subject_id)
        .group_by(ReminderSent.subject_id, ReminderSent.kind, ReminderSent.ref_id)
        .order_by(ReminderSent.subject_id)
    )  # fmt: skip
    if unit_id is not None:
        query = query.where(Person.stat_unit_id == unit_id)
    return {(row[0], row[1], row[2]): row[3] for row in db.session.execute(query)}


def sent(unit_id: int | None) -> Select[ReminderSent]:
    """The log of what was told about a unit's people, the newest first."""
    query = (
        select(ReminderSent)
        .join(ReminderSent.subject)
        .options(
            joinedload(ReminderSent.subject).joinedload(Person.stat_unit),
            joinedload(ReminderSent.recipient),
        )
        .order_by(ReminderSent.sent_at.desc(), ReminderSent.id.desc())
    )
    return query if unit_id is None else query.where(Person.stat_unit_id == unit_id)


def received(person_id: int) -> Select[ReminderSent]:
    """What somebody was told, the newest first."""
    return (
        select(ReminderSent)
        .where(ReminderSent.recipient_id == person_id)
        .options(joinedload(ReminderSent.subject))
        .order_by(ReminderSent.sent_at.desc(), ReminderSent.id.desc())
    )


#: SQL: how many reminders ``person_id`` got since the moment ``since``.
FRESH = (
    select(func.count(ReminderSent.id))
    .where(
        ReminderSent.recipient_id == bindparam("person_id"),
        ReminderSent.sent_at >= bindparam("since"),
    )
    .scalar_subquery()
)


def choice(person_id: int) -> MailChoice | None:
    return db.session.scalars(
        select(MailChoice).where(MailChoice.person_id == person_id)
    ).one_or_none()


def choices() -> Sequence[MailChoice]:
    """Everybody who wants e-mail of one kind or the other and has not left."""
    return db.session.scalars(
        select(MailChoice)
        .join(MailChoice.person)
        .where(MailChoice.address != "", Person.left_on.is_(None))
        .options(joinedload(MailChoice.person))
        .order_by(MailChoice.id)
    ).all()
