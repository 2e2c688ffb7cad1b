"""个人学法档案: every number with its entries, the same on page and paper, read with a reason."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event, select

from accounts.models import Person
from accounts.permissions import Role
from accounts.standing import Grade
from analytics.evaluation import queries as evaluation
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from core.documents import paragraphs
from courses.hours.kinds import Bucket
from courses.hours.models import AppendOnly
from courses.models import StudyDay
from exam.kinds import Release
from exam.models import ExamSession
from exam.queries.attempts import taking
from exam.queries.results import passing
from study.archive import editions, papers, registry, sections, views
from study.archive.models import ArchiveEdition
from study.archive.queries import exams, lists, whole
from study.archive.sections import Archive, Entry, Figure, Section, Unit
from tests.courses.schooling import seat, training_class
from tests.factories import NOON
from tests.pages import main, page
from tests.study.group_year import A, L, P, draft, held, house, moment

AT = moment(12, 1)
YEAR = 2026


@pytest.fixture
def december() -> Iterator[None]:
    with clock.frozen(AT):
        yield


@pytest.fixture
def learner(app, make, december):
    """A member of a study group with something in every section; and the group's house."""
    with clock.frozen(moment(1, 2)), app.app_context():
        place = house(make)
        held(place, draft(moment(3, 2)), P, L, A)
        held(place, draft(moment(6, 2)), P, P, P)
    own = place.people[1]
    person = own.person
    person.grade = Grade.CLERK_1
    make.save(person)
    done, late = make.course(title="学完的课"), make.course(title="没学完的课")
    for each in (done, late):
        make.assignment(each, starts_on=date(2026, 1, 5), due_on=date(2026, 3, 15))
    make.completion(person, done, completed_at=NOON)
    make.credit(person, "4", bucket=Bucket.ONLINE, earned_on=date(2026, 3, 1), is_law=True)
    make.credit(person, "15.5", bucket=Bucket.CONCENTRATED, earned_on=date(2026, 4, 1),
                is_law=False, accredited=True)  # fmt: skip
    make.credit(person, "9", bucket=Bucket.ONLINE, earned_on=date(2025, 4, 1), is_law=True)
    owner = training_class(make, title="学过的班")
    seat(make, owner, person, own, completed=True, judged_at=NOON, excellent=True, number="PX-1")
    make.save(StudyDay(person_id=person.id, day=date(2026, 5, 6), seconds=600))
    make.save(StudyDay(person_id=person.id, day=date(2026, 5, 7), seconds=600))
    form = make.sealed_form()
    session = make.exam_session(
        form, person, title="年度考试", score_release=Release.ON_PUBLICATION
    )
    make.attempt(session, person, 92)
    return own, session


def table_of(soup: BeautifulSoup, key: str) -> dict[str, str]:
    """The figures of a section as the page shows them: label → number and unit."""
    [section] = soup.select(f"#{key}")
    found = {}
    for row in section.select("table")[0].select("tbody tr"):
        cell = row.find("td")
        shown = cell.find("summary") or cell
        for hidden in shown.select(".visually-hidden"):
            hidden.decompose()
        found[row.find("th").get_text(strip=True)] = shown.get_text(strip=True)
    return found


def test_every_number_opens_to_as_many_entries_and_the_paper_says_the_same(
    app, learner, sign_in
) -> None:
    account, _ = learner
    client = sign_in(account)
    soup = page(client.get("/archive"))
    for details in soup.select("details.xf-hint"):
        words = details.find("summary").get_text(strip=True)
        value, unit = Decimal(words.split()[0]), words.split()[1].split("：")[0]
        entries = [each.get_text(strip=True) for each in details.select("li")]
        if unit in (Unit.HOURS.value, Unit.DAYS.value):
            entries = [each.rsplit("：", 1)[1].split()[0] for each in entries]
            assert sum(map(Decimal, entries)) == value, words
        else:
            assert len(entries) == value, words
    with app.test_request_context():
        found = whole.archive(account.person, YEAR, AT, lambda _: True)
    shown = {each.key: table_of(soup, each.key) for each in found.sections if each.figures}
    assert {key: len(each) for key, each in shown.items()} == {
        each.key: len(each.figures) for each in found.sections if each.figures
    }
    assert shown["hours"]["网络培训"] == "4 学时"
    assert shown["duties"]["本年到期的必修课程"] == "2 门"
    assert shown["duties"]["逾期未完成"] == "1 门"
    assert shown["duties"]["年度集中培训学时"] == "15.5 学时"
    assert (shown["group"]["应到"], shown["group"]["出席"]) == ("2 次", "1 次")
    assert shown["group"]["出勤率（出席÷应到）"] == "50.00%"
    assert (shown["daily"]["学习日"], shown["daily"]["有学习的月份"]) == ("2 天", "1 个月")
    assert shown["training"]["结业"] == "1 次"
    data = client.get("/archive/mine.docx").data
    cells = [each.text for each in paragraphs(data)]
    at = 0
    for section in found.sections:
        at = next(n for n in range(at, len(cells)) if cells[n].endswith(f"、{section.title}"))
        for label, number in shown.get(section.key, {}).items():
            at = cells.index(label, at)
            assert cells[at + 1] == number, (section.title, label)
    assert f"内容校验值（SHA-256）：{found.digest}" in cells
    assert found.digest in soup.get_text()


def test_a_score_waits_for_its_release_and_a_head_sees_it_as_elsewhere(
    app, learner, sign_in, make
) -> None:
    account, session = learner
    assert "未公布" in main(sign_in(account).get("/archive"))
    session.published_at = NOON
    make.save(session)
    assert "92" in main(sign_in(account).get("/archive"))
    with app.test_request_context():
        hidden = whole.archive(account.person, YEAR, AT, lambda _: False).section("exams")
    assert [each.value for each in hidden.figures] == ["1", "1", "0", "0", "0"]
    assert hidden.rows[0][3] == "未公布"


def test_scores_that_open_after_the_window_wait_for_who_still_has_extra_time(
    app, make, december
) -> None:
    done, late = make.person(), make.person()
    session = make.exam_session(
        make.sealed_form(), done, late, score_release=Release.AFTER_CLOSE, closes_at=AT
    )
    make.attempt(session, done, 92)
    over = AT + timedelta(minutes=5)
    make.attempt(session, late, None, deadline=over)

    def told(at: datetime) -> tuple[bool, str]:
        found = whole.archive(done, YEAR, at, lambda _: True).section("exams")
        return done.id in passing.passed_at(session.id, at), found.rows[0][3]

    with app.test_request_context():
        assert told(AT) == (False, "未公布")
        assert told(over) == (True, "92")


def test_what_is_open_of_many_sessions_is_what_is_open_of_each(app, make, december) -> None:
    person, form, over = make.person(), make.sealed_form(), AT + timedelta(minutes=5)
    for release in Release:
        for given in ({"closes_at": AT}, {"closes_at": over}, {"published_at": AT}):
            for running in (False, True):
                made = make.exam_session(form, person, score_release=release, **given)
                if running:
                    make.attempt(made, person, None, deadline=over)
    with app.app_context():
        every = db.session.scalars(select(ExamSession)).all()
        for at in (AT, over):
            each_alone = {each.id for each in every if taking.scores_open(each, at)}
            assert taking.open_among(every, at) == each_alone
            assert exams.told(YEAR, at) == each_alone
        assert 0 < len(each_alone) < len(every)
        assert exams.told(YEAR - 1, over) == taking.open_among([], over) == frozenset()


def test_the_archives_of_many_ask_once_when_the_last_ones_time_is_over(
    app, make, december, sign_in
) -> None:
    people = [make.person() for _ in range(25)]
    for title in ("专题", "年度"):
        made = make.exam_session(
            make.sealed_form(), *people, title=title, score_release=Release.AFTER_CLOSE
        )
        for person in people:
            make.attempt(made, person, 92)
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    asked: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement: str, *_rest) -> None:
        asked.extend([statement] if "max(attempt.deadline)" in statement else [])

    event.listen(engine, "before_cursor_execute", note)
    try:
        officer.post("/archive/people/freeze", data={"year": YEAR})
        assert len(asked) == 1
        officer.post(f"/archive/people/{people[0].id}/freeze", data={"year": YEAR})
        assert len(asked) == 2, "of one person's two sessions, too"
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_anothers_archive_is_read_with_a_reason_that_is_kept(learner, sign_in, make, session):
    account, _ = learner
    unit = account.person.stat_unit
    url = f"/archive/people/{account.person_id}"
    head = sign_in(make.account(Role.STAFF, Role.UNIT_HEAD, unit=unit))
    elsewhere = sign_in(make.account(Role.STAFF, Role.UNIT_HEAD))
    assert sign_in(make.account(Role.STAFF, Role.LIAISON, unit=unit)).get(url).status_code == 403
    assert elsewhere.get(url).status_code == 404
    assert elsewhere.post(url, data={"reason": "想看看"}).status_code == 404
    assert account.person.name not in main(elsewhere.get("/archive/people"))
    assert account.person.name in main(head.get("/archive/people"))
    assert "学完的课" not in main(head.get(url))
    assert head.get(f"{url}/archive.docx").status_code == 303
    assert "请写明查阅事由" in main(head.post(url, data={"reason": " "}))
    assert head.post(url, data={"reason": "年度考核"}).status_code == 303
    assert "学完的课" in main(head.get(url))
    assert head.get(f"{url}/archive.docx").status_code == 200
    session.rollback()
    kept = session.scalars(
        select(AuditRecord.body)
        .where(AuditRecord.action.in_(["archive.read", "archive.export"]))
        .order_by(AuditRecord.number)
    ).all()
    session.rollback()
    assert len(kept) == 2
    assert all("年度考核" in each for each in kept)
    with clock.frozen(AT + timedelta(minutes=31)):
        assert "学完的课" not in main(head.get(url))


def test_a_frozen_archive_stays_as_it_was_and_shows_what_changed_since(
    app, learner, sign_in, make, session
) -> None:
    account, exam = learner
    officer, own = sign_in(make.account(Role.STAFF, Role.EXAM_ADMIN)), sign_in(account)
    head = sign_in(make.account(Role.STAFF, Role.UNIT_HEAD, unit=account.person.stat_unit))
    url = f"/archive/people/{account.person_id}"
    assert head.post(f"{url}/freeze").status_code == 403
    officer.post(url, data={"reason": "年度定版"})
    assert officer.post(f"{url}/freeze", data={"year": YEAR}).status_code == 303
    assert "没有重复存档" in officer.get(officer.post(f"{url}/freeze").location).text
    (kept,) = session.scalars(select(ArchiveEdition)).all()
    first, digest, before = kept.id, kept.digest, sections.read(kept.content)
    person = account.person_id
    session.rollback()
    with app.test_request_context():
        assert whole.archive(account.person, YEAR, AT, lambda _: True).digest == digest
    assert before.digest == digest
    session.rollback()

    exam.published_at = NOON
    make.save(exam)
    make.credit(account.person, "2", bucket=Bucket.ONLINE, earned_on=date(2026, 5, 1), is_law=True)
    session.rollback()
    page = main(own.get(f"/archive/mine/editions/{first}"))
    assert "内容与定版时一致" in page
    assert "网络培训 4 学时 6 学时" in page
    assert "此后有变化" in main(own.get("/archive"))
    paper = paragraphs(own.get(f"/archive/mine/editions/{first}.docx").data)
    texts = [each.text for each in paper]
    assert f"内容校验值（SHA-256）：{digest}" in texts
    assert any(each.startswith("定版存档：第 1 版") for each in texts)
    assert texts[texts.index("网络培训") + 1] == "4 学时"
    assert officer.post("/archive/people/freeze", data={"year": YEAR}).status_code == 303
    own_rows = select(ArchiveEdition).where(ArchiveEdition.person_id == person)
    numbers = [each.number for each in session.scalars(own_rows.order_by(ArchiveEdition.number))]
    everybody = len(set(session.scalars(select(ArchiveEdition.person_id))))
    assert numbers == [1, 2]
    assert everybody > 3
    session.rollback()
    # A head sees the scores of a unit alone, an edition all of them.
    head.post(url, data={"reason": "年度考核"})
    assert "定版人" not in main(head.get(url))
    assert head.get(f"{url}/editions/{first}").status_code == 404
    assert "定版后的变化" in main(officer.get(f"{url}/editions/{first}"))
    other = sign_in(make.account())
    assert other.get(f"/archive/mine/editions/{first}").status_code == 404
    with app.app_context():
        db.session.get_one(ArchiveEdition, first).digest = "0"
        with pytest.raises(AppendOnly):
            db.session.flush()


def test_ones_own_words_are_kept_until_the_archive_is_frozen_with_them(
    app, learner, sign_in, make
) -> None:
    account, _ = learner
    own, officer = sign_in(account), sign_in(make.account(Role.STAFF, Role.EXAM_ADMIN))
    url = f"/archive/mine/remark?year={YEAR}"
    with app.test_request_context():
        before = whole.archive(account.person, YEAR, AT, lambda _: True).digest
    assert own.get("/archive/mine/remark?year=1999").status_code == 404
    assert "不超过 1000 字" in main(own.post(url, data={"body": "长" * 1001}))
    assert own.post(url, data={"body": "先写的。"}).status_code == 303
    own.post(url, data={"body": "全年参加驻村。\n已补学两次。"})
    page_ = page(own.get("/archive"))
    assert [each.get_text() for each in page_.select("#own_words p")] == [
        "全年参加驻村。", "已补学两次。",
    ]  # fmt: skip
    texts = [each.text for each in paragraphs(own.get("/archive/mine.docx").data)]
    at = texts.index("本人说明：")
    assert texts[at + 1 : at + 4] == ["全年参加驻村。", "已补学两次。", "部门评价："]
    person = f"/archive/people/{account.person_id}"
    officer.post(person, data={"reason": "年度定版"})
    assert "全年参加驻村" in main(officer.get(person))
    assert "填写本人说明" not in main(officer.get(person))
    officer.post(f"{person}/freeze", data={"year": YEAR})
    assert own.get(url).status_code == 303
    assert "已定版，本人说明不能再改" in main(own.post(url, data={"body": "事后改写"}))
    with app.test_request_context():
        [edition] = db.session.scalars(select(ArchiveEdition)).all()
        frozen = sections.read(edition.content)
        assert frozen.section("own_words").text == ["全年参加驻村。", "已补学两次。"]
        assert frozen.digest == edition.digest != before
        # Archives without such words are digested as they always were.
        assert all("text" not in each for each in edition.content["sections"][:-1])


def test_freezing_all_goes_on_where_it_stopped_and_doubles_nothing(
    app, december, sign_in, make, session
) -> None:
    officer, other = (sign_in(make.account(Role.STAFF, Role.EXAM_ADMIN)) for _ in range(2))
    unit = make.unit()
    people = [make.person(unit) for _ in range(views.TOGETHER + 5)]
    last = people[-1].id
    rows = select(ArchiveEdition.person_id, ArchiveEdition.number)
    session.rollback()

    def breaks(person_id: int, _year: int, _may_see: object) -> list[Section]:
        if person_id == last:
            raise ConnectionAbortedError
        return []

    registry.wire(evaluation.archived, breaks)
    try:
        with pytest.raises(ConnectionAbortedError):
            officer.post("/archive/people/freeze", data={"year": YEAR})
    finally:
        registry.wire(evaluation.archived)
    # It stopped within the second lot: the first is there, whole.
    assert len(session.execute(rows).all()) == views.TOGETHER
    session.rollback()
    # Pressed again, by two at once.
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(
            lambda each: each.post("/archive/people/freeze", data={"year": YEAR}).status_code,
            (officer, other),
        ))  # fmt: skip
    assert answers == [303, 303]
    everybody = session.scalars(select(Person.id)).all()
    assert sorted(session.execute(rows).all()) == [(each, 1) for each in sorted(everybody)]
    session.rollback()
    assert officer.get("/archive/people/freeze/progress").json == {}


@pytest.mark.once
def test_differences_of_archives_by_hand() -> None:
    def made(hours: str, *rows: list[str], **facts: str) -> Archive:
        figure = Figure("合计", hours, Unit.HOURS)
        section = Section("hours", "学时", [figure], ["日期"], rows)
        return Archive("甲", "X1", 2026, facts, [section])

    old, new = made("3", ["一"], ["二"], 部门="办信司"), made("4", ["二"], ["三"], 部门="督查室")
    found = [
        (each.of, each.label, each.before, each.now) for each in editions.differences(old, new)
    ]
    assert found == [
        ("基本信息", "部门", "办信司", "督查室"),
        ("学时", "合计", "3 学时", "4 学时"),
        ("学时", "明细", "一", ""),
        ("学时", "明细", "", "三"),
    ]
    assert editions.differences(old, old) == []
    rows = [["一", "1"], ["二", ""]]
    section = replace(old.sections[0], heading=["日期", "天数"], rows=rows)
    wider = replace(old, sections=[section])
    assert editions.differences(old, wider) == []  # a new column is no change
    gone = replace(new, sections=[])
    assert ("学时", "合计", "4 学时", "") in [
        (each.of, each.label, each.before, each.now) for each in editions.differences(new, gone)
    ]


def test_the_list_says_what_the_archives_say(app, learner, sign_in, make) -> None:
    account, _ = learner
    admin = sign_in(make.account(Role.STAFF, Role.EXAM_ADMIN))
    with app.test_request_context():
        [line] = lists.lines([account.person], YEAR, AT.date())
        found = whole.archive(account.person, YEAR, AT, lambda _: True)

    def number(key: str, label: str) -> Decimal:
        [figure] = [each for each in found.section(key).figures if each.label == label]
        return Decimal(figure.value)

    assert line.figures.total == number("hours", "合计")
    assert line.law == number("hours", "其中法治学时")
    counts = {
        ("courses", "完成课程"): line.courses, ("training", "结业"): line.classes,
        ("group", "应到"): line.expected, ("group", "出席"): line.present,
        ("exams", "列入名单"): line.listed, ("exams", "参加"): line.sat,
        ("cases", "编写并发布的案例"): line.cases,
    }  # fmt: skip
    assert {key: number(*key) for key in counts} == counts
    book = openpyxl.load_workbook(BytesIO(admin.get("/archive/people/archives.xlsx").data))
    rows = [row for row in book.active.iter_rows(values_only=True)
            if account.person.staff_number in row]  # fmt: skip
    assert len(rows) == 1
    assert float(line.figures.total) == pytest.approx(
        sum(each or 0 for each in rows[0][5 : 5 + len(Bucket)])
    )


def test_a_year_without_anything_and_a_year_that_never_was(learner, sign_in, make) -> None:
    nobody = sign_in(make.account())
    assert "没有列入名单的考试" in main(nobody.get("/archive"))
    assert nobody.get("/archive/mine.docx").status_code == 200
    assert nobody.get("/archive?year=1999").status_code == 404
    account, _ = learner
    assert "9 学时" in main(sign_in(account).get("/archive?year=2025"))


@pytest.mark.once
def test_the_digest_changes_with_the_content_and_with_nothing_else() -> None:
    figure = Figure.sum("合计", Unit.HOURS, [Entry("一", Decimal("1.50")), Entry("二", Decimal(2))])
    assert figure.written == "3.5 学时"
    made = Archive("甲", "X1", 2026, {}, [Section("hours", "学时", [figure])])
    assert made.digest == replace(made).digest
    other = Figure.sum("合计", Unit.HOURS, [Entry("一", Decimal("3.5"))])
    assert made.digest != replace(made, sections=[Section("hours", "学时", [other])]).digest
    assert papers.docx(made, date(2026, 1, 1)) == papers.docx(made, date(2026, 1, 1))
    assert [papers.numeral(n) for n in (1, 10, 11, 14)] == ["一", "十", "十一", "十四"]
