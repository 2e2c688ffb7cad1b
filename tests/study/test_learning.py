"""The home page's courses and the learning record: everybody's own, and nothing else."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.permissions import Role
from core import clock
from courses.models import Bucket, CourseCompletion, CreditEntry, LessonProgress, StudyDay
from study import record
from tests.factories import NOON
from tests.pages import main


@pytest.fixture
def account(make):
    return make.account()


@pytest.fixture
def client(account, sign_in):
    return sign_in(account)


def credit(make, person_id: int, hours: str, **given) -> CreditEntry:
    defaults = {
        "bucket": Bucket.ONLINE, "is_law": True, "earned_on": clock.today(), "reason": "完成课程",
        "recorded_at": NOON,
    }  # fmt: skip
    entry = CreditEntry(person_id=person_id, hours=Decimal(hours), **(defaults | given))
    return make.save(entry)


def test_home_lists_what_is_to_be_studied_and_leads_into_the_next_lesson(
    client, account, make
) -> None:
    today = clock.today()
    course = make.course(10, 10, title="要学的课")
    make.assignment(course, starts_on=today - timedelta(days=9), due_on=today + timedelta(days=3))
    late = make.course(10, title="逾期的课")
    make.assignment(late, starts_on=today - timedelta(days=9), due_on=today - timedelta(days=1))
    make.save(
        LessonProgress(
            person_id=account.person_id, lesson_id=course.lessons[0].id, opened_at=NOON,
            seen_at=NOON, seconds=400, completed_at=NOON,
        )
    )  # fmt: skip
    page = client.get("/").text
    assert page.index("逾期的课") < page.index("要学的课")
    assert "1 门已逾期" in page
    assert "已学 1 / 2 课时" in page
    assert f'href="/courses/lessons/{course.lessons[1].id}"' in page


def test_home_says_when_everything_is_done(client, account, make) -> None:
    course = make.course(10)
    make.assignment(course, starts_on=date(2026, 1, 1), due_on=date(2098, 1, 1))
    assert course.title in client.get("/").text
    make.save(CourseCompletion(person_id=account.person_id, course_id=course.id, completed_at=NOON))
    assert "必修课程都已完成" in client.get("/").text


def test_home_keeps_short(client, make) -> None:
    for _ in range(8):
        make.assignment(make.course(10), starts_on=date(2026, 1, 1), due_on=date(2098, 1, 1))
    page = client.get("/").text
    assert "另有 3 门待学课程" in page


def test_administrators_have_no_courses_on_their_home_page(make, sign_in) -> None:
    make.assignment(make.course(10, title="必修课"), due_on=date(2098, 1, 1))
    page = sign_in(make.account(Role.AUDITOR)).get("/").text
    assert "必修课" not in page


def test_hours_are_summed_by_bucket_with_reversals_taken_off(client, account, make) -> None:
    person = account.person_id
    wrong = credit(make, person, "2")
    credit(make, person, "-2", reverses_id=wrong.id, reason="登记有误")
    credit(make, person, "1.5")
    credit(make, person, "8", bucket=Bucket.CONCENTRATED, is_law=False)
    credit(make, make.person().id, "99")
    shown = main(client.get("/learning"))
    assert "9.5，其中法治学时 1.5" in shown
    assert "冲正：登记有误" in shown
    assert "99" not in shown


def test_each_year_has_its_own_record(client, account, make) -> None:
    this = clock.today().year
    credit(make, account.person_id, "3", earned_on=date(this - 1, 12, 31), reason="去年的课")
    credit(make, account.person_id, "4", earned_on=date(this, 1, 1), reason="今年的课")
    assert "去年的课" not in client.get("/learning").text
    last = client.get(f"/learning?year={this - 1}").text
    assert "去年的课" in last
    assert "今年的课" not in last
    assert client.get(f"/learning?year={this - 9}").status_code == 404


def test_the_months_with_study_are_counted(client, account, make) -> None:
    today = clock.today()
    make.save(StudyDay(person_id=account.person_id, day=today, seconds=600))
    make.save(StudyDay(person_id=make.person().id, day=today, seconds=60_000))
    page = client.get("/learning").text
    assert f"1 / {today.month}" in page
    assert "1000" not in page


def test_the_print_view_names_the_person_and_what_they_completed(client, account, make) -> None:
    course = make.course(10, title="印出来的课", withdrawn_at=NOON)
    make.save(
        CourseCompletion(person_id=account.person_id, course_id=course.id, completed_at=clock.now())
    )
    page = client.get("/learning/print").text
    assert account.person.name in page
    assert "印出来的课" in page


def test_months_without_study_are_there_with_nothing() -> None:
    months = record.months_of({2: (120, 1)}, 3)
    assert [each.minutes for each in months] == [0, 2, 0]
    assert record.active(months) == 1
    assert record.active([]) == 0
