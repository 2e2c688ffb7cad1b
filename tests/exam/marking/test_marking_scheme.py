"""Who plans a session says how its answers in words are marked."""

from decimal import Decimal

from sqlalchemy import select

from accounts.permissions import Role
from exam.marking.double_marking import Combining, Scheme, Unit
from exam.models import ExamSession
from exam.sessions import planning
from tests.exam.marked import seated
from tests.pages import main, page

ASKED = {
    "title": "双评考试", "exam_kind": "pre_appointment", "minutes": "60", "max_attempts": "1",
    "score_policy": "best", "pass_score": "30", "excellent_score": "50",
    "opens_at": "2026-03-03T09:00", "closes_at": "2026-03-04T18:00",
    "score_release": "on_publication", "paper_release": "on_publication",
    "key_release": "after_close", "notice": "", "tolerance_unit": "marks",
    "mark_tolerance": "2.5", "mark_combining": "higher", "double_marking": "y",
}  # fmt: skip


def test_a_paper_with_answers_in_words_is_marked_twice_unless_the_planner_says_otherwise(
    app, noon, make, session, sign_in
) -> None:
    hall = seated(app, make, session, ["答"])
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    for _ in range(2):
        make.account(Role.GRADER)
    session.rollback()
    url = f"/exam/sessions/new?form={hall.form_id}"
    blank = page(officer.get(url))
    assert blank.select_one("input[name=double_marking][checked]")
    assert blank.select_one("input[name=mark_tolerance]")["value"] == "20"
    wide = officer.post(url, data=ASKED | {"mark_tolerance": "120", "tolerance_unit": "percent"})
    assert "双评允许的分差应为 0 至 100%" in main(wide)
    checked = main(officer.post(url, data=ASKED))
    assert "分差不超过 2.5 分的取两评较高分，超过的由第三人仲裁" in checked
    assert officer.post(url, data=ASKED | {"act": "create"}).status_code == 302
    single = {name: value for name, value in ASKED.items() if name != "double_marking"}
    single |= {"act": "create", "title": "单评考试"}
    refused = officer.post(url, data=single)
    assert "只由一人评阅的，请写明理由" in main(refused)
    officer.post(url, data=single | {"single_reason": "仅一题且答案唯一"})
    schemes = {
        each.title: each.scheme
        for each in session.scalars(select(ExamSession).where(ExamSession.title.contains("评考试")))
    }
    session.rollback()
    assert schemes["双评考试"] == Scheme(True, Decimal("2.5"), Unit.MARKS, Combining.HIGHER)
    assert not schemes["单评考试"].double
    made = session.scalars(select(ExamSession.id).where(ExamSession.title == "单评考试")).one()
    session.rollback()
    assert "不双评的理由：仅一题且答案唯一" in main(officer.get(f"/exam/sessions/{made}/manage"))


def test_a_paper_for_machines_asks_nothing_about_markers(noon, make, session, sign_in) -> None:
    form_id = make.sealed_form().id
    session.rollback()
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    shown = page(officer.get(f"/exam/sessions/new?form={form_id}"))
    assert shown.select("[name=double_marking], [name=mark_tolerance]") == []


def test_whoever_set_sealed_or_wrote_what_is_marked_is_no_marker_of_it(
    app, noon, make, session, sign_in
) -> None:
    hall = seated(app, make, session, ["答"])
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    setter, writer, one = (make.account(Role.GRADER) for _ in range(3))
    hall.form.created_by_id = setter.id
    hall.form.slots[1].revision.item.writer_id = writer.id
    session.commit()
    url = f"/exam/sessions/new?form={hall.form_id}"
    shown = page(officer.get(url))
    assert "现有 1 位阅卷人可评" in shown.get_text()
    assert shown.select("input[name=double_marking][checked]") == []
    single = {name: value for name, value in ASKED.items() if name != "double_marking"}
    assert officer.post(url, data=single | {"act": "create"}).status_code == 302
    assert one.id
    session.rollback()


def test_the_marking_page_says_how_and_who_is_missing(app, noon, make, session, sign_in) -> None:
    hall = seated(app, make, session, ["答"], double_marking=True)
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    make.account(Role.GRADER)
    session.rollback()
    told = main(officer.get(f"/exam/sessions/{hall.exam_id}/marking"))
    assert "现在能评的只有 1 位" in told


def test_the_scheme_is_said_in_words() -> None:
    assert planning.marking_in_words(Scheme()) == "主观题由一人评阅。"
    why = planning.marking_in_words(Scheme(), "答案唯一")
    assert why == "主观题由一人评阅（不双评的理由：答案唯一）。"
    assert planning.marking_in_words(Scheme(True)) == (
        "主观题由两人分别匿名评阅；分差不超过人评分值的 20%的取两评平均分，超过的由第三人仲裁。"
    )
    assert "不超过本题分值的 20%的" in planning.marking_in_words(Scheme(True, unit=Unit.PERCENT))
