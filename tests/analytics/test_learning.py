"""Learning rates of a roster and a period, worked out by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from accounts.models import Posting, RosterSnapshot
from accounts.permissions import Role
from accounts.standing import DutyStatus, Grade
from analytics import learning, people
from analytics.board import frames as board
from analytics.evaluation import frames as evaluation
from analytics.frames import learning as frames
from analytics.learning import Basis, Target
from analytics.measures import LEARNING
from analytics.people import Part
from analytics.periods import Period
from analytics.tables import Row
from core.db import db
from courses.hours import queries as hours
from courses.models import Bucket, StudyDay
from tests.factories import NOON, Make

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
SPRING = Period(date(2026, 1, 1), date(2026, 3, 31))
BEFORE = datetime(2025, 12, 31, 15, 59, tzinfo=UTC)
NEW_YEAR = datetime(2025, 12, 31, 16, tzinfo=UTC)


def table(
    app: Flask, roster: RosterSnapshot, period: Period = YEAR, target: Target | None = None
) -> list[Row]:
    with app.app_context():
        snapshot = db.session.get_one(RosterSnapshot, roster.id)
        return learning.department_table(frames.counted(snapshot, period, target), target)


def total(*arguments: Any, **named: Any) -> Row:
    return table(*arguments, **named)[-1]


def test_a_year_of_a_unit_by_hand(app: Flask, make: Make) -> None:
    unit = make.unit("办信司")
    done, half, idle, new, away = (make.person(unit) for _ in range(5))
    away.duty_status = DutyStatus.SECONDED_OUT
    new.joined_on = date(2026, 7, 15)
    gone = make.person(unit, duty_status=DutyStatus.RETIRED)
    roster = make.roster(done, half, idle, new, away, gone)
    law, rules, elsewhere = make.course(), make.course(), make.course()
    make.assignment(law)
    make.assignment(rules, unit)
    make.assignment(elsewhere, make.unit("督查室"))
    for person, courses in ((done, (law, rules)), (half, (law,)), (away, (law, rules))):
        for course in courses:
            make.completion(person, course)
    make.progress(new, rules)
    make.credit(done, "40", bucket=Bucket.CONCENTRATED, accredited=True, is_law=True)
    make.credit(done, "2.5", is_law=True)
    make.credit(half, "10")
    make.credit(new, "5")
    make.credit(gone, "99")
    target = Target(Decimal(10), Basis.ONLINE)

    ranked, apart, *_sums, everybody = table(app, roster, target=target)

    assert ranked.values == {
        "due": 4, "studied": 3, "obliged": 4, "finished": 1, "pairs_due": 8, "pairs_done": 3,
        # 10 hours of a year for half; 5 of half a year for new; 2.5 of 10 for done
        "attained": 2, "excluded": 1, "hours": Decimal("57.5"), "concentrated": Decimal(40),
        "online": Decimal("17.5"), "self_study": Decimal(0), "group_study": Decimal(0),
        "law": Decimal("42.5"), "accredited": Decimal(40),
    }  # fmt: skip
    assert {key: str(value) for key, value in ranked.figures.items()} == {
        "participation": "75.00", "completion": "25.00", "course_completion": "37.50",
        "attainment": "50.00", "hours_each": "14.38", "concentrated_each": "10.00",
        "online_each": "4.38", "self_study_each": "0.00", "group_study_each": "0.00",
        "law_each": "10.63",
    }  # fmt: skip
    assert (apart.title, apart.values["due"], apart.values["finished"]) == ("办信司（单列）", 1, 1)
    assert everybody.values["due"] == 5
    assert str(everybody.figures["completion"]) == "40.00"


@pytest.mark.parametrize(
    ("given", "studied"),
    [
        pytest.param({}, 1, id="opened and seen in it"),
        pytest.param({"seconds": 0}, 0, id="no time credited"),
        pytest.param({"opened_at": BEFORE}, 0, id="opened before, looked at again in it"),
        pytest.param({"opened_at": BEFORE, "seen_at": BEFORE}, 0, id="a minute before"),
        pytest.param({"opened_at": NEW_YEAR, "seen_at": NEW_YEAR}, 1, id="at its first moment"),
    ],
)
def test_a_lesson_is_a_study_record_if_time_was_credited_in_the_period(
    app: Flask, make: Make, given: dict[str, Any], studied: int
) -> None:
    person = make.person()
    make.progress(person, make.course(), **given)
    assert total(app, make.roster(person)).values["studied"] == studied


def test_time_of_the_period_counts_for_a_lesson_opened_before_it(app: Flask, make: Make) -> None:
    person = make.person()
    make.progress(person, make.course(), opened_at=BEFORE)
    make.save(StudyDay(person_id=person.id, day=NOON.date(), seconds=60))
    assert total(app, make.roster(person)).values["studied"] == 1


def test_a_completion_or_a_credit_is_a_study_record_and_a_reversed_one_is_not(
    app: Flask, make: Make
) -> None:
    finished, credited, corrected = (make.person() for _ in range(3))
    make.completion(finished, make.course())
    make.credit(credited, "1", earned_on=date(2026, 12, 31))
    wrong = make.credit(corrected, "4")
    make.credit(corrected, "-4", reverses_id=wrong.id, earned_on=date(2026, 5, 1))
    row = total(app, make.roster(finished, credited, corrected))
    assert row.values["studied"] == 2
    assert row.values["hours"] == Decimal(1)


@pytest.mark.parametrize(
    ("given", "required"),
    [
        pytest.param({}, 1, id="over the year"),
        pytest.param({"due_on": date(2025, 12, 31), "starts_on": date(2025, 1, 1)}, 0, id="past"),
        pytest.param({"starts_on": date(2026, 4, 1)}, 0, id="begins after it"),
        pytest.param({"starts_on": date(2026, 3, 31)}, 1, id="begins on its last day"),
        pytest.param({"ended_at": NOON}, 0, id="ended in it"),
        pytest.param({"ended_at": datetime(2026, 4, 2, tzinfo=UTC)}, 1, id="ended after it"),
    ],
)
def test_a_course_is_required_while_its_assignment_stands(
    app: Flask, make: Make, given: dict[str, Any], required: int
) -> None:
    person = make.person()
    make.assignment(make.course(), **given)
    assert total(app, make.roster(person), SPRING).values["pairs_due"] == required


def test_withdrawn_and_unpublished_courses_are_required_of_nobody(app: Flask, make: Make) -> None:
    person = make.person()
    make.assignment(make.course(withdrawn_at=NOON))
    make.assignment(make.course(published_at=None))
    row = total(app, make.roster(person))
    assert row.values["pairs_due"] == 0
    assert row.figures["completion"] is None


def test_a_course_required_twice_is_one_course(app: Flask, make: Make) -> None:
    unit = make.unit()
    person, course = make.person(unit), make.course()
    make.assignment(course)
    make.assignment(course, unit)
    assert total(app, make.roster(person)).values["pairs_due"] == 1


def test_a_course_stays_required_of_a_unit_under_its_new_name(app: Flask, make: Make) -> None:
    old = make.unit("信访二司", valid_to=date(2026, 2, 1))
    new = make.unit("来访接待司", predecessor=old, valid_from=date(2026, 2, 1))
    make.assignment(make.course(), old)
    assert total(app, make.roster(make.person(new))).values["pairs_due"] == 1


def test_a_completion_counts_by_the_end_of_the_period(app: Flask, make: Make) -> None:
    early, late = make.person(), make.person()
    course = make.course()
    make.assignment(course)
    make.completion(early, course, completed_at=BEFORE)
    make.completion(late, course, completed_at=datetime(2026, 3, 31, 16, tzinfo=UTC))
    assert total(app, make.roster(early, late), SPRING).values["finished"] == 1


def test_people_with_nothing_required_are_neither_finished_nor_behind(
    app: Flask, make: Make
) -> None:
    busy_unit, free_unit = make.unit("甲司"), make.unit("乙司")
    busy, free = make.person(busy_unit), make.person(free_unit)
    course = make.course()
    make.assignment(course, busy_unit)
    make.completion(busy, course)
    first, second, everybody = table(app, make.roster(busy, free))
    assert str(first.figures["completion"]) == "100.00"
    assert second.figures["completion"] is None
    assert (everybody.values["obliged"], everybody.values["due"]) == (1, 2)


def test_somebody_who_joined_after_the_period_is_not_due_and_the_reason_is_kept(
    app: Flask, make: Make
) -> None:
    late = make.person(joined_on=date(2026, 4, 1))
    roster = make.roster(make.person(), late)
    assert total(app, roster, SPRING).values["due"] == 1
    with app.app_context():
        snapshot = db.session.get_one(RosterSnapshot, roster.id)
        found = frames.learners(snapshot, SPRING)
    assert found.loc[found["excluded"], "reason"].tolist() == ["统计期内不在册"]


@pytest.mark.parametrize(
    ("hours", "basis", "given", "attained"),
    [
        pytest.param("10", Basis.ONLINE, {}, 1, id="exactly"),
        pytest.param("9.99", Basis.ONLINE, {}, 0, id="just under"),
        pytest.param("10", Basis.CONCENTRATED, {}, 0, id="another bucket"),
        pytest.param(
            "10",
            Basis.CONCENTRATED,
            {"bucket": Bucket.CONCENTRATED},
            0,
            id="concentrated but not accredited",
        ),
        pytest.param(
            "10",
            Basis.CONCENTRATED,
            {"bucket": Bucket.CONCENTRATED, "accredited": True},
            1,
            id="accredited",
        ),
        pytest.param("10", Basis.LAW, {}, 0, id="not law"),
        pytest.param("10", Basis.LAW, {"is_law": True}, 1, id="law in any bucket"),
    ],
)
def test_a_target_asks_for_hours_of_its_own_kind(
    app: Flask, make: Make, hours: str, basis: Basis, given: dict[str, Any], attained: int
) -> None:
    person = make.person()
    make.credit(person, hours, **given)
    row = total(app, make.roster(person), target=Target(Decimal(10), basis))
    assert row.values["attained"] == attained


def test_targets_fold_by_months_and_by_factor(app: Flask, make: Make) -> None:
    abroad = make.person(duty_status=DutyStatus.ASSIGNMENT_SUPPORT)
    newcomer = make.person(joined_on=date(2026, 10, 20))
    for person in (abroad, newcomer):
        make.credit(person, "20")
    # 80 × 0.5 = 40 and 80 × 3/12 = 20
    row = total(app, make.roster(abroad, newcomer), target=Target(Decimal(80), Basis.ONLINE))
    assert row.values["attained"] == 1
    assert learning.personal_target(Target(Decimal(80), Basis.ONLINE), 600) == 40


def test_a_target_is_the_same_number_here_as_on_the_page_of_hours_month_by_month(
    app: Flask, make: Make
) -> None:
    """Sent out from 10 July to 4 October: 6 × 1, three months × 0.5, and 3 × 1 are 10.5."""
    person = make.person(grade=Grade.OFFICER_1)
    away = DutyStatus.ASSIGNMENT_SUPPORT
    for since, until, status in (
        (date(2020, 1, 1), date(2026, 7, 9), DutyStatus.ON_DUTY),
        (date(2026, 7, 10), date(2026, 10, 4), away),
        (date(2026, 10, 5), None, DutyStatus.ON_DUTY),
    ):
        unit = person.stat_unit_id
        make.save(Posting(person_id=person.id, home_unit_id=unit, work_unit_id=unit,
                          stat_unit_id=unit, grade=person.grade, duty_status=status,
                          valid_from=since, valid_to=until))  # fmt: skip
    december = datetime(2026, 12, 20, 4, tzinfo=UTC)
    roster = make.roster(person, taken_at=december)
    make.credit(person, "78.74")
    make.credit(person, "78.74", bucket=Bucket.CONCENTRATED, accredited=True)
    target = Target(Decimal(90), Basis.ONLINE)
    with app.app_context():
        [own] = hours.figures_of([db.session.merge(person)], date(2026, 12, 20))
        snapshot = db.session.get_one(RosterSnapshot, roster.id)
        [row] = frames.learners(snapshot, YEAR).to_dict("records")
        assert own.main
        assert own.main.hours.target == learning.personal_target(target, row["share"])
        assert (own.main.share, own.main.hours.target) == (Decimal("10.5"), Decimal("78.75"))
        # Of a quarter only its own months: July to September × 0.5.
        summer = Period(date(2026, 7, 1), date(2026, 9, 30))
        assert frames.learners(snapshot, summer)["share"].tolist() == [150]
        [record] = evaluation.gathered(snapshot, 2026, december)
        assert (record["months"], record["share"]) == (12, 1050)
        [shown] = board.facts(snapshot, YEAR, december).to_dict("records")
        assert (shown["judged"], shown["met"]) == (1, 0)
    assert total(app, roster, target=target).values["attained"] == 0
    make.credit(person, "0.01")
    make.credit(person, "0.01", bucket=Bucket.CONCENTRATED, accredited=True)
    assert total(app, roster, target=target).values["attained"] == 1
    with app.app_context():
        snapshot = db.session.get_one(RosterSnapshot, roster.id)
        assert board.facts(snapshot, YEAR, december)["met"].tolist() == [1]
    # A roster of August knows nothing of the return: 6 and 6 × 0.5.
    person.duty_status = away
    before = make.roster(person, taken_at=datetime(2026, 8, 10, 4, tzinfo=UTC))
    with app.app_context():
        found = frames.learners(db.session.get_one(RosterSnapshot, before.id), YEAR)
    assert found["share"].tolist() == [900]


def test_without_a_target_attainment_is_a_dash(app: Flask, make: Make) -> None:
    row = total(app, make.roster(make.person()))
    assert row.values["attained"] is None
    assert row.figures["attainment"] is None


def test_an_empty_roster_gives_a_total_of_dashes(app: Flask, make: Make) -> None:
    row = total(app, make.roster())
    assert row.values["due"] == 0
    assert set(row.figures.values()) == {None}


def test_frames_keep_their_shape_without_rows(app: Flask, make: Make) -> None:
    roster = make.roster()
    with app.app_context():
        found = frames.learners(db.session.get_one(RosterSnapshot, roster.id), YEAR)
        pairs = frames.pairs(found, db.session.get_one(RosterSnapshot, roster.id), YEAR)
    assert found.dtypes.astype("str").to_dict() == frames.LEARNERS
    assert pairs.dtypes.astype("str").to_dict() == frames.PAIRS


def test_behind_every_figure_stand_exactly_its_people(app: Flask, make: Make) -> None:
    unit = make.unit()
    crowd = [make.person(unit) for _ in range(4)]
    crowd.append(make.person(unit, duty_status=DutyStatus.SECONDED_OUT))
    course, other = make.course(), make.course()
    make.assignment(course)
    make.assignment(other)
    for person in crowd[:3]:
        make.completion(person, course)
    make.completion(crowd[0], other)
    make.credit(crowd[1], "3", is_law=True)
    make.credit(crowd[4], "1.5", bucket=Bucket.SELF_STUDY)
    target = Target(Decimal(3), Basis.ONLINE)
    roster = make.roster(*crowd)
    with app.app_context():
        snapshot = db.session.get_one(RosterSnapshot, roster.id)
        frame = frames.counted(snapshot, YEAR, target)
    for row in learning.department_table(frame, target):
        for record in LEARNING.values:
            found = people.behind(frame, LEARNING, row=row.key, key=record.key, part=Part.NUMERATOR)
            added = int(found[record.key].sum())
            assert row.values[record.key] == (
                added if record in LEARNING.counts else Decimal(added) / 100
            )


def test_dates_that_cannot_be_are_said_above_this_years_figures(make, sign_in) -> None:
    make.roster(make.person(), taken_at=NOON)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    for dates, said in (
        ("first=2026-06-01&last=2026-03-01", "止：结束日期不能早于开始日期"),
        ("first=2026-02-30&last=2026-03-01", "起：请填写正确的开始日期"),
    ):
        page = BeautifulSoup(client.get(f"/analytics/learning?{dates}").data, "html.parser")
        told = page.select_one(".xf-callout").get_text(" ", strip=True)
        assert said in told
        assert "下面是本年的数" in told
    assert (
        client.get("/analytics/learning/table.xlsx?first=2026-06-01&last=2026-03-01").status_code
        == 404
    )
