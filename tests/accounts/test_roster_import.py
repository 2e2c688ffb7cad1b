"""Importing a roster through the pages and from the command line."""

import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.cli import people as cli
from accounts.models import OrgUnit, Person, Posting
from accounts.permissions import Role
from accounts.standing import DutyStatus
from core import clock
from core.audit.models import AuditRecord
from tests.factories import Make
from tests.pages import main, page

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
HEAD = ["姓名", "工号", "部门(编制)", "职务", "在岗状态", "入职日期", "离岗日期", "身份证号"]


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def office(make: Make) -> OrgUnit:
    return make.unit("办公室")


@pytest.fixture
def keeper(make: Make, sign_in, office: OrgUnit) -> FlaskClient:
    """Somebody who keeps the roster."""
    return sign_in(make.account(Role.EXAM_ADMIN, unit=office))


def workbook(*rows: Sequence[Any], head: Sequence[str] = HEAD) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def upload(
    client: FlaskClient, data: bytes, name: str = "名册.xlsx", on: str = "2026-11-25"
) -> TestResponse:
    return client.post("/people/import", data={"file": (io.BytesIO(data), name), "on": on})


def digest(answer: TestResponse) -> str:
    field = page(answer).find("input", {"name": "digest"})
    assert field
    return str(field["value"])


def numbers(session: Session) -> set[str]:
    """Everybody's; the test's own session lets go of the database again."""
    found = set(session.scalars(select(Person.staff_number)))
    session.rollback()
    return found


ROWS = (
    ["李新", "n1", "办公室", "干部", "新录用", date(2026, 7, 1), None, "110101199001011234"],
    ["王坏", "N2", "没有的司", "", "", "2026-7-1", None, ""],
)


def test_nothing_is_written_before_confirming_and_faulty_rows_are_left_out(
    keeper, session, make, office
) -> None:
    old = make.person(office, name="张旧", staff_number="T9", post_title="干部")
    data = workbook(*ROWS, ["张旧", "T9", "", "处长", "病假", "", "", ""])
    before = numbers(session)
    preview = upload(keeper, data)
    shown = main(keeper.get(preview.location))
    assert "新增 1 人" in shown
    assert "没有名为“没有的司”的机构" in shown
    assert "身份证号 ：没有读取，也不会保存" in shown.replace("身份证号：", "身份证号 ：")
    changed = main(keeper.get(preview.location + "?kind=changed"))
    assert "职务 ： 干部 → 处长" in changed
    assert "在岗状态 ： 在编在岗 → 病假" in changed
    assert numbers(session) == before

    done = keeper.post(preview.location, data={"digest": digest(keeper.get(preview.location))})
    assert done.status_code == 302
    assert numbers(session) == before | {"N1"}
    person = session.get_one(Person, old.id)
    assert (person.post_title, person.duty_status) == ("处长", DutyStatus.SICK_LEAVE)
    [posting] = person.postings
    assert (posting.valid_from, posting.duty_status) == (date(2026, 11, 25), DutyStatus.SICK_LEAVE)
    record = session.scalars(select(AuditRecord).where(AuditRecord.action == "roster.import")).one()
    assert json.loads(record.body)["detail"]["rows"] == {
        "new": 1, "changed": 1, "same": 0, "faulty": 1,
    }  # fmt: skip


def test_confirming_twice_imports_once(keeper, session) -> None:
    place = upload(keeper, workbook(*ROWS)).location
    form = {"digest": digest(keeper.get(place))}
    keeper.post(place, data=form)
    again = keeper.post(place, data=form, follow_redirects=True)
    assert "没有再次写入" in again.text
    assert session.scalar(select(func.count()).where(Person.staff_number == "N1")) == 1
    acts = select(func.count()).where(AuditRecord.action == "roster.import")
    assert session.scalar(acts) == 1


def test_what_changed_since_the_preview_is_previewed_again(keeper, session, make, office) -> None:
    place = upload(keeper, workbook(*ROWS)).location
    form = {"digest": digest(keeper.get(place))}
    make.person(office, name="李新", staff_number="N1", joined_on=date(2026, 7, 1))
    answer = keeper.post(place, data=form, follow_redirects=True)
    assert "请按现在的情况重新核对" in answer.text
    assert session.scalar(select(Person.post_title).where(Person.staff_number == "N1")) == ""


@pytest.mark.parametrize("form", [{}, {"digest": "0" * 32}, {"digest": ""}])
def test_a_confirmation_without_the_preview_writes_nothing(keeper, session, form) -> None:
    place = upload(keeper, workbook(*ROWS)).location
    assert keeper.post(place, data=form).location == place
    assert "N1" not in numbers(session)


def test_nobody_sees_or_confirms_what_another_uploaded(keeper, make, sign_in, session) -> None:
    place = upload(keeper, workbook(*ROWS)).location
    form = {"digest": digest(keeper.get(place))}
    other = sign_in(make.account(Role.EXAM_ADMIN))
    assert other.get(place).status_code == 410
    other.post(place, data=form)
    assert "N1" not in numbers(session)
    assert keeper.get(place).status_code == 200


def test_giving_up_throws_the_file_away(keeper, session) -> None:
    place = upload(keeper, workbook(*ROWS)).location
    keeper.post(place + "/cancel")
    assert keeper.get(place).status_code == 410
    assert "N1" not in numbers(session)


@pytest.mark.parametrize(
    ("data", "name", "on", "said"),
    [
        (b"not a workbook", "名册.xlsx", "2026-11-25", "请上传 .xlsx 或 .csv 文件"),
        (b"PK\x03\x04", "名册.xlsx", "2026-11-25", "不是 .xlsx 工作簿"),
        (workbook(head=["甲", "乙"]), "名册.xlsx", "2026-11-25", "至少有“姓名”和“工号”"),
        ("姓名,工号\n张三,A1".encode(), "名册.csv", "2026-11-26", "不能晚于今天"),
        ("姓名,工号\n张三,A1".encode(), "名册.csv", "", "请填写生效日期"),
        (b"", "", "2026-11-25", "请选择文件"),
    ],
)
def test_a_bad_upload_is_refused_at_its_field(keeper, data, name, on, said) -> None:
    assert said in main(upload(keeper, data, name, on))


def test_the_template_and_the_export_read_back_without_a_change(keeper, make, office) -> None:
    make.person(office, name="=cmd|' /C calc'!A0", staff_number="T8", note="借用")
    template = openpyxl.load_workbook(io.BytesIO(keeper.get("/people/template.xlsx").data))
    assert template.sheetnames == ["填写说明", "名册", "可填内容"]
    assert [cell.value for cell in template["名册"][1]][:4] == ["序号", "姓名", "性别", "工号"]
    export = keeper.get("/people/roster.xlsx").data
    shown = main(keeper.get(upload(keeper, export).location))
    assert "没有需要导入的内容" in shown
    assert "有误 0 行" in shown


def test_five_hundred_rows_do_exactly_what_was_previewed(keeper, session, make, office) -> None:
    research = make.unit("研究室")
    for number in range(250):
        person = Person(
            staff_number=f"B{number:04}", name=f"干部{number}", home_unit=office, work_unit=office,
            stat_unit=office, joined_on=date(2020, 1, 1),
        )  # fmt: skip
        session.add(person)
        session.flush()
        session.add(
            Posting(
                person_id=person.id, home_unit_id=office.id, work_unit_id=office.id,
                stat_unit_id=office.id, duty_status=DutyStatus.ON_DUTY, valid_from=date(2020, 1, 1),
            )
        )  # fmt: skip
    session.commit()
    rows = [[f"干部{n}", f"B{n:04}", "研究室", "", "", "", "", ""] for n in range(250)]
    rows += [[f"新人{n}", f"C{n:04}", "研究室", "", "", "2026-9-1", "", ""] for n in range(250)]
    place = upload(keeper, workbook(*rows)).location
    shown = keeper.get(place)
    assert "确认导入：新增 250 人，变更 250 人" in shown.text
    keeper.post(place, data={"digest": digest(shown)})
    session.expire_all()
    moved = select(func.count()).where(Person.stat_unit_id == research.id)
    assert session.scalar(moved) == 500
    ended = select(func.count()).where(Posting.valid_to == date(2026, 11, 25))
    assert session.scalar(ended) == 250


# ------------------------------------------------------------------ the command

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    def run(*arguments: object) -> Result:
        return app.test_cli_runner().invoke(cli.cli, ["import", *map(str, arguments)])

    return run


def test_the_command_imports_and_lists_what_it_left_out(run, session, office, tmp_path) -> None:
    file = tmp_path / "名册.xlsx"
    file.write_bytes(workbook(*ROWS))
    tried = run(file, "--dry-run", "--json")
    assert tried.exit_code == 1
    assert json.loads(tried.output)["dry_run"] is True
    assert "N1" not in numbers(session)
    done = run(file, "--json")
    assert done.exit_code == 1
    data = json.loads(done.output)
    assert (data["added"], data["changed"], data["not_collected"]) == (1, 0, ["身份证号"])
    assert data["rejected"] == [
        {
            "row": 3,
            "place": "第 3 行",
            "field": "部门(编制)",
            "reason": "没有名为“没有的司”的机构",
            "remedy": "请核对名称，或先在“机构设置”中新增",
        }
    ]
    assert "N1" in numbers(session)
    again = json.loads(run(file, "--json").output)
    assert (again["added"], again["unchanged"]) == (0, 1)


def test_the_first_roster_may_bring_its_units(run, session, tmp_path: Path) -> None:
    file = tmp_path / "名册.csv"
    file.write_bytes(
        "姓名,工号,部门,入职日期\n甲,1001,研究室,2020-1-1\n乙,1002,人事司,2020-1-1\n".encode(
            "gb18030"
        )
    )
    assert run(file).exit_code == 1
    assert run(file, "--create-units").exit_code == 0
    rows = session.execute(select(OrgUnit.name, OrgUnit.position).order_by(OrgUnit.position))
    assert [tuple(row) for row in rows] == [("研究室", 1), ("人事司", 2)]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", "姓名\n张三".encode()])
def test_unreadable_input_is_one_line_and_status_two(run, tmp_path, content) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    result = run(file)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert run(tmp_path / "missing.csv").exit_code == 2
