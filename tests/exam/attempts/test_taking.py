"""An attempt as a plain HTTP client takes it, by the documented protocol."""

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from exam.kinds import CandidateStatus, Release
from exam.models import Answer, Attempt, AttemptEvent, AttemptVector
from exam.saving import batches
from tests.factories import NOON
from tests.pages import main
from tests.pages import page as page_of


def test_an_attempt_is_started_answered_handed_in_and_scored(seat, session) -> None:
    place = seat()
    slots = place.page.select("[data-slot][data-type]")
    assert [each["data-type"] for each in slots] == ["single_choice", "multiple_choice"]
    assert [each["value"] for each in slots[0].select("input")] == ["A", "B", "C", "D"]
    saved = place.put(
        {"slot": 1, "seq": 1, "choice": ["A"]}, {"slot": 2, "seq": 1, "choice": ["B", "A"]}
    )
    assert saved.status_code == 200
    assert saved.get_json()["saved"] == [1, 2]
    assert saved.get_json()["deadline"] == "2026-03-02T05:00:00.000+00:00"
    assert saved.get_json()["server_time"] == "2026-03-02T04:00:00.000+00:00"
    done = place.submit()
    assert (done.status_code, done.location) == (303, f"{place.url}/result")
    assert session.get(Attempt, place.attempt_id).earned == Decimal(10)
    assert session.scalars(select(AttemptVector.right)).one() == b"\x01\x01"


def test_a_page_that_is_kept_for_all_holds_nothing_of_anybody_else(make, sealed, sign_in) -> None:
    accounts = [make.account(Role.STAFF) for _ in range(2)]
    exam = make.exam_session(sealed(), *[each.person for each in accounts], title="同一场<考试>")
    pages = []
    for each in accounts:
        client = sign_in(each)
        opened = client.post(f"/exam/sessions/{exam.id}/attempts").location
        with client.session_transaction() as held:
            held["_flashes"] = [("info", f"只给{each.person.staff_number}看")]
        pages.append((opened, client.get(opened).text, client.get(opened).text))
    for (opened, told, page), own, other in zip(pages, accounts, reversed(accounts), strict=True):
        assert f"只给{own.person.staff_number}看" in told
        assert "只给" not in page
        assert page.count(f"{own.person.name} {own.person.staff_number}") == 2
        assert other.person.staff_number not in told + page
        assert f'action="{opened}/submit"' in page
        assert "同一场&lt;考试&gt;" in page
    tokens = [re.findall(r'name="(?:attempt-token|csrf-token)" content="([^"]+)"', page)
              for _, _, page in pages]  # fmt: skip
    assert len({token for found in tokens for token in found}) == 4


def test_starting_twice_resumes_the_same_attempt_and_its_token_stays_good(seat) -> None:
    place = seat()
    again = place.client.post(f"/exam/sessions/{place.exam.id}/attempts")
    assert again.location == place.url
    assert place.answer(1, "A").status_code == 200


def test_an_older_answer_never_overwrites_a_newer_one_and_the_newer_is_told(seat, session) -> None:
    place = seat()
    place.answer(1, "B", seq=5)
    stale = place.answer(1, "A", seq=4)
    assert stale.status_code == 200
    body = stale.get_json()
    assert (body["saved"], body["stale"]) == ([], [1])
    assert body["newer"] == [{"slot": 1, "seq": 5, "choice": ["B"]}]
    assert json.loads(session.scalars(select(Answer.response)).one()) == {"choice": ["B"]}


def test_an_answer_sent_again_because_its_receipt_was_lost_is_saved(seat, session) -> None:
    place = seat()
    for _ in range(2):
        assert place.answer(1, "B", seq=5).get_json()["saved"] == [1]
    assert len(session.scalars(select(Answer)).all()) == 1


def test_an_answer_may_be_taken_back(seat, session) -> None:
    place = seat()
    place.answer(1, "A", seq=1)
    place.answer(1, seq=2)
    place.submit()
    assert session.get(Attempt, place.attempt_id).earned == Decimal(0)


def test_nothing_is_saved_after_handing_in_and_the_refusal_is_kept(seat, session) -> None:
    place = seat()
    place.submit()
    late = place.answer(1, "A", seq=9)
    assert (late.status_code, late.get_json()["reason"]) == (409, "submitted")
    assert "交卷" in late.get_json()["error"]
    kinds = session.scalars(select(AttemptEvent.kind).order_by(AttemptEvent.id)).all()
    assert [each.value for each in kinds] == ["started", "submitted", "save_refused"]


def test_a_client_that_does_not_stop_fills_no_table_with_refusals(seat, session) -> None:
    place = seat()
    place.submit()
    for seq in range(batches.NOTED_REFUSALS + 5):
        assert place.answer(1, "A", seq=seq).status_code == 409
    kinds = session.scalars(select(AttemptEvent.kind)).all()
    assert len(kinds) == 2 + batches.NOTED_REFUSALS


@pytest.mark.parametrize(
    ("late", "status"),
    [(timedelta(0), 200), (timedelta(milliseconds=1), 409), (timedelta(seconds=1), 409)],
    ids=["at the deadline", "a millisecond late", "a second late"],
)
def test_what_arrives_by_the_deadline_is_kept_and_nothing_later(
    seat, session, late, status
) -> None:
    place = seat()
    with clock.frozen(NOON + timedelta(minutes=60) + late):
        answer = place.answer(1, "A")
    assert answer.status_code == status
    assert len(session.scalars(select(Answer)).all()) == (1 if status == 200 else 0)


def test_the_deadline_refuses_and_keeps_what_was_saved_before(seat, session) -> None:
    place = seat()
    place.answer(1, "A")
    with clock.frozen(NOON + timedelta(minutes=60, seconds=1)):
        late = place.answer(2, "A", "B")
        assert (late.status_code, late.get_json()["reason"]) == (409, "overdue")
        place.submit()
    attempt = session.get(Attempt, place.attempt_id)
    assert (attempt.earned, attempt.auto_submitted) == (Decimal(5), True)
    assert attempt.submitted_at == NOON + timedelta(minutes=60)


def test_handing_in_twice_gives_one_score(seat, session) -> None:
    place = seat()
    for _ in range(3):
        assert place.submit().status_code == 303
    assert len(session.scalars(select(AttemptVector)).all()) == 1


def test_what_a_form_claims_beside_its_fields_changes_nothing(seat, session) -> None:
    place = seat()
    claims = {"earned": "10", "submitted_at": "2020-01-01", "person_id": "1", "seed": "0"}
    place.client.post(f"{place.url}/submit", data=claims)
    assert session.get(Attempt, place.attempt_id).earned == Decimal(0)


def test_no_key_or_rationale_is_in_any_response_of_a_running_attempt(seat) -> None:
    place = seat()
    place.answer(1, "A")
    for path in (place.url, f"/exam/sessions/{place.exam.id}", "/exam/", "/"):
        text = place.client.get(path).get_data(as_text=True)
        assert "机密解析" not in text
        assert "revision" not in text
    place.submit()
    assert "机密解析" not in place.result()
    assert "单选题干" not in place.result()


@pytest.mark.parametrize(
    ("release", "during", "after"),
    [
        (Release.AT_SUBMIT, True, True),
        (Release.AFTER_CLOSE, False, True),
        (Release.ON_PUBLICATION, False, False),
        (Release.NEVER, False, False),
    ],
)
def test_the_key_is_shown_when_the_session_says(seat, release, during, after) -> None:
    place = seat(key_release=release, paper_release=Release.AT_SUBMIT)
    place.submit()
    assert ("机密解析一" in place.result()) is during
    with clock.frozen(NOON + timedelta(hours=2)):
        assert ("机密解析一" in place.result()) is after


def test_the_key_waits_for_the_last_one_who_has_extra_time(make, sealed, sign_in) -> None:
    early, late = make.account(), make.account()
    exam = make.exam_session(sealed(), early.person, late.person)
    make.attempt(exam, late.person, None, deadline=NOON + timedelta(minutes=90))
    client = sign_in(early)
    attempt = client.post(f"/exam/sessions/{exam.id}/attempts").location
    client.post(f"{attempt}/submit")

    def shown(after: timedelta) -> bool:
        with clock.frozen(NOON + after):
            return "机密解析一" in client.get(f"{attempt}/result").get_data(as_text=True)

    assert not shown(timedelta(minutes=89))
    assert shown(timedelta(minutes=91))


@pytest.mark.parametrize("release", Release, ids=lambda each: each.value)
def test_the_score_and_the_paper_are_shown_when_the_session_says(seat, session, release) -> None:
    place = seat(score_release=release, paper_release=release)
    place.answer(1, "A")
    place.submit()
    shown = {Release.AT_SUBMIT: 0, Release.AFTER_CLOSE: 1, Release.ON_PUBLICATION: 2}.get(release)
    for step, moment in enumerate((NOON, NOON + timedelta(hours=2), NOON + timedelta(hours=3))):
        if step == 2:
            session.merge(place.exam).published_at = NOON + timedelta(hours=2)
            session.commit()
        with clock.frozen(moment):
            text = place.result()
        expected = shown is not None and step >= shown
        assert ("得分" in text, "单选题干" in text) == (expected, expected)


@pytest.mark.parametrize("score", [Release.ON_PUBLICATION, Release.NEVER])
def test_no_paper_tells_by_its_items_the_score_that_is_not_open_yet(seat, session, score) -> None:
    place = seat(score_release=score, paper_release=Release.AFTER_CLOSE)
    place.answer(1, "A")
    place.submit()
    with clock.frozen(NOON + timedelta(hours=2)):
        assert "单选题干" not in place.result()
        session.merge(place.exam).published_at = NOON + timedelta(hours=2)
        session.commit()
    with clock.frozen(NOON + timedelta(hours=3)):
        assert ("单选题干" in place.result()) is (score is Release.ON_PUBLICATION)


def test_exempt_people_early_birds_and_a_second_try_are_refused(
    seat, make, sealed, sign_in, session
) -> None:
    place = seat()
    place.submit()
    assert place.client.post(f"/exam/sessions/{place.exam.id}/attempts").status_code == 409
    account = make.account(Role.STAFF)
    later = make.exam_session(
        sealed(), account.person,
        opens_at=NOON + timedelta(hours=1), closes_at=NOON + timedelta(hours=2),
    )  # fmt: skip
    assert sign_in(account).post(f"/exam/sessions/{later.id}/attempts").status_code == 409
    candidate = later.candidates[0]
    candidate.status, candidate.reason = CandidateStatus.EXEMPT, "公务出访"
    session.commit()
    with clock.frozen(NOON + timedelta(minutes=80)):
        refused = sign_in(account).post(f"/exam/sessions/{later.id}/attempts")
        assert "公务出访" in refused.get_data(as_text=True)


def test_nobody_whose_attempt_was_voided_begins_another(seat, session) -> None:
    place = seat(max_attempts=3)
    place.submit()
    found = session.get_one(Attempt, place.attempt_id)
    found.voided_at, found.void_reason = NOON, "替考"
    session.commit()
    answer = place.client.post(f"/exam/sessions/{place.exam.id}/attempts")
    assert answer.status_code == 409
    assert "不能再次作答" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("handed_in", "again"), [(True, False), (False, False), (True, True)])
def test_who_was_voided_is_told_so_and_offered_no_way_back_in(
    seat, session, handed_in, again
) -> None:
    place = seat(max_attempts=3)
    if handed_in:
        place.submit()
    if again:
        begun = place.client.post(f"/exam/sessions/{place.exam.id}/attempts")
        assert begun.status_code == 303
    found = session.get_one(Attempt, place.attempt_id)
    found.voided_at, found.void_reason = NOON, "替考"
    session.commit()
    mine = main(place.client.get("/exam/"))
    intro = place.client.get(f"/exam/sessions/{place.exam.id}")
    for text in (mine, main(intro)):
        assert "成绩无效" in text
        assert "查看说明" in text
        for offer in ("继续作答", "再次作答", "开始作答", "去考试"):
            assert offer not in text.replace("随时继续作答", "")
    assert f"/exam/sessions/{place.exam.id}/attempts" not in intro.text


def test_what_is_to_be_done_first_stands_first(make, sealed, session, sign_in) -> None:
    account, form = make.account(), sealed()
    # From when to when, in hours from now.
    times = {
        "以前的": (-4, -3), "刚才的": (-2, -1), "以后的": (2, 3), "将要考的": (1, 4),
        "正在考的": (-1, 4), "可以考的": (-1, 3), "快结束的": (-1, 1), "考完的": (-3, 1),
    }  # fmt: skip
    made = {
        title: make.exam_session(
            form, account.person, title=title,
            opens_at=NOON + timedelta(hours=start), closes_at=NOON + timedelta(hours=end),
        )
        for title, (start, end) in times.items()
    }  # fmt: skip
    make.attempt(made["正在考的"], account.person, None)
    make.attempt(made["考完的"], account.person, 10, submitted_at=NOON)
    client = sign_in(account)
    session.rollback()
    listed = [each.get_text() for each in page_of(client.get("/exam/")).select(".xf-task-title")]
    assert listed == [
        "正在考的", "快结束的", "可以考的", "将要考的", "以后的", "刚才的", "考完的", "以前的",
    ]  # fmt: skip


def test_a_session_that_was_called_off_is_told_of_to_those_on_its_list(
    make, sealed, session, sign_in
) -> None:
    account, stranger = make.account(), make.account()
    exam = make.exam_session(sealed(), account.person, title="取消的考试", cancelled_at=NOON)
    path = f"/exam/sessions/{exam.id}"
    client, other = sign_in(account), sign_in(stranger)
    session.rollback()
    with clock.frozen(NOON):
        told = client.get(path)
        assert (told.status_code, "“取消的考试”已取消" in told.text) == (404, True)
        assert "取消的考试" in main(client.get("/exam/"))
        assert "取消的考试" not in other.get(path).text
        assert "取消的考试" not in main(other.get("/exam/"))
    with clock.frozen(NOON + timedelta(days=40)):
        client = sign_in(account)
        session.rollback()
        assert "取消的考试" not in client.get(path).text
        assert "取消的考试" not in main(client.get("/exam/"))


def test_a_form_that_was_changed_after_sealing_is_not_opened(make, sealed, sign_in, session):
    account = make.account(Role.STAFF)
    form = sealed()
    exam = make.exam_session(form, account.person)
    session.refresh(form)
    form.snapshot = form.snapshot.replace("单选题干", "单选题于")
    session.commit()
    assert sign_in(account).post(f"/exam/sessions/{exam.id}/attempts").status_code == 409


def test_the_page_before_an_attempt_comes_back_by_itself_when_there_is_news(
    make, sealed, sign_in, session
) -> None:
    account = make.account(Role.STAFF)
    exam = make.exam_session(sealed(), account.person, opens_at=NOON + timedelta(minutes=5))
    client, url = sign_in(account), f"/exam/sessions/{exam.id}"

    def waits() -> str | None:
        found = BeautifulSoup(client.get(url).data, "html.parser").select_one("[data-again-in]")
        return found and str(found["data-again-in"])

    # The button is there already and shows itself at the time; nobody has to ask the server.
    page = BeautifulSoup(client.get(url).data, "html.parser")
    hidden = page.select_one("[data-at-opening][hidden]")
    assert hidden["data-at-opening"] == "300"
    assert hidden.select_one("form[action$='/attempts'] [type=submit]")
    assert waits() is None
    early = client.post(f"{url}/attempts")
    assert (early.status_code, "考试尚未开始" in early.text) == (409, True)
    exam.opens_at, exam.paused_at = NOON - timedelta(hours=1), NOON
    session.commit()
    assert waits() == "15"
    assert "开始作答</button>" not in client.get(url).text
    # Whoever pressed the button a moment before is told at the door, not on a page of errors.
    refused = client.post(f"{url}/attempts")
    assert refused.status_code == 409
    assert "考试须知" in refused.text
    assert "恢复后本页自动出现" in refused.text
    told = client.post(f"{url}/attempts", headers={"Accept": "application/json"})
    assert (told.status_code, told.get_json()["error"]) == (409, "考试暂停中，恢复后即可开始")
    exam.paused_at = None
    session.commit()
    assert waits() is None
    assert client.post(f"{url}/attempts").status_code == 303


def test_whose_paper_was_handed_in_for_them_reads_why_and_finds_the_result(
    seat, make, sign_in
) -> None:
    place = seat()
    place.answer(1, "A")
    hall = sign_in(make.account(Role.EXAM_ADMIN))
    hall.post(f"/exam/attempts/{place.attempt_id}/hand-in", data={"reason": "身体不适离场"})
    assert "由监考人员代为交卷" in place.result()
    assert "身体不适离场" in place.result()
    before = place.client.get(f"/exam/sessions/{place.exam.id}").text
    assert f'href="{place.url}/result"' in before


def test_whoever_sits_a_session_that_is_called_off_is_led_out_and_told(
    seat, make, sign_in, session
) -> None:
    place = seat()
    place.answer(1, "A")
    hall = sign_in(make.account(Role.EXAM_ADMIN))
    hall.post(f"/exam/sessions/{place.exam.id}/cancel", data={"reason": "停电改期"})
    refused = place.answer(1, "B", seq=2)
    assert (refused.status_code, refused.get_json()["reason"]) == (409, "called_off")
    assert (
        "已取消"
        in session.scalars(
            select(AttemptEvent.detail).where(AttemptEvent.kind == "save_refused")
        ).one()
    )
    assert (
        place.client.get(f"{place.url}/pulse", headers={"X-Attempt-Token": place.token}).get_json()[
            "state"
        ]
        == "ended"
    )
    # The page and its result do not send one another the reader to and fro.
    assert place.client.get(place.url).location == f"{place.url}/result"
    told = place.client.get(f"{place.url}/result")
    assert told.status_code == 200
    assert "本场次已取消" in told.text
    assert "正在收卷" not in told.text
    assert json.loads(session.scalars(select(Answer.response)).one()) == {"choice": ["A"]}


def test_who_begins_late_is_told_beforehand_how_little_time_is_left(
    make, sealed, session, sign_in
) -> None:
    early = make.account()
    exam = make.exam_session(sealed(), early.person, closes_at=NOON + timedelta(minutes=70))
    helped = make.exam_session(sealed(), early.person, closes_at=NOON + timedelta(minutes=70))
    helped.candidates[0].extra_minutes = 30
    make.save(helped)
    client = sign_in(early)

    def intro(session_id: int, minutes: int) -> str:
        with clock.frozen(NOON + timedelta(minutes=minutes)):
            return main(client.get(f"/exam/sessions/{session_id}"))

    first, second = exam.id, helped.id
    session.rollback()
    assert "剩余时间不足" not in intro(first, 10)
    late = intro(first, 61)
    assert "剩余时间不足 60 分钟" in late
    assert "到 2026年3月2日 13:10 自动交卷，只有约 9 分钟" in late
    # Extra time goes past the window's end.
    assert "剩余时间不足" not in intro(second, 10)
    assert "剩余时间不足 90 分钟" in intro(second, 11)
    with clock.frozen(NOON + timedelta(minutes=61)):
        client.post(f"/exam/sessions/{first}/attempts")
        assert "剩余时间不足" not in main(client.get(f"/exam/sessions/{first}"))
