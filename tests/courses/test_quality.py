"""Surveys and reports of quality: anonymous, hidden below five, drawn from tests and answers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import inspect, select

from accounts.permissions import Role
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from core.documents import paragraphs
from core.spreadsheets import read_workbook
from courses.classes.services import testing
from courses.quality import queries
from courses.quality.models import SurveyMark, SurveySheet
from courses.quality.questions import FOLLOW_UP, REACTION, SurveyKind, teacher_key
from exam.kinds import ExamKind
from tests.courses.schooling import seat, training_class
from tests.factories import NOON
from tests.pages import main

#: The last day of the class, and the day after the feedback is closed.
LAST = NOON + timedelta(days=2)
AFTER = NOON + timedelta(days=17)
LATER = NOON + timedelta(days=94)


def rows(session, table):
    found = session.scalars(
        select(table).order_by(table.id).execution_options(populate_existing=True)
    ).all()
    session.commit()
    return found


def taken(make, count: int, unit=None, **given):
    """A concluded class that so many people completed."""
    owner = training_class(make, concluded_at=NOON + timedelta(days=3), **given)
    accounts = [make.account(unit=unit) for _ in range(count)]
    for each in accounts:
        seat(make, owner, each.person, each, completed=True, judged_at=NOON)
    return owner, accounts


def filled(owner, point: int, **more) -> dict[str, str]:
    keys = [each.key for each in REACTION] + [teacher_key(each.id) for each in owner.teachers]
    return dict.fromkeys(keys, str(point)) | more


def test_a_survey_is_answered_once_by_those_who_took_part_and_leads_back_to_nobody(
    make, sign_in, session
) -> None:
    owner, people = taken(make, 6)
    address = f"/quality/surveys/{owner.id}/reaction"
    with clock.frozen(NOON):
        assert "不在填写时间内" in sign_in(people[0]).get(address).text
    with clock.frozen(LAST):
        one = sign_in(people[0])
        assert "填写问卷：培训反馈" in main(one.get("/"))
        assert "匿名填写" in main(one.get(address))
        assert sign_in(make.account()).get(address).status_code == 404
        assert "请回答" in one.post(address, data=filled(owner, 5) | {"design": ""}).text
        before = len(rows(session, AuditRecord))
        for each, point in zip(people, (5, 5, 4, 4, 2, 1), strict=True):
            sign_in(each).post(address, data=filled(owner, point, comment=f"意见{point}"))
        one.post(address, data=filled(owner, 1))
        assert "填写问卷" not in main(one.get("/"))
    assert len(rows(session, SurveyMark)) == len(rows(session, SurveySheet)) == 6
    assert len(rows(session, AuditRecord)) == before
    columns = {each.key for each in inspect(SurveySheet).columns}
    assert columns == {"id", "class_id", "kind", "scores", "comment"}
    assert {each.key for each in inspect(SurveyMark).columns} == {
        "id", "class_id", "kind", "person_id", "about_id",
    }  # fmt: skip
    with clock.frozen(AFTER):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        text = main(officer.get(f"/quality/classes/{owner.id}"))
        assert "总体评价 6 3.50 66.67% 2 2 0 1 1" in text
        assert "授课人王教授 6 3.50 66.67%" in text
        assert "回收率 100.00%，总体评价满意度 66.67%，未达到 80%" in text
        assert "意见5" in text
        assert people[0].person.name not in text
        teacher = owner.teachers[0]
        assert "授课评价 6 3.50 66.67%" in main(officer.get(f"/quality/teacher/{teacher.id}"))
        for by in ("class", "course", "teacher"):
            assert officer.get(f"/quality?by={by}").status_code == 200
        assert "训前" in main(officer.get(f"/quality/class/{owner.id}/print"))
        book = read_workbook(officer.get(f"/quality/class/{owner.id}/report.xlsx").data)
        assert [each.name for each in book] == ["概况", "分项", "意见"]
        paper = paragraphs(officer.get(f"/quality/class/{owner.id}/report.docx").data)
        assert "培训质量报告" in "".join(each.text for each in paper)


def test_nobody_is_asked_before_the_last_lesson_has_begun(make, sign_in, session) -> None:
    owner, people = taken(make, 1)
    owner.units[-1].starts_at, owner.units[-1].ends_at = LAST, LAST + timedelta(hours=2)
    session.commit()
    with clock.frozen(LAST - timedelta(hours=1)):
        assert "填写问卷" not in main(sign_in(people[0]).get("/"))
    with clock.frozen(LAST + timedelta(hours=1)):
        assert "填写问卷：培训反馈" in main(sign_in(people[0]).get("/"))


def test_four_answers_are_not_shown_nor_counted_in_a_teachers_report(make, sign_in) -> None:
    owner, people = taken(make, 5)
    address = f"/quality/surveys/{owner.id}/reaction"
    with clock.frozen(LAST):
        for each in people[:4]:
            sign_in(each).post(address, data=filled(owner, 5, comment="悄悄话"))
    with clock.frozen(AFTER):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        text = main(officer.get(f"/quality/classes/{owner.id}"))
        assert "有效答卷不足 5 份，不显示结果" in text
        assert "悄悄话" not in text
        teacher = main(officer.get(f"/quality/teacher/{owner.teachers[0].id}"))
        assert "应答 0 人，收回 0 份" in teacher


def test_three_months_later_the_person_and_the_head_of_the_unit_are_asked(
    make, sign_in, session
) -> None:
    unit = make.unit()
    owner, people = taken(make, 2, unit=unit)
    head = make.account(Role.STAFF, Role.UNIT_HEAD, unit=unit)
    follow = dict.fromkeys([each.key for each in FOLLOW_UP], "4")
    own = f"/quality/surveys/{owner.id}/follow_up"
    about = f"/quality/surveys/{owner.id}/superior?about={people[0].person_id}"
    with clock.frozen(LATER - timedelta(days=4)):
        assert "训后三个月" not in main(sign_in(people[0]).get("/"))
    with clock.frozen(LATER):
        assert "填写问卷：训后三个月（本人）" in main(sign_in(people[0]).get("/"))
        boss = sign_in(head)
        assert f"关于{people[1].person.name}" in main(boss.get("/"))
        sign_in(people[0]).post(own, data=follow)
        boss.post(about, data=follow)
        boss.post(about, data=follow)
        # Nobody speaks as the superior of a stranger.
        stranger = make.account(Role.STAFF, Role.UNIT_HEAD)
        assert sign_in(stranger).post(about, data=follow).status_code == 404
    kinds = [each.kind for each in rows(session, SurveyMark)]
    assert kinds == [SurveyKind.FOLLOW_UP, SurveyKind.SUPERIOR]


def test_the_gain_is_that_of_those_who_sat_both_tests(app, make, session) -> None:
    owner, accounts = taken(make, 5)
    people = [each.person for each in accounts]
    before, after = make.sealed_form(), make.sealed_form()
    pre = make.exam_session(before, *people, exam_kind=ExamKind.PRE_TEST)
    post = make.exam_session(after, *people, make.person(), exam_kind=ExamKind.POST_TEST)
    for each, low, high in zip(people, (40, 50, 60, 70, 80), (70, 80, 70, 85, 90), strict=True):
        make.attempt(pre, each, low)
        make.attempt(post, each, high)
    owner.pre_session_id, owner.post_session_id = pre.id, post.id
    make.save(owner)
    owner_id = owner.id
    session.commit()
    with app.app_context():
        found = queries.of_class(queries.concluded_class(owner_id), date(2026, 4, 1)).gain
    assert (found.n, found.pre, found.post, found.gain) == (
        5, Decimal("60.00"), Decimal("79.00"), Decimal("19.00"),
    )  # fmt: skip
    assert found.normalised == Decimal("0.47")


def test_tests_before_and_after_must_be_parallel(app, make, session) -> None:
    owner = training_class(make)
    person = make.person()
    same = make.sealed_form()
    pre = make.exam_session(same, person, exam_kind=ExamKind.PRE_TEST)
    post = make.exam_session(same, person, exam_kind=ExamKind.POST_TEST)
    other = make.exam_session(make.sealed_form(), person, exam_kind=ExamKind.POST_TEST)
    ids = owner.id, pre.id, post.id, other.id
    session.commit()
    with app.app_context():
        owner = db.session.get_one(type(owner), ids[0])
        pre, post, other = (db.session.get_one(type(pre), each) for each in ids[1:])
        with pytest.raises(testing.NotParallel, match="1 道相同的题"):
            testing.link(owner=owner, pre=pre, post=post, at=NOON)
        with pytest.raises(testing.NotParallel, match="训前测试"):
            testing.link(owner=owner, pre=post, post=None, at=NOON)
        testing.link(owner=owner, pre=pre, post=other, at=NOON)
        assert owner.post_session_id == ids[3]
