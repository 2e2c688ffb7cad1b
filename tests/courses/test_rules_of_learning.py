"""Learning assigned by rule: whom it binds, by when, and that every page and figure agrees."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account, Posting, RosterSnapshot
from accounts.permissions import Role
from accounts.standing import DutyStatus, Grade, LeaderLevel, RankGroup, StaffCategory
from analytics.frames import learning as frames
from analytics.periods import Period
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from core.errors import Refused
from courses.assigning import queries, services
from courses.assigning.models import LearningException, LearningRule
from courses.assigning.services import RuleDraft
from courses.audience import Demand, Requirements, Scope, Stand, Term, Who
from courses.models import Assignment, Course
from courses.queries import requiring
from tests.factories import NOON, Make

SignIn = Callable[[Account], FlaskClient]
DAY = date(2026, 3, 2)
OLD = date(2020, 1, 1)


def who(*stands: Stand, joined_on: date = OLD, **given: object) -> Who:
    return Who(1, joined_on, stands or (Stand(OLD, 7, RankGroup.SECTION),), **given)  # type: ignore[arg-type]


def demand(scope: Scope, **given: object) -> Demand:
    return Demand(5, DAY, **({"due_on": None, "due_days": 30} | given), scope=scope)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scope", "bound"),
    [
        (Scope(), True),
        (Scope(frozenset({7})), True),
        (Scope(frozenset({6})), True),  # the unit that became unit 7
        (Scope(frozenset({8, 9})), False),
        (Scope(rank_group=RankGroup.SECTION, grade=Grade.CLERK_1), True),
        (Scope(grade=Grade.CLERK_2), False),
        (Scope(post="处长"), False),
        (Scope(post="科员", category=StaffCategory.CADRE), True),
        (Scope(category=StaffCategory.WORKER), False),
        (Scope(joined_from=OLD), True),
        (Scope(joined_from=OLD + timedelta(days=1)), False),
        (Scope(excepted=frozenset({1})), False),
        (Scope(audience=()), True),
        (Scope(dormant=True), False),
    ],
)
def test_all_that_a_rule_names_must_fit(scope: Scope, bound: bool) -> None:
    person = who(Stand(OLD, 7, RankGroup.SECTION, Grade.CLERK_1), post="一级科员")
    assert (demand(scope).term(person, {7: {6}}) is not None) is bound


def test_days_are_counted_from_when_somebody_came_under_the_rule() -> None:
    moved = date(2026, 5, 4)
    stands = (Stand(moved, 7, RankGroup.SECTION), Stand(OLD, 3, RankGroup.SECTION))
    asked = demand(Scope(frozenset({7})))
    assert asked.term(who(*stands), {}) == Term(moved, date(2026, 6, 3))
    # From the start of the rule for who was there before; from joining for newcomers.
    assert asked.term(who(), {}) == Term(DAY, date(2026, 4, 1))
    joined = date(2026, 4, 10)
    assert asked.term(who(joined_on=joined), {}) == Term(joined, date(2026, 5, 10))
    # A change that keeps somebody under the rule does not begin the days anew.
    kept = (Stand(moved, 7, RankGroup.DIVISION), Stand(OLD, 7, RankGroup.SECTION))
    assert asked.term(who(*kept), {}) == Term(DAY, date(2026, 4, 1))
    promoted = demand(Scope(rank_group=RankGroup.DIVISION)).term(who(*kept), {})
    assert promoted == Term(moved, date(2026, 6, 3))


_UNITS = st.integers(1, 4)
_SCOPES = st.builds(
    Scope,
    unit_ids=st.frozensets(_UNITS, max_size=2),
    rank_group=st.none() | st.sampled_from([RankGroup.SECTION, RankGroup.DIVISION]),
    excepted=st.frozensets(st.integers(1, 3), max_size=1),
)
_WHOS = st.builds(
    Who,
    person_id=st.integers(1, 6),
    joined_on=st.dates(OLD, DAY),
    stands=st.builds(
        Stand, st.dates(OLD, DAY), _UNITS, st.sampled_from([RankGroup.SECTION, RankGroup.DIVISION])
    ).map(lambda each: (each,)),
)
_DEMANDS = st.builds(
    Demand, st.integers(1, 3), st.dates(OLD, DAY), st.dates(DAY), scope=_SCOPES
) | st.builds(
    Demand, st.integers(1, 3), st.dates(OLD, DAY), st.none(), st.integers(1, 90), _SCOPES
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(_DEMANDS, max_size=6), st.lists(_WHOS, max_size=5))
def test_the_assignment_table_equals_the_rules(demands: list[Demand], people: list[Who]) -> None:
    """What is worked out once a unit comes to the same as asking every rule about everybody."""
    chain = {2: {1}}
    asked = Requirements(demands, chain)
    for person in people:
        terms = [(each, each.term(person, chain)) for each in demands]
        due: dict[int, date] = {}
        for each, term in terms:
            if term:
                due[each.course_id] = min(due.get(each.course_id, term.due_on), term.due_on)
        assert asked.due_dates(person) == due


def test_newcomers_movers_and_the_promoted_are_bound_and_the_figures_agree(
    app: Flask, make: Make, session: Session
) -> None:
    one, two = make.unit(), make.unit()
    old = make.person(one, joined_on=OLD)
    new = make.person(one, joined_on=date(2026, 2, 20))
    chief = make.person(two, leader_level=LeaderLevel.DIVISION_CHIEF, post_title="处长")
    gone = make.person(one, duty_status=DutyStatus.RETIRED)
    course, other = make.course(), make.course()
    by = make.account(Role.EXAM_ADMIN, unit=two)
    with app.app_context():
        rows = [db.session.get_one(Course, each.id) for each in (course, other)]
        for draft, chosen in (
            (RuleDraft("新人", DAY, due_days=60, joined_from=date(2026, 1, 1)), rows),
            (RuleDraft("处长", DAY, due_on=date(2026, 6, 1), post="处长"), rows[:1]),
            (RuleDraft("一司", DAY, due_days=90, unit_ids=[one.id]), rows[1:]),
        ):
            services.make(draft=draft, courses=chosen, at=NOON, by=None)
        db.session.commit()
    make.save(
        Posting(person_id=chief.id, home_unit_id=two.id, work_unit_id=two.id, stat_unit_id=one.id,
                leader_level=chief.leader_level, grade=None, duty_status=DutyStatus.ON_DUTY,
                valid_from=date(2026, 3, 20), valid_to=None)
    )  # fmt: skip
    chief.stat_unit = one
    session.commit()
    expected = {
        old.id: {other.id: date(2026, 5, 31)},
        new.id: {course.id: date(2026, 5, 1), other.id: date(2026, 5, 1)},
        chief.id: {course.id: date(2026, 6, 1), other.id: date(2026, 6, 18)},
        by.person_id: {},
    }
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    roster = make.roster(
        old, new, chief, gone, by.person, taken_at=NOON + timedelta(days=60)
    )  # fmt: skip
    with app.app_context(), clock.frozen(NOON + timedelta(days=60)):
        for person_id, due in expected.items():
            person = db.session.get_one(type(old), person_id)
            assert requiring.due_dates(person, clock.today()) == due
        snapshot = db.session.get_one(RosterSnapshot, roster.id)
        pairs = frames.pairs(frames.learners(snapshot, year), snapshot, year)
        counted = set(zip(pairs["person_id"], pairs["course_id"], strict=True))
        assert counted == {(who, each) for who, due in expected.items() for each in due}
        assert gone.id not in {each for each, _ in counted}


def test_a_rule_is_previewed_made_once_excepted_from_and_ended(
    make: Make, sign_in: SignIn, session: Session
) -> None:
    unit = make.unit(short_name="办信司")
    named, left_out = make.person(unit, name="要学的人"), make.person(unit, name="例外的人")
    make.person(name="别司的人")
    course = make.course(title="入门课")
    data = {"staff_number": left_out.staff_number, "reason": "产假"}
    learner = sign_in(make.account(person=named))
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    form = {"title": "办信司入门", "course_ids": [course.id], "unit_ids": [unit.id],
            "starts_on": "2026-01-01", "due_on": "2098-12-31", "rank_group": "", "grade": "",
            "staff_category": "", "list_id": ""}  # fmt: skip
    shown = officer.post("/courses/rules/new", data=form | {"act": "preview"}).text
    assert "现在适用 2 人" in shown
    assert "要学的人" in shown
    assert "别司的人" not in shown
    assert session.scalars(select(LearningRule)).all() == []
    session.rollback()
    both = officer.post("/courses/rules/new", data=form | {"due_days": "3", "act": "assign"}).text
    assert "填且只填一项" in both
    for _ in range(2):
        assert officer.post("/courses/rules/new", data=form | {"act": "assign"}).status_code == 303
    [rule] = session.scalars(select(LearningRule))
    url = f"/courses/rules/{rule.id}"
    session.rollback()
    assert "名册里没有" in officer.post(f"{url}/exceptions", data=data | {"staff_number": "X"}).text
    for _ in range(2):
        assert officer.post(f"{url}/exceptions", data=data).status_code == 303
    [exception_id] = session.scalars(select(LearningException.id))
    session.rollback()
    rows = officer.get(url).text.split('id="people"')[1].split("</table>")[0]
    assert "要学的人" in rows
    assert "例外的人" not in rows
    assert "入门课" in learner.get("/").text
    officer.post(f"/courses/rules/exceptions/{exception_id}/lift")
    assert "例外的人" in officer.get(url).text.split('id="people"')[1].split("</table>")[0]
    officer.post(f"{url}/end")
    assert "已结束" in officer.get(url).text
    assert "入门课" not in learner.get("/").text.split("练习")[0].split("待学</h2>")[-1]
    [assignment] = session.scalars(select(Assignment))
    assert assignment.ended_at is not None
    actions = set(session.scalars(select(AuditRecord.action)))
    assert {f"learning_rule.{each}" for each in ("create", "except", "lift", "close")} <= actions


def test_a_rule_needs_an_open_course_and_dates_in_order(app: Flask, make: Make) -> None:
    draft = make.course(published_at=None)
    with app.app_context():
        course = db.session.get_one(Course, draft.id)
        for bad, courses in (
            (RuleDraft("甲", DAY, due_on=DAY), [course]),
            (RuleDraft("甲", DAY, due_on=DAY), []),
            (RuleDraft("甲", DAY, due_on=OLD), [course]),
            (RuleDraft("甲", DAY), [course]),
        ):
            with pytest.raises(Refused):
                services.make(draft=bad, courses=courses, at=NOON, by=None)
        assert queries.courses_of([]) == {}
