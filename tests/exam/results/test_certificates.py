"""合格证书: issued to those who passed, checked by anybody, revoked when no longer true."""

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from sqlalchemy import select, update

from accounts.permissions import Role
from core import clock, documents
from core.audit.models import AuditRecord
from exam.models import Certificate
from exam.results import certificate_files as files
from exam.results import certificates as rules
from exam.results.certificates import Fields, Status
from exam.views.results.certificates import CHECKS
from tests.factories import NOON
from tests.pages import main, page
from tests.word_files import versions

KEY = b"k" * 32


def test_any_altered_field_or_number_is_invalid() -> None:
    data = {"name": "王某", "score": "85", "level": "良好"}
    signed = rules.sign(KEY, "XF-1", data)
    assert rules.status(KEY, "XF-1", data, signed, revoked=False) is Status.VALID
    assert rules.status(KEY, "XF-1", data, signed, revoked=True) is Status.REVOKED
    for other in (*({**data, name: "x"} for name in data), {**data, "more": ""}, {}):
        assert rules.status(KEY, "XF-1", other, signed, revoked=False) is Status.INVALID
    assert rules.status(KEY, "XF-2", data, signed, revoked=False) is Status.INVALID
    assert rules.status(b"other", "XF-1", data, signed, revoked=True) is Status.INVALID


def test_numbers_are_read_as_people_write_them_and_names_are_masked() -> None:
    number = rules.number(bytes(range(16)))
    assert number == "XF-0123-4567-89AB-CDEF"
    assert rules.read_number(" xf o123 4567-89ab-cdef ".strip()) == number
    assert [rules.masked(each) for each in ("王", "王五", "欧阳某某")] == ["王*", "王*", "欧***"]


@pytest.fixture
def passed(app, noon, make):
    """One person passed and another failed a published session; and who runs it."""
    CHECKS.forget()
    holder = make.account(Role.STAFF, person=make.person(name="欧阳某"))
    other = make.account(Role.STAFF)
    exam = make.exam_session(
        make.sealed_form(), holder.person, other.person, title="年度考试",
        closes_at=NOON, published_at=NOON,
    )  # fmt: skip
    make.attempt(exam, holder.person, 85)
    make.attempt(exam, other.person, 50)
    return exam, holder, make.account(Role.EXAM_ADMIN)


def certificates(session) -> list[Certificate]:
    session.commit()
    found = session.scalars(
        select(Certificate).order_by(Certificate.id).execution_options(populate_existing=True)
    ).all()
    session.commit()
    return list(found)


def issue(client, exam, **given) -> None:
    answer = client.post(f"/exam/sessions/{exam.id}/certificates", data=given)
    assert answer.status_code == 302


def test_those_who_passed_get_one_and_anybody_can_check_it(
    passed, sign_in, client, session
) -> None:
    exam, holder, officer = passed
    desk = sign_in(officer)
    issue(desk, exam)
    issue(desk, exam)
    [made] = certificates(session)
    assert (made.fields["name"], made.fields["score"]) == ("欧阳某", "85")
    text = main(client.get(f"/verify/{made.number.lower()}"))
    assert "发证日期 2026年3月" in text
    assert ("证书有效" in text, "欧**" in text, "年度考试" in text) == (True, True, True)
    # Nor which of the grades that one may choose from it is.
    beside = text.replace(made.number, "").replace("请选择 优秀 良好 合格", "")
    assert not [each for each in ("欧阳某", "85", "良好") if each in beside]
    assert "证书无效" in main(client.get("/verify/XF-0000-0000-0000-0000"))
    assert client.get(f"/verify/?number={made.number}").location.endswith(made.number)
    session.execute(update(Certificate).values(fields=made.fields | {"score": "95"}))
    session.commit()
    assert "证书无效" in main(client.get(f"/verify/{made.number}"))
    assert "校验未通过" in main(desk.get(f"/exam/sessions/{exam.id}/certificates"))
    assert sign_in(holder).get(f"/exam/certificates/{made.id}").status_code == 409


@pytest.mark.parametrize(
    ("name", "score", "level", "holds"),
    [
        ("欧阳某", "85", "良好", True),
        (" 欧 阳某 ", "８５.０分", "良好", True),
        ("欧阳某", "95", "良好", False),
        ("欧阳某", "85", "优秀", False),
        ("欧阳大", "85", "良好", False),
        ("欧阳某", "八十五", "良好", False),
        ("欧阳某", "NaN", "良好", False),
    ],
)
def test_what_somebody_holds_is_compared_with_what_was_signed(
    passed, sign_in, client, session, name: str, score: str, level: str, holds: bool
) -> None:
    exam, _, officer = passed
    issue(sign_in(officer), exam)
    [made] = certificates(session)
    held = {"name": name, "score": score, "level": level}
    text = main(client.post(f"/verify/{made.number}", data=held))
    assert ("与所持证书一致" in text, "与所持证书不一致" in text) == (holds, not holds)
    bare = client.post(f"/verify/{made.number}", data={"score": "85"})
    assert (bare.status_code, "请填写姓名" in bare.text) == (422, True)
    nothing = main(client.post("/verify/XF-0000-0000-0000-0000", data=held))
    assert ("证书无效" in nothing, "所持证书" in nothing) == (True, False)


def test_its_holder_prints_it_while_that_is_open_and_nobody_elses(
    passed, make, sign_in, session
) -> None:
    exam, holder, officer = passed
    desk = sign_in(officer)
    issue(desk, exam, print_until="2026-03-31")
    [made] = certificates(session)
    own = sign_in(holder)
    assert (
        f"/exam/certificates/{made.id}" in own.get(f"/exam/attempts/{made.attempt_id}/result").text
    )
    page = own.get(f"/exam/certificates/{made.id}")
    assert "兹证明欧阳某同志" in main(page)
    assert f"证书编号：{made.number}" in main(page)
    assert "<svg" in page.text
    document = documents.paragraphs(own.get(f"/exam/certificates/{made.id}.docx").data)
    words = "".join(each.text for each in document)
    assert "成绩85分，等次：良好" in words
    assert "国家信访局人事司（章）2026年3月2日" in words
    drawn = own.get(f"/exam/certificates/{made.id}.pdf")
    assert (drawn.mimetype, drawn.data[:5]) == ("application/pdf", b"%PDF-")
    stranger = sign_in(make.account(Role.STAFF))
    for ending in ("", ".docx", ".pdf"):
        assert stranger.get(f"/exam/certificates/{made.id}{ending}").status_code == 404
    with clock.frozen(NOON + timedelta(days=30)):
        for ending in ("", ".docx", ".pdf"):
            assert sign_in(holder).get(f"/exam/certificates/{made.id}{ending}").status_code == 409
        assert sign_in(officer).get(f"/exam/certificates/{made.id}").status_code == 200
    desk.post(f"/exam/sessions/{exam.id}/certificates/window", data={"print_until": "2026-04-30"})
    assert certificates(session)[0].print_until == date(2026, 4, 30)
    packed = desk.get(f"/exam/sessions/{exam.id}/certificates.zip")
    names = zipfile.ZipFile(io.BytesIO(packed.data)).namelist()
    assert names == ["0001 欧阳某.docx"]
    acts = session.scalars(select(AuditRecord.action)).all()
    assert {"certificate.issue", "certificate.export", "certificate.window"} <= set(acts)


def test_until_when_it_may_be_printed_is_shown_where_it_is_changed(
    passed, sign_in, session
) -> None:
    exam, _, officer = passed
    desk = sign_in(officer)
    path = f"/exam/sessions/{exam.id}/certificates"
    past = desk.post(path, data={"print_until": "2026-03-01"})
    assert (past.status_code, "应不早于今天" in past.text) == (409, True)
    assert certificates(session) == []
    issue(desk, exam, print_until="2026-03-31")
    field = page(desk.get(path)).select_one("#window")
    assert field["value"] == "2026-03-31"
    assert "不填为不限期" in main(desk.get(path))


def test_no_program_takes_the_word_file_for_one_of_an_older_version() -> None:
    fields = Fields("甲", "01", "综合指导司", "国家信访局机关", "年度考试", 2026, "85.50", "良好",
                    "国家信访局人事司", "2026-03-02")  # fmt: skip
    assert versions(files.docx(fields, number="XF-0", url="https://x/verify/XF-0")) == ["15"]


def test_the_drawing_for_a_pdf_says_the_whole_sentence_within_its_frame() -> None:
    name, exam = "阿依古丽·吐尔逊<甲>", "2026年度机关工作人员学法用法考试"
    fields = Fields(name, "01", "综合指导司", "国家信访局机关", exam, 2026, "85.50", "良好",
                    "国家信访局人事司", "2026-03-02")  # fmt: skip
    drawn = ElementTree.fromstring(  # noqa: S314 - drawn by us
        files.svg(fields, number="XF-0", url="https://x/verify/XF-0")
    )
    texts = [(float(each.get("font-size", 0)), each.text or "")
             for each in drawn.iter("{http://www.w3.org/2000/svg}text")]  # fmt: skip
    lines = [text for size, text in texts if size == 18]
    assert "".join(lines) == f"　　{fields.sentence()}"
    # A mark that ends something may hang over by one character.
    assert all(sum(1 if each > "\x7f" else 0.55 for each in line) <= 23.9 for line in lines)
    assert [text for size, text in texts if size in (14, 16)] == [
        "证书编号：XF-0",
        "国家信访局人事司（章）",
        "2026年3月2日",
    ]


def test_one_that_no_longer_tells_the_truth_is_revoked_with_the_reason_and_issued_anew(
    passed, sign_in, client, session
) -> None:
    exam, _, officer = passed
    desk = sign_in(officer)
    issue(desk, exam)
    [made] = certificates(session)
    desk.post(f"/exam/attempts/{made.attempt_id}/void", data={"reason": "替考"})
    [made] = certificates(session)
    assert made.revoke_reason == "成绩无效：替考"
    text = main(client.get(f"/verify/{made.number}"))
    assert ("证书已撤销" in text, "替考" in text) == (True, False)
    desk.post(f"/exam/attempts/{made.attempt_id}/restore", data={"reason": "查无此事"})
    issue(desk, exam)
    old, new = certificates(session)
    assert (old.number != new.number, new.revoked_at) == (True, None)
    desk.post(f"/exam/certificates/{new.id}/revoke", data={"reason": "姓名有误"})
    again = desk.post(f"/exam/certificates/{new.id}/revoke", data={"reason": "再撤"})
    assert (again.status_code, certificates(session)[1].revoke_reason) == (409, "姓名有误")


def test_one_whose_revocation_is_only_struck_from_the_table_does_not_come_back(
    passed, sign_in, client, session
) -> None:
    exam, _, officer = passed
    desk = sign_in(officer)
    issue(desk, exam)
    [made] = certificates(session)
    desk.post(f"/exam/certificates/{made.id}/revoke", data={"reason": "姓名有误"})
    assert "证书已撤销" in main(client.get(f"/verify/{made.number}"))
    session.execute(update(Certificate).values(revoked_at=None, revoke_reason=""))
    session.commit()
    assert "证书无效" in main(client.get(f"/verify/{made.number}"))


def test_its_holder_is_told_that_it_was_revoked_until_there_is_another(
    passed, sign_in, session
) -> None:
    exam, holder, officer = passed
    desk = sign_in(officer)
    issue(desk, exam)
    [made] = certificates(session)
    own, at = sign_in(holder), f"/exam/attempts/{made.attempt_id}/result"
    assert "已撤销" not in main(own.get(at))
    desk.post(f"/exam/certificates/{made.id}/revoke", data={"reason": "姓名有误"})
    told = main(own.get(at))
    assert (made.number in told, "姓名有误" in told, "新证书由人事司发放" in told) == (True,) * 3
    issue(desk, exam)
    assert "已撤销" not in main(own.get(at))


def test_the_address_on_paper_is_the_one_that_everybody_knows(
    app, passed, sign_in, session, monkeypatch
) -> None:
    exam, _, officer = passed
    client = sign_in(officer)
    issue(client, exam)
    [made] = certificates(session)
    known = replace(app.config["XUEFA"], base_url="https://xuefa.example")
    monkeypatch.setitem(app.config, "XUEFA", known)
    drawn = []
    monkeypatch.setattr(files, "qr_svg", lambda url: drawn.append(url) or "")
    client.get(f"/exam/certificates/{made.id}")
    assert drawn == [f"https://xuefa.example/verify/{made.number}"]


def test_none_before_publication(passed, sign_in, session) -> None:
    exam, _, officer = passed
    exam.published_at = None
    session.commit()
    desk = sign_in(officer)
    assert desk.post(f"/exam/sessions/{exam.id}/certificates").status_code == 409
    assert desk.get(f"/exam/sessions/{exam.id}/certificates.zip").status_code == 409


def test_nobody_tries_numbers_for_long(app, noon, client) -> None:
    CHECKS.forget()
    codes = [client.get(f"/verify/XF-{n}").status_code for n in range(32)]
    assert codes == [200] * 30 + [429] * 2
    with clock.frozen(NOON + timedelta(minutes=11)):
        assert client.get("/verify/XF-1").status_code == 200
    CHECKS.forget()


def test_no_line_of_a_certificate_breaks_a_figure_or_begins_with_a_closing_mark() -> None:
    text = "　　兹证明段静姝同志（综合指导司）于2026年参加“年度考试”，成绩56.07分，等次：合格。"
    for room in range(8, 30):
        lines = files.wrapped(text, room)
        assert "".join(lines) == text
        assert all(len(each) <= room * 2 for each in lines)
        assert not any(each[0] in "，。：；、）”》" or each[-1] in "“《（" for each in lines)
        for figure in ("2026", "56.07"):
            assert any(figure in each for each in lines)
