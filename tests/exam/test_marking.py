"""Persons mark what no machine can: anonymously, once, on record, and again only with a reason."""

from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.models import Account, RoleGrant
from accounts.permissions import Role
from analytics.frames import exam as frames
from analytics.rates import department_table
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from exam.models import Attempt, AttemptVector, ExamSession, Marking
from exam.queries import sessions as queries
from exam.services import building
from tests.exam.items import CASE, SHORT, SINGLE
from tests.factories import NOON


@pytest.fixture
def hall(app, noon, make, session, sign_in):
    """A paper of a single choice, a short answer and a case, 20 marks each, sat by three people."""
    form = make.form(
        *[make.revision(each.item_type, **each.columns) for each in (SINGLE, SHORT, CASE)],
        marks=20,
    )
    with app.app_context():
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    people = [make.account(Role.STAFF, person=make.person(name=f"考生{n}")) for n in "甲乙丙"]
    exam = make.exam_session(
        form, *[each.person for each in people], shuffle_options=False,
        pass_score=Decimal(30), excellent_score=Decimal(50),
    )  # fmt: skip
    texts = ("党委统一领导，政府组织落实", "不知道", "")
    for account, text in zip(people, texts, strict=True):
        sit(sign_in(account), exam, text)
    return exam


def sit(client, exam: ExamSession, text: str) -> None:
    url = client.post(f"/exam/sessions/{exam.id}/attempts").location
    page = BeautifulSoup(client.get(url).data, "html.parser")
    token = str(page.find("meta", {"name": "attempt-token"})["content"])
    answers = [
        {"slot": 1, "seq": 1, "choice": ["B"]},
        {"slot": 2, "seq": 1, "text": text},
        {"slot": 3, "seq": 1, "parts": [{"choice": ["B"]}, {"text": ""}]},
    ]
    client.put(f"{url}/answers", json={"answers": answers}, headers={"X-Attempt-Token": token})
    client.post(f"{url}/submit")


@pytest.fixture
def grader(make, sign_in):
    return sign_in(make.account(Role.GRADER, person=make.person(name="阅卷人一")))


def soup(answer) -> BeautifulSoup:
    assert answer.status_code == 200
    return BeautifulSoup(answer.data, "html.parser")


def earned(session) -> list[Decimal | None]:
    session.rollback()
    found = session.scalars(select(Attempt.earned).order_by(Attempt.id)).all()
    session.rollback()
    return list(found)


def to_mark(page: BeautifulSoup) -> str:
    return str(page.select_one("form[data-marking]")["action"])


def mark_all(client, exam: ExamSession, slot: int = 2, **points) -> int:
    """Mark what waits of an item, every answer alike; how many there were."""
    for done in range(20):
        page = soup(client.get(f"/exam/marking/{exam.id}/{slot}"))
        if page.select_one("form[data-marking]") is None:
            return done
        client.post(to_mark(page), data=points or {"points-0": ["0"]})
    raise AssertionError("it never ends")


def test_only_answers_with_words_wait_and_blank_ones_earn_nothing(hall, session) -> None:
    assert earned(session) == [None, None, Decimal(25)]


def test_a_marker_sees_what_waits_without_a_name_and_marks_it_to_the_end(
    hall, grader, session
) -> None:
    tasks = soup(grader.get("/exam/marking"))
    assert "第 2 题" in tasks.get_text()
    assert "已评 0 / 2 份" in tasks.get_text(" ", strip=True)
    page = soup(grader.get(f"/exam/marking/{hall.id}/2"))
    assert "考生" not in page.get_text()
    assert len(page.select("input[name=points-0]")) == 3
    assert mark_all(grader, hall) == 2
    # 20 marks for the choice, 10 for the first point, 5 for the first question of the case.
    assert earned(session) == [Decimal(35), Decimal(35), Decimal(25)]
    vectors = session.scalars(select(AttemptVector).order_by(AttemptVector.attempt_id)).all()
    shares = [list(each.share) for each in vectors]
    assert shares == [[100, 50, 25], [100, 50, 25], [100, 0, 25]]
    assert "本题已评完" in soup(grader.get(f"/exam/marking/{hall.id}/2")).get_text()


def test_suggested_words_are_shown_in_the_answer_and_never_ticked(hall, grader) -> None:
    pages = [soup(grader.get(f"/exam/marking/{hall.id}/2"))]
    pages.append(soup(grader.get(pages[0].select_one("a:-soup-contains('跳过')")["href"])))
    marks = [[each.text for each in page.select("mark")] for page in pages]
    assert sorted(marks) == [[], ["统一领导", "组织落实"]]
    assert all(not page.select("input[checked]") for page in pages)


def test_who_marked_what_is_on_the_trail(hall, grader, session) -> None:
    mark_all(grader, hall)
    acts = session.scalars(select(AuditRecord).where(AuditRecord.action == "answer.mark")).all()
    assert len(acts) == 2
    assert '"points":{"0":[0]}' in acts[0].body.replace(" ", "")
    markings = session.scalars(select(Marking)).all()
    assert {each.earned for each in markings} == {Decimal(10)}


def test_a_second_marker_needs_a_reason_and_the_first_judgement_stays(
    hall, grader, make, sign_in, session
) -> None:
    mark_all(grader, hall)
    other = sign_in(make.account(Role.GRADER, person=make.person(name="阅卷人二")))
    rows = soup(other.get(f"/exam/marking/{hall.id}/2/marked"))
    link = rows.select_one("tbody a")["href"]
    form = to_mark(soup(other.get(link)))
    without = other.post(form, data={"points-0": ["0", "1"], "reason": " "})
    assert (without.status_code, "须写明理由" in without.get_data(as_text=True)) == (422, True)
    assert other.post(form, data={"points-0": ["0", "1"], "reason": "漏看一点"}).status_code == 302
    assert sorted(earned(session)) == [Decimal(25), Decimal(35), Decimal(40)]
    assert len(session.scalars(select(Marking)).all()) == 3
    assert "漏看一点" in soup(other.get(f"/exam/marking/{hall.id}/2/marked")).get_text()


def test_two_markers_of_one_answer_do_not_overwrite_each_other(
    hall, grader, make, sign_in, session
) -> None:
    form = to_mark(soup(grader.get(f"/exam/marking/{hall.id}/2")))
    other = sign_in(make.account(Role.GRADER))
    assert grader.post(form, data={"points-0": ["0"]}).status_code == 302
    late = other.post(form, data={"points-0": ["0", "1", "2"]}, follow_redirects=True)
    assert "刚由另一位阅卷人评完" in late.get_data(as_text=True)
    assert [each.points for each in session.scalars(select(Marking))] == [{"0": [0]}]


@pytest.mark.parametrize("points", [["3"], ["-1"], ["0", "99"]])
def test_points_that_the_guide_does_not_have_are_refused(hall, grader, session, points) -> None:
    form = to_mark(soup(grader.get(f"/exam/marking/{hall.id}/2")))
    assert grader.post(form, data={"points-0": points}).status_code == 409
    assert session.scalars(select(Marking)).all() == []


def test_nobody_marks_their_own_answer_nor_to_a_form_of_their_making(
    hall, make, sign_in, session
) -> None:
    both = sign_in(_also_grader(session, hall.candidates[0].person_id))
    assert mark_all(both, hall) == 1
    setter = make.account(Role.GRADER, Role.STAFF)
    hall.form.sealed_by_id = setter.id
    session.commit()
    refused = sign_in(setter).get(f"/exam/marking/{hall.id}/2")
    assert refused.status_code == 409


def _also_grader(session, person_id: int) -> Account:
    found = session.scalars(select(Account).where(Account.person_id == person_id)).one()
    found.grants.append(RoleGrant(role=Role.GRADER, lane=found.lane, granted_at=NOON))
    session.commit()
    return found


def test_results_are_published_only_when_all_is_marked_and_then_nothing_changes(
    hall, grader, make, sign_in, session
) -> None:
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    with clock.frozen(NOON + timedelta(hours=3)):
        refused = officer.post(f"/exam/sessions/{hall.id}/publish", follow_redirects=True)
        assert "还有 2 份答卷待阅卷" in refused.get_data(as_text=True)
    mark_all(grader, hall)
    with clock.frozen(NOON + timedelta(hours=3)):
        officer.post(f"/exam/sessions/{hall.id}/publish")
    number = hall.id
    session.expire_all()
    assert session.get(ExamSession, number).published_at is not None
    session.rollback()
    rows = soup(grader.get(f"/exam/marking/{number}/2/marked"))
    form = rows.select_one("tbody a")["href"] + "/again"
    assert grader.post(form, data={"points-0": ["1"], "reason": "再看"}).status_code == 409


def test_voided_papers_wait_for_nobody(hall, grader, session) -> None:
    attempt = session.scalars(select(Attempt).order_by(Attempt.id)).first()
    attempt.voided_at, attempt.void_reason = NOON, "替考"
    session.commit()
    assert mark_all(grader, hall) == 1


def test_rates_count_the_unmarked_as_taken_and_their_scores_not_at_all(
    app, hall, grader, session
) -> None:
    def total():
        with app.app_context():
            exam = db.session.get_one(ExamSession, hall.id)
            return department_table(frames.counted(exam, NOON + timedelta(hours=3)))[-1]

    before = total()
    shown = {key: before.values[key] for key in ("due", "taken", "scored", "unmarked", "passed")}
    assert shown == {"due": 3, "taken": 3, "scored": 1, "unmarked": 2, "passed": 0}
    assert (before.figures["participation"], before.figures["mean"]) == (Decimal(100), Decimal(25))
    mark_all(grader, hall)
    after = total()
    assert (after.values["unmarked"], after.values["passed"]) == (0, 2)
    assert after.figures["mean"] == Decimal("31.67")


def test_the_list_says_who_waits_and_calls_no_unmarked_paper_to_the_makeup(
    app, hall, make, sign_in
) -> None:
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    page = soup(officer.get(f"/exam/sessions/{hall.id}/manage"))
    assert page.get_text().count("待阅卷") >= 2
    with app.app_context(), clock.frozen(NOON + timedelta(hours=3)):
        exam = db.session.get_one(ExamSession, hall.id)
        owing = [each.entry.name for each in queries.makeup_candidates(exam, clock.now())]
    assert owing == ["考生丙"]
