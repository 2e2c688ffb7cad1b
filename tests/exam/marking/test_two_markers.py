"""Two people mark each answer, neither knowing of the other; a third decides where they differ."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.audit.models import AuditRecord
from exam.marking.double_marking import Reader, Unit
from exam.marking.queueing import LEASE
from exam.models import Answer, Attempt, Marking, MarkingClaim
from tests.exam.crawling import Crawler
from tests.exam.marked import ALL, HALF, NONE, Hall, grader, seated
from tests.factories import NOON
from tests.pages import main, page

AFTER = NOON + timedelta(hours=3)
#: The short answer is worth 20 marks, its points 10, 5 and 5.
DOUBLE = {"double_marking": True, "mark_tolerance": Decimal(5), "tolerance_unit": Unit.MARKS}


@pytest.fixture
def hall(app, noon, make, session) -> Hall:
    return seated(app, make, session, ["第一份", "第二份", ""], **DOUBLE)


@pytest.fixture
def desks(make, sign_in):
    return [grader(make, sign_in, f"评卷{n}") for n in "甲乙丙"]


def markings(session) -> list[Marking]:
    """What was marked so far, as rows that no longer ask the database anything."""
    found = list(session.scalars(select(Marking).order_by(Marking.id)))
    session.expunge_all()
    session.rollback()
    return found


def test_the_mean_of_two_that_agree_counts_and_one_alone_does_not(hall: Hall, desks) -> None:
    one, other, third = desks
    assert hall.mark_all(one, HALF) == 2
    assert hall.earned() == [None, None, Decimal(25)]
    assert hall.mark_all(other, ["0", "1"]) == 2
    # 20 for the choice, 5 for the case, (10 + 15) / 2 for the short answer.
    assert hall.earned() == [Decimal("37.5"), Decimal("37.5"), Decimal(25)]
    assert hall.mark_all(third) == 0


def test_neither_marker_sees_the_others_mark_nor_that_there_is_one(
    hall: Hall, desks, make, sign_in
) -> None:
    one, other, _ = desks
    fresh = main(one.get(hall.path()))
    hall.mark_all(one, ALL)
    seen = page(other.get(hall.path()))
    assert seen.select("input[checked]") == []
    # Word for word what a first marker sees, but for the answer and its number.
    texts = {"第一份", "第二份", *(f"{n:06}" for n in range(20))}
    words = [" ".join(each for each in text.split() if each not in texts) for text in
             (fresh, main(other.get(hall.path())))]  # fmt: skip
    assert words[0] == words[1]
    tasks = main(other.get("/exam/marking"))
    assert "0 / 2 份" in tasks
    assert "仲裁" not in tasks
    # What the first marker holds is nobody else's to open, mark, pass over or amend.
    own = page(one.get(hall.path(rest="/marked"))).select_one("tbody a")["href"]
    assert other.get(own).status_code == 404
    assert other.post(f"{own}/again", data={"reason": "看看"}).status_code == 404
    late = other.post(own, data={"points-0": ALL}, follow_redirects=True)
    assert "未作评阅" in late.text
    other.post(f"{own}/skip")
    assert page(one.get(own)).select_one("input[checked]")


def test_beyond_the_tolerance_a_third_person_decides_seeing_both(
    hall: Hall, desks, session
) -> None:
    one, other, third = desks
    hall.mark_all(one, NONE)
    hall.mark_all(other, HALF)
    assert hall.earned() == [None, None, Decimal(25)]
    for reader in (one, other):
        assert page(reader.get(hall.path(rest="/arbitration"))).select("form[data-marking]") == []
        assert "仲裁 2 份" not in main(reader.get("/exam/marking"))
    told = third.get("/exam/marking")
    assert "仲裁 2 份" in main(told)
    assert "相差过大的 2 份，待您仲裁" in main(told)
    assert "没有待您评阅" not in main(told).partition("没有待您评阅的 ")[0]
    assert page(told).select_one(".xf-task-title a")["href"].endswith("/arbitration")
    for _ in range(2):
        shown = page(third.get(hall.path(rest="/arbitration")))
        guide = shown.find("fieldset").get_text(" ", strip=True)
        assert "一评 0 分，二评 10 分" in guide
        assert guide.count("二评给分") == 1
        assert "一评给分" not in guide
        assert "评卷" not in shown.find("main").get_text()
        assert shown.select("input[checked]") == []
        form = str(shown.select_one("form[data-marking]")["action"])
        assert third.post(form, data={"points-0": ALL}).status_code == 302
    assert hall.earned() == [Decimal(45), Decimal(45), Decimal(25)]
    found = markings(session)
    assert Counter(each.reader for each in found) == dict.fromkeys(
        (Reader.FIRST, Reader.SECOND, Reader.ARBITER), 2
    )
    assert len({(each.answer_id, each.marked_by_id) for each in found}) == 6


def test_an_amendment_reopens_an_answer_that_was_settled(hall: Hall, desks) -> None:
    one, other, _ = desks
    hall.mark_all(one, HALF)
    hall.mark_all(other, HALF)
    own = page(one.get(hall.path(rest="/marked"))).select_one("tbody a")["href"]
    one.post(f"{own}/again", data={"points-0": NONE, "reason": "答非所问"})
    assert sorted(hall.earned(), key=str) == [Decimal(25), Decimal(35), None]
    assert "仲裁 1 份" in main(desks[2].get("/exam/marking"))


def test_nobody_gets_an_answer_that_somebody_has_in_hand_until_the_lease_is_over(
    app, noon, make, session, desks
) -> None:
    hall = seated(app, make, session, ["唯一一份"])
    one, other, _ = desks
    form = str(page(one.get(hall.path())).select_one("form[data-marking]")["action"])
    again = str(page(one.get(hall.path())).select_one("form[data-marking]")["action"])
    assert again == form
    waits = page(other.get(hall.path()))
    assert waits.select("form[data-marking]") == []
    assert "正由他人评阅" in waits.get_text()
    with clock.frozen(NOON + LEASE + timedelta(seconds=1)):
        taken = str(page(other.get(hall.path())).select_one("form[data-marking]")["action"])
        late = one.post(form, data={"points-0": ALL}, follow_redirects=True)
        assert "已转给其他阅卷人" in late.text
        assert markings(session) == []
        assert other.post(taken, data={"points-0": HALF}).status_code == 302
        assert "您已评过" in other.post(
            taken, data={"points-0": ALL}, follow_redirects=True
        ).text  # fmt: skip
    assert hall.earned() == [Decimal(35)]


def test_a_late_save_counts_while_nobody_else_took_the_answer(hall: Hall, desks) -> None:
    form = str(page(desks[0].get(hall.path())).select_one("form[data-marking]")["action"])
    with clock.frozen(NOON + timedelta(hours=2)):
        assert desks[0].post(form, data={"points-0": HALF}).status_code == 302
        assert page(desks[0].get(hall.path(rest="/marked"))).select("tbody a")


def test_many_at_once_mark_every_answer_twice_and_no_more(
    app, noon, make, session, sign_in
) -> None:
    hall = seated(app, make, session, [f"第{n}份" for n in range(8)], **DOUBLE)
    clients = [grader(make, sign_in, f"评卷{n}") for n in range(4)]

    def mark(client) -> int:
        with clock.frozen(NOON):
            return hall.mark_all(client, HALF)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(mark, clients))
    # Somebody may find everything in the hands of others and go; nothing is marked thrice.
    given = Counter((each.answer_id, each.reader) for each in markings(session))
    assert set(given.values()) == {1}
    assert sum(done) == len(given)
    assert sum(map(hall.mark_all, clients)) == 16 - len(given)
    assert hall.earned() == [Decimal(35)] * 8
    claims = session.scalars(select(MarkingClaim)).all()
    assert len({(each.answer_id, each.account_id) for each in claims}) == len(claims) == 16


def test_only_those_named_for_a_session_mark_it(hall: Hall, desks, make, sign_in, session) -> None:
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    chosen, staff = make.account(Role.GRADER), make.account(Role.STAFF)
    named, url = sign_in(chosen), f"/exam/sessions/{hall.exam_id}/marking"
    assert officer.post(f"{url}/markers", data={"account_id": staff.id}).status_code == 409
    for _ in range(2):
        officer.post(f"{url}/markers", data={"account_id": chosen.id})
    assert desks[0].get(hall.path()).status_code == 404
    assert desks[0].get(hall.path(rest="/marked")).status_code == 404
    assert hall.exam.title not in desks[0].get("/exam/marking").text
    session.rollback()
    assert hall.mark_one(named, HALF)
    # Another form, another item, an item for machines: nothing there either.
    for place in (f"{hall.exam_id}/{hall.form_id + 1}/2", f"{hall.exam_id}/{hall.form_id}/9",
                  f"{hall.exam_id}/{hall.form_id}/1"):  # fmt: skip
        assert named.get(f"/exam/marking/{place}").status_code == 404
    officer.post(f"{url}/markers/{chosen.id}/remove")
    assert hall.mark_one(desks[0], HALF)
    assert len(markings(session)) == 2


def test_the_officer_sees_progress_and_agreement_frees_answers_and_closes(
    hall: Hall, desks, make, sign_in, session
) -> None:
    officer, url = sign_in(make.account(Role.EXAM_ADMIN)), f"/exam/sessions/{hall.exam_id}/marking"
    one, other, third = desks
    hall.mark_all(one, NONE)
    hall.mark_one(other, HALF)
    page(other.get(hall.path()))
    shown = main(officer.get(url))
    assert "主观题由两人分别匿名评阅；分差不超过 5 分的取两评平均分，超过的由第三人仲裁" in shown
    assert "第 2 题，20 分 0 / 2 1 1" in shown
    assert "数量太少" in shown
    assert "0 分，评卷甲 10 分，评卷乙 10 分" in main(officer.get(f"{url}?show=disputes"))
    assert "评卷乙 1 份" in shown
    assert "考生1" not in shown
    stuck = session.scalars(select(MarkingClaim).where(MarkingClaim.done_at.is_(None))).one()
    holder = stuck.account_id
    session.rollback()
    assert "1 份作答" in officer.post(
        f"{url}/markers/{holder}/release", follow_redirects=True
    ).text  # fmt: skip
    assert hall.mark_all(third, HALF) == 1
    assert page(one.get(hall.path(rest="/arbitration"))).select("form[data-marking]") == []
    for reader in (third, other):
        shown = page(reader.get(hall.path(rest="/arbitration")))
        if form := shown.select_one("form[data-marking]"):
            reader.post(str(form["action"]), data={"points-0": HALF})
    with clock.frozen(AFTER):
        assert "已定评" in officer.post(f"{url}/close", follow_redirects=True).text
        officer.post(f"{url}/close")
        acts = session.scalars(select(AuditRecord.action)).all()
        session.rollback()
        assert (acts.count("marking.close"), acts.count("marker.release")) == (1, 1)
        assert officer.post(f"{url}/markers", data={"account_id": holder}).status_code == 409


def test_closing_scores_every_paper_from_what_was_marked(
    hall: Hall, desks, make, sign_in, session
) -> None:
    hall.mark_all(desks[0], HALF)
    hall.mark_all(desks[1], HALF)
    for answer in session.scalars(select(Answer).where(Answer.slot == 2)):
        answer.earned = Decimal(19)
    for attempt in session.scalars(select(Attempt)):
        attempt.earned = Decimal(99)
    session.commit()
    with clock.frozen(AFTER):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        officer.post(f"/exam/sessions/{hall.exam_id}/marking/close")
    # The third paper was blank: nobody marked it, and nobody touches it.
    assert hall.earned() == [Decimal(35), Decimal(35), Decimal(99)]


def test_the_candidate_sees_of_which_points_half_counts(
    app, hall: Hall, desks, sign_in, make
) -> None:
    hall.mark_all(desks[0], HALF)
    hall.mark_all(desks[1], ["0", "1"])
    hall.close(app)
    candidate = sign_in(make.account(Role.STAFF, person=hall.exam.candidates[0].person))
    hall.session.rollback()
    with clock.frozen(AFTER):
        shown = page(candidate.get("/exam/attempts/1/result"))
    notes = [each.get_text() for each in shown.select("#q2 .xf-option-note")]
    assert notes == ["答到，得 10 / 10 分", "答到一半，得 2.5 / 5 分", "未答到，得 0 / 5 分"]


def test_no_answer_that_a_marker_gets_says_whose_paper_it_is(
    app, noon, make, session, desks
) -> None:
    unit = make.unit("绝密单位")
    people = [
        make.person(unit, name=f"绝密姓名{n}", staff_number=f"SECRET{n}", id=7_654_321_0 + n)
        for n in range(2)
    ]
    hall = seated(app, make, session, ["第一份", "第二份"], people=people, **DOUBLE)
    one, other, third = desks
    secrets = ["绝密姓名", "SECRET", "绝密单位", "7654321", "/attempts/", "/candidates/"]
    # Claims 1 and 2 are the first marker's, each id at once one of session, form and item.
    crawler = Crawler(app, [1, 2], [*secrets, "评卷乙", "评卷丙"])
    hall.mark_all(one, NONE)
    hall.mark_all(other, HALF)
    assert crawler.leaks(one) == []
    assert crawler.answers > 50
    # As an arbiter, too, who sees both marks.
    watched = Crawler(app, [], [*secrets, "评卷甲", "评卷乙"])
    for _ in range(2):
        shown = third.get(hall.path(rest="/arbitration"))
        assert "二评给分" in shown.text
        form = str(page(shown).select_one("form[data-marking]")["action"])
        talk = [shown, third.post(form, data={"points-0": ["99"]}),
                third.post(form, data={"points-0": ALL})]  # fmt: skip
        assert [leak for each in talk for leak in watched.look(form, each)] == []
    rows = third.get(hall.path(rest="/marked"))
    own = third.get(page(rows).select_one("tbody a")["href"])
    assert [leak for each in (rows, own) for leak in watched.look("marked", each)] == []


def test_numbers_that_markers_see_follow_neither_people_nor_time(
    app, noon, make, session, desks
) -> None:
    hall = seated(app, make, session, [f"第{n}份" for n in range(12)])
    order = [hall.mark_one(desks[0], NONE) for _ in range(12)]
    assert sorted(order) == sorted(f"第{n}份" for n in range(12))
    claims = session.scalars(select(MarkingClaim.answer_id).order_by(MarkingClaim.id)).all()
    session.rollback()
    assert list(claims) not in (sorted(claims), sorted(claims, reverse=True))


def test_sittings_of_two_forms_are_marked_form_by_form(app, noon, make, session, desks) -> None:
    hall = seated(app, make, session, ["甲卷的答"])
    other = seated(app, make, session, ["乙卷的答"])
    moved = session.scalars(select(Attempt).where(Attempt.session_id == other.exam_id)).one()
    moved.session_id = hall.exam_id
    session.commit()
    second = Hall(hall.exam, other.form, session, hall.exam_id, other.form_id)
    assert hall.mark_one(desks[0], HALF) == "甲卷的答"
    assert second.mark_one(desks[0], HALF) == "乙卷的答"
    assert main(desks[0].get("/exam/marking?all=1")).count("第 2 题 ·") == 2
