"""A cut score from judges: by hand, in two rounds, and as a session's pass mark."""

import io
from decimal import Decimal
from statistics import stdev

import openpyxl
import pytest
from bs4 import BeautifulSoup
from docx import Document
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from core.files import Unreadable
from exam.kinds import Release
from exam.models import AngoffPanel, ExamSession, FormItem, FormSight
from exam.results import angoff
from exam.results.angoff import Judged, Place
from exam.services.assembling import building
from question_bank.models import ItemRevision
from tests.factories import NOON, Make
from tests.pages import page, shown

PLACES = [Place(1, Decimal(10)), Place(2, Decimal(10)), Place(3, Decimal(20))]


def test_the_cut_and_its_error_by_hand() -> None:
    judged = [
        Judged("甲", {1: 80, 2: 60, 3: 50}),
        Judged("乙", {1: 70, 2: 50, 3: 60}),
        Judged("丙", {1: 90, 2: 70, 3: 40}),
        Judged("丁", {1: 40, 2: 20, 3: 20}),
        Judged("没有评完", {1: 40}),
    ]
    found = angoff.standard(judged, PLACES)
    assert found is not None
    cuts = [24, 24, 24, 10]
    assert [each.cut for each in found.judges] == cuts
    assert found.cut == Decimal("20.50")
    assert found.spread == Decimal(f"{stdev(cuts):.2f}")
    assert found.error == Decimal(f"{stdev(cuts) / 2:.2f}")
    assert [each.is_far for each in found.judges] == [False, False, False, True]
    assert [(each.slot, each.lowest, each.highest) for each in found.to_discuss] == [
        (1, ["丁"], ["丙"]), (2, ["丁"], ["丙"]), (3, ["丁"], ["乙"]),
    ]  # fmt: skip
    assert angoff.standard(judged[:2], PLACES) is None


def test_a_sheet_is_read_whole_or_says_where_it_is_wrong() -> None:
    head = ["题号", "题型", "甲", "乙"]
    assert angoff.read([["评分表"], head, ["1", "单选题", "80%", ""], ["2", "", "60", "100"]],
                       ["甲", "乙"], [1, 2]) == [
        Judged("甲", {1: 80, 2: 60}), Judged("乙", {2: 100}),
    ]  # fmt: skip
    with pytest.raises(Unreadable, match=r"第 2 行“乙”：“101”.*第 3 行：试卷没有第 9 题"):
        angoff.read([head, ["1", "", "5", "101"], ["9", "", "5", "5"]], ["甲", "乙"], [1])
    with pytest.raises(Unreadable, match="表头"):
        angoff.read([["x"]], ["甲"], [1])
    with pytest.raises(Unreadable, match="没有评委"):
        angoff.read([["题号", "戊"]], ["甲"], [1])


@pytest.fixture
def paper(app, make: Make, session):
    form = make.form(*(make.revision() for _ in range(4)), marks=25)
    with app.app_context(), clock.frozen(NOON):
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    given = make.exam_session(form, make.person(), score_release=Release.ON_PUBLICATION)
    found = form.id, given.id
    session.rollback()
    return found


def test_a_panel_from_its_judges_to_the_pass_mark(paper, make: Make, sign_in, session) -> None:
    form_id, session_id = paper
    officer = sign_in(make.account(Role.EXAM_ADMIN))

    def post(where: str, **sent) -> str:
        return officer.post(where, data=sent, follow_redirects=True).get_data(as_text=True)

    new = f"/exam/forms/{form_id}/standards/new"
    assert "至少要 3 名评委" in post(new, minimal="刚好合格", judges="甲\n乙")
    page = post(new, minimal="刚好合格", judges="甲，处长\n乙\n丙")
    panel_id = session.execute(select(AngoffPanel.id)).scalar_one()
    ids = [each["href"] for each in BeautifulSoup(page, "html.parser").select("tbody th a")]
    session.rollback()
    at = f"/exam/forms/standards/{panel_id}"
    assert "“120”应是" in post(ids[0], **{"slot-1": "120"})
    post(ids[0], **{f"slot-{n}": "60" for n in range(1, 5)})
    assert "还没有评完：乙（4 题）、丙（4 题）" in post(f"{at}/second", discussion="x")
    # The others come by the sheet that the page gives.
    book = openpyxl.load_workbook(io.BytesIO(officer.get(f"{at}/sheet.xlsx").data))
    sheet = book.active
    for row in sheet.iter_rows(min_row=3, max_row=6):
        row[4].value, row[5].value = 80, 20 if row[0].value == 1 else 70
    out = io.BytesIO()
    book.save(out)
    page = post(f"{at}/sheet", file=(io.BytesIO(out.getvalue()), "评分表.xlsx"))
    assert "已录入 3 名评委的 12 个估计" in page
    text = BeautifulSoup(page, "html.parser").get_text(" ", strip=True)
    assert "要讨论的题" in text
    assert "65.83" in text
    assert "请先完成第一轮" in post(f"{at}/conclude")
    post(f"{at}/second", discussion="第 1 题议过")
    post(ids[2], **{"slot-1": "64"})
    assert "合格线 69.50 分" in post(f"{at}/conclude")
    assert "不能再改" in post(ids[0], **{"slot-1": "1"})
    # It may be taken within two standard errors, once nobody has seen a result.
    adopt = f"{at}/adopt/{session_id}"
    assert "±2 个标准误" in post(adopt, score="40")
    assert "合格线已改为 70" in post(adopt, score="70")
    session.expire_all()
    found = session.get(ExamSession, session_id)
    assert found.pass_score == 70
    act = session.scalars(select(AuditRecord).where(AuditRecord.action == "angoff.adopt")).one()
    assert '"old":"60' in act.body.replace(" ", "")
    found.published_at = NOON
    session.commit()
    assert "不能再改" in post(adopt, score="69")
    report = Document(io.BytesIO(officer.get(f"{at}/report.docx").data))
    said = "\n".join(each.text for each in report.paragraphs)
    assert "合格线 69.50 分" in said
    assert "第一轮为 65.83 分" in said
    assert "由 60.00 分改为 70.00 分" in said
    assert sign_in(make.account(Role.PAPER_SETTER)).get(at).status_code == 403


def test_the_items_are_shown_to_who_knows_the_paper_or_means_to(
    paper, make: Make, sign_in, session
) -> None:
    form_id, _ = paper
    account = make.account(Role.EXAM_ADMIN)
    officer = sign_in(account)
    sent = {"minimal": "刚好合格", "judges": "甲\n乙\n丙"}
    listed = officer.post(f"/exam/forms/{form_id}/standards/new", data=sent, follow_redirects=True)
    judge = shown(listed).select_one("tbody th a")["href"]
    stems = session.scalars(
        select(ItemRevision.stem)
        .join(FormItem, FormItem.revision_id == ItemRevision.id)
        .where(FormItem.form_id == form_id)
        .order_by(FormItem.slot)
    ).all()
    session.rollback()

    def items() -> list[str]:
        return [each.get_text(" ") for each in page(officer.get(judge)).select("tbody details")]

    # The page alone is no contact with the paper; whoever asks for the items has it.
    assert items() == []
    link = page(officer.get(judge)).select_one("main a[href*='items=1']")["href"]
    assert session.scalars(select(FormSight.account_id)).all() == []
    session.rollback()
    officer.get(link)
    assert session.scalars(select(FormSight.account_id)).all() == [account.id]
    session.rollback()
    found = items()
    assert len(found) == 4
    assert all(stem in told and "正确答案" in told for stem, told in zip(stems, found, strict=True))
    wrong = officer.post(judge, data={"slot-1": "120"})
    assert len(shown(wrong).select("tbody details")) == 4
