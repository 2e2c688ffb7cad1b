"""Editing the catalogue through its pages, mistakes included."""

import io
from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core.audit.models import AuditRecord
from courses.models import (
    Assignment,
    Bucket,
    Course,
    CreditEntry,
    Lesson,
    LessonFile,
    LessonKind,
    LessonProgress,
)
from tests.factories import NOON

COURSE = {
    "title": "信访工作条例精讲", "category": "party_regulation", "credit_hours": "1.5",
    "is_law": "y", "final_session_id": "",
}  # fmt: skip
LESSON = {"title": "第一课", "kind": "text", "minutes": "30", "body": "## 要点"}


@pytest.fixture
def manager(make, sign_in):
    return sign_in(make.account(Role.EXAM_ADMIN))


def everything(session, table):
    fresh = select(table).order_by(table.id).execution_options(populate_existing=True)
    rows = session.scalars(fresh).all()
    session.commit()
    return rows


def test_a_course_is_written_published_assigned_and_withdrawn(
    manager, make, sign_in, session
) -> None:
    unit = make.unit("办信司")
    staff = sign_in(make.account(unit=unit))
    made = manager.post("/courses/manage/new", data=COURSE)
    course = everything(session, Course)[0]
    assert made.location.endswith(f"/courses/manage/{course.id}")
    assert (course.credit_hours, course.is_law, course.published_at) == (Decimal("1.5"), True, None)
    refused = manager.post(f"/courses/manage/{course.id}/publish")
    assert "还没有课时" in refused.text
    manager.post(f"/courses/manage/{course.id}/lessons/new", data=LESSON)
    assert staff.get(f"/courses/{course.id}").status_code == 404
    manager.post(f"/courses/manage/{course.id}/publish")
    assert "信访工作条例精讲" in staff.get("/courses/").text
    dates = {"unit_id": str(unit.id), "starts_on": "2020-01-01", "due_on": "2099-01-01"}
    manager.post(f"/courses/manage/{course.id}/assign", data=dates)
    assert "信访工作条例精讲" in staff.get("/").text
    again = manager.post(f"/courses/manage/{course.id}/assign", data=dates)
    assert "请先结束原有安排" in again.text
    backwards = dates | {"unit_id": "", "due_on": "2019-01-01"}
    assert "不能早于" in manager.post(f"/courses/manage/{course.id}/assign", data=backwards).text
    assignment = everything(session, Assignment)[0]
    manager.post(f"/courses/manage/assignments/{assignment.id}/end")
    assert "信访工作条例精讲" not in staff.get("/").text
    manager.post(f"/courses/manage/{course.id}/withdraw")
    assert staff.get(f"/courses/{course.id}").status_code == 404
    manager.post(f"/courses/manage/{course.id}/restore")
    assert staff.get(f"/courses/{course.id}").status_code == 200
    actions = [each.action for each in everything(session, AuditRecord)]
    assert actions == [
        "course.create", "lesson.add", "course.publish", "course.assign",
        "course.end_assignment", "course.withdraw", "course.restore",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "此项必填"),
        ({"credit_hours": "很多"}, "学时"),
        ({"credit_hours": "-1"}, "学时应在"),
        ({"category": "nonsense"}, "类别"),
        ({"final_session_id": "999"}, "结业测试"),
    ],
)
def test_a_faulty_course_is_refused_with_what_was_typed_kept(
    manager, session, change, said
) -> None:
    page = manager.post("/courses/manage/new", data=COURSE | {"summary": "留住我"} | change)
    assert page.status_code == 200
    assert said in page.text
    assert "留住我" in page.text
    assert everything(session, Course) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"body": ""}, "图文课时须有正文"),
        ({"kind": "articles"}, "至少一条"),
        ({"kind": "file"}, "须上传文件"),
        ({"minutes": "0"}, "1 到 300"),
        ({"minutes": "半小时"}, "分钟"),
        ({"articles": "测试法"}, "第 1 行"),
        ({"articles": "测试法 第九十九条"}, "没有第九十九条"),
        ({"articles": "没有的法 第一条"}, "没有名称含"),
        ({"file": (io.BytesIO(b"MZ"), "讲义.exe")}, "只接受"),
        ({"file": (io.BytesIO(b"<html>"), "讲义.pdf")}, "不符"),
    ],
)
def test_a_faulty_lesson_is_refused_with_what_was_typed_kept(
    manager, make, session, change, said
) -> None:
    make.version(make.law("测试法"))
    course = make.course(10, published_at=None)
    page = manager.post(
        f"/courses/manage/{course.id}/lessons/new", data=LESSON | {"title": "留住我"} | change
    )
    assert page.status_code == 200
    assert said in page.text
    assert "留住我" in page.text
    assert len(everything(session, Lesson)) == 1


def test_a_lesson_quotes_articles_of_the_version_in_force(manager, make, sign_in) -> None:
    law = make.law("测试法")
    make.version(law, ["旧文。"])
    make.version(law, ["新文一。", "新文二。"], promulgated_on=NOON.date(), effective_on=None)
    course = make.course(10, published_at=None)
    lesson = {
        "title": "条文",
        "kind": "articles",
        "minutes": "10",
        "articles": "测试法 第1条至第2条",
    }
    manager.post(f"/courses/manage/{course.id}/lessons/new", data=lesson)
    added = course.lessons[0].id + 1
    form = manager.get(f"/courses/manage/lessons/{added}/edit").text
    assert "测试法 第1条、第2条" in form
    manager.post(f"/courses/manage/{course.id}/publish")
    page = sign_in(make.account()).get(f"/courses/lessons/{added}").text
    assert "新文一。" in page
    assert "新文二。" in page
    assert "旧文。" not in page


def test_a_file_is_handed_out_as_a_download(manager, make, sign_in, session) -> None:
    course = make.course(10, published_at=None)
    data = {
        "title": "讲义", "kind": "file", "minutes": "10",
        "file": (io.BytesIO(b"%PDF-1.7 text"), "桌面/讲义.pdf"),
    }  # fmt: skip
    manager.post(f"/courses/manage/{course.id}/lessons/new", data=data)
    added = everything(session, Lesson)[-1]
    kept = {"title": "讲义二", "kind": "file", "minutes": "10"}
    manager.post(f"/courses/manage/lessons/{added.id}/edit", data=kept)
    assert everything(session, Lesson)[-1].title == "讲义二"
    manager.post(f"/courses/manage/{course.id}/publish")
    answer = sign_in(make.account()).get(f"/courses/lessons/{added.id}/file")
    assert answer.data == b"%PDF-1.7 text"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert everything(session, LessonFile)[0].name == "讲义.pdf"
    assert manager.get(f"/courses/manage/lessons/{added.id}/file").data == b"%PDF-1.7 text"


def test_lessons_change_places(manager, make, session) -> None:
    course = make.course(10, 10, 10, published_at=None)
    first, second, third = (each.id for each in course.lessons)

    def moved(**data: str) -> list[int]:
        manager.post(f"/courses/manage/{course.id}/order", data=data)
        ids = session.scalars(select(Lesson.id).order_by(Lesson.position)).all()
        session.commit()
        return list(ids)

    assert moved(move=f"l{third} up") == [first, third, second]
    assert moved(move=f"l{first} up") == [first, third, second]
    assert moved(move=f"l{first} down") == [third, first, second]
    assert moved(order=f"l{second} l{first} l{third}") == [second, first, third]
    assert moved(order=f"l{second} l{first}") == [second, first, third]


def test_hours_are_reversed_once_by_a_counter_entry(manager, make, session) -> None:
    course = make.course(10)
    entry = make.save(
        CreditEntry(
            person_id=make.person().id, bucket=Bucket.ONLINE, hours=Decimal(2), is_law=True,
            earned_on=NOON.date(), course_id=course.id, reason="完成课程", recorded_at=NOON,
        )
    )  # fmt: skip
    page = f"/courses/manage/{course.id}/credits"
    assert "完成课程" in manager.get(page).text
    manager.post(f"/courses/manage/credits/{entry.id}/reverse", data={"reason": " "})
    assert len(everything(session, CreditEntry)) == 1
    manager.post(f"/courses/manage/credits/{entry.id}/reverse", data={"reason": "代学"})
    again = manager.post(f"/courses/manage/credits/{entry.id}/reverse", data={"reason": "代学"})
    assert "已经冲正" in again.text
    first, counter = everything(session, CreditEntry)
    assert (first.hours, first.reason) == (Decimal(2), "完成课程")
    assert (counter.hours, counter.reverses_id, counter.reason) == (Decimal(-2), entry.id, "代学")
    refused = manager.post(f"/courses/manage/credits/{counter.id}/reverse", data={"reason": "再"})
    assert refused.status_code == 409
    assert "已冲正" in manager.get(page).text


@pytest.mark.parametrize("kind", LessonKind)
def test_a_preview_shows_the_lesson_and_counts_nothing(manager, make, session, kind) -> None:
    course = make.course(10, published_at=None, body="<script>alert(1)</script>**要点**")
    course.lessons[0].kind = kind
    session.commit()
    page = manager.get(f"/courses/manage/lessons/{course.lessons[0].id}").text
    assert "<strong>要点</strong>" in page
    assert "<script>alert" not in page
    assert everything(session, LessonProgress) == []


def test_the_list_narrows(manager, make) -> None:
    draft = make.course(10, published_at=None, title="草稿课")
    make.course(10, title="正式课")
    page = manager.get("/courses/manage?stage=draft").text
    assert draft.title in page
    assert "正式课" not in page
    assert "没有符合条件" in manager.get("/courses/manage?q=无").text


def test_what_is_written_is_looked_at_before_it_is_saved_and_nothing_is_lost(
    manager, make, sign_in, session
) -> None:
    make.version(make.law("测试法"), ["第一款的内容。"])
    course = make.course(published_at=None)
    written = LESSON | {
        "title": "留住我", "body": "## 要点\n\n- <b>甲</b>", "articles": "测试法 第一条",
        "act": "preview",
    }  # fmt: skip
    page = manager.post(f"/courses/manage/{course.id}/lessons/new", data=written)
    assert page.status_code == 200
    assert "<h2>要点</h2>" in page.text
    assert "<li>&lt;b&gt;甲&lt;/b&gt;</li>" in page.text
    assert "第一款的内容。" in page.text
    assert 'value="留住我"' in page.text
    assert "## 要点" in page.text
    url = "/courses/manage/lessons/beside"
    answer = manager.post(url, data={"body": "**重**", "articles": "没有的法 第一条"}).json["html"]
    assert "<strong>重</strong>" in answer
    assert "没有的法" in answer
    assert "引用条文有问题" in answer
    assert "还没有正文" in manager.post(url, data={}).json["html"]
    assert sign_in(make.account()).post(url, data={}).status_code == 403
    assert [each.title for each in everything(session, Lesson)] == [course.lessons[0].title]
    written["file"] = (io.BytesIO(b"x"), "讲义.txt")
    page = manager.post(f"/courses/manage/{course.id}/lessons/new", data=written).text
    assert "请在保存之前重新选择" in page
