"""The whole demonstration, in the order in which things happen in a bureau's year."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select

from accounts.models import Account, Person
from accounts.permissions import Role
from core import clock
from core.db import db
from demo.loading import (
    amendment,
    bank,
    board,
    courses,
    daily,
    evaluation,
    exams,
    groups,
    hours,
    lessons,
    lists,
    marking,
    organisation,
    results,
    training,
)
from demo.material import DemoItem
from demo.people import DemoPerson, people
from exam.kinds import CandidateStatus, ExamKind
from exam.models import Attempt, Candidate, ExamSession
from exam.services.assembling import blueprints
from exam.services.sessions import planning

#: Somebody of this number is on the roster only where the demonstration was loaded.
MARK = "XF0001"
#: One in so many of the open session's candidates has sat already.
EARLY = 2


@dataclass(frozen=True)
class Loaded:
    """Who can sign in (role, username), those first who have yet to sit the open session."""

    accounts: list[tuple[str, str]]
    open_session: int | None


def load(*, at: datetime) -> None:
    """Load everything; nothing is committed here. The database must hold no people yet."""
    crowd = {each.staff_number: each for each in people(clock.local(at).date())}
    with clock.frozen(at - timedelta(days=60)):
        begun = clock.now()
        units = organisation.load_units(at=begun)
        accounts = organisation.load_accounts(list(crowd.values()), units, at=begun)
        officer = holder(accounts, crowd, Role.EXAM_ADMIN)
        articles = bank.load_laws(at=begun, by=holder(accounts, crowd, Role.RESEARCH_OFFICE))
        items = bank.load_items(
            articles,
            writers=holders(accounts, crowd, Role.ITEM_WRITER),
            reviewer=holder(accounts, crowd, Role.ITEM_REVIEWER),
            at=begun,
        )
        bank.load_typed_items(
            articles,
            writer=holder(accounts, crowd, Role.ITEM_WRITER),
            reviewer=holder(accounts, crowd, Role.ITEM_REVIEWER),
            at=begun,
        )
        catalogue = courses.load_courses(
            articles, units, officer=officer, today=clock.local(at).date(), at=begun
        )
        hours.load_rules(catalogue, officer=officer, at=begun)
        lessons.load_kinds(articles, officer=officer, at=begun)
        researchers = holders(accounts, crowd, Role.RESEARCH_OFFICE)
        lists.load_list(
            articles,
            maker=researchers[0],
            approver=researchers[1] if len(researchers) > 1 else None,
            today=clock.today(),
            at=begun,
        )
    with clock.frozen(at - timedelta(days=45)):
        form = exams.load_form(
            exams.ANNUAL, ExamKind.ANNUAL, exams.SECTIONS, seed=1, officer=officer, at=clock.now()
        )
        blueprints.open_for_practice(blueprint=form.blueprint, minutes=60, at=clock.now())
        closed = exams.load_session(
            exams.ANNUAL,
            form,
            opens_at=at_hour(at - timedelta(days=35), 9),
            closes_at=at_hour(at - timedelta(days=33), 18),
            minutes=60,
            officer=officer,
            at=clock.now(),
        )
        exams.exempt_one(closed, officer=officer, at=clock.now())
        exams.exempt_who_knows_the_items(closed, officer=officer, at=clock.now())
        planned = training.load_plan(
            officer=officer,
            leader=holder(accounts, crowd, Role.BUREAU_LEADER),
            today=clock.local(at).date(),
            at=clock.now(),
        )
    exams.sit(closed, crowd, items, closed.candidates)
    training.load_over(crowd, accounts, items, planned[0], officer=officer, at=at)
    for account in accounts.values():
        # The password that is said aloud opens the demonstration for its full time from today.
        account.password_set_at = at
    with clock.frozen(at - timedelta(days=30)):
        planning.publish_results(session=closed, at=clock.now(), by=officer)
        results.load_after(
            closed, officer=officer, approver=holder(accounts, crowd, Role.GRADER), at=clock.now()
        )
    with clock.frozen(at - timedelta(days=5)):
        opened = load_open_session(crowd, items, officer, at=at)
        courses.close_by_test(catalogue, opened, at=clock.now())
        marking.load(graders=holders(accounts, crowd, Role.GRADER), officer=officer, at=at)
    with clock.frozen(at - timedelta(days=4)):
        writer = holder(accounts, crowd, Role.ITEM_WRITER)
        exams.load_tasks(writer, officer=officer, at=clock.now())
        amendment.load_material(
            articles,
            writer=holder(accounts, crowd, Role.ITEM_WRITER),
            reviewer=holder(accounts, crowd, Role.ITEM_REVIEWER),
            officer=officer,
            at=clock.now(),
        )
        amendment.load_list(
            articles,
            maker=researchers[0],
            approver=researchers[1] if len(researchers) > 1 else None,
            today=clock.today(),
            at=clock.now(),
        )
        exams.ask_to_defer(
            opened, accounts, head=holder(accounts, crowd, Role.UNIT_HEAD), at=clock.now()
        )
        keen = _keen(crowd)
        daily.load_cases(
            articles,
            authors=[researchers[0], *holders(accounts, crowd, Role.LIAISON)[:2]],
            reviewer=researchers[-1],
            at=clock.now(),
        )
        daily.load_notes(articles, accounts, keen=keen, at=clock.now())
    training.load_open(crowd, accounts, planned[1], officer=officer, at=at)
    with clock.frozen(at - timedelta(days=2)):
        amendment.amend(today=clock.local(at).date(), at=clock.now(), by=researchers[0])
    with clock.frozen(at):
        courses.study(catalogue, accounts, crowd, at=at)
        groups.load(accounts, crowd, secretary=holder(accounts, crowd, Role.STUDY_SECRETARY), at=at)
        daily.load_answers(accounts, crowd, keen=keen, at=at)
        hours.load_hours(accounts, crowd, officer=officer, at=at)
        hours.remind(at=at)
        evaluation.load(
            accounts,
            crowd,
            officer=officer,
            researcher=researchers[0],
            heads=holders(accounts, crowd, Role.UNIT_HEAD),
            roster=closed.roster,
            year=clock.local(closed.closes_at).year,
            at=at,
        )
        board.load(at=at)


def load_open_session(
    crowd: dict[str, DemoPerson],
    items: dict[int, DemoItem],
    officer: Account,
    *,
    at: datetime,
) -> ExamSession:
    """A short test that opened yesterday; some have sat it."""
    form = exams.load_form(
        exams.OPEN, ExamKind.THEMATIC, exams.SHORT_SECTIONS, seed=2, officer=officer, at=clock.now()
    )
    opened = exams.load_session(
        exams.OPEN,
        form,
        opens_at=at_hour(at - timedelta(days=2), 9),
        closes_at=at_hour(at + timedelta(days=14), 18),
        minutes=60,
        officer=officer,
        at=clock.now(),
    )
    early = opened.candidates[::EARLY]
    exams.sit(opened, crowd, items, early, until=at - timedelta(hours=2))
    return opened


def _keen(crowd: dict[str, DemoPerson]) -> list[str]:
    """One of each of the roles that people look at everyday study with."""
    plain = next(number for number, each in crowd.items() if each.roles == {Role.STAFF})
    special = [
        next(number for number, each in crowd.items() if role in each.roles)
        for role in (Role.LIAISON, Role.EXAM_ADMIN)
    ]
    return list(dict.fromkeys([plain, *special]))


def at_hour(moment: datetime, hour: int) -> datetime:
    """The full hour of a moment's day in Shanghai."""
    return datetime.combine(clock.local(moment).date(), time(hour), clock.LOCAL)


def holders(
    accounts: dict[str, Account], crowd: dict[str, DemoPerson], role: Role
) -> list[Account]:
    return [accounts[number] for number, each in crowd.items() if role in each.roles]


def holder(accounts: dict[str, Account], crowd: dict[str, DemoPerson], role: Role) -> Account:
    return holders(accounts, crowd, role)[0]


def is_loaded() -> bool:
    return db.session.scalar(select(Person.id).where(Person.staff_number == MARK)) is not None


def is_empty() -> bool:
    return db.session.scalar(select(Person.id).limit(1)) is None


def loaded(*, at: datetime) -> Loaded:
    """What is there to sign in with; the open session is None once its window has passed."""
    opened = db.session.scalar(
        select(ExamSession.id)
        .where(
            ExamSession.title == exams.OPEN,
            ExamSession.opens_at <= at,
            ExamSession.closes_at > at,
            ExamSession.cancelled_at.is_(None),
        )
        .order_by(ExamSession.id.desc())
        .limit(1)
    )
    waiting = set(
        db.session.scalars(
            select(Candidate.person_id)
            .outerjoin(Attempt, Attempt.candidate_id == Candidate.id)
            .where(
                Candidate.session_id == opened,
                Candidate.status == CandidateStatus.DUE,
                Attempt.id.is_(None),
            )
        )
    )
    accounts = db.session.scalars(
        select(Account)
        .join(Person)
        .where(Person.staff_number.like("XF%"), Account.disabled_at.is_(None))
        .order_by(Account.id)
    ).all()
    rows = [
        (role.value, account.username)
        for account in sorted(accounts, key=lambda each: each.person_id not in waiting)
        for role in (special(account.roles) or account.roles)
    ]
    return Loaded(sorted(rows, key=lambda row: list(Role).index(Role.of(row[0]))), opened)


def special(roles: list[Role]) -> list[Role]:
    """The roles besides that of any member of staff."""
    return [role for role in roles if role is not Role.STAFF]
