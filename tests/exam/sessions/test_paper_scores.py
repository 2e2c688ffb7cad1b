"""Exams on paper: entered by one, checked by another, counted as any other."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from accounts.models import Account
from accounts.permissions import Role
from analytics.frames import exam as frames
from analytics.frames import items
from core import clock
from core.db import db
from core.errors import Refused
from exam.kinds import PaperState
from exam.models import (
    Attempt,
    AttemptVector,
    Candidate,
    ExamSession,
    Final,
    PaperScore,
    SessionForm,
)
from exam.on_paper.paper_scores import Entry
from exam.queries.marking import corrections as correction_queries
from exam.services.attempts import taking
from exam.services.on_paper import scores as services
from exam.services.results import finals
from exam.services.sessions import planning as session_services
from tests.exam.sessions.dealing import deal
from tests.factories import NOON
from tests.pages import main, page

HOUR = timedelta(hours=1)
D = Decimal


@pytest.fixture
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def on_paper(make, sealed_form):
    """A session on paper of four items worth 25 each that is over."""

    def arrange(*people, **given) -> ExamSession:
        window = {"opens_at": NOON - 3 * HOUR, "closes_at": NOON - HOUR}
        return make.exam_session(sealed_form(), *people, **({"on_paper": True} | window | given))

    return arrange


@pytest.fixture
def rows(session):
    """The rows of a table as they are committed now, in the order they were made."""

    def read(table) -> list:
        query = select(table).order_by(table.id).execution_options(populate_existing=True)
        found = session.scalars(query).all()
        session.commit()
        return found

    return read


@pytest.fixture
def officers(make) -> tuple[Account, Account]:
    return make.account(Role.EXAM_ADMIN), make.account(Role.EXAM_ADMIN)


@pytest.fixture
def do(app):
    """An act through the services for a candidate by an account, committed."""

    def enter(exam: ExamSession, entry: Entry, by: Account, place: int = 0) -> int:
        with app.app_context():
            candidate = db.session.get(Candidate, exam.candidates[place].id)
            score = services.enter(
                candidate=candidate, entry=entry, at=NOON, by=db.session.merge(by)
            )
            db.session.commit()
            return score.id

    def check(score_id: int, by: Account) -> None:
        with app.app_context():
            score = db.session.get(PaperScore, score_id)
            services.check(score=score, at=NOON, by=db.session.merge(by))
            db.session.commit()

    enter.check = check
    return enter


def scored(total: int | str, reason: str = "") -> Entry:
    return Entry(PaperState.SCORED, D(total), reason=reason)


def test_a_score_counts_once_another_has_checked_it(make, on_paper, officers, do, rows) -> None:
    exam, (first, second) = on_paper(make.person()), officers
    entered = do(exam, scored("86.5"), first)
    assert rows(Attempt) == []
    with pytest.raises(services.SamePerson):
        do.check(entered, first)
    do.check(entered, second)
    do.check(entered, second)
    [attempt] = rows(Attempt)
    assert (attempt.earned, attempt.submitted_at, attempt.holder_id) == (
        D("86.5"), exam.closes_at, None,
    )  # fmt: skip
    assert rows(AttemptVector) == [], "nothing is known of its items"


def test_the_same_entry_sent_twice_is_made_once(make, on_paper, officers, do, rows) -> None:
    exam = on_paper(make.person())
    assert do(exam, scored(80), officers[0]) == do(exam, scored(80), officers[0])
    assert len(rows(PaperScore)) == 1


def test_a_correction_needs_a_reason_and_another_check(make, on_paper, officers, do, rows) -> None:
    exam, (first, second) = on_paper(make.person()), officers
    do.check(do(exam, scored(59), first), second)
    with pytest.raises(Refused, match="理由"):
        do(exam, scored(61), first)
    corrected = do(exam, scored(61, "漏加第二大题 2 分"), second)
    [attempt] = rows(Attempt)
    assert attempt.earned == 59, "until it is checked, what was checked counts"
    with pytest.raises(services.SamePerson):
        do.check(corrected, second)
    do.check(corrected, first)
    assert rows(Attempt)[0].earned == 61


def test_a_final_on_paper_is_reversed_by_a_second_check_and_no_correction_counts_it(
    app, make, on_paper, officers, do, rows
) -> None:
    exam, (first, second) = on_paper(make.person(), published_at=NOON), officers
    do.check(do(exam, scored(59), first), second)
    with app.app_context():
        here = db.session.get_one(ExamSession, exam.id)
        finals.finalise(session=here, reason="急用", at=NOON, by=db.session.merge(first))
        assert correction_queries.handed_in(here.form.id) == 0
        assert list(correction_queries.scripts(here.form.id)) == []
        db.session.commit()
    pending = do(exam, scored(61, "漏加第二大题 2 分"), first)
    proofs = []
    for checked in (False, True):
        if checked:
            do.check(pending, second)
        with app.app_context():
            proof = finals.verify(db.session.get_one(ExamSession, exam.id))
            proofs.append((proof.intact, proof.final.number))
    assert proofs == [(True, 1), (True, 2)]
    assert "漏加" in rows(Final)[1].reason


def test_what_was_changed_meanwhile_is_not_checked(make, on_paper, officers, do) -> None:
    exam, (first, second) = on_paper(make.person()), officers
    seen = do(exam, scored(70), first)
    do(exam, scored(71), first)
    with pytest.raises(services.Changed):
        do.check(seen, second)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"on_paper": False}, "不是线下"),
        ({"closes_at": NOON + HOUR}, "考试结束后"),
        ({"cancelled_at": NOON}, "已取消"),
    ],
    ids=["on line", "not over", "cancelled"],
)
def test_scores_are_entered_for_a_paper_exam_that_is_over(
    make, on_paper, officers, do, given, said
) -> None:
    with pytest.raises(Refused, match=said):
        do(on_paper(make.person(), **given), scored(80), officers[0])


def test_nobody_enters_or_checks_their_own_score(make, on_paper, officers, do) -> None:
    first, second = officers
    exam = on_paper(first.person)
    with pytest.raises(services.OwnScore):
        do(exam, scored(80), first)
    entered = do(exam, scored(80), second)
    with pytest.raises(services.OwnScore):
        do.check(entered, first)


def test_nobody_begins_a_paper_exam_here(app, make, on_paper) -> None:
    person = make.person()
    exam = on_paper(person, closes_at=NOON + HOUR)
    with app.app_context(), pytest.raises(taking.OnPaper):
        taking.start(session=db.session.get(ExamSession, exam.id), person=person, at=NOON)


def test_absent_and_void_count_as_they_do_on_line_and_results_wait_for_everybody(
    app, make, on_paper, officers, do, session
) -> None:
    exam, (first, second) = on_paper(*(make.person() for _ in range(4))), officers
    entries = [
        scored(90), scored(40), Entry(PaperState.ABSENT),
        Entry(PaperState.VOIDED, D(70), reason="夹带资料"),
    ]  # fmt: skip
    ids = [do(exam, entry, first, place) for place, entry in enumerate(entries)]

    def publish() -> None:
        with app.app_context():
            found = db.session.get(ExamSession, exam.id)
            session_services.publish_results(session=found, at=NOON, by=None)
            db.session.commit()

    for each in ids[:3]:
        do.check(each, second)
    with pytest.raises(Refused, match="还有 1 人"):
        publish()
    do.check(ids[3], second)
    publish()
    with app.app_context():
        found = frames.counted(db.session.get(ExamSession, exam.id), NOON)
        assert items.scored(exam.id, exam.form).papers == 0
    assert found[["sat", "passed", "excellent", "voided"]].sum().to_dict() == {
        "sat": 3, "passed": 1, "excellent": 1, "voided": 1,
    }  # fmt: skip
    assert found["score"].tolist() == [9000, 4000, 0, 0]


def test_somebody_taken_for_another_can_be_absent_after_all(
    make, on_paper, officers, do, rows
) -> None:
    exam, (first, second) = on_paper(make.person()), officers
    do.check(do(exam, scored(90), first), second)
    do.check(do(exam, Entry(PaperState.ABSENT, reason="录错了人"), first), second)
    assert rows(Attempt) == []


def filled(data: bytes, **cells: list[str]) -> io.BytesIO:
    """A downloaded sheet with the cells from the fourth column on filled in, by 考号."""
    book = load_workbook(io.BytesIO(data))
    for row in book.active.iter_rows(min_row=3):
        for cell, text in zip(row[3:], cells.get(row[0].value, []), strict=False):
            cell.value = text or None
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    return buffer


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


def test_the_candidate_sees_the_score_and_no_empty_paper(
    noon, make, on_paper, officers, do, sign_in, rows, session
) -> None:
    account = make.account(Role.STAFF)
    exam, (first, second) = on_paper(account.person), officers
    client = sign_in(account)
    assert "线下纸笔考试" in main(client.get(f"/exam/sessions/{exam.id}"))
    assert "待登分" in main(client.get("/exam/"))
    do.check(do(exam, scored(75), first), second)
    [attempt] = rows(Attempt)
    page = main(client.get(f"/exam/attempts/{attempt.id}/result"))
    assert ("成绩：公布成绩后可查看" in page, "75" in page) == (True, False)
    session.get_one(ExamSession, exam.id).published_at = NOON
    session.commit()
    page = main(client.get(f"/exam/attempts/{attempt.id}/result"))
    assert "得分 75 分" in page
    assert "用时" not in page
    assert "第 1 题" not in page


def test_each_script_is_scored_by_the_paper_that_was_dealt(
    make, sealed_form, on_paper, officers, do, session, rows
) -> None:
    exam, (first, second) = on_paper(make.person(), make.person()), officers
    other = sealed_form(3)
    exam.candidates[1].form_id = other.id
    session.commit()
    with pytest.raises(Refused, match="超过满分 99 分"):
        do(exam, scored(100), first, 1)
    for place, total in enumerate((100, 99)):
        do.check(do(exam, scored(total), first, place), second)
    assert [(each.form_id, each.earned) for each in rows(Attempt)] == [
        (exam.form.id, 100), (other.id, 99),
    ]  # fmt: skip


def test_a_paper_that_differs_from_person_to_person_is_not_for_a_room(
    app, make, sealed_form, arranged, sign_in, officers, session
) -> None:
    form = sealed_form()
    form.alternatives = 2
    session.commit()
    client = sign_in(officers[0])
    with clock.frozen(NOON):
        answer = client.post(
            f"/exam/sessions/new?form={form.id}", data=arranged | {"on_paper": "y"}
        )
        assert "每人随机抽题，不能用于线下纸笔考试" in answer.get_data(as_text=True)
        answer = client.get(f"/exam/forms/{form.id}/paper.docx")
    assert "每人随机抽题" in answer.get_data(as_text=True)
