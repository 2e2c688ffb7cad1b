"""Studying through the pages: time, completion, hours."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

import courses.cli
from accounts.permissions import Role
from core import clock
from core.audit import trail
from courses.models import Bucket, CourseCompletion, CreditEntry, LessonProgress, StudyDay
from exam.models import Attempt
from tests.factories import NOON


@contextmanager
def later(seconds: float):
    with clock.frozen(NOON + timedelta(seconds=seconds)):
        yield


class Reader:
    """A person with a lesson page open."""

    def __init__(self, account, sign_in, at: float = 0) -> None:
        with later(at):
            self.client = sign_in(account)

    def get(self, path: str, at: float = 0):
        with later(at):
            return self.client.get(path)

    def post(self, path: str, at: float = 0):
        with later(at):
            return self.client.post(path)

    def begin(self, lesson, at: float = 0):
        return self._post(lesson, at, {"begin": True})

    def at_once(self, lesson, act: str) -> int:
        """The answer's status, whatever the clock says."""
        body = {"begin": True} if act == "begin" else {}
        return self.client.post(f"/courses/lessons/{lesson.id}/signs", json=body).status_code

    def sign(self, lesson, at: float, body=None):
        return self._post(lesson, at, body or {})

    def _post(self, lesson, at: float, body):
        with later(at):
            answer = self.client.post(f"/courses/lessons/{lesson.id}/signs", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json

    def complete(self, lesson, at: float):
        """The page that answers."""
        answer = self.post(f"/courses/lessons/{lesson.id}/complete", at)
        assert answer.status_code == 303
        return self.get(answer.location, at).text

    def read(self, lesson, start: float, seconds: int) -> None:
        """Honestly: a sign every half minute."""
        self.begin(lesson, start)
        for at in [*range(30, seconds, 30), seconds]:
            self.sign(lesson, start + at)


@pytest.fixture
def account(make):
    return make.account()


@pytest.fixture
def reader(account, sign_in) -> Reader:
    return Reader(account, sign_in)


def credited(session) -> int:
    total = session.scalar(select(func.coalesce(func.sum(LessonProgress.seconds), 0)))
    session.commit()  # an open transaction would keep the requests from writing
    return total


def count(session, table) -> int:
    number = session.scalar(select(func.count()).select_from(table))
    session.commit()
    return number


def test_one_request_completes_nothing(reader, make, session) -> None:
    lesson = make.course(10).lessons[0]
    assert "时间还不够" in reader.complete(lesson, at=0)
    reader.begin(lesson, 0)
    reader.sign(lesson, 5, {"seconds": 36_000, "minutes": 600, "begin": False})
    assert "请再学习 5分54秒" in reader.complete(lesson, at=6)
    assert credited(session) == 6
    assert session.scalars(select(LessonProgress.completed_at)).one() is None


@pytest.mark.once
def test_hundreds_of_replays_credit_the_time_that_went_by(reader, make, session) -> None:
    lesson = make.course(10).lessons[0]
    reader.begin(lesson, 0)
    for number in range(250):
        reader.sign(lesson, number * 0.08)
    assert credited(session) == 19


def test_five_tabs_credit_no_more_than_one(reader, make, session) -> None:
    lessons = make.course(10, 10, 10, 10, 10).lessons
    for lesson in lessons:
        reader.begin(lesson, 0)
    for second in range(0, 300, 20):
        for lesson in lessons:
            reader.sign(lesson, second)
    assert credited(session) in {279, 280}
    by_lesson = session.execute(
        select(LessonProgress.lesson_id, LessonProgress.seconds).order_by(LessonProgress.lesson_id)
    ).all()
    assert [row.seconds for row in by_lesson] == [0, 0, 0, 0, credited(session)]


def test_the_same_lesson_in_five_tabs_is_one_lesson(reader, make, session) -> None:
    lesson = make.course(10).lessons[0]
    for tab in range(5):
        reader.begin(lesson, tab)
    for second in range(15, 315, 15):
        for tab in range(5):
            reader.sign(lesson, second + tab * 2.5)
    assert 305 <= credited(session) <= 310


def test_signs_that_arrive_together_are_credited_once(make, account, sign_in, session) -> None:
    lesson = make.course(10).lessons[0]
    readers = [Reader(account, sign_in) for _ in range(5)]
    with ThreadPoolExecutor(5) as pool:
        for step, act in enumerate(["begin", "sign", "sign", "sign"]):
            with later(step * 20):
                together = [pool.submit(each.at_once, lesson, act) for each in readers]
                assert [each.result() for each in together] == [200] * 5
    assert credited(session) == 60


def test_turning_to_and_fro_all_the_time_gains_nothing(reader, make, session) -> None:
    one, two = make.course(10, 10).lessons
    for second in range(0, 200, 4):
        reader.begin(one, second)
        reader.sign(one, second + 2)
        reader.begin(two, second + 2)
        reader.sign(two, second + 4)
    assert credited(session) <= 200


def test_a_page_that_another_took_over_is_told_so_and_can_go_on(reader, make) -> None:
    one, two = make.course(10, 10).lessons
    reader.begin(one, 0)
    assert reader.sign(one, 30) == {
        "seconds": 30, "needed": 360, "current": True, "limited": False,
    }  # fmt: skip
    reader.begin(two, 40)
    assert reader.sign(one, 60)["current"] is False
    assert reader.begin(one, 70)["seconds"] == 30
    assert reader.sign(one, 80)["seconds"] == 40


def test_a_clock_that_is_set_back_and_forth_credits_no_more(reader, make, session) -> None:
    lesson = make.course(10).lessons[0]
    reader.begin(lesson, 0)
    reader.sign(lesson, 60)
    reader.sign(lesson, -3_600)
    reader.sign(lesson, 61)
    reader.begin(lesson, -3_600)
    reader.sign(lesson, 70)
    assert credited(session) == 70


def test_what_the_reader_says_of_time_is_not_read(reader, make, session) -> None:
    lesson = make.course(10).lessons[0]
    reader.begin(lesson, 0)
    for body in ({"at": "2030-01-01"}, {"seconds": 9_999}, [1], "text", {"begin": "yes"}):
        reader.sign(lesson, 1, body)
    assert credited(session) == 1


def test_time_survives_a_closed_page_a_reload_and_a_lost_network(
    reader, make, session, account, sign_in
) -> None:
    lesson = make.course(10).lessons[0]
    reader.read(lesson, 0, 120)
    tomorrow = Reader(account, sign_in, 86_400)
    tomorrow.read(lesson, 86_400, 60)
    tomorrow.begin(lesson, 86_460)
    tomorrow.sign(lesson, 86_490)
    tomorrow.sign(lesson, 86_570)
    assert credited(session) == 120 + 60 + 30 + 80


def test_a_day_credits_no_more_than_its_limit(reader, make, session, account, sign_in) -> None:
    lesson = make.course(300).lessons[0]
    reader.begin(lesson, 0)
    day = clock.local(NOON).date()
    make.save(StudyDay(person_id=account.person_id, day=day, seconds=8 * 3600 - 10))
    assert reader.sign(lesson, 60)["limited"] is True
    assert reader.sign(lesson, 90)["limited"] is True
    assert credited(session) == 10
    tomorrow = Reader(account, sign_in, 86_400)
    assert tomorrow.begin(lesson, 86_400)["limited"] is False
    assert tomorrow.sign(lesson, 86_430)["seconds"] == 40


def test_a_lesson_is_completed_after_its_share_of_time(reader, make, session) -> None:
    lesson = make.course(10, 10).lessons[0]
    reader.read(lesson, 0, 350)
    assert "时间还不够" in reader.complete(lesson, at=355)
    assert "接着学下一课时" in reader.complete(lesson, at=361)
    done = session.scalars(select(LessonProgress)).one()
    assert done.completed_at == NOON + timedelta(seconds=361)


def test_the_last_lesson_completes_the_course_and_enters_its_hours_once(
    reader, make, session, account, app
) -> None:
    one, two = make.course(10, 10, credit_hours=Decimal("1.5")).lessons
    reader.read(two, 0, 360)
    reader.complete(two, at=361)
    assert count(session, CourseCompletion) == 0
    reader.read(one, 400, 360)
    assert "学时已登记" in reader.complete(one, at=761)
    for _ in range(3):
        reader.complete(one, at=800)
    with app.app_context():
        assert courses.cli.record_completions() == 0
        assert trail.verify() is None
    entry = session.scalars(select(CreditEntry)).one()
    assert (entry.person_id, entry.bucket, entry.hours, entry.is_law, entry.accredited) == (
        account.person_id, Bucket.ONLINE, Decimal("1.5"), True, False,
    )  # fmt: skip
    assert entry.earned_on == clock.local(NOON).date()
    completion = session.scalars(select(CourseCompletion)).one()
    assert completion.completed_at == NOON + timedelta(seconds=761)


def test_a_course_with_a_closing_test_waits_until_it_is_passed(
    reader, make, session, account, app
) -> None:
    exam = make.exam_session(make.form(), account.person)
    course = make.course(10, final_session=exam)
    lesson = course.lessons[0]
    reader.read(lesson, 0, 360)
    assert "通过结业测试后完成课程" in reader.complete(lesson, at=361)
    assert count(session, CourseCompletion) == 0

    sit(session, exam, earned=40)
    with later(2_000), app.app_context():
        assert courses.cli.record_completions() == 0
    sit(session, exam, earned=80)
    with later(2_000), app.app_context():
        assert courses.cli.record_completions() == 1
        assert courses.cli.record_completions() == 0
    completion = session.scalars(select(CourseCompletion)).one()
    assert completion.completed_at == NOON + timedelta(seconds=1_000)
    assert count(session, CreditEntry) == 1


def test_a_pass_that_is_not_shown_yet_completes_no_course(
    reader, make, session, account, app
) -> None:
    exam = make.exam_session(make.form(), account.person, score_release="on_publication")
    lesson = make.course(10, final_session=exam).lessons[0]
    reader.read(lesson, 0, 360)
    reader.complete(lesson, at=361)
    sit(session, exam, earned=80)
    with later(2_000), app.app_context():
        assert courses.cli.record_completions() == 0
        assert courses.cli.record_completions() == 0


def sit(session, exam, *, earned: int) -> None:
    """The only candidate hands in an attempt worth so much; the best one counts."""
    candidate = exam.candidates[0]
    number = session.scalar(
        select(func.count()).select_from(Attempt).where(Attempt.candidate_id == candidate.id)
    )
    session.add(
        Attempt(
            candidate_id=candidate.id,
            number=number + 1,
            person_id=candidate.person_id,
            session_id=exam.id,
            form_id=exam.form.id,
            started_at=NOON,
            deadline=NOON + timedelta(hours=1),
            seed=1,
            submitted_at=NOON + timedelta(seconds=1_000),
            earned=Decimal(earned),
        )
    )
    session.commit()


def test_nobody_studies_what_is_not_open(reader, make) -> None:
    hidden = [
        make.course(10, published_at=None),
        make.course(10, withdrawn_at=NOON),
    ]
    for course in hidden:
        lesson = course.lessons[0].id
        for path in (f"/courses/{course.id}", f"/courses/lessons/{lesson}",
                     f"/courses/lessons/{lesson}/file"):  # fmt: skip
            assert reader.get(path).status_code == 404, path
        for path in (f"/courses/lessons/{lesson}/signs", f"/courses/lessons/{lesson}/complete"):
            assert reader.post(path).status_code == 404, path
        assert course.title not in reader.get("/courses/").text


def test_two_people_do_not_share_a_clock(make, sign_in, session) -> None:
    lesson = make.course(10).lessons[0]
    for _ in range(2):
        Reader(make.account(), sign_in).read(lesson, 0, 60)
    assert credited(session) == 120


def test_administrators_do_not_study(make, sign_in) -> None:
    lesson = make.course(10).lessons[0]
    client = sign_in(make.account(Role.SYS_ADMIN))
    assert client.get(f"/courses/lessons/{lesson.id}").status_code == 403
