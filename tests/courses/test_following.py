"""Following others' progress: nobody sees beyond their scope, and the counts are right."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from accounts.permissions import Role
from accounts.standing import DutyStatus
from core.audit.models import AuditRecord
from courses.models import CourseCompletion, LessonProgress
from tests.factories import NOON


@pytest.fixture
def bureau(make):
    """A course required of everybody until the end of 2098, with people at every stage of it."""
    one, two = make.unit("办信司"), make.unit("督查室")
    course = make.course(10, 10)
    make.assignment(course, starts_on=date(2026, 1, 1), due_on=date(2098, 12, 31))
    people = {
        "done": make.person(one, name="学完"),
        "started": make.person(one, name="在学"),
        "idle": make.person(one, name="没学"),
        "other": make.person(two, name="外司"),
        "retired": make.person(one, name="退休", duty_status=DutyStatus.RETIRED),
        "gone": make.person(one, name="离开", left_on=date(2026, 2, 1)),
    }

    def opened(person, lesson, *, done: bool) -> None:
        make.save(
            LessonProgress(
                person_id=person.id, lesson_id=lesson.id, opened_at=NOON, seen_at=NOON, seconds=400,
                completed_at=NOON if done else None,
            )
        )  # fmt: skip

    for lesson in course.lessons:
        opened(people["done"], lesson, done=True)
    opened(people["started"], course.lessons[0], done=True)
    make.save(CourseCompletion(person_id=people["done"].id, course_id=course.id, completed_at=NOON))
    return {"course": course, "one": one, "two": two, **people}


def test_a_liaison_sees_the_own_unit_and_no_other(make, sign_in, bureau) -> None:
    client = sign_in(make.account(Role.LIAISON, unit=bureau["two"], person=None))
    course = bureau["course"].id
    page = client.get(f"/courses/progress/{course}").text
    assert "外司" in page
    for hidden in ("学完", "在学", "没学", "办信司"):
        assert hidden not in page
    other = bureau["one"].id
    assert client.get(f"/courses/progress/{course}?unit={other}").status_code == 404
    book = export(client, course)
    assert {row[1] for row in book["人员"]} == {"督查室"}
    assert "办信司" not in str(book["部门进度"])


def export(client, course: int) -> dict[str, list[tuple]]:
    """Rows under the heading of each sheet, the notes left out."""
    answer = client.get(f"/courses/progress/{course}/progress.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    return {
        sheet.title: [row for row in sheet.iter_rows(min_row=3, values_only=True) if row[1]]
        for sheet in book
    }


def test_the_whole_bureau_is_counted_from_people(make, sign_in, bureau, session) -> None:
    client = sign_in(make.account(Role.RESEARCH_OFFICE, unit=bureau["two"]))
    course = bureau["course"].id
    book = export(client, course)
    assert [row[:6] for row in book["部门进度"]] == [
        ("办信司", 3, 2, 1, 33.33, 0),
        ("督查室", 2, 0, 0, 0, 0),
        ("合计", 5, 2, 1, 20, 0),
    ]
    assert len(book["人员"]) == 5
    people = client.get(f"/courses/progress/{course}").text.split('id="people"')[1]
    assert "退休" not in people
    assert "离开" not in people
    exported = session.scalars(select(AuditRecord.action)).all()
    assert exported == ["progress.export"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("status=completed", {"学完"}),
        ("status=started", {"在学"}),
        ("status=not_started&unit=1", {"没学"}),
        ("status=overdue", set()),
        ("kind=optional", set()),
    ],
)
def test_every_number_opens_its_people(make, sign_in, bureau, query, names) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN, unit=bureau["two"]))
    page = client.get(f"/courses/progress/{bureau['course'].id}?{query}").text
    people = page[page.index('id="people"') :]
    assert {name for name in ("学完", "在学", "没学") if f">{name}<" in people} == names


def test_the_list_of_courses_shows_the_scope(make, sign_in, bureau) -> None:
    make.course(10, title="没有布置的课")
    client = sign_in(make.account(Role.UNIT_HEAD, unit=bureau["one"]))
    page = client.get("/courses/progress").text
    assert "范围：办信司" in page
    assert "没有布置的课" not in page
    assert "没有布置的课" in client.get("/courses/progress?kind=all").text


def test_a_withdrawn_course_is_followed_no_more(make, sign_in, bureau, session) -> None:
    bureau["course"].withdrawn_at = NOON
    session.commit()
    client = sign_in(make.account(Role.EXAM_ADMIN, unit=bureau["two"]))
    assert client.get(f"/courses/progress/{bureau['course'].id}").status_code == 404


def test_a_renamed_unit_keeps_its_courses(make, sign_in, bureau) -> None:
    new = make.unit("新司", predecessor=bureau["two"])
    course = make.course(10)
    make.assignment(course, bureau["two"], due_on=date(2098, 12, 31))
    person = make.person(new, name="留任")
    client = sign_in(make.account(Role.EXAM_ADMIN))
    page = client.get(f"/courses/progress/{course.id}?kind=required").text
    assert person.name in page
    assert "外司" in page


def test_staff_follow_nobody(make, sign_in, bureau) -> None:
    assert sign_in(make.account()).get("/courses/progress").status_code == 403
