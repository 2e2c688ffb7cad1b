"""A session's list counted and put in order by the database, as the rules reckon it by hand."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import event

from accounts.permissions import Role
from core import clock
from core.db import db
from exam.kinds import CandidateStatus, ScorePolicy
from exam.models import Candidate, ExamSession
from exam.queries.sessions import makeups
from exam.queries.sessions import overview as queries
from exam.queries.sessions.listed import in_order, listed
from exam.results.outcomes import GradeLevel
from exam.sessions.standing import Standing, owes_makeup
from tests.exam.sessions.test_people import seat
from tests.factories import NOON
from tests.pages import main, page

pytestmark = pytest.mark.usefixtures("noon")

MINUTE = timedelta(minutes=1)
#: What an attempt may have come to: (handed in, marks, waits to be marked, by hand, voided).
SAT = [
    (True, 95, 0, 0, False), (True, 70, 0, 0, False), (True, 61, 0, 2, False),
    (True, 20, 0, 0, False), (True, None, 1, 1, False), (False, None, 0, 0, False),
    (True, 90, 0, 0, True), (False, None, 0, 0, True),
]  # fmt: skip


@pytest.fixture
def crowd(make, sealed_form, session):
    """A session of people of every kind, made up by chance, always the same."""

    def gather(policy: ScorePolicy, **given) -> ExamSession:
        rng = Random(7)
        unit = make.unit("办公室")
        people = [make.person(unit, name=f"人{number:02}") for number in range(40)]
        exam = make.exam_session(
            sealed_form(), *people, score_policy=policy, max_attempts=3, pass_score=60, **given
        )
        for place in exam.candidates:
            place.status = rng.choice([*CandidateStatus, CandidateStatus.DUE])
            place.reason = "" if place.status is CandidateStatus.DUE else "公务"
            for number in range(1, rng.choice([0, 1, 1, 2, 3]) + 1):
                handed_in, marks, unmarked, by_hand, voided = rng.choice(SAT)
                make.attempt(
                    exam, place.person, marks, number=number, unmarked=unmarked, by_hand=by_hand,
                    submitted_at=NOON if handed_in else None, started_at=NOON - 9 * MINUTE,
                    voided_at=NOON if voided else None,
                )  # fmt: skip
        session.commit()
        return exam

    return gather


@pytest.mark.parametrize("policy", ScorePolicy)
@pytest.mark.parametrize(
    ("after", "given"),
    [(0, {}), (2, {}), (2, {"published_at": NOON}), (0, {"cancelled_at": NOON})],
    ids=["open", "closed", "published", "called-off"],
)
def test_the_database_tells_people_apart_as_the_rules_do(app, crowd, policy, after, given) -> None:
    exam_id, at = crowd(policy, **given).id, NOON + after * timedelta(hours=1)
    with app.app_context():
        exam = db.session.get_one(ExamSession, exam_id)
        own, everybody = listed(exam, at), queries.candidates(exam_id)
        stand = {each.id: queries.standing_of(each, at) for each in everybody}
        came = {each.id: queries.outcome_of(exam, each) for each in everybody}
        assert own.counts() == Counter(stand.values())
        assert len(own.counts()) > 1

        def ids(*where) -> set[int]:
            return {each.id for each in db.session.scalars(own.candidates(*where))}

        for where in Standing:
            assert ids(own.stand([where])) == {key for key in stand if stand[key] is where}
        for level in GradeLevel:
            assert ids(own.at_level(level)) == {key for key in came if came[key].level is level}
        assert ids(own.passed()) == {key for key in came if came[key].passed}
        order = in_order(own.key("score"), descending=True)
        scores = [
            came[each.id].score for each in db.session.scalars(own.candidates().order_by(*order))
        ]
        assert scores == sorted(scores, key=lambda each: -1 if each is None else each, reverse=True)
        order = in_order(own.key("standing"), descending=False)
        places = [
            list(Standing).index(stand[each.id])
            for each in db.session.scalars(own.candidates().order_by(*order))
        ]
        assert places == sorted(places)


def test_who_owes_a_makeup_is_counted_as_they_are_called(app, make, crowd, session) -> None:
    exam, at = crowd(ScorePolicy.BEST), NOON + timedelta(hours=2)
    exam_id = exam.id
    # Some were called already, some of these were deferred there, and one of them passed.
    called = [each for each in exam.candidates if each.entry.name < "人20"]
    again = make.exam_session(exam.form, *(each.person for each in called), makeup_of_id=exam.id)
    for place in again.candidates[::3]:
        place.status, place.reason = CandidateStatus.DEFERRED, "病假"
    make.attempt(again, again.candidates[1].person, 80)
    session.commit()
    with app.app_context():
        exam = db.session.get_one(ExamSession, exam_id)
        places = makeups.makeup_places(exam_id)
        expected = [
            each.id
            for each in queries.candidates(exam_id)
            if owes_makeup(
                where := queries.standing_of(each, at), passed=queries.outcome_of(exam, each).passed
            )
            and (
                each.person_id not in places
                or makeups._owes_another(where, places[each.person_id], at)
            )
        ]
        found = makeups.makeup_candidates(exam, at)
        assert [each.id for each in found] == expected
        assert makeups.makeup_counts(exam, at) == Counter(each.status for each in found)
        assert {each.entry.name < "人20" for each in found} == {True, False}
        deferred = makeups.makeup_candidates(exam, at, only=CandidateStatus.DEFERRED)
        assert deferred == [each for each in found if each.status is CandidateStatus.DEFERRED]


def test_a_page_of_a_long_list_loads_nobody_but_those_whom_it_shows(
    make, sign_in, sealed_form
) -> None:
    unit = make.unit("办公室")
    people = [make.person(unit, name=f"人{number:02}") for number in range(50)]
    exam = make.exam_session(sealed_form(), *people)
    loaded: set[int] = set()

    def note(place: Candidate, context: object) -> None:
        loaded.add(place.id)

    event.listen(Candidate, "load", note)
    try:
        for at in (NOON, NOON + timedelta(hours=3)):
            with clock.frozen(at):
                officer = sign_in(make.account(Role.EXAM_ADMIN))
                shown = page(officer.get(f"/exam/sessions/{exam.id}/manage?page=2"))
                officer.get(f"/exam/sessions/{exam.id}/progress?page=2")
            assert len(shown.select("[data-candidate]")) == 20
            assert "50" in shown.select_one("[data-monitor]").get_text()
    finally:
        event.remove(Candidate, "load", note)
    assert len(loaded) == 20


def test_whether_people_sit_it_is_told_while_somebody_may(make, sign_in, sealed_form, sit) -> None:
    person = make.person()
    exam = make.exam_session(sealed_form(), person)
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    address = f"/exam/sessions/{exam.id}/manage"
    assert "正在作答 0" in main(officer.get(address))
    sit(exam, person, right=1)
    with clock.frozen(exam.closes_at + timedelta(hours=1)):
        assert "正在作答" not in main(officer.get(address))


def test_nobody_is_shown_for_a_filter_that_means_nothing(make, sign_in, sealed_form) -> None:
    exam = make.exam_session(sealed_form(), make.person(name="甲一"))
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    for asked in ("standing=gone", "level=best", "paper=B", "q=%25"):
        shown = page(officer.get(f"/exam/sessions/{exam.id}/manage?{asked}"))
        assert shown.select("[data-candidate]") == []
    shown = page(officer.get(f"/exam/sessions/{exam.id}/manage?paper={exam.form.id}"))
    assert [row["data-candidate"] for row in shown.select("[data-candidate]")] == [
        str(seat(exam, "甲一").id)
    ]


def test_the_list_is_put_in_order_by_score_across_departments(make, sign_in, sealed_form) -> None:
    own, other = make.unit("办公室"), make.unit("督查室")
    people = [make.person(own, name=name) for name in ("甲一", "甲二")]
    people += [make.person(other, name=name) for name in ("乙一", "乙二")]
    exam = make.exam_session(sealed_form(), *people)
    for person, marks in zip(people, (50, 90, 40, 80), strict=True):
        make.attempt(exam, person, Decimal(marks))
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    shown = page(officer.get(f"/exam/sessions/{exam.id}/manage?sort=score&dir=desc"))
    names = [each.get_text() for each in shown.select("[data-candidate] th")]
    assert names == ["甲二", "乙二", "甲一", "乙一"]
