"""Several papers in a session: by rank, by chance, and kept from those who have seen the items."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from random import Random

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from accounts.models import Person
from accounts.permissions import Role
from accounts.standing import Grade, LeaderLevel, RankGroup
from core.audit.models import AuditRecord
from core.db import db
from exam import cli as timer
from exam.kinds import CandidateStatus
from exam.models import (
    Candidate,
    ExamSession,
    Form,
    FormSight,
    SessionForm,
)
from exam.queries.papers import contacts, stopping
from exam.queries.sessions import dealing as paper_queries
from exam.queries.sessions import notices as notice_queries
from exam.services.assembling import building
from exam.services.attempts import taking
from exam.services.sessions import candidates, dealing
from question_bank.models import ItemComment, ItemSight
from tests.exam.sessions.dealing import deal
from tests.factories import NOON
from tests.pages import shown, text

pytestmark = pytest.mark.usefixtures("noon")


@dataclass(frozen=True)
class Listed:
    id: int
    person_id: int
    form_id: int | None
    reason: str


def listed(session, session_id: int) -> list[Listed]:
    """The list as it is committed now, in its order."""
    rows = session.execute(
        select(Candidate.id, Candidate.person_id, Candidate.form_id, Candidate.form_reason)
        .where(Candidate.session_id == session_id)
        .order_by(Candidate.id)
    ).all()
    session.rollback()
    return [Listed(*row) for row in rows]


def test_each_rank_gets_its_paper_and_a_rank_without_one_is_named(
    officer, make, sealed_form, arranged, session
) -> None:
    unit = make.unit()
    for level, grade in [
        (LeaderLevel.BUREAU_CHIEF, Grade.INSPECTOR_1),
        (LeaderLevel.DIVISION_CHIEF, Grade.RESEARCHER_1),
        (LeaderLevel.DIVISION_CHIEF, Grade.RESEARCHER_1),
    ]:
        make.person(unit, leader_level=level, grade=grade)
    leaders, divisions = sealed_form(title="厅级卷"), sealed_form(5, title="处级卷")
    smaller = make.form(marks=90)
    with officer.application.app_context():
        building.seal(form=db.session.merge(smaller), at=NOON, by=None)
        db.session.commit()
    session.rollback()
    path = f"/exam/sessions/new?form={leaders.id}&form={divisions.id}"
    page = text(officer.get(path))
    assert "厅级卷" in page
    assert "处级卷" in page
    assert "再加一套试卷" in page
    groups = {
        f"groups-{leaders.id}": RankGroup.DEPT_LEADER.value,
        f"groups-{divisions.id}": RankGroup.DIVISION.value,
    }
    wanted = arranged | groups | {"unit_ids": str(unit.id), "act": "create"}
    unequal = officer.post(f"{path}&form={smaller.id}", data=wanted)
    assert "总分应相同" in text(unequal)
    missing = officer.post(path, data=wanted | {f"groups-{divisions.id}": "other"})
    assert "处级（2 人）没有试卷" in text(missing)
    assert "场次名称：处级" not in text(missing)
    checked = text(officer.post(path, data=wanted | {"act": "check"}))
    assert "司局级：厅级卷" in checked
    assert "处级：处级卷" in checked
    made = officer.post(path, data=wanted)
    assert made.status_code == 302
    assert officer.post(path, data=wanted).location == made.location
    [exam] = session.scalars(select(ExamSession)).all()
    got = {each.entry.rank_group: each.form.title for each in exam.candidates}
    assert got == {RankGroup.DEPT_LEADER: "厅级卷", RankGroup.DIVISION: "处级卷"}
    session.rollback()
    shown = text(officer.get(made.location))
    assert "厅级卷（1 人）" in shown
    assert "处级卷（2 人）" in shown
    leading, rest = groups
    both = {leading: ["dept_leader", "division"], rest: "other"}
    shared = officer.post(path, data=wanted | both | {"title": "另一场"})
    shown = text(officer.get(shared.location))
    assert "司局级：厅级卷（1 人）；处级：厅级卷（2 人）" in shown


@dataclass(frozen=True)
class Hall:
    id: int
    one: int
    other: int


@pytest.fixture
def hall(app, make, sealed_form, session) -> Hall:
    """Two papers for six people, of whom the first wrote an item of paper A, and the second
    commented on one of each."""
    writer, commenter = make.account(Role.ITEM_WRITER), make.account(Role.ITEM_REVIEWER)
    one, other = sealed_form(title="A卷"), sealed_form(title="B卷")
    one.slots[0].revision.item.writer_id = writer.id
    for form in (one, other):
        revision = form.slots[1].revision
        session.add(
            ItemComment(
                item_id=revision.item_id, revision_id=revision.id, text="？", at=NOON,
                by_id=commenter.id,
            )
        )  # fmt: skip
    unit = make.unit()
    people = [writer.person, commenter.person, *(make.person(unit) for _ in range(4))]
    exam = make.exam_session(
        one, *people,
        papers=[SessionForm(form=one, position=1), SessionForm(form=other, position=2)],
    )  # fmt: skip
    made = Hall(exam.id, one.id, other.id)
    session.commit()
    deal(app, made.id)
    return made


def test_who_has_seen_an_item_gets_another_paper_or_waits_for_a_decision(
    app, hall, officer, make, session, sign_in
) -> None:
    writer, commenter, *others = listed(session, hall.id)
    assert (writer.form_id, commenter.form_id) == (hall.other, None)
    counts = Counter(each.form_id for each in (writer, *others))
    assert abs(counts[hall.one] - counts[hall.other]) == 1
    assert "命题回避" in writer.reason
    page = text(officer.get(f"/exam/sessions/{hall.id}/manage"))
    assert "1 人还没有试卷" in page
    assert "待定" in page
    with app.app_context():
        found = db.session.get_one(ExamSession, hall.id)
        waiting = db.session.get_one(Candidate, commenter.id)
        with pytest.raises(taking.Undecided):
            taking.start(session=found, person=waiting.person, at=NOON)
        db.session.rollback()
    form = session.get_one(Form, hall.one)
    form.blueprint.sections[0].count = 20
    session.commit()
    # What the bank has not is said where one asked for it.
    refused = officer.post(f"/exam/sessions/{hall.id}/papers/draw", follow_redirects=True)
    assert re.search("接触最多的是.+（2 题）.；请批准免考", text(refused))
    assert "试卷分配与命题回避" in text(refused)
    form.blueprint.sections[0].count = 4
    form.blueprint.sections[0].marks = Decimal(25)
    # A free paper is drawn, sealed by another and added; only who waits gets it.
    for _ in range(6):
        make.revision()
    session.commit()
    drawn = officer.post(f"/exam/sessions/{hall.id}/papers/draw")
    free = session.scalars(select(Form).where(Form.title.contains("回避卷"))).one()
    free_id = free.id
    assert drawn.location == f"/exam/forms/{free_id}"
    items = {each.revision.item_id for each in free.slots}
    session.rollback()
    touched = {
        each.item_id for each in _contacts(app, hall) if each.person_id == commenter.person_id
    }
    assert len(touched) == 2
    assert not touched & items
    sealed = officer.post(f"/exam/forms/{free_id}/seal", follow_redirects=True)
    assert "还有 1 人待定" in text(sealed)
    added = officer.post(f"/exam/sessions/{hall.id}/papers", data={"form": free_id})
    assert added.status_code == 302
    after = listed(session, hall.id)
    assert after[1].form_id == free_id
    assert [after[0], *after[2:]] == [writer, *others]


def test_a_free_paper_is_for_as_many_as_it_can_be_and_the_rest_are_exempted_at_once(
    app, hall, officer, make, session
) -> None:
    reviewer = make.account(Role.ITEM_REVIEWER)
    form = session.get_one(Form, hall.one)
    form.blueprint.sections[0].count, form.blueprint.sections[0].marks = 4, Decimal(25)
    # Who commented on everything there is joins; there is no paper for them, but one for the other.
    every = [*(each.revision for each in form.slots), *(make.revision() for _ in range(8))]
    session.add_all(
        ItemComment(item_id=each.item_id, revision_id=each.id, text="？", at=NOON,
                    by_id=reviewer.id)
        for each in every
    )  # fmt: skip
    session.add_all(
        ItemComment(item_id=each.revision.item_id, revision_id=each.revision_id, text="？", at=NOON,
                    by_id=reviewer.id)
        for each in session.get_one(Form, hall.other).slots
    )  # fmt: skip
    session.commit()
    person_id = reviewer.person_id
    session.rollback()
    officer.post(f"/exam/sessions/{hall.id}/candidates/{person_id}", data={"reason": "新进"})
    drawn = officer.post(f"/exam/sessions/{hall.id}/papers/draw", follow_redirects=True)
    assert "接触过的试题太多，没有可用的回避卷，请批准免考" in text(drawn)
    free_id = session.scalars(select(Form.id).where(Form.title.contains("回避卷"))).one()
    session.rollback()
    officer.post(f"/exam/forms/{free_id}/seal")
    officer.post(f"/exam/sessions/{hall.id}/papers", data={"form": free_id})
    after = listed(session, hall.id)
    assert [after[1].form_id, after[-1].form_id] == [free_id, None]
    # Nobody who has a paper is exempted by the way.
    data = {"candidate": [after[0].id, after[-1].id], "reason": "命题回避"}
    done = officer.post(f"/exam/sessions/{hall.id}/papers/exempt", data=data, follow_redirects=True)
    assert "已批准 1 人免考" in text(done)
    assert "待定，作出决定前" not in text(done)
    again = officer.post(
        f"/exam/sessions/{hall.id}/papers/exempt", data=data, follow_redirects=True
    )
    assert "没有选定待定人员" in text(again)
    session.rollback()
    statuses = session.scalars(
        select(Candidate.status).where(Candidate.session_id == hall.id).order_by(Candidate.id)
    ).all()
    assert Counter(statuses) == {CandidateStatus.DUE: 6, CandidateStatus.EXEMPT: 1}


def test_a_swap_keeps_the_paper_free_for_those_who_wait_for_it(
    hall, officer, make, session
) -> None:
    form = session.get_one(Form, hall.one)
    form.blueprint.sections[0].count, form.blueprint.sections[0].marks = 4, Decimal(25)
    spare = {make.revision().id for _ in range(6)}
    touched = {form.slots[1].revision_id, session.get_one(Form, hall.other).slots[1].revision_id}
    session.commit()
    officer.post(f"/exam/sessions/{hall.id}/papers/draw")
    drawn = session.scalars(select(Form).where(Form.title.contains("回避卷"))).one()
    page, held = f"/exam/forms/{drawn.id}", {each.revision_id for each in drawn.slots}
    session.rollback()
    assert not held & touched

    def offered() -> set[int]:
        choices = shown(officer.get(f"{page}/slots/1?per_page=100")).select("[name=revision]")
        return {int(str(each["value"])) for each in choices}

    assert spare - held <= offered()
    assert not offered() & touched
    refused = officer.post(f"{page}/slots/1/swap", data={"revision": min(touched)})
    assert (refused.status_code, "待定人员接触过" in text(refused)) == (409, True)
    # Nobody waits any more: the item is like any other.
    waiting = listed(session, hall.id)[1]
    officer.post(
        f"/exam/sessions/{hall.id}/papers/exempt",
        data={"candidate": [waiting.id], "reason": "命题回避"},
    )
    assert touched <= offered()


def _contacts(app, hall) -> list[contacts.Contact]:
    with app.app_context():
        return contacts.contacts({hall.one, hall.other})


def test_the_proof_list_says_who_touched_what_and_what_they_got(hall, officer, session) -> None:
    answer = officer.get(f"/exam/sessions/{hall.id}/papers.xlsx")
    book = load_workbook(BytesIO(answer.data))
    assert book.sheetnames == ["试卷分配", "接触记录"]
    dealt, touched = (list(sheet.values) for sheet in book.worksheets)
    rows = [row for row in dealt if row and row[0] in (1, 2)]
    assert [(row[6], row[7], row[8]) for row in rows] == [(1, "B卷", 0), (2, "待定", 0)]
    kinds = Counter(row[4] for row in touched if row and isinstance(row[0], int))
    assert kinds == {"命题": 1, "批注": 2}
    assert {row[7] for row in touched if row and isinstance(row[0], int)} == {"不会"}
    actions = session.scalars(select(AuditRecord.action)).all()
    assert "papers.export" in actions
    session.rollback()
    page = text(officer.get(f"/exam/sessions/{hall.id}/papers"))
    assert "批注" in page
    assert "须批准免考或另抽回避卷" in page


def test_opening_and_exporting_items_of_the_bank_is_contact(
    app, make, sealed_form, sign_in, session
) -> None:
    form = sealed_form()
    held, free = form.slots[0].revision, make.revision(stem="库里的题")
    reader, exporter = make.account(Role.ITEM_REVIEWER), make.account(Role.EXAM_ADMIN)
    make.exam_session(form, *(make.person(make.unit()) for _ in range(2)), opens_at=NOON)
    address, hidden = f"/bank/items/{free.item_id}", f"/bank/items/{held.item_id}"
    seen = [(reader.id, free.id, False), (exporter.id, free.id, True)]
    item_id, people = free.item_id, (reader.person_id, exporter.person_id)
    by_reader, by_exporter = sign_in(reader), sign_in(exporter)
    session.rollback()
    for _ in range(2):
        assert by_reader.get(address).status_code == 200
        assert by_exporter.post("/bank/export", data={"format": "csv"}).status_code == 200
    # What a sealed paper holds is neither shown nor taken out.
    assert by_reader.get(hidden).status_code == 404
    rows = session.execute(
        select(ItemSight.account_id, ItemSight.revision_id, ItemSight.exported)
        .order_by(ItemSight.id)
    ).all()  # fmt: skip
    assert [tuple(each) for each in rows] == seen
    session.rollback()
    with app.app_context():
        for person_id in people:
            assert item_id in contacts.items_of({person_id})


def test_one_candidate_is_dealt_anew_with_a_reason_before_they_begin(
    app, hall, officer, session
) -> None:
    *_, last = listed(session, hall.id)
    url, before = f"/exam/sessions/candidates/{last.id}/redraw", last.form_id
    assert officer.post(url, data={"reason": " "}).status_code == 409
    assert officer.post(url, data={"reason": "试卷泄露"}).status_code == 302
    *_, last = listed(session, hall.id)
    assert last.form_id not in (None, before)
    assert last.reason == "重抽：试卷泄露"
    person_id = last.person_id
    # The writer has no other paper to go to, and keeps what they have.
    writer = listed(session, hall.id)[0]
    refused = officer.post(f"/exam/sessions/candidates/{writer.id}/redraw", data={"reason": "换"})
    assert "没有其他可用的试卷" in text(refused)
    with app.app_context():
        found = db.session.get_one(ExamSession, hall.id)
        candidate = next(each for each in found.candidates if each.person_id == person_id)
        taking.start(session=found, person=candidate.person, at=NOON)
        db.session.commit()
    assert "已经开始作答" in text(officer.post(url, data={"reason": "再换"}))


def test_who_opens_a_paper_that_they_are_to_sit_gets_another_one(
    hall, make, sign_in, session, app
) -> None:
    setter = make.account(Role.PAPER_SETTER)
    with app.app_context():
        found = db.session.get_one(ExamSession, hall.id)
        person = db.session.merge(setter.person)
        joined = candidates.add(session=found, person=person, reason="新进", at=NOON, by=None)
        db.session.commit()
        had, candidate_id = joined.form_id, joined.id
    client = sign_in(setter)
    session.rollback()
    assert client.get(f"/exam/forms/{had}").status_code == 200
    assert client.get(f"/exam/forms/{had}/print").status_code == 200
    moved = session.get_one(Candidate, candidate_id)
    assert moved.form_id not in (None, had)
    assert len(session.scalars(select(FormSight.id)).all()) == 1
    other = moved.form_id
    session.rollback()
    client.get(f"/exam/forms/{other}/preview")
    session.rollback()
    assert session.get_one(Candidate, candidate_id).form_id is None


def test_an_amended_paper_is_replaced_for_those_who_have_it(
    app, hall, sealed_form, session
) -> None:
    new = sealed_form(title="B卷（换题）")
    new_id, old = new.id, hall.other
    had = {each.id: each.form_id for each in listed(session, hall.id)}
    session.rollback()
    with app.app_context():
        found = db.session.get_one(ExamSession, hall.id)
        assert stopping.planned_on(old, NOON) == [found]
        dealing.replace(
            found, db.session.get_one(Form, old), db.session.get_one(Form, new_id), rng=Random(1)
        )
        db.session.commit()
        assert [each.form_id for each in found.papers] == [hall.one, new_id]
    has = {each.id: each.form_id for each in listed(session, hall.id)}
    assert has == {each: new_id if form == old else form for each, form in had.items()}


# ------------------------------------------------------------------ 卷卷不同


def test_a_paper_met_in_the_last_exam_is_avoided(app, sealed_form, make, session) -> None:
    person = make.person()
    one, other = sealed_form(), sealed_form()
    before = make.exam_session(
        one, person, opens_at=NOON - timedelta(days=30), closes_at=NOON - timedelta(days=29)
    )
    make.attempt(before, person, 50)
    for exams, expected in ((1, {other.id}), (0, {one.id, other.id})):
        exam = make.exam_session(
            one, person, avoid_exams=exams,
            papers=[SessionForm(form=one, position=1), SessionForm(form=other, position=2)],
        )  # fmt: skip
        session.commit()
        with app.app_context():
            found = db.session.get_one(ExamSession, exam.id)
            got = set()
            for seed in range(12):
                dealing.deal(found, found.candidates, rng=Random(seed))
                got.add(found.candidates[0].form_id)
            db.session.rollback()
        assert got == expected


def test_an_approved_exemption_is_a_decision(app, hall, session) -> None:
    with app.app_context():
        found = db.session.get_one(ExamSession, hall.id)
        [waiting] = paper_queries.undecided(found.id)
        candidates.set_status(
            candidate=waiting, status=CandidateStatus.EXEMPT, reason="命题人", at=NOON, by=None
        )
        assert paper_queries.undecided(found.id) == []
        db.session.rollback()


def test_who_comes_into_contact_after_the_dealing_is_dealt_to_anew_but_not_while_they_sit(
    app, hall, make, session
) -> None:
    """Between two attempts too; and who has no paper left is not reminded of it."""
    _, _, calm, sitting, again, _ = listed(session, hall.id)
    with app.app_context():
        exam = db.session.get_one(ExamSession, hall.id)
        exam.max_attempts = 2
        for each, handed_in in ((sitting, False), (again, True)):
            person = db.session.get_one(Candidate, each.id).person
            attempt = taking.start(session=exam, person=person, at=NOON)
            if handed_in:
                taking.submit(attempt=attempt, at=NOON)
        db.session.commit()
        assert timer.keep_apart() == 0
    for each in (calm, sitting, again):
        account = make.account(Role.ITEM_REVIEWER, person=session.get_one(Person, each.person_id))
        revision = session.get_one(Form, each.form_id).slots[2].revision
        session.add(
            ItemComment(item_id=revision.item_id, revision_id=revision.id, text="？", at=NOON,
                        by_id=account.id)
        )  # fmt: skip
        session.commit()
    with app.app_context():
        assert timer.keep_apart() == 2
        assert timer.keep_apart() == 0
    after = {each.id: each for each in listed(session, hall.id)}
    assert after[sitting.id].form_id == sitting.form_id
    for each in (calm, again):
        assert after[each.id].form_id == {hall.one: hall.other, hall.other: hall.one}[each.form_id]
    waiting = next(each for each in after.values() if each.form_id is None)
    with app.app_context():
        named = {each.candidate.id for each in notice_queries.reminders(NOON)}
        assert notice_queries.reminded(NOON) == len(named)
    assert calm.id in named
    assert waiting.id not in named


def test_who_waits_for_a_paper_reads_so_before_they_press_anything(
    app, make, sealed_form, sign_in, session
) -> None:
    writer, staff = make.account(Role.STAFF, Role.ITEM_WRITER), make.account(Role.STAFF)
    form = sealed_form()
    form.slots[0].revision.item.writer_id = writer.id
    session.commit()
    exam_id = make.exam_session(form, writer.person, staff.person).id
    session.commit()
    deal(app, exam_id)

    page = text(sign_in(writer).get(f"/exam/sessions/{exam_id}"))
    assert "还不能开始作答您接触过本场次的试题" in page.replace(" ", "")
    assert "点击后立即开始计时" not in page
    assert "点击后立即开始计时" in text(sign_in(staff).get(f"/exam/sessions/{exam_id}"))


def test_what_a_list_shows_is_seen_and_what_it_hides_is_not(
    app, make, sealed_form, sign_in, session
) -> None:
    held, free = sealed_form().slots[0].revision.item_id, make.revision(stem="库里的题").item_id
    lister, setter = make.account(Role.EXAM_ADMIN), make.account(Role.PAPER_SETTER)
    people = {lister.person_id: "/bank/", setter.person_id: "/exam/exposure"}
    session.commit()
    for account, page in ((lister, "/bank/"), (setter, "/exam/exposure")):
        client = sign_in(account)
        for _ in range(2):
            assert "库里的题" in text(client.get(page))
    assert len(session.scalars(select(ItemSight.id)).all()) == len(people)
    session.rollback()
    with app.app_context():
        for person_id in people:
            assert free in contacts.items_of({person_id})
            assert held not in contacts.items_of({person_id})
