"""The pages of the roster: who sees whom, finding, adding, changing."""

import io
import json
from datetime import UTC, date, datetime

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import Person, Posting
from accounts.permissions import Role
from accounts.standing import DutyStatus, Grade, LeaderLevel, StaffCategory
from core import clock
from core.audit.models import AuditRecord
from tests.factories import Make
from tests.pages import main, page

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def keeper(make: Make, sign_in) -> FlaskClient:
    return sign_in(make.account(Role.EXAM_ADMIN, unit=make.unit("人事司")))


def names(client: FlaskClient, query: str = "") -> list[str]:
    return [
        cell.get_text(strip=True) for cell in page(client.get(f"/people{query}")).select("tbody th")
    ]


def form(person: Person | None = None, **given: object) -> dict[str, object]:
    """What the page of a person sends, with some fields changed."""
    unit_id = person.stat_unit_id if person else 0
    plain = {
        "name": "李新", "staff_number": "n7", "gender": "", "home_unit_id": unit_id,
        "work_unit_id": unit_id, "stat_unit_id": unit_id, "division": "", "post_title": "",
        "leader_level": "", "grade": "", "staff_category": "cadre",
        "establishment": "civil_servant", "duty_status": "on_duty", "joined_on": "2020-01-01",
        "post_since": "", "left_on": "", "note": "",
    }  # fmt: skip
    if person:
        plain |= {"name": person.name, "staff_number": person.staff_number, "on": "2026-11-25"}
    return plain | given


def test_people_come_in_the_order_of_the_bureau_leaders_first(keeper, make) -> None:
    second, first = make.unit("乙", position=8), make.unit("甲", position=7)
    make.person(second, name="乙一")
    make.person(first, name="科员", grade=Grade.CLERK_1)
    make.person(first, name="处长", leader_level=LeaderLevel.DIVISION_CHIEF)
    make.person(first, name="司长", leader_level=LeaderLevel.BUREAU_CHIEF)
    assert names(keeper)[-4:] == ["司长", "处长", "科员", "乙一"]


def test_people_are_found_by_unit_status_category_rank_and_text(keeper, make) -> None:
    unit = make.unit("甲司", position=9)
    make.person(unit, name="甲", staff_number="ZZ1", duty_status=DutyStatus.SICK_LEAVE)
    make.person(unit, name="乙", staff_category=StaffCategory.WORKER)
    make.person(unit, name="丙", leader_level=LeaderLevel.DIVISION_CHIEF, grade=Grade.CLERK_1)
    make.person(unit, name="丁", grade=Grade.RESEARCHER_4)
    assert names(keeper, f"?unit={unit.id}") == ["丙", "丁", "乙", "甲"]
    assert names(keeper, "?status=sick_leave") == ["甲"]
    assert names(keeper, "?category=worker") == ["乙"]
    assert names(keeper, "?rank=division") == ["丙", "丁"]
    assert names(keeper, f"?rank=other&unit={unit.id}") == ["乙", "甲"]
    assert names(keeper, "?q=zz1") == ["甲"]
    assert names(keeper, f"?unit={unit.id}&sort=number&dir=desc") == ["甲", "丁", "丙", "乙"]
    assert "没有符合条件的人员" in main(keeper.get("/people?q=%25"))


@pytest.mark.parametrize(
    "query",
    ["?unit=x", "?unit=99999999999999", "?status=nonsense", "?sort=password", "?page=-5", "?q=%00"],
)
def test_nonsense_in_the_address_is_ignored(keeper, query) -> None:
    assert names(keeper, query)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.UNIT_HEAD])
def test_department_roles_see_their_own_unit_only(make, sign_in, role) -> None:
    own, other = make.unit("甲司"), make.unit("乙司")
    mine = make.person(own, name="同事")
    theirs = make.person(other, name="外人")
    client = sign_in(make.account(role, unit=own))
    assert "外人" not in names(client, f"?unit={other.id}")
    assert "同事" in names(client)
    assert client.get(f"/people/{mine.id}").status_code == 200
    assert client.get(f"/people/{theirs.id}").status_code == 404
    assert client.get(f"/people/{mine.id}/edit").status_code == 403
    export = openpyxl.load_workbook(io.BytesIO(client.get("/people/roster.xlsx").data)).active
    assert export
    cells = [cell.value for row in export.iter_rows() for cell in row]
    assert "同事" in cells
    assert "外人" not in cells
    assert "备注" not in cells


def test_why_somebody_is_suspended_is_hidden_from_their_department(make, sign_in, keeper) -> None:
    unit = make.unit("甲司")
    person = make.person(unit, name="某人", duty_status=DutyStatus.SUSPENDED, note="接受审查")
    head = sign_in(make.account(Role.UNIT_HEAD, unit=unit))
    pages = [f"/people/{person.id}", "/people", "/people?status=suspended"]
    assert all("审查" not in head.get(path).text for path in pages)
    assert "暂停参学参考" in main(head.get(f"/people/{person.id}"))
    assert "某人" in names(head, "?status=suspended")  # the condition is not heard at all
    assert len(names(head, "?status=suspended")) == 2
    assert "停职受审查" in main(keeper.get(f"/people/{person.id}"))


def test_only_those_who_keep_the_roster_see_whether_there_is_an_account(
    make, sign_in, keeper
) -> None:
    unit = make.unit("甲司")
    person = make.account(Role.STAFF, unit=unit).person
    assert "是否有账号 有" in main(keeper.get(f"/people/{person.id}"))
    head = sign_in(make.account(Role.UNIT_HEAD, unit=unit))
    assert "账号" not in main(head.get(f"/people/{person.id}"))


def test_long_leave_may_be_exempted(make, keeper) -> None:
    person = make.person(duty_status=DutyStatus.SICK_LEAVE)
    make.save(
        Posting(
            person_id=person.id, home_unit_id=person.stat_unit_id, duty_status=person.duty_status,
            work_unit_id=person.stat_unit_id, stat_unit_id=person.stat_unit_id,
            valid_from=date(2026, 5, 20),
        )
    )  # fmt: skip
    assert "可以申请免考" in main(keeper.get(f"/people/{person.id}"))


def test_a_person_is_added_with_a_first_posting(keeper, make, session) -> None:
    unit = make.unit()
    data = form(home_unit_id=unit.id, work_unit_id=unit.id, stat_unit_id=unit.id)
    assert keeper.post("/people/new", data=data).status_code == 302
    person = session.scalars(select(Person).where(Person.staff_number == "N7")).one()
    assert [(each.valid_from, each.valid_to) for each in person.postings] == [
        (date(2020, 1, 1), None)
    ]


def test_a_change_of_unit_or_status_begins_a_new_posting_and_one_of_title_does_not(
    keeper, make, session
) -> None:
    unit = make.unit()
    data = form(home_unit_id=unit.id, work_unit_id=unit.id, stat_unit_id=unit.id)
    place = keeper.post("/people/new", data=data).location
    other = make.unit("乙司")
    data |= {"post_title": "副处长", "on": "2026-11-25"}
    keeper.post(place + "/edit", data=data)
    data |= {"work_unit_id": other.id, "duty_status": "seconded_out", "on": "2026-11-01"}
    keeper.post(place + "/edit", data=data)
    person = session.scalars(select(Person).where(Person.staff_number == "N7")).one()
    assert person.post_title == "副处长"
    assert [(each.valid_from, each.valid_to, each.duty_status) for each in person.postings] == [
        (date(2020, 1, 1), date(2026, 11, 1), DutyStatus.ON_DUTY),
        (date(2026, 11, 1), None, DutyStatus.SECONDED_OUT),
    ]
    record = session.scalars(
        select(AuditRecord).where(AuditRecord.action == "person.change").order_by(AuditRecord.id)
    ).all()[-1]
    assert set(json.loads(record.body)["detail"]["changes"]) == {"work_unit_id", "duty_status"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"staff_number": "TAKEN"}, "工号 TAKEN 已被使用"),
        ({"staff_number": "ｔａｋｅｎ"}, "工号 TAKEN 已被使用"),
        ({"name": ""}, "请填写姓名"),
        ({"note": "电话 13800000000"}, "疑似含有身份证号或手机号"),
        ({"duty_status": "retired"}, "没有离岗日期"),
        ({"duty_status": "sick_leave", "on": "2026-11-26"}, "生效日期不能晚于今天"),
        ({"duty_status": "sick_leave", "on": "2019-01-01"}, "现任职自 2020-01-01 起"),
        ({"joined_on": "昨天"}, "不是有效的日期"),
        ({"home_unit_id": "999"}, "不是有效的选择"),
        ({"grade": "king"}, "选择无效"),
    ],
)
def test_a_change_that_cannot_be_is_refused_at_its_field(
    keeper, make, session, given, said
) -> None:
    make.person(staff_number="TAKEN")
    person = make.person(name="张三")
    make.save(
        Posting(
            person_id=person.id, home_unit_id=person.stat_unit_id, duty_status=person.duty_status,
            work_unit_id=person.stat_unit_id, stat_unit_id=person.stat_unit_id,
            valid_from=date(2020, 1, 1),
        )
    )  # fmt: skip
    answer = keeper.post(f"/people/{person.id}/edit", data=form(person, **given))
    assert said in main(answer)
    session.expire_all()
    assert session.get_one(Person, person.id).duty_status is DutyStatus.ON_DUTY


def test_fields_that_the_page_does_not_have_are_ignored(keeper, make, session) -> None:
    person = make.person(name="张三")
    extra = {
        "id": "1",
        "must_change": "",
        "role": "exam_admin",
        "password_hash": "x",
        "person_id": "1",
    }
    assert (
        keeper.post(
            f"/people/{person.id}/edit", data=form(person, post_title="处长") | extra
        ).status_code
        == 302
    )
    session.expire_all()
    kept = session.get_one(Person, person.id)
    assert (kept.id, kept.post_title) == (person.id, "处长")


def test_every_export_is_on_the_trail_with_its_conditions(keeper, session) -> None:
    keeper.get("/people/roster.xlsx?status=on_duty")
    record = session.scalars(select(AuditRecord).where(AuditRecord.action == "people.export")).one()
    assert json.loads(record.body)["detail"] == {"people": 1, "conditions": {"status": "on_duty"}}
