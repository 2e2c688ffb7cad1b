"""Quizzes, surveys, assignments, chapters, prerequisites and ratings through their pages."""

import io
import json
from datetime import date

import pytest
from sqlalchemy import select

from accounts.models import Person
from accounts.permissions import Role
from core.db import db
from courses.lessons.models import ArticleRead, LessonSetup, QuizTry, SurveyAnswer
from courses.lessons.queries import reading
from courses.models import CourseCompletion, Lesson, LessonProgress
from exam.papers.ordering import order_of
from question_bank.life import Pool
from question_bank.models import ItemRevision
from tests.factories import NOON

FORM = {"title": "一课", "minutes": "5", "body": "", "articles": "", "chapter_id": ""}


@pytest.fixture
def manager(make, sign_in):
    return sign_in(make.account(Role.EXAM_ADMIN))


def lesson_of(make, manager, session, **form: str) -> Lesson:
    """The only lesson of a published course."""
    course = make.course(published_at=None)
    plain = course.lessons[0]
    answer = manager.post(f"/courses/manage/{course.id}/lessons/new", data=FORM | form)
    assert answer.status_code == 303, answer.text
    found = session.scalars(select(Lesson).where(Lesson.kind == form["kind"])).one()
    session.delete(plain)
    course.published_at = NOON
    session.commit()
    return found


def done(session, lesson: Lesson) -> bool:
    query = select(LessonProgress.completed_at).where(LessonProgress.lesson_id == lesson.id)
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    session.commit()
    return any(found)


def test_a_survey_is_anonymous_and_shows_nothing_of_four(make, manager, sign_in, session) -> None:
    lesson = lesson_of(
        make, manager, session, kind="survey", questions="讲得清楚\n文字：还想学什么"
    )
    path, results = f"/courses/lessons/{lesson.id}", f"/courses/manage/lessons/{lesson.id}/survey"
    for n in range(5):
        assert "不足 5 份" in manager.get(results).text
        staff = sign_in(make.account())
        assert "讲得清楚" in staff.get(path).text
        assert "还没有打分" in staff.get(staff.post(f"{path}/survey").location).text
        said = {"q-0": str(n + 1), "q-1": f"意见{n}"}
        assert "已提交" in staff.get(staff.post(f"{path}/survey", data=said).location).text
        assert "只填一次" in staff.get(staff.post(f"{path}/survey", data=said).location).text
    page = manager.get(results).text
    assert "平均 3.00 分" in page
    assert "意见4" in page
    assert len(session.scalars(select(SurveyAnswer)).all()) == 10
    assert {each.name for each in SurveyAnswer.__table__.columns} == {
        "id", "lesson_id", "question", "value"
    }  # fmt: skip
    assert len(session.scalars(select(CourseCompletion)).all()) == 5


def test_work_is_handed_in_returned_handed_in_again_and_accepted(
    make, manager, sign_in, session
) -> None:
    lesson = lesson_of(make, manager, session, kind="assignment", body="写一份提纲")
    path = f"/courses/lessons/{lesson.id}"
    staff, other = sign_in(make.account()), sign_in(make.account())

    def hand_in(text: str, name: str = "") -> str:
        data: dict = {"text": text}
        if name:
            data["file"] = (io.BytesIO(b"%PDF-1.7"), name)
        return staff.get(staff.post(f"{path}/work", data=data).location).text

    assert "请填写内容或选择文件" in hand_in("")
    assert "只接受" in hand_in("", "x.exe")
    assert "请等待评阅" in hand_in("第一稿", "提纲.pdf")
    assert "不能再交" in hand_in("又一稿")
    listed = manager.get(f"/courses/manage/lessons/{lesson.id}/work").text
    assert "待评阅" in listed
    judge = "/courses/manage/hand-ins/1"
    assert "退回须写明意见" in manager.post(judge, data={"verdict": "return"}).text
    manager.post(judge, data={"verdict": "return", "comment": "再具体些"})
    assert "已经评阅过" in manager.post(judge, data={"verdict": "accept"}).text
    assert "再具体些" in staff.get(path).text
    assert not done(session, lesson)
    assert other.get("/courses/hand-ins/1/file").status_code == 404
    assert staff.get("/courses/hand-ins/1/file").data == b"%PDF-1.7"
    assert other.get(judge).status_code == 403
    hand_in("第二稿")
    manager.post("/courses/manage/hand-ins/2", data={"verdict": "accept", "score": "90"})
    assert done(session, lesson)
    assert "90" in staff.get(path).text


def test_a_quiz_is_drawn_from_what_may_be_practised_and_passed(
    make, manager, sign_in, session
) -> None:
    version = make.version()
    article = version.articles[0]
    cited = f"{version.law.short_title} {article.number}"
    lesson = lesson_of(
        make, manager, session, kind="quiz", articles=cited, count="2", pass_mark="60", tries="2"
    )
    path = f"/courses/lessons/{lesson.id}"
    staff, other = sign_in(make.account()), sign_in(make.account())
    empty = staff.post(f"{path}/quiz")
    assert (empty.status_code, "没有可用于测验的试题" in empty.text) == (409, True)
    for _ in range(3):
        revision = make.revision(article=article)
        revision.item.pool = Pool.PRACTICE
    session.commit()
    begun = staff.post(f"{path}/quiz")
    assert begun.status_code == 303, begun.text
    assert staff.post(f"{path}/quiz").location == begun.location
    assert other.get(begun.location).status_code == 404
    page = staff.get(begun.location).text
    assert "解析" not in page
    tried = session.scalars(select(QuizTry)).one()
    assert len(json.loads(tried.revisions)) == 2
    session.commit()
    blank = [{"slot": n, "seq": 1, "choice": []} for n in (1, 2)]
    assert staff.post(begun.location, json={"answers": []}).status_code == 400
    staff.post(begun.location, json={"answers": blank})
    assert "不合格" in staff.get(begun.location).text
    assert "解析" in staff.get(begun.location).text
    assert not done(session, lesson)
    staff.post(f"{path}/quiz")
    second = begun.location.replace("/quiz/1", "/quiz/2")
    staff.post(second, json={"answers": blank})
    refused = staff.post(f"{path}/quiz")
    assert "可考次数已用完" in refused.text
    address = other.post(f"{path}/quiz").location
    own = session.scalars(select(QuizTry).order_by(QuizTry.id.desc())).first()
    right = []
    for slot, each in enumerate(json.loads(own.revisions), 1):
        order = order_of(own.seed, slot, session.get_one(ItemRevision, each))
        letter = "ABCD"[list(order).index(0)]
        right.append({"slot": slot, "seq": 1, "choice": [letter]})
    session.commit()
    other.post(address, json={"answers": right})
    assert "得分率 100%，合格" in other.get(address).text
    assert done(session, lesson)


def test_a_course_waits_for_another_and_never_for_itself(make, manager, sign_in, session) -> None:
    first, second = make.course(1), make.course(1, published_at=None)
    form = {"title": "后一课", "category": "law", "credit_hours": "1", "final_session_id": ""}
    edit = f"/courses/manage/{second.id}/edit"
    manager.post(edit, data=form | {"needs": [str(first.id)], "tags": "信访，接访"})
    manager.post(f"/courses/manage/{second.id}/publish")
    manager.post(f"/courses/manage/{first.id}/revise")
    circle = manager.post(
        f"/courses/manage/{second.id + 1}/edit", data=form | {"needs": [str(second.id)]}
    )
    assert "不能循环" in circle.text
    account = make.account()
    staff, lesson = sign_in(account), f"/courses/lessons/{second.lessons[0].id}"
    for answer in (
        staff.get(lesson),
        staff.post(f"{lesson}/signs", json={"begin": True}),
        staff.post(f"{lesson}/complete"),
    ):
        assert answer.status_code == 409
        assert "请先学完" in (answer.json["error"] if answer.is_json else answer.text)
    assert "先修课程" in staff.get(f"/courses/{second.id}").text
    assert "后一课" in staff.get("/courses/?tag=接访").text
    assert "后一课" not in staff.get("/courses/?tag=无&sort=newest").text
    rate = f"/courses/{first.id}/rating"
    assert "才能评分" in staff.get(staff.post(rate, data={"stars": "5"}).location).text
    for n in range(5):
        person = account if n == 0 else make.account()
        make.save(
            CourseCompletion(person_id=person.person_id, course_id=first.id, completed_at=NOON)
        )
        client = staff if n == 0 else sign_in(person)
        client.post(rate, data={"stars": str(n + 1)})
        shown = staff.get(f"/courses/{first.id}").text
        assert ("3.00 分（5 人）" in shown) == (n == 4)
    assert staff.get(lesson).status_code == 200


def test_lessons_follow_their_chapters(make, manager, session) -> None:
    course = make.course(1, 1, published_at=None)
    one, two = (each.id for each in course.lessons)
    for title in ("上篇", "下篇"):
        manager.post(f"/courses/manage/{course.id}/chapters", data={"title": title})
    form = FORM | {"kind": "text", "body": "正文"}
    manager.post(f"/courses/manage/lessons/{one}/edit", data=form | {"chapter_id": "2"})
    manager.post(f"/courses/manage/lessons/{two}/edit", data=form | {"chapter_id": "1"})

    def order() -> list[int]:
        rows = session.scalars(select(Lesson.id).order_by(Lesson.position)).all()
        session.commit()
        return list(rows)

    arrange = f"/courses/manage/{course.id}/order"
    assert order() == [two, one]
    manager.post(arrange, data={"move": "c2 up"})
    assert order() == [one, two]
    manager.post(arrange, data={"order": f"c1 l{one} l{two} c2 -"})
    assert order() == [one, two]
    for stale in (f"c1 l{one} c2 -", f"c1 l{one} l{two} l{two} c2 -", f"c1 l{one} l{two} l9 c2"):
        refused = manager.post(arrange, data={"order": stale})
        assert (refused.status_code, "刷新" in refused.text) == (409, True)
    manager.post(arrange, data={"order": f"c2 l{one} c1 l{two} -"})
    assert order() == [one, two]
    manager.post("/courses/manage/chapters/2/rename", data={"title": "总论"})
    assert "总论" in manager.get(f"/courses/manage/lessons/{one}").text
    manager.post("/courses/manage/chapters/2/remove")
    assert order() == [two, one]
    kept = session.scalars(select(LessonSetup.chapter_id).order_by(LessonSetup.lesson_id)).all()
    assert list(kept) == [None, 1]


def test_an_article_is_shown_as_in_force_and_what_changed_is_marked(
    app, make, sign_in, session
) -> None:
    law = make.law()
    old = make.version(law=law)
    account = make.account()
    course = make.course(1, articles=[old.articles[0]])
    lesson = course.lessons[0]
    new = make.version(law=law, articles=["条文一。另加一句。"], promulgated_on=date(2021, 1, 1),
                       effective_on=date(2021, 2, 1))  # fmt: skip
    now = new.articles[0]
    make.change("edited", old, new, 1, 1)
    day, person_id, lesson_id = date(2022, 1, 1), account.person_id, lesson.id
    first, second = old.articles[0].id, now.id
    session.commit()

    def shown() -> reading.Shown:
        with app.app_context():
            person = db.session.get_one(Person, person_id)
            return reading.shown(person, db.session.get_one(Lesson, lesson_id), day)[0]

    seen = shown()
    assert (seen.article.id, seen.before, seen.removed) == (second, None, False)
    make.save(ArticleRead(person_id=person_id, article_id=first, read_at=NOON))
    session.commit()
    marked = shown()
    assert marked.before is not None
    assert [each.text for each in marked.marked if each.mark == "added"] == ["另加一句。"]
    session.commit()
    assert "您上次读过之后有修改" in sign_in(account).get(f"/courses/lessons/{lesson_id}").text
