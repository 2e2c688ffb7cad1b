"""What a roster would do, before it does anything."""

from datetime import date

from accounts.lineage import Lineage, UnitFact
from accounts.roster import planning
from accounts.roster.columns import CLEAR
from accounts.roster.entry import PersonEntry
from accounts.roster.planning import Kind, Plan, Registered
from accounts.roster.reading import Reading, Row
from accounts.standing import DutyStatus

TODAY = date(2026, 11, 25)
LINEAGE = Lineage(
    UnitFact(number, name, name, date(2017, 1, 1), None, None, None)
    for number, name in ((1, "办公室"), (2, "研究室"))
)


def known(number: str = "A1", since: date = date(2020, 1, 1), **given: object) -> Registered:
    plain = {
        "staff_number": number, "name": "张三", "home_unit_id": 1, "work_unit_id": 1,
        "stat_unit_id": 1, "joined_on": date(2020, 1, 1),
    }  # fmt: skip
    return Registered(int(number[1:]), PersonEntry(**(plain | given)), since)


def planned(
    *rows: dict[str, object], register: tuple[Registered, ...] = (), on: date = TODAY
) -> Plan:
    read = Reading([Row(f"第 {n} 行", n, row) for n, row in enumerate(rows, 2)])
    by_number = {each.entry.staff_number: each for each in register}
    return planning.plan(read, by_number, LINEAGE, on=on, today=TODAY)


NEW = {"staff_number": "A9", "name": "李四", "home_unit_id": 1, "joined_on": date(2026, 9, 1)}


def test_a_number_that_nobody_has_is_a_new_person_of_their_home_unit() -> None:
    [row] = planned(NEW).rows
    assert row.kind is Kind.NEW
    assert row.entry
    assert (row.entry.work_unit_id, row.entry.stat_unit_id) == (1, 1)
    assert row.entry.duty_status is DutyStatus.ON_DUTY


def test_a_new_person_needs_a_name_a_unit_and_a_day() -> None:
    [row] = planned({"staff_number": "A9"}).rows
    assert row.kind is Kind.FAULTY
    assert [fault.field for fault in row.faults] == ["name", "home_unit_id", "joined_on"]


def test_a_known_person_is_compared_field_by_field() -> None:
    row = {"staff_number": "A1", "post_title": "处长", "home_unit_id": 2, "note": CLEAR}
    [found] = planned(row, register=(known(note="借用"),)).rows
    assert found.kind is Kind.CHANGED
    assert [(each.title, each.old, each.new) for each in found.changes] == [
        ("部门(编制)", "办公室", "研究室"),
        ("实际工作部门", "办公室", "研究室"),
        ("统计部门", "办公室", "研究室"),
        ("职务", "（空）", "处长"),
        ("备注", "借用", "（空）"),
    ]


def test_somebody_who_works_elsewhere_goes_on_doing_so_when_the_home_unit_changes() -> None:
    [row] = planned(
        {"staff_number": "A1", "home_unit_id": 2}, register=(known(home_unit_id=1, work_unit_id=2),)
    ).rows
    assert [each.field for each in row.changes] == ["home_unit_id", "stat_unit_id"]


def test_what_the_file_does_not_say_stays() -> None:
    [row] = planned({"staff_number": "A1"}, register=(known(post_title="处长"),)).rows
    assert (row.kind, row.name) == (Kind.SAME, "张三")


def test_a_number_given_twice_is_faulty_both_times() -> None:
    rows = planned(NEW, NEW | {"name": "王五"}).rows
    assert [row.faults[0].reason for row in rows] == ["工号与第 3 行重复", "工号与第 2 行重复"]


def test_a_new_person_with_a_known_name_is_pointed_out() -> None:
    [row] = planned(NEW | {"name": "张三"}, register=(known(),)).rows
    assert row.kind is Kind.NEW
    assert "已有同名人员“张三”" in row.notes[0]


def test_another_name_under_a_known_number_is_pointed_out() -> None:
    [row] = planned({"staff_number": "A1", "name": "李四"}, register=(known(),)).rows
    assert row.notes == ["姓名与名册不同，请确认工号没有填错"]


def test_a_posting_cannot_end_before_it_began() -> None:
    row = {"staff_number": "A1", "duty_status": DutyStatus.SICK_LEAVE}
    since = date(2026, 11, 1)
    [early] = planned(row, register=(known(since=since),), on=date(2026, 10, 1)).rows
    assert early.kind is Kind.FAULTY
    assert "现任职自 2026-11-01 起" in early.faults[0].reason
    [in_time] = planned(row, register=(known(since=since),), on=since).rows
    assert in_time.kind is Kind.CHANGED


def test_people_missing_from_the_file_are_listed_unless_they_have_left() -> None:
    gone = known("A3", duty_status=DutyStatus.RETIRED, left_on=date(2026, 1, 1))
    plan = planned(NEW, register=(known("A2"), gone))
    assert plan.missing == [("A2", "张三", "办公室")]
    assert (plan.acts, plan.counts[Kind.NEW]) == (1, 1)


def test_the_digest_stands_for_the_effect() -> None:
    plan = planned(NEW)
    assert planned(NEW).digest == plan.digest
    assert planned(NEW, on=date(2026, 11, 1)).digest != plan.digest
    assert planned(NEW | {"name": "李五"}).digest != plan.digest
