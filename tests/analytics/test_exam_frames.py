"""Candidates of real sessions: a year with makeups, by hand."""

from datetime import timedelta
from decimal import Decimal

from flask import Flask

from accounts.standing import DutyStatus
from analytics import rates
from analytics.frames import exam as frames
from analytics.frames.items import scored
from analytics.tables import Row
from core.db import db
from exam.kinds import CandidateStatus, ScorePolicy
from exam.models import Answer, ExamSession, Form
from tests.factories import NOON, Make

LATER = NOON + timedelta(days=40)


def table(app: Flask, session: ExamSession, at=LATER) -> list[Row]:
    with app.app_context():
        found = db.session.get_one(ExamSession, session.id)
        return rates.department_table(frames.counted(found, at))


def makeup(make: Make, session: ExamSession, *people, **given) -> ExamSession:
    window = {"opens_at": NOON + timedelta(days=30), "closes_at": NOON + timedelta(days=31)}
    return make.exam_session(make.form(), *people, makeup_of_id=session.id, **(window | given))


def set_status(make: Make, session: ExamSession, person, status: CandidateStatus) -> None:
    candidate = next(each for each in session.candidates if each.person_id == person.id)
    candidate.status, candidate.reason = status, "经批准"
    make.save(candidate)


def test_a_year_with_exempt_deferred_voided_departed_and_seconded_people(
    app: Flask, make: Make
) -> None:
    unit = make.unit("办信司")
    good, failed, missed, deferred, sick, exempt, cheat = (make.person(unit) for _ in range(7))
    out = make.person(unit, duty_status=DutyStatus.SECONDED_OUT)
    guest = make.person(unit, duty_status=DutyStatus.SECONDED_IN)
    gone = make.person(unit, duty_status=DutyStatus.TRANSFERRED_OUT)
    crowd = (good, failed, missed, deferred, sick, exempt, cheat, out, guest)
    session = make.exam_session(make.form(), *crowd, roster=make.roster(*crowd, gone))
    for person in (deferred, sick):
        set_status(make, session, person, CandidateStatus.DEFERRED)
    set_status(make, session, exempt, CandidateStatus.EXEMPT)
    make.attempt(session, good, 92)
    make.attempt(session, failed, 40)
    make.attempt(session, cheat, 95, voided_at=NOON, void_reason="替考")
    make.attempt(session, guest, 80)
    second = makeup(make, session, failed, missed, deferred, sick, cheat)
    make.attempt(second, failed, 75)
    make.attempt(second, deferred, 96)
    make.attempt(second, cheat, 99)

    ranked, apart, others, own, apart_sum, total = table(app, session)

    assert ranked.values == {
        "roster": 7, "exempt": 1, "deferred": 2, "due": 6, "first_due": 4, "taken": 4,
        "scored": 4, "unmarked": 0, "first_taken": 3, "passed": 3, "first_passed": 1,
        "excellent": 1, "absent": 2,
        "pending": 0, "waiting": 0, "voided": 1, "excluded": 1,
        "score_sum": Decimal(263), "highest": Decimal(96), "lowest": Decimal(0),
    }  # fmt: skip
    assert {key: str(value) for key, value in ranked.figures.items()} == {
        "participation": "66.67", "first_participation": "75.00", "pass_due": "50.00",
        "pass_taken": "75.00", "first_pass": "25.00", "excellent_due": "16.67",
        "excellent_taken": "25.00", "mean": "65.75",
    }  # fmt: skip
    assert (apart.title, apart.values["due"], apart.values["absent"]) == ("办信司（单列）", 1, 1)
    assert (others.title, others.values["passed"]) == ("办信司（其他人员）", 1)
    assert own.values["due"] == 6
    assert apart_sum.values["due"] == 2
    assert total.values["due"] == 8


def test_the_deferred_wait_until_the_last_makeup_is_over(app: Flask, make: Make) -> None:
    person = make.person()
    session = make.exam_session(make.form(), person)
    set_status(make, session, person, CandidateStatus.DEFERRED)
    assert table(app, session)[-1].values["pending"] == 1
    makeup(make, session, person)
    during = table(app, session, NOON + timedelta(days=30, hours=1))[-1]
    assert (during.values["pending"], during.values["absent"]) == (1, 0)
    after = table(app, session, NOON + timedelta(days=31))[-1]
    assert (after.values["pending"], after.values["absent"], after.values["due"]) == (0, 1, 1)


def test_the_deferred_who_are_exempted_in_the_makeup_are_exempt_and_the_absent_are_not(
    app: Flask, make: Make
) -> None:
    deferred, absent = make.person(), make.person()
    session = make.exam_session(make.form(), deferred, absent)
    set_status(make, session, deferred, CandidateStatus.DEFERRED)
    second = makeup(make, session, deferred, absent)
    for person in (deferred, absent):
        set_status(make, second, person, CandidateStatus.EXEMPT)
    values = table(app, session)[-1].values
    assert [values[key] for key in ("roster", "exempt", "deferred", "due", "absent")] == [
        2, 1, 0, 1, 1,
    ]  # fmt: skip


def test_a_cancelled_makeup_counts_for_nothing(app: Flask, make: Make) -> None:
    person = make.person()
    session = make.exam_session(make.form(), person)
    other = makeup(make, session, person, cancelled_at=NOON)
    make.attempt(other, person, 80)
    assert table(app, session)[-1].values["taken"] == 0


def test_a_makeup_alone_passes_but_is_never_excellent(app: Flask, make: Make) -> None:
    person = make.person()
    session = make.exam_session(make.form(), person)
    alone = makeup(make, session, person)
    make.attempt(alone, person, 99)
    row = table(app, alone)[-1]
    assert (row.values["passed"], row.values["excellent"]) == (1, 0)


def test_the_policy_of_the_session_says_which_attempt_counts(app: Flask, make: Make) -> None:
    person = make.person()
    session = make.exam_session(make.form(), person, max_attempts=2, score_policy=ScorePolicy.LAST)
    make.attempt(session, person, 90)
    make.attempt(session, person, 50, number=2)
    assert table(app, session)[-1].values["highest"] == Decimal(50)


def test_a_running_attempt_is_no_participation(app: Flask, make: Make) -> None:
    person = make.person()
    session = make.exam_session(make.form(), person)
    make.attempt(session, person, None)
    assert table(app, session, NOON)[-1].values["waiting"] == 1


def test_half_marks_keep_their_hundredths(app: Flask, make: Make) -> None:
    person = make.person()
    session = make.exam_session(make.form(), person)
    make.attempt(session, person, "82.25")
    assert table(app, session)[-1].values["highest"] == Decimal("82.25")


def test_candidates_keep_their_shape_without_rows(app: Flask, make: Make) -> None:
    session = make.exam_session(make.form())
    with app.app_context():
        frame = frames.candidates(db.session.get_one(ExamSession, session.id))
    assert frame.empty
    assert frame.dtypes.astype("str").to_dict() == frames.CANDIDATES


def test_what_each_item_earned_is_summed_by_slot_and_unit(app: Flask, make: Make) -> None:
    first, second = make.unit(), make.unit()
    here, there, voided = make.person(first), make.person(second), make.person(first)
    session = make.exam_session(make.form(), here, there, voided)
    for person, earned, given in (
        (here, "5", {}), (there, "2.5", {}), (voided, "5", {"voided_at": NOON}),
    ):  # fmt: skip
        attempt = make.attempt(session, person, 5, **given)
        make.save(
            Answer(
                attempt_id=attempt.id, slot=1, seq=1, response="{}", saved_at=NOON,
                earned=Decimal(earned),
            )
        )  # fmt: skip
    with app.app_context():
        form = db.session.get_one(Form, session.form.id)
        whole, own = scored(session.id, form), scored(session.id, form, {first.id})
        nobody = scored(session.id, form, set())
    assert (whole.papers, whole.earned) == (2, {1: Decimal("7.5")})
    assert (own.papers, own.earned) == (1, {1: Decimal(5)})
    assert (nobody.papers, nobody.earned) == (0, {})
