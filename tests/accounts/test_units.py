"""Units over time: renamed, merged, closed, put in order; what was published stays."""

import json
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.models import OrgUnit, Person, RosterSnapshot
from accounts.permissions import Role
from accounts.queries.people import entry_of
from accounts.roster.entry import PersonEntry
from accounts.services import people, rosters, units
from accounts.standing import DutyStatus
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from tests.factories import Make
from tests.pages import main, page

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def keeper(make: Make, sign_in) -> FlaskClient:
    return sign_in(make.account(Role.EXAM_ADMIN, unit=make.unit("人事司", position=1)))


def employ(app, unit: OrgUnit, number: str) -> int:
    """Somebody who joined the unit in 2020, entered as people are; their id."""
    with app.app_context():
        entry = PersonEntry(
            number, f"干部{number}", unit.id, unit.id, unit.id, joined_on=date(2020, 1, 1)
        )
        person = people.add_person(entry=entry, at=NOW, by=None)
        db.session.commit()
        return person.id


def test_a_merger_ends_the_unit_and_moves_its_people_with_a_new_posting(
    app, keeper, make, session
) -> None:
    old, new = make.unit("投诉办", position=2), make.unit("来访接待司", position=3)
    person_id = employ(app, old, "A1")
    answer = keeper.post(f"/units/{old.id}/merge", data={"into": new.id, "on": "2026-07-01"})
    assert answer.status_code == 302
    ended = session.get_one(OrgUnit, old.id, populate_existing=True)
    assert (ended.valid_to, ended.merged_into_id) == (date(2026, 7, 1), new.id)
    person = session.get_one(Person, person_id)
    assert (person.home_unit_id, person.work_unit_id, person.stat_unit_id) == (new.id,) * 3
    assert [(each.stat_unit_id, each.valid_from, each.valid_to) for each in person.postings] == [
        (old.id, date(2020, 1, 1), date(2026, 7, 1)),
        (new.id, date(2026, 7, 1), None),
    ]
    record = session.scalars(select(AuditRecord).where(AuditRecord.action == "unit.merge")).one()
    assert json.loads(record.body)["detail"] == {
        "old": "投诉办", "new": "来访接待司", "on": "2026-07-01", "people": 1,
    }  # fmt: skip
    session.commit()
    shown = main(keeper.get(f"/units/{new.id}"))
    assert "“投诉办”并入“来访接待司”" in shown
    gone = main(keeper.get(f"/units/{old.id}"))
    assert "自2026年7月1日起并入“来访接待司”" in gone
    assert "查看现机构“来访接待司”" in gone


def test_a_renamed_unit_is_continued_and_its_people_stand_in_the_new_one(
    app, keeper, make, session
) -> None:
    unit = make.unit("信访二司", position=2)
    person_id = employ(app, unit, "A1")
    keeper.post(f"/units/{unit.id}/rename", data={"name": "办信司", "on": "2026-03-01"})
    new = session.scalars(select(OrgUnit).where(OrgUnit.name == "办信司")).one()
    person = session.get_one(Person, person_id)
    assert (new.predecessor_id, new.position, person.stat_unit_id) == (unit.id, 2, new.id)
    assert person.postings[-1].stat_unit_id == new.id
    session.commit()
    assert "信访二司" in main(keeper.get("/units"))


@pytest.mark.parametrize(
    ("act", "form", "said"),
    [
        ("rename", {"name": "人事司", "on": "2026-03-01"}, "机构“人事司”已存在"),
        ("rename", {"name": "新司", "on": "2026-11-26"}, "日期不能晚于今天"),
        ("rename", {"name": "新司", "on": "2017-01-01"}, "日期应晚于该机构的设立日期"),
        ("rename", {"name": "", "on": "2026-03-01"}, "请填写新名称"),
        ("merge", {"into": "999", "on": "2026-03-01"}, "不是有效的选择"),
        ("close", {"on": "2026-03-01"}, "机构内仍有人员"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    app, keeper, make, session, act, form, said
) -> None:
    unit = make.unit("办信司", position=2)
    employ(app, unit, "A1")
    assert said in main(keeper.post(f"/units/{unit.id}/{act}", data=form))
    assert session.get_one(OrgUnit, unit.id, populate_existing=True).valid_to is None


def test_a_unit_that_ended_is_not_changed_again(keeper, make) -> None:
    unit = make.unit("旧司", valid_to=date(2025, 1, 1))
    answer = keeper.post(f"/units/{unit.id}/rename", data={"name": "新司", "on": "2026-03-01"})
    assert "该机构已终止" in main(answer)


def test_an_empty_unit_is_closed_and_listed_with_how_it_ended(keeper, make) -> None:
    unit = make.unit("空司", position=2)
    keeper.post(f"/units/{unit.id}/close", data={"on": "2026-03-01"})
    rows = page(keeper.get("/units")).select("table")[-1].get_text(" ", strip=True)
    assert "空司 2017年1月1日 2026年3月1日 终止" in rows


def test_units_are_added_at_the_end_and_put_in_order(keeper, make, session) -> None:
    first = session.scalars(select(OrgUnit)).one()
    session.commit()
    second = make.unit("乙司", position=2)
    form = {"name": "丙司", "kind": "department", "valid_from": "2026-01-01"}
    assert keeper.post("/units/new", data=form).status_code == 302
    third = session.scalars(select(OrgUnit).where(OrgUnit.name == "丙司")).one()
    assert (third.position, third.short_name) == (3, "丙司")
    session.commit()
    places = {f"place-{first.id}": "1", f"place-{second.id}": "2", f"place-{third.id}": "1.5"}
    assert keeper.post("/units/order", data=places).status_code == 302
    ordered = session.scalars(select(OrgUnit.name).order_by(OrgUnit.position)).all()
    assert ordered == ["人事司", "丙司", "乙司"]


@pytest.mark.parametrize("place", ["", "x", "nan", "inf", None])
def test_an_order_with_a_hole_changes_nothing(keeper, make, session, place) -> None:
    first = session.scalars(select(OrgUnit.id)).one()
    unit = make.unit("乙司", position=2)
    form = {f"place-{first}": "9"} | ({} if place is None else {f"place-{unit.id}": place})
    assert "没有改动" in keeper.post("/units/order", data=form).text
    assert session.get_one(OrgUnit, first, populate_existing=True).position == 1


def test_a_snapshot_stands_whatever_happens_to_people_and_units_afterwards(
    app, make, session
) -> None:
    old, other = make.unit("投诉办", position=2), make.unit("来访接待司", position=3)
    first, second = employ(app, old, "A1"), employ(app, old, "A2")
    with app.app_context():
        snapshot_id = rosters.take_snapshot(title="年度考试", at=NOW, by=None).id
        db.session.commit()

    def taken() -> list[tuple[object, ...]]:
        with app.app_context():
            entries = db.session.get_one(RosterSnapshot, snapshot_id).entries
            return [
                (each.staff_number, each.unit_id, each.unit_name, each.unit_position, each.line,
                 each.duty_status, each.reason)
                for each in entries
            ]  # fmt: skip

    before = taken()
    with app.app_context():
        lent = db.session.get_one(Person, second)
        entry = entry_of(lent)
        away = PersonEntry(
            **{**vars(entry), "work_unit_id": other.id, "duty_status": DutyStatus.SECONDED_OUT}
        )
        people.change_person(person=lent, entry=away, on=date(2026, 5, 1), at=NOW, by=None)
        renamed = units.rename_unit(
            unit=db.session.get_one(OrgUnit, old.id), name="投诉受理司", short_name="",
            on=date(2026, 6, 1), at=NOW, by=None,
        )  # fmt: skip
        units.merge_unit(
            unit=renamed, into=db.session.get_one(OrgUnit, other.id), on=date(2026, 7, 1),
            at=NOW, by=None,
        )  # fmt: skip
        db.session.commit()
        assert db.session.get_one(Person, first).stat_unit_id == other.id
    assert taken() == before


def test_units_have_codes_of_the_personnel_system_each_its_own(keeper, make, session) -> None:
    first, second = make.unit("办信司"), make.unit("督查室")
    where, ids = "/units/codes", (first.id, second.id)
    sent = {f"code-{ids[0]}": " gx-01 ", f"code-{ids[1]}": "GX-02"}
    assert "2 个机构的编码有变化" in keeper.post(where, data=sent, follow_redirects=True).text
    assert session.scalars(select(OrgUnit.code).order_by(OrgUnit.id)).all()[-2:] == [
        "gx-01", "GX-02",
    ]  # fmt: skip
    session.rollback()
    for bad, said in (("gx-01", "编码相同"), ("=1+1", "不合规则"), ("长" * 5, "不合规则")):
        answer = keeper.post(where, data=sent | {f"code-{ids[1]}": bad})
        assert said in answer.text
    keeper.post(f"/units/{ids[1]}/rename", data={"name": "督查司", "on": "2026-11-01"})
    session.rollback()
    renamed = session.scalars(select(OrgUnit).where(OrgUnit.name == "督查司")).one()
    assert renamed.code == "GX-02"
    acts = session.scalars(select(AuditRecord.action)).all()
    assert acts.count("unit.code") == 2
