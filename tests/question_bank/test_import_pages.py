"""Importing a file through the pages: preview, confirmation, what was rejected, taking back."""

import io
import threading
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.permissions import Role
from core.audit.models import AuditRecord
from laws.models import Law
from question_bank.models import ImportBatch, Item, ItemRevision, ItemState
from tests.factories import Make
from tests.pages import main
from tests.question_bank.pages import CSV, SignIn, count, read, upload


def test_nothing_is_written_before_the_preview_is_confirmed(
    writing: FlaskClient, writer: Account, law: Law, session: Session
) -> None:
    address = upload(writing, CSV.encode("gb18030")).headers["Location"]
    text = main(writing.get(address))
    assert "可以导入 2" in text
    assert "《测试法》2" in text
    rejected = main(writing.get(f"{address}?show=rejected"))
    assert "4 题三 正确答案 ：答案 C 不在选项 A 至 B 之中" in rejected
    assert "5 题一 不导入 与本文件第 2 行相同" in main(writing.get(f"{address}?show=duplicates"))
    assert (count(session), count(session, ImportBatch)) == (0, 0)
    done = writing.post(address, follow_redirects=True)
    assert "已导入 2 道试题，均为草稿" in done.text
    (batch,) = read(session, select(ImportBatch))
    assert (batch.file_name, batch.accepted, batch.rejected) == ("题.csv", 2, 1)
    items = read(session, select(Item))
    assert {(each.state, each.writer_id) for each in items} == {(ItemState.DRAFT, writer.id)}
    actions = read(session, select(AuditRecord.action))
    assert actions == ["item.import"]


def test_a_preview_that_is_confirmed_twice_is_imported_once(
    writing: FlaskClient, session: Session
) -> None:
    address = upload(writing, CSV.encode()).headers["Location"]
    assert writing.post(address).status_code == 302
    again = writing.post(address, follow_redirects=True)
    assert "已经确认过" in again.text
    assert count(session, ImportBatch) == 1


def at_once(clients: Sequence[FlaskClient], addresses: Sequence[str]) -> list[int]:
    """Each client posts to its address, all at the same moment; the status of each answer."""
    start, answers = threading.Barrier(len(clients)), []

    def press(client: FlaskClient, address: str) -> None:
        start.wait()
        answers.append(client.post(address).status_code)

    presses = [threading.Thread(target=press, args=each)
               for each in zip(clients, addresses, strict=True)]  # fmt: skip
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    return answers


def test_two_presses_at_the_same_moment_import_once(
    app: Any, make: Make, sign_in: SignIn, writer: Account, session: Session
) -> None:
    address = upload(sign_in(writer), CSV.encode()).headers["Location"]
    assert at_once([sign_in(writer), sign_in(writer)], [address] * 2) == [302, 302]
    assert count(session, ImportBatch) == 1
    assert count(session) == 1


def test_two_people_who_import_the_same_file_at_once_leave_each_item_once(
    make: Make, sign_in: SignIn, writer: Account, session: Session
) -> None:
    clients = [sign_in(writer), sign_in(make.account(Role.ITEM_WRITER))]
    addresses = [upload(each, CSV.encode()).headers["Location"] for each in clients]
    assert at_once(clients, addresses) == [302, 302]
    assert count(session, ImportBatch) == 1
    assert count(session) == 1


def test_nobody_confirms_or_reads_a_colleagues_upload(
    make: Make, sign_in: SignIn, writing: FlaskClient, session: Session
) -> None:
    address = upload(writing, CSV.encode()).headers["Location"]
    other = sign_in(make.account(Role.ITEM_WRITER))
    assert other.get(address).status_code == 410
    assert other.get(f"{address}/rejected.xlsx").status_code == 410
    assert other.post(address).status_code == 302
    assert count(session) == 0
    assert writing.get(address).status_code == 200


def test_an_upload_can_be_given_up(writing: FlaskClient, session: Session) -> None:
    address = upload(writing, CSV.encode()).headers["Location"]
    assert writing.post(f"{address}/cancel").status_code == 302
    assert writing.get(address).status_code == 410
    assert count(session) == 0


@pytest.mark.parametrize(
    ("data", "name", "complaint"),
    [
        (b"", "空.xlsx", "文件是空的"),
        (b"<html></html>", "页.xlsx", "HTML"),
        (b"MZ\x90\0", "程序.xlsx", "编码无法识别"),
        ("姓名\n张三".encode(), "名册.csv", "没有找到列名"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_so_at_once(
    writing: FlaskClient, data: bytes, name: str, complaint: str
) -> None:
    text = main(upload(writing, data, name))
    assert complaint in text
    assert name in text


def test_an_upload_without_a_file_is_asked_for(writing: FlaskClient) -> None:
    assert "请选择文件" in main(writing.post("/bank/import", data={}))


def test_a_file_of_rejected_rows_only_cannot_be_confirmed(
    writing: FlaskClient, session: Session
) -> None:
    address = upload(writing, "题干,A,B,答案\n题,甲,乙,\n".encode()).headers["Location"]
    assert "确认导入" not in main(writing.get(address))
    answer = writing.post(address, follow_redirects=True)
    assert "没有可以导入的试题" in answer.text
    assert count(session, ImportBatch) == 0


def test_rejected_rows_come_back_with_their_reasons_to_be_mended(
    writing: FlaskClient, law: Law, session: Session
) -> None:
    address = upload(writing, CSV.encode()).headers["Location"]
    answer = writing.get(f"{address}/rejected.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    head = [cell.value for cell in sheet[1]]
    row = dict(zip(head, (cell.value for cell in sheet[2]), strict=True))
    assert (row["原行号"], row["题干"], row["选项B"], row["正确答案"]) == ("4", "题三", "乙", "C")
    assert row["原因"].startswith("正确答案：答案 C 不在选项")
    sheet.cell(2, head.index("正确答案") + 1, "B")
    mended = io.BytesIO()
    sheet.parent.save(mended)
    assert "可以导入 1" in main(writing.get(upload(writing, mended.getvalue()).headers["Location"]))


def test_what_a_file_holds_cannot_become_markup(writing: FlaskClient) -> None:
    data = "题干,A,B,答案,<b>列</b>\n<script>alert(1)</script>,<i>甲</i>,乙,A,x\n".encode()
    address = upload(writing, data, "<img>.csv").headers["Location"]
    answer = writing.get(address)
    assert "<script>alert" not in answer.text
    assert "<b>列" not in answer.text
    assert "<img>" not in answer.text
    assert "alert(1)" in main(answer)


def test_an_import_is_taken_back_by_its_writer_only(
    make: Make, sign_in: SignIn, writing: FlaskClient, session: Session
) -> None:
    writing.post(upload(writing, CSV.encode()).headers["Location"])
    (batch,) = read(session, select(ImportBatch.id))
    address = f"/bank/imports/{batch}"
    other = sign_in(make.account(Role.ITEM_WRITER))
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/take-back").status_code == 404
    assert "整批撤回" in main(writing.get(address))
    assert "题.csv" in main(writing.get("/bank/imports"))
    answer = writing.post(f"{address}/take-back", follow_redirects=True)
    assert "已撤回，删除了 1 道草稿" in answer.text
    assert count(session) == 0
    again = writing.post(f"{address}/take-back", follow_redirects=True)
    assert "已经撤回过了" in again.text
    assert "item.import.take_back" in read(session, select(AuditRecord.action))


def test_the_template_is_downloaded(writing: FlaskClient) -> None:
    answer = writing.get("/bank/import/template.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert openpyxl.load_workbook(io.BytesIO(answer.data)).sheetnames == ["填写说明", "试题"]


def test_only_what_is_ticked_is_imported_and_doubts_are_not_ticked(
    writing: FlaskClient, session: Session
) -> None:
    good = "1.甲？\nA.乙\nB.丙\n答案：A\n2.丁？\nA.戊\nB.己\n答案：B\n"
    bank = good + "3.庚（ A ）？\nA.辛\nB.壬\n答案：B\n"
    sent = {"file": (io.BytesIO(bank.encode("gb18030")), "题库.txt")}
    answer = writing.post("/bank/import", data=sent, content_type="multipart/form-data")
    page = writing.get(answer.location).text
    assert "题干括号里的" not in page
    assert "题干括号里的" in writing.get(f"{answer.location}?show=doubtful").text
    writing.post(answer.location, data={"shown": ["0", "1"], "row": ["1"], "with": "2"})
    stems = [each.stem for each in read(session, select(ItemRevision))]
    assert stems == ["丁？", "庚（ A ）？"]
