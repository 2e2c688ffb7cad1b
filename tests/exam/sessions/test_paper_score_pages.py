"""Scores of exams on paper typed into a table or taken in from a sheet, and what is refused."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from accounts.permissions import Role
from analytics.frames import items
from exam.models import (
    Attempt,
    AttemptVector,
    Candidate,
    PaperScore,
    SessionForm,
)
from tests.exam.sessions.dealing import deal
from tests.exam.sessions.scripts import filled, scored
from tests.factories import NOON
from tests.pages import main, page

HOUR = timedelta(hours=1)
D = Decimal


def test_a_sheet_of_answers_is_previewed_taken_in_once_checked_and_counted_by_item(
    noon, app, make, on_paper, officers, sign_in, rows
) -> None:
    people = [make.person(staff_number=f"P{n}", name=f"考生{n}") for n in range(1, 5)]
    exam, (first, second) = on_paper(*people), officers
    client, url = sign_in(first), f"/exam/sessions/{exam.id}/paper-scores"
    sheet = client.get(f"{url}.xlsx?by=item").data
    file = filled(
        sheet,
        P1=["", "A", "A", "A", "A"], P2=["", "A", "B", "", "A"],
        P3=["缺考"], P4=["", "E", "A", "A", "A"],
    )  # fmt: skip
    sent = client.post(f"{url}/import", data={"file": (file, "登分表.xlsx")})
    preview = main(client.get(sent.location))
    assert "第 1 题：“E”含有不存在" in preview
    assert "录入 3 人，更正 0 人" in preview
    assert rows(PaperScore) == []
    client.post(sent.location)
    again = client.post(sent.location, follow_redirects=True)
    assert "没有再次写入" in again.get_data(as_text=True)
    scores = sorted(rows(PaperScore), key=lambda each: each.candidate_id)
    assert [each.total for each in scores] == [100, 50, None]
    other = sign_in(second)
    other.post(f"{url}/check", data={"score": [each.id for each in scores]})
    with app.app_context():
        found = items.scored(exam.id, exam.form)
    assert (found.papers, dict(found.earned)) == (2, {1: D(50), 2: D(25), 3: D(25), 4: D(50)})
    assert [len(each.right) for each in rows(AttemptVector)] == [4, 4]


def test_of_several_papers_the_sheet_names_each_persons_and_another_one_is_refused(
    noon, app, make, sealed_form, officers, sign_in, rows
) -> None:
    first, second = (sealed_form(title=f"年度考试 {mark}卷") for mark in "AB")
    people = [make.person(staff_number=f"P{n}", name=f"考生{n}") for n in (1, 2)]
    exam = make.exam_session(
        first, *people, on_paper=True, opens_at=NOON - 3 * HOUR, closes_at=NOON - HOUR,
        papers=[SessionForm(form=first, position=1), SessionForm(form=second, position=2)],
    )  # fmt: skip
    deal(app, exam.id)
    own = [each.form.title for each in rows(Candidate)]
    assert set(own) == {"年度考试 A卷", "年度考试 B卷"}
    client, url = sign_in(officers[0]), f"/exam/sessions/{exam.id}/paper-scores"
    shown = [row.get_text(" ", strip=True) for row in page(client.get(url)).select("tbody tr")]
    assert all(title in row for title, row in zip(own, shown, strict=True))

    sheet = client.get(f"{url}.xlsx?by=item").data
    told = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(sheet)).active]
    assert [told[1][3], *(row[3] for row in told[2:])] == ["试卷", *own]
    file = filled(sheet, P1=[own[0], "", *"AAAA"], P2=[own[0], "", *"AAAA"])
    sent = client.post(f"{url}/import", data={"file": (file, "登分表.xlsx")})
    said = main(client.get(sent.location))
    assert f"表中试卷是“{own[0]}”，名单分配的是“{own[1]}”" in said
    assert "录入 1 人" in said

    # The room gave out the other one: noted with a reason, and the sheet can be taken in.
    other = exam.candidates[1]
    path = f"/exam/sessions/candidates/{other.id}/paper-score"
    [form] = page(client.get(path)).select(f"form[action='{path}/paper']")
    [given] = [each["value"] for each in form.select("option")]
    done = client.post(f"{path}/paper", data={"form": given, "reason": ""}, follow_redirects=True)
    assert "须写明理由" in done.get_data(as_text=True)
    client.post(f"{path}/paper", data={"form": given, "reason": "发错卷"})
    assert rows(Candidate)[1].form.title == own[0]
    assert rows(Candidate)[1].form_reason == "实际作答：发错卷"
    assert "录入 2 人" in main(client.get(sent.location))


def test_what_was_entered_for_another_paper_is_entered_anew(
    noon, app, make, sealed_form, officers, sign_in, do, rows
) -> None:
    first, second = (sealed_form(title=f"年度考试 {mark}卷") for mark in "AB")
    exam = make.exam_session(
        first, make.person(), on_paper=True, opens_at=NOON - 3 * HOUR, closes_at=NOON - HOUR,
        papers=[SessionForm(form=first, position=1), SessionForm(form=second, position=2)],
    )  # fmt: skip
    deal(app, exam.id)
    old = rows(Candidate)[0].form_id
    path = f"/exam/sessions/candidates/{exam.candidates[0].id}/paper-score"
    client, checker = (sign_in(each) for each in officers)
    do(exam, scored(80), officers[0])
    [other] = {first.id, second.id} - {old}
    client.post(f"{path}/paper", data={"form": other, "reason": "发错卷"})
    assert "录入以后改过试卷" in main(client.get(path))
    check = f"/exam/sessions/{exam.id}/paper-scores/check"
    told = checker.post(check, data={"score": [1]}, follow_redirects=True)
    assert "没有复核：录入以后改过试卷" in told.get_data(as_text=True)
    do(exam, scored(80), officers[0])
    [row] = page(checker.get(check)).select("tbody tr")
    assert {first.id: first.title, second.id: second.title}[other] in row.get_text()
    checker.post(check, data={"score": [2]})
    assert [each.form_id for each in rows(Attempt)] == [other]
    again = client.post(f"{path}/paper", data={"form": old, "reason": "x"}, follow_redirects=True)
    assert "成绩已经复核生效" in again.get_data(as_text=True)


def test_nobody_is_noted_for_a_paper_whose_items_they_touched(
    noon, app, make, sealed_form, officers, sign_in, rows, session
) -> None:
    first, second = (sealed_form(title=f"年度考试 {mark}卷") for mark in "AB")
    setter = make.account(Role.PAPER_SETTER)
    second.sealed_by = setter
    session.commit()
    exam = make.exam_session(
        first, setter.person, on_paper=True, opens_at=NOON - 3 * HOUR, closes_at=NOON - HOUR,
        papers=[SessionForm(form=first, position=1), SessionForm(form=second, position=2)],
    )  # fmt: skip
    deal(app, exam.id)
    path = f"/exam/sessions/candidates/{exam.candidates[0].id}/paper-score"
    data = {"form": second.id, "reason": "发错卷"}
    told = sign_in(officers[0]).post(f"{path}/paper", data=data, follow_redirects=True)
    assert "接触过这套试卷的 4 题" in told.get_data(as_text=True)
    assert rows(Candidate)[0].form_id == first.id


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([["P9", "某人", "80"]], "考号 P9 不在本场次名单中"),
        ([["P1", "考生1", "80"], ["P1", "考生1", "81"]], "出现 2 次"),
        ([["P1", "别人", "80"]], "与表中姓名“别人”不符"),
        ([["P1", "考生1", "101"]], "超过满分 100 分"),
        ([["P2", "考生2", "81"]], "已有成绩（80 分）；如需更正"),
        ([["P3", "考生3", "81"]], "为免考，不录入成绩"),
        ([["P4", "考生4", "81"]], "考生4还没有安排试卷"),
        ([["P1", "考生1", "#N/A"]], "“#N/A”不是分数"),
    ],
    ids=[
        "unknown",
        "twice",
        "another name",
        "out of range",
        "scored already",
        "exempt",
        "no paper",
        "error in the sheet",
    ],
)
def test_rows_that_cannot_be_taken_say_why(
    noon, make, on_paper, officers, do, sign_in, session, lines, said
) -> None:
    people = [make.person(staff_number=f"P{n}", name=f"考生{n}") for n in range(1, 5)]
    exam = on_paper(*people)
    exam.candidates[2].status, exam.candidates[2].reason = "exempt", "公务"
    exam.candidates[3].form = None
    session.commit()
    do(exam, scored(80), officers[1], 1)
    book = Workbook()
    for row in [["考号", "姓名", "总分"], *lines]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    client = sign_in(officers[0])
    url = f"/exam/sessions/{exam.id}/paper-scores/import"
    sent = client.post(url, data={"file": (buffer, "a.xlsx")})
    page = main(client.get(sent.location))
    assert said in page
    assert "没有可以录入的行" in page


def test_no_sheet_is_taken_before_the_exam_is_over(noon, on_paper, officers, sign_in) -> None:
    exam = on_paper(closes_at=NOON + HOUR)
    url = f"/exam/sessions/{exam.id}/paper-scores/import"
    refused = sign_in(officers[0]).get(url)
    assert refused.status_code == 409
    assert "考试结束后才能录入成绩" in refused.get_data(as_text=True)


def test_scores_are_typed_into_a_table_and_a_wrong_row_keeps_them_all_back(
    noon, make, on_paper, officers, sign_in, rows
) -> None:
    exam, (first, second) = on_paper(make.person(), make.person()), officers
    one, two = (each.id for each in exam.candidates)
    client, url = sign_in(first), f"/exam/sessions/{exam.id}/paper-scores"
    assert "一、单选题 100 分" in main(client.get(f"{url}?by=section"))
    sent = {"row": [one, two], f"total-{one}": "88.5", f"total-{two}": "120"}
    answer = client.post(url, data=sent)
    assert "120 分超过满分 100 分" in main(answer)
    assert [each["name"] for each in page(answer).select("[aria-invalid]")] == [f"total-{two}"]
    assert rows(PaperScore) == []
    sent |= {f"state-{two}": "absent", f"total-{two}": ""}
    assert client.post(url, data=sent).status_code == 302
    assert "待复核 2" in main(client.get(url))
    # Who has entered all of them is not offered to check any.
    mine = main(client.get(f"{url}/check"))
    assert ("须由另一人复核" in mine, "所选复核无误" in mine) == (True, False)
    assert "所选复核无误" in main(sign_in(second).get(f"{url}/check"))
    entered = rows(PaperScore)
    assert [each.total for each in entered] == [D("88.5"), None]
    own = f"/exam/sessions/candidates/{one}/paper-score"
    client.post(own, data={"state": "scored", "section-0": "90", "total": "", "reason": ""})
    assert "90" in main(client.get(own))
    other = sign_in(second)
    ids = [each.id for each in rows(PaperScore)]
    # One that was changed meanwhile is named, and keeps none of the others back.
    answer = other.post(f"{url}/check", data={"score": ids[:2]}, follow_redirects=True)
    said = answer.get_data(as_text=True)
    assert "已复核 1 人" in said
    assert f"{exam.candidates[0].entry.name}没有复核：成绩刚有改动" in said
    assert rows(Attempt) == []
    other.post(f"{url}/check", data={"score": ids[2:]})
    assert rows(Attempt)[0].earned == 90
    assert sign_in(make.account(Role.UNIT_HEAD)).get(url).status_code == 403


def test_two_who_type_the_same_table_are_told_of_what_differs(
    noon, make, on_paper, officers, sign_in, rows
) -> None:
    exam = on_paper(make.person(), make.person(), make.person())
    one, two, three = (each.id for each in exam.candidates)
    url = f"/exam/sessions/{exam.id}/paper-scores"
    first, second = (sign_in(each) for each in officers)
    first.post(url, data={"row": [one, two], f"total-{one}": "70", f"total-{two}": "80"})
    data = {"row": [one, two, three], f"total-{one}": "70", f"total-{two}": "85",
            f"total-{three}": "90"}  # fmt: skip
    told = page(second.post(url, data=data))
    [error] = [each.get_text(strip=True) for each in told.select("tbody .xf-error")]
    assert f"{officers[0].person.name}已录入 80 分，您填的没有保存" in error
    assert told.select_one(f"[name='total-{three}']")["value"] == "90"
    again = {each["name"]: each["value"] for each in told.select("main form input[name]")}
    assert second.post(url, data=again).status_code == 302
    assert [each.total for each in rows(PaperScore)] == [70, 80, 90]
