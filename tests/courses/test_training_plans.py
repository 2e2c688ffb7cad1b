"""Plans through their pages: written, approved by another, amended, and what came of them."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from accounts.standing import Grade
from core import clock
from core.documents import paragraphs
from core.spreadsheets import read_workbook
from courses.classes.models import TrainingClass
from courses.models import Bucket, CourseCategory
from courses.plans.measuring import reach
from courses.plans.models import PlanItem, TrainingPlan
from tests.courses.schooling import seat, training_class
from tests.factories import NOON
from tests.pages import main

PERIOD = {"name": "九五普法规划期", "first_year": "2026", "last_year": "2030"}
ITEM = {"title": "民法典专题班", "month": "2", "class_kind": "thematic", "category": "law",
        "training_kind": "in_service", "rank_group": "", "staff_category": "", "hours": "6",
        "people": "4"}  # fmt: skip
TARGET = {"rank_group": "section", "staff_category": "", "hours": "6", "percent": "50"}


@pytest.fixture(autouse=True)
def at_noon():
    with clock.frozen(NOON):
        yield


def rows(session, table):
    found = session.scalars(
        select(table).order_by(table.id).execution_options(populate_existing=True)
    ).all()
    session.commit()
    return found


def test_a_plan_is_approved_by_another_amended_by_number_and_counted(
    make, sign_in, session
) -> None:
    maker = make.account(Role.EXAM_ADMIN)
    officer, leader = sign_in(maker), sign_in(make.account(Role.BUREAU_LEADER))
    reader = sign_in(make.account(Role.RESEARCH_OFFICE))
    officer.post("/plans/periods/new", data=PERIOD)
    overlap = officer.post("/plans/periods/new", data=PERIOD | {"name": "另一期"})
    assert "年份重叠" in overlap.text
    outside = officer.post("/plans/new", data={"period_id": "1", "year": "2031"})
    assert "不在九五普法规划期之内" in outside.text
    page = officer.post("/plans/new", data={"period_id": "1", "year": "2026"}).location
    assert "已有计划" in officer.post("/plans/new", data={"period_id": "1", "year": "2026"}).text
    assert "还没有班次和目标" in leader.post(f"{page}/approve", follow_redirects=True).text
    officer.post(f"{page}/items/new", data=ITEM)
    officer.post(f"{page}/items/new", data=ITEM | {"title": "宪法讲座", "category": "constitution",
                                                   "month": "12", "hours": "3"})  # fmt: skip
    officer.post(f"{page}/targets/new", data=TARGET)
    assert "这一范围已有目标" in officer.post(f"{page}/targets/new", data=TARGET).text
    too_much = {"constitution_share": "60", "law_share": "50"}
    assert "不能超过 100%" in officer.post(f"{page}/aims", data=too_much).text
    officer.post(f"{page}/aims", data={"about": "突出宪法。", "constitution_share": "40"})
    assert reader.get(page).status_code == 404
    item = rows(session, PlanItem)[0]
    assert officer.get(f"/classes/manage/new?item={item.id}").status_code == 404
    own = officer.post(f"{page}/approve", follow_redirects=True)
    assert "编制人不能批准自己编制的计划" in own.text
    leader.post(f"{page}/approve")
    assert "不能直接改" in officer.post(f"{page}/items/new", data=ITEM, follow_redirects=True).text
    assert "民法典专题班" in officer.get(f"/classes/manage/new?item={item.id}").text
    # A class of the item, concluded, with three who completed it.
    people = [make.account(person=make.person(grade=Grade.OFFICER_1)) for _ in range(4)]
    owner = training_class(make, "3", "1", plan_item_id=item.id, starts_on=date(2026, 2, 3),
                           ends_on=date(2026, 2, 4), concluded_at=NOON)  # fmt: skip
    owner.units[1].category = CourseCategory.CONSTITUTION
    for each in people[:3]:
        seat(make, owner, each.person, each, completed=True, judged_at=NOON)
    for each, hours in zip(people, ("6", "5.5", "9", "6"), strict=True):
        make.credit(each.person, hours, bucket=Bucket.CONCENTRATED, accredited=each != people[3],
                    earned_on=date(2026, 2, 4))  # fmt: skip
    text = main(reader.get(page))
    assert "民法典专题班 2月 法律 全体人员 6 4 1 3 75.00% 已完成" in text
    assert "计划执行率 100.00%" in text
    # Two of four have the accredited hours; the fourth's are not accredited.
    # By 2 March 61 of 365 days are gone: 1 of 6 hours is asked, which three have.
    assert "科级及以下 6 4 3 2 50.00% 1 3 75.00% 50% 达到" in text
    assert "宪法 不少于 40% 3 33.33% 1 25.00% 进行中，低于要求" in text
    assert "党内法规 — 0 0.00% 0 0.00% —" in text
    assert reader.get(f"{page}/targets/1").status_code == 403
    opened = main(officer.get(f"{page}/targets/1?part=missing"))
    assert people[1].person.name in opened
    assert people[0].person.name not in opened
    assert people[2].person.name in main(officer.get(f"{page}/items/{item.id}"))
    assert people[2].person.name not in main(reader.get(f"{page}/items/{item.id}"))
    assert "第2讲" in main(reader.get(f"{page}/content/constitution"))
    assert reader.get(f"{page}/items/999").status_code == 404
    book = read_workbook(reader.get(f"{page}/plan.xlsx").data)
    assert [each.name for each in book] == ["班次", "人群目标", "内容占比"]
    told = "".join(each.text for each in paragraphs(reader.get(f"{page}/plan.docx").data))
    assert "2026年度法治培训计划" in told
    # An amendment takes the items over, and the class stays with its item.
    reason = {"reason": "增加班次"}
    amended = officer.post(f"{page}/amend", data=reason).location
    assert (
        "已有一个修改稿" in officer.post(f"{page}/amend", data=reason, follow_redirects=True).text
    )
    again = rows(session, PlanItem)[2]
    assert again.root_id == item.id
    officer.post(f"{amended}/items/{again.id}/edit", data=ITEM | {"people": "6"})
    leader.post(f"{amended}/approve")
    assert "民法典专题班 2月 法律 全体人员 6 6 1 3 50.00% 已完成" in main(reader.get(amended))
    assert "这不是最新一版" in main(reader.get(page))
    assert [each.number for each in rows(session, TrainingPlan)] == [0, 1]


@pytest.mark.parametrize(
    ("hours", "day", "state"),
    [
        ("6 6 0 0", date(2026, 1, 1), "reached"),
        ("6 0 0 0", date(2025, 12, 31), "ahead"),
        # On 26 May two fifths of the year are gone: 2.4 of 6 hours.
        ("6 2.4 0 0", date(2026, 5, 26), "paced"),
        ("6 2.39 2 2", date(2026, 5, 26), "behind"),
        ("6 5.9 5.9 5.9", date(2026, 12, 31), "behind"),
        ("6 5.9 5.9 5.9", date(2027, 1, 1), "missed"),
        ("", date(2027, 1, 1), None),
    ],
)
def test_a_target_is_not_missed_before_the_plans_time_is_over(hours, day, state) -> None:
    had = dict(enumerate(map(Decimal, hours.split())))
    found = reach(
        list(had), wanted=Decimal(6), percent=50, hours=had, trained=[],
        span=(date(2026, 1, 1), date(2026, 12, 31)), today=day,
    )  # fmt: skip
    assert found.state == state


def test_a_draft_is_thrown_away_and_a_class_is_made_of_an_item(make, sign_in, session) -> None:
    officer, leader = (sign_in(make.account(role)) for role in (Role.EXAM_ADMIN,
                                                                Role.BUREAU_LEADER))  # fmt: skip
    officer.post("/plans/periods/new", data=PERIOD)
    page = officer.post("/plans/new", data={"period_id": "1", "year": ""}).location
    officer.post(f"{page}/items/new", data=ITEM)
    item_id = rows(session, PlanItem)[0].id
    officer.post(f"{page}/items/{item_id}/remove")
    assert rows(session, PlanItem) == []
    officer.post(f"{page}/discard")
    assert rows(session, TrainingPlan) == []
    page = officer.post("/plans/new", data={"period_id": "1", "year": ""}).location
    officer.post(f"{page}/items/new", data=ITEM)
    leader.post(f"{page}/approve")
    item_id = rows(session, PlanItem)[0].id
    officer.post(f"/classes/manage/new?item={item_id}", data={
        "title": "民法典专题班", "class_kind": "thematic", "training_kind": "in_service",
        "category": "law", "course_id": "", "organiser": "人事司", "place": "礼堂",
        "starts_on": "2026-03-10", "ends_on": "2026-03-10", "days": "1",
        "signup_from": "2026-03-01T09:00", "signup_until": "2026-03-06T18:00",
        "attend_percent": "80", "rank_group": "", "staff_category": "",
    })  # fmt: skip
    (made,) = rows(session, TrainingClass)
    assert (made.plan_item_id, made.days) == (item_id, Decimal(1))
