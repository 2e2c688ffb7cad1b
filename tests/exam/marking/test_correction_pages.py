"""The pages of corrections, and what a candidate sees of them and of where they stand."""

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.db import db
from exam.marking.corrections import Remedy
from exam.models import Certificate, Correction
from exam.services.assembling import building
from question_bank.models import ItemRevision
from tests.exam.after import AFTER, sat
from tests.exam.steps import corrected
from tests.factories import NOON
from tests.pages import main, page


@pytest.fixture
def exam(app, make, session):
    """Twelve people's scored papers of two items, one of a course's article."""
    taught = make.version(articles=("条文一。",))
    course = make.course(articles=taught.articles, title="补学课程")
    first = make.revision(article=taught.articles[0], topic="复查复核")
    form = make.form(first, make.revision(), marks=50)
    with app.app_context():
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.refresh(form)
    session.commit()
    exam = sat(make, session, form, 12, published_at=NOON, closes_at=NOON)
    assert course.id
    with clock.frozen(AFTER):
        yield exam


def test_a_correction_from_the_session_to_the_candidates_page(exam, make, sign_in, session) -> None:
    desk = sign_in(make.account(Role.EXAM_ADMIN))
    assert (
        f"/exam/forms/{exam.form.id}/corrections/new"
        in desk.get(f"/exam/sessions/{exam.id}/manage").text
    )
    choose = f"/exam/forms/{exam.form.id}/corrections/new"
    assert "第 2 题" in main(desk.get(choose))
    assert "例如 B" in main(desk.get(f"{choose}?slot=1"))
    wrong = desk.post(f"{choose}?slot=1", data={"remedy": "new_key", "key": "Z", "reason": "错"})
    assert (wrong.status_code, "选项" in wrong.text) == (422, True)
    asked = desk.post(
        f"{choose}?slot=1", data={"remedy": "new_key", "key": "B", "reason": "条文规定的是乙"}
    )
    url = asked.location
    own = main(desk.get(url))
    assert "等待另一人批准" in own
    assert "批准并重新判分" not in own
    setter = sign_in(make.account(Role.PAPER_SETTER))
    assert "1 项试题更正待批准" in main(setter.get("/"))
    assert "试题更正待批准" not in main(desk.get("/")), "who asked does not decide"
    preview = setter.get(url)
    was_previewed = moves(desk, url)
    assert was_previewed
    assert "考生0" not in preview.text
    assert "考生0" in desk.get(url).text
    stale = setter.post(f"{url}/approve", data={"opinion": "属实", "seen": "x"})
    assert (stale.status_code, "重新查看预览" in stale.text) == (422, True)
    seen = preview.text.split('name="seen" value="')[1].split('"')[0]
    assert setter.post(f"{url}/approve", data={"opinion": "属实", "seen": seen}).status_code == 302
    assert "已更正" in main(desk.get("/exam/corrections"))
    # What was done stands before what taking it back would do.
    applied = desk.get(url).text
    parts = ("更正的结果", "如果撤销，上列")
    assert sorted(parts, key=applied.index) == list(parts)
    assert moves(desk, url) == was_previewed
    session.commit()
    applied = session.scalars(select(Correction)).one()
    changed = applied.before != applied.after
    session.commit()
    assert changed
    attempt = next(each for each in exam.candidates[0:12] if each.person.name == "考生0")
    person = sign_in(make.account(Role.STAFF, person=attempt.person))
    session.refresh(attempt)
    result = main(person.get(f"/exam/attempts/{attempt.attempts[0].id}/result"))
    session.commit()
    assert "已更正 更换正确答案：条文规定的是乙" in result
    of_the_person = f"/exam/sessions/candidates/{attempt.id}"
    [moved] = [each for each in was_previewed if each[0] == "考生0"]
    [told] = moves(desk, of_the_person)
    assert told[1:] == moved[1:], "the officer sees both scores beside the person, too"
    assert "试卷第 1 题更换正确答案 ：条文规定的是乙" in main(desk.get(of_the_person))
    assert desk.post(f"{url}/undo/ask", data={"opinion": ""}).status_code == 422
    assert desk.post(f"{url}/undo", data={"opinion": "属实", "seen": seen}).status_code == 422
    assert desk.post(f"{url}/undo/ask", data={"opinion": "更正有误"}).status_code == 302
    waits = main(desk.get(url))
    assert ("等待另一人批准" in waits, "批准撤销" in waits) == (True, False)
    parts = ("已提出撤销", "更正的结果", "如果撤销")
    assert sorted(parts, key=waits.index) == list(parts)
    assert "1 项试题更正待批准" in main(setter.get("/"))
    preview = setter.get(url)
    seen = preview.text.split('name="seen" value="')[1].split('"')[0]
    # Nobody alone, nor unseen.
    alone = desk.post(f"{url}/undo", data={"opinion": "属实", "seen": seen})
    assert (alone.status_code, "以外的另一人批准" in alone.text) == (422, True)
    assert setter.post(f"{url}/undo", data={"opinion": "属实", "seen": "x"}).status_code == 422
    assert setter.post(f"{url}/undo/decline", data={"opinion": "更正无误"}).status_code == 302
    assert "不批准：更正无误" in main(desk.get(url))
    assert setter.post(f"{url}/undo/ask", data={"opinion": "查明有误"}).status_code == 302
    assert desk.post(f"{url}/undo", data={"opinion": "属实", "seen": seen}).status_code == 302
    told = main(desk.get(url))
    assert ("已撤销" in told, "批准：属实" in told) == (True, True)
    assert ("成绩曾改变" in told, "成绩已改变" in told) == (True, False)
    assert f"撤销时，上列 {len(was_previewed)} 份答卷已恢复到原分" in told
    assert moves(desk, url) == was_previewed, "what had been done is still told"
    assert "试卷第 1 题的更正已撤销 ：查明有误" in main(desk.get(of_the_person))
    back = [each[1:] for each in moves(desk, of_the_person)]
    assert back == [moved[1:], moved[:0:-1]]


def moves(client, url: str) -> list[list[str]]:
    """The first list of changed scores: whose, from what, to what."""
    shown = page(client.get(url)).select_one("table")
    rows = shown.select("tbody tr") if shown else []
    return [[each.get_text() for each in row.select("th, td.xf-num")] for row in rows]


def test_what_taking_back_does_is_listed_apart_where_more_happened_since(
    app, exam, make, sign_in, session
) -> None:
    officers = make.account(Role.EXAM_ADMIN), make.account(Role.RESEARCH_OFFICE)
    number = corrected(app, exam.form.id, officers, Remedy.EVERYBODY, slot=1)
    url = f"/exam/corrections/{number}"
    desk = sign_in(officers[0])
    done = moves(desk, url)
    corrected(app, exam.form.id, officers, Remedy.STRUCK, slot=2)
    told = page(desk.get(url))
    assert "更正以后另有变动" in main(desk.get(url))
    assert len(told.select("table")) == 2
    assert moves(desk, url) == done


def test_a_result_names_weak_articles_the_courses_on_them_and_ones_place(
    exam, make, sign_in, session
) -> None:
    revision = session.scalars(select(ItemRevision).where(ItemRevision.topic != "")).one()
    candidate = next(
        each
        for each in exam.candidates
        if not any(one.slot == 1 and one.earned for one in each.attempts[0].answers)
    )
    number = candidate.attempts[0].id
    client = sign_in(make.account(Role.STAFF, person=candidate.person))
    session.commit()
    answer = client.get(f"/exam/attempts/{number}/result")
    text = main(answer)
    assert "各知识点得分 复查复核" in text
    assert "需要补学的条文" in text
    assert f"/laws/articles/{revision.citations[0].article_id}" in answer.text
    assert "补学课程" in text
    assert "成绩分布" in text
    assert "名次" not in text.replace("不显示名次", "")
    session.commit()


def proposed(client, exam, remedy: str = "everybody") -> str:
    url = f"/exam/forms/{exam.form.id}/corrections/new?slot=1"
    return client.post(url, data={"remedy": remedy, "reason": "题有误"}).location


def test_whose_own_score_would_change_is_told_so_beforehand_and_who_else_may_decide(
    exam, make, sign_in, session
) -> None:
    url = proposed(sign_in(desk := make.account(Role.EXAM_ADMIN)), exam)
    changes = [
        each.person
        for each in exam.candidates
        if not any(one.slot == 1 and one.earned for one in each.attempts[0].answers)
    ]
    session.commit()
    concerned = sign_in(make.account(Role.PAPER_SETTER, person=changes[0]))
    told = main(concerned.get(url))
    assert "会改变您本人的成绩，须由其他人批准" in told
    assert "批准并重新判分" not in told
    assert "请安全管理员另行授权" in told
    assert "请安全管理员另行授权" in main(sign_in(desk).get(url))
    make.account(Role.RESEARCH_OFFICE, person=make.person(name="何能批"))
    told = main(concerned.get(url))
    assert ("可以批准的：何能批。" in told, "另行授权" in told) == (True, False)


def test_certificates_that_a_correction_makes_untrue_are_counted_before_and_asked_for_after(
    exam, make, sign_in, session
) -> None:
    desk, setter = sign_in(make.account(Role.EXAM_ADMIN)), sign_in(make.account(Role.PAPER_SETTER))
    exam.pass_score = 50
    session.commit()
    desk.post(f"/exam/sessions/{exam.id}/certificates", data={})
    url = proposed(desk, exam, "struck")
    preview = setter.get(url)
    held = session.scalars(select(Certificate)).all()
    session.commit()
    assert held
    [tile] = [each.get_text(" ", strip=True) for each in page(preview).select(".xf-stat")
              if "随之撤销的证书" in each.get_text()]  # fmt: skip
    seen = preview.text.split('name="seen" value="')[1].split('"')[0]
    assert setter.post(f"{url}/approve", data={"opinion": "属实", "seen": seen}).status_code == 302
    revoked = session.scalars(
        select(Certificate)
        .where(Certificate.revoked_at.is_not(None))
        .execution_options(populate_existing=True)
    ).all()
    session.commit()
    assert f" {len(revoked)} 份" in tile
    assert "合格而没有有效证书" not in main(setter.get(url)), "those who issue them are told"
    due = main(desk.get(f"/exam/sessions/{exam.id}/certificates"))
    waiting = int(due.split("待发放 ")[1].split(" 人")[0])
    assert 0 < waiting < len(revoked), "some of them do not pass any more"
    assert f"还有 {waiting} 人合格而没有有效证书" in main(desk.get(url))
    desk.post(f"/exam/sessions/{exam.id}/certificates", data={})
    assert "合格而没有有效证书" not in main(desk.get(url))
