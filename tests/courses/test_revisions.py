"""A published course revised: who sees what, what stays of what people did, and the history."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.audit.models import AuditRecord
from courses.lessons.services.ordering import moved
from courses.models import (
    Course,
    CourseCompletion,
    Lesson,
    LessonCase,
    LessonFile,
    LessonProgress,
)
from courses.revisions.models import CourseRevision
from courses.revisions.snapshots import LessonState, Quoted, Snapshot, differences, from_json
from tests.factories import NOON

LESSON = {"title": "第一课", "kind": "text", "minutes": "30", "body": "新的要点"}
MANAGE = "/courses/manage"


@pytest.fixture
def manager(make, sign_in):
    return sign_in(make.account(Role.EXAM_ADMIN))


def fresh(session, query):
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    session.commit()
    return found


def draft_of(session, course_id: int) -> tuple[int, list[Lesson]]:
    (draft,) = fresh(session, select(Course.id).where(Course.revises_id == course_id))
    rows = select(Lesson).where(Lesson.course_id == draft).order_by(Lesson.position)
    return draft, fresh(session, rows)


def test_learners_see_the_revision_until_the_next_one_is_published_and_keep_what_they_did(
    make, manager, sign_in, session
) -> None:
    course = make.course(10, 10, 10)
    one, two, three = (each.id for each in course.lessons)
    account, done = make.account(), make.account()
    for lesson in course.lessons:
        make.progress(done.person, course, lesson=lesson, completed_at=NOON)
    make.completion(done.person, course)
    for lesson in course.lessons[:2]:
        make.progress(account.person, course, lesson=lesson, completed_at=NOON)
    staff, finished = sign_in(account), sign_in(done)
    assert "先“修订”" in manager.post(f"{MANAGE}/lessons/{one}/remove").text
    assert "先“修订”" in manager.post(f"{MANAGE}/lessons/{one}/edit", data=LESSON).text
    assert "开始修订" in manager.get(f"{MANAGE}/lessons/{one}/edit").text

    to_copy = manager.post(f"{MANAGE}/{course.id}/revise", data={"lesson": str(one)})
    draft, (first, second, third) = draft_of(session, course.id)
    assert to_copy.location.endswith(f"/lessons/{first.id}/edit")
    again = manager.post(f"{MANAGE}/{course.id}/revise")
    assert again.location.endswith(f"{MANAGE}/{draft}")
    assert manager.get(f"{MANAGE}/lessons/{one}/edit").location == to_copy.location
    manager.post(f"{MANAGE}/lessons/{first.id}/edit", data=LESSON)
    manager.post(f"{MANAGE}/lessons/{third.id}/remove")
    manager.post(f"{MANAGE}/{draft}/lessons/new", data=LESSON | {"title": "补充一课"})
    (_, _, added) = draft_of(session, course.id)[1]
    manager.post(f"{MANAGE}/{draft}/order", data={"order": f"l{second.id} l{first.id} l{added.id}"})
    for act in ("publish", "withdraw"):
        assert "这是修订稿" in manager.post(f"{MANAGE}/{draft}/{act}").text

    page = staff.get(f"/courses/lessons/{one}").text
    assert "新的要点" not in page
    assert "补充一课" not in page
    for hidden in (f"/courses/{draft}", f"/courses/lessons/{first.id}"):
        assert staff.get(hidden).status_code == 404
    listed = manager.get(MANAGE).text
    assert f"{MANAGE}/{draft}" not in listed
    assert "修订中" in listed

    release = f"{MANAGE}/{draft}/release"
    page = manager.get(release).text
    assert "补充一课" in page
    assert "课时次序" in page
    assert "请写明" in manager.post(release, data={"reason": ""}).text
    with clock.frozen(NOON + timedelta(days=1)):
        manager.post(release, data={"reason": "补充了新规定", "restudy": [str(one)]})

    assert fresh(session, select(Course).where(Course.revises_id.is_not(None))) == []
    page = staff.get(f"/courses/lessons/{one}").text
    assert "新的要点" in page
    assert "补充了新规定" in page  # to be studied again
    assert staff.get(f"/courses/lessons/{three}").status_code == 404
    assert "已完成" in finished.get(f"/courses/{course.id}").text
    assert len(fresh(session, select(LessonProgress))) == 5
    assert len(fresh(session, select(CourseCompletion))) == 1
    lessons = select(Lesson.id).where(Lesson.retired_at.is_(None)).order_by(Lesson.position)
    assert fresh(session, lessons) == [two, one, added.id]
    assert "补充了新规定" in staff.get("/").text
    staff.post(f"/changes/restudy/{1}")
    assert "请重新学习" not in staff.get(f"/courses/lessons/{one}").text

    kept = fresh(session, select(CourseRevision).order_by(CourseRevision.number))
    assert [(each.number, each.note) for each in kept] == [(1, "首次发布"), (2, "补充了新规定")]
    assert [each["lesson_id"] for each in kept[1].content["lessons"]] == [two, one, added.id]
    history = manager.get(f"{MANAGE}/{course.id}/revisions").text
    assert "补充了新规定" in history
    assert "补充一课" in manager.get(f"{MANAGE}/revisions/{kept[1].id}").text

    # An earlier revision comes back with its lessons' identity; so does what people did in them.
    manager.post(f"{MANAGE}/revisions/{kept[0].id}/restore")
    refused = manager.post(f"{MANAGE}/revisions/{kept[0].id}/restore")
    assert "已有修订稿" in refused.text
    draft, rows = draft_of(session, course.id)
    assert [each.origin_id for each in rows] == [one, two, three]
    manager.post(f"{MANAGE}/{draft}/discard")
    assert len(fresh(session, select(Lesson))) == 4
    taken = f"{MANAGE}/revisions/{kept[1].id}/take-back"
    manager.post(taken, data={"reason": " "})
    manager.post(taken, data={"reason": "发早了"})
    assert fresh(session, lessons) == [one, two, three]
    assert "只能撤回最近一次" in manager.post(taken, data={"reason": "再来"}).text
    newest = fresh(session, select(CourseRevision).order_by(CourseRevision.number))[-1]
    assert (newest.number, newest.note) == (3, "撤回第 2 版：发早了")
    assert newest.content == kept[0].content
    assert staff.get(f"/courses/lessons/{added.id}").status_code == 404
    actions = [each.action for each in fresh(session, select(AuditRecord))]
    assert actions.count("course.publish_revision") == 2
    assert actions.count("course.discard_revision") == 1


def test_the_last_lesson_left_completes_the_course_and_files_are_kept_as_long_as_anything_has_them(
    make, manager, sign_in, session
) -> None:
    course = make.course(10, 10)
    account = make.account()
    make.progress(account.person, course, completed_at=NOON)
    manager.post(f"{MANAGE}/{course.id}/revise")
    draft, (_first, second) = draft_of(session, course.id)
    assert "相同" in manager.post(f"{MANAGE}/{draft}/release", data={"reason": "无"}).text
    file = {"title": "讲义", "kind": "file", "minutes": "10"}
    for name in ("一.pdf", "二.pdf"):
        upload = {"file": (io.BytesIO(b"%PDF-1.7 text"), name)}
        manager.post(f"{MANAGE}/{draft}/lessons/new", data=file | upload)
    rows = draft_of(session, course.id)[1]
    manager.post(f"{MANAGE}/lessons/{rows[-1].id}/remove")
    assert len(fresh(session, select(LessonFile))) == 1
    manager.post(f"{MANAGE}/lessons/{second.id}/remove")
    manager.post(f"{MANAGE}/{draft}/release", data={"reason": "换成讲义"})
    assert fresh(session, select(CourseCompletion)) == []
    manager.post(f"{MANAGE}/{course.id}/revise")
    draft, rows = draft_of(session, course.id)
    manager.post(f"{MANAGE}/lessons/{rows[-1].id}/remove")
    manager.post(f"{MANAGE}/{draft}/release", data={"reason": "不要讲义"})
    assert len(fresh(session, select(LessonFile))) == 1  # the second revision has it
    (completed,) = fresh(session, select(CourseCompletion))
    assert completed.person_id == account.person_id


def test_what_a_newer_version_changed_is_not_brought_back(make, manager, session) -> None:
    law = make.law("测试法")
    old = make.version(law, ["旧文。"])
    course = make.course(10, articles=[old.articles[0]])
    manager.post(f"{MANAGE}/{course.id}/revise")
    draft, (copy,) = draft_of(session, course.id)
    new = make.version(law, ["新文。"], promulgated_on=NOON.date(), effective_on=None)
    make.change("edited", old, new, 1, 1)
    case = make.save(
        LessonCase(lesson_id=course.lessons[0].id, version_id=new.id, opened_at=NOON, reason="")
    )
    manager.post(f"{MANAGE}/lessons/{copy.id}/edit", data=LESSON | {"articles": ""})
    answer = manager.post(f"/changes/lessons/{case.id}/renew", data={"restudy": "no", "reason": ""})
    assert answer.status_code == 303
    (second,) = fresh(session, select(CourseRevision).where(CourseRevision.number == 2))
    assert "改引" in second.note
    manager.post(f"{MANAGE}/{draft}/release", data={"reason": "改写"})
    (first,) = fresh(session, select(CourseRevision.id).where(CourseRevision.number == 1))
    manager.post(f"{MANAGE}/revisions/{first}/restore")
    draft, _ = draft_of(session, course.id)
    answer = manager.post(f"{MANAGE}/{draft}/release", data={"reason": "退回"})
    assert "引用的条文已经修改" in answer.text
    assert draft_of(session, course.id)[0] == draft


def lesson(key: int | None, title: str = "课", **given) -> LessonState:
    return LessonState(key, title, "text", "图文", 10, **given)


def course(*lessons: LessonState, **given) -> Snapshot:
    return Snapshot("课程", "law", "法律", "", "1", is_law=True, lessons=lessons, **given)


@pytest.mark.once
def test_differences_by_hand() -> None:
    old = course(lesson(1, "甲", body="七日内"), lesson(2, "乙"), lesson(3, "丙"), chapters=["上"])
    new = course(
        lesson(3, "丙"),
        lesson(1, "甲", body="十五日内", articles=[Quoted(5, "《法》第一条")], chapter=0),
        lesson(None, "丁"),
        chapters=["上"],
    )
    found = [(each.turn.label, each.of) for each in differences(old, new)]
    assert found == [("修改", "课时次序"), ("修改", "甲"), ("新增", "丁"), ("移出", "乙")]
    (changed,) = (each for each in differences(old, new) if each.of == "甲")
    assert [each.label for each in changed.changes] == ["章节", "正文", "引用条文"]
    body = changed.changes[1].marked
    assert "".join(each.text for each in body.old) == "七日内"
    assert "".join(each.text for each in body.new) == "十五日内"
    assert differences(old, old) == []
    # Of a long text what lies around the change is shown.
    text = "前文" * 200 + "七日" + "后文" * 200
    long, edited = course(lesson(1, body=text)), course(lesson(1, body=text.replace("七", "十")))
    [[change]] = (each.changes for each in differences(long, edited))
    shown = "".join(each.text for each in change.old)
    assert shown == "……" + "前文" * 30 + "七日" + "后文" * 30 + "……"
    assert "".join(each.text for each in change.marked.old) == text
    [[more]] = (each.changes for each in differences(long, course(lesson(1, body=text + "新段"))))
    assert (more.old, more.new[-1].text) == ([], "新段")
    assert from_json(new.as_json()) == from_json(from_json(new.as_json()).as_json())
    assert Decimal(from_json(new.as_json()).credit_hours) == 1


@pytest.mark.once
@pytest.mark.parametrize(
    ("what", "up", "then"),
    [
        ("l2", True, "c1 l2 l1 c2 l3 - l4"),
        ("l1", True, "c1 l1 l2 c2 l3 - l4"),
        ("l2", False, "c1 l1 c2 l2 l3 - l4"),
        ("l4", True, "c1 l1 l2 c2 l3 l4 -"),
        ("l4", False, "c1 l1 l2 c2 l3 - l4"),
        ("c2", True, "c2 l3 c1 l1 l2 - l4"),
        ("c1", False, "c2 l3 c1 l1 l2 - l4"),
        ("c2", False, "c1 l1 l2 c2 l3 - l4"),
        ("l9", True, "c1 l1 l2 c2 l3 - l4"),
    ],
)
def test_a_line_moves_one_step_and_a_chapter_with_its_lessons(what, up, then) -> None:
    assert " ".join(moved(["c1", "l1", "l2", "c2", "l3", "-", "l4"], what, up=up)) == then
