"""The hall: paused and going on again, time for all, signs of life, the board, a device cut off."""

from datetime import timedelta

from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from exam.models import Answer, Attempt, AttemptEvent, ExamSession
from tests.factories import NOON
from tests.pages import page, text

MINUTE = timedelta(minutes=1)


def seen(session, statement) -> list:
    found = session.scalars(statement.execution_options(populate_existing=True)).all()
    session.commit()
    return found


def pulse(place, token: str | None = None):
    headers = {"X-Attempt-Token": place.token if token is None else token}
    return place.client.get(f"{place.url}/pulse", headers=headers)


def test_a_pause_stops_every_clock_and_loses_nothing(seat, officer, session) -> None:
    place = seat()
    hall = f"/exam/sessions/{place.exam.id}"
    place.answer(1, "A", seq=1)
    with clock.frozen(NOON + 50 * MINUTE):
        assert "须写明理由" in text(officer.post(f"{hall}/pause", data={"reason": ""}))
        assert officer.post(f"{hall}/pause", data={"reason": "考场断电"}).status_code == 302
        assert "已经暂停" in text(officer.post(f"{hall}/pause", data={"reason": "再次"}))
        told = pulse(place).get_json()
        assert (told["state"], told["server_time"]) == ("paused", "2026-03-02T04:50:00.000+00:00")
    with clock.frozen(NOON + 50 * MINUTE + timedelta(seconds=30)):
        # On its way when the pause began.
        assert place.answer(1, "B", seq=2).status_code == 200
    with clock.frozen(NOON + 90 * MINUTE):
        # Well past the old deadline and the old end: nothing is over, nothing is collected.
        assert place.answer(2, "A", seq=3).status_code == 200
        assert place.client.get(place.url).status_code == 200
        early = place.client.post(f"{place.url}/submit", data={"auto": "1"})
        assert early.status_code == 409
        assert "还没有到时" in text(early)
        assert "考试暂停" in text(officer.get(f"{hall}/monitor"))
        refused = officer.post(f"{hall}/extend", data={"closes_at": "2026-03-02T20:00"})
        assert "请先恢复" in text(refused)
        assert officer.post(f"{hall}/unpause", data={"reason": "来电"}).status_code == 302
        assert pulse(place).get_json()["state"] == "running"
        assert officer.post(f"{hall}/unpause", data={"reason": "再次"}).status_code == 409
    [found], [exam] = seen(session, select(Attempt)), seen(session, select(ExamSession))
    assert (found.deadline, found.added_seconds) == (NOON + 100 * MINUTE, 2400)
    assert (exam.closes_at, exam.paused_at) == (NOON + 100 * MINUTE, None)
    # A minute into the pause somebody still answered: that shows, and no more than that.
    details = [each.detail for each in seen(session, select(AttemptEvent))]
    assert [each for each in details if "仍保存了" in each] == ["暂停一分钟后仍保存了 1 题，请核查"]
    with clock.frozen(NOON + 100 * MINUTE):
        assert place.answer(1, "A", seq=9).status_code == 200
    with clock.frozen(NOON + 100 * MINUTE + timedelta(seconds=1)):
        late = place.answer(1, "B", seq=10)
        assert (late.status_code, late.get_json()["reason"]) == (409, "overdue")
    assert len(seen(session, select(Answer))) == 2


def test_who_hands_in_during_a_pause_keeps_an_end_that_was_theirs(seat, officer, session) -> None:
    place = seat()
    hall = f"/exam/sessions/{place.exam.id}"
    own = f"/exam/sessions/candidates/{place.exam.candidates[0].id}"
    with clock.frozen(NOON + 50 * MINUTE):
        officer.post(f"{hall}/pause", data={"reason": "疏散"})
    with clock.frozen(NOON + 55 * MINUTE):
        place.submit()
        assert "截止 考试暂停中" in text(officer.get(own))
    with clock.frozen(NOON + 70 * MINUTE):
        officer.post(f"{hall}/unpause", data={"reason": "解除"})
        shown = text(officer.get(own))
    [found] = seen(session, select(Attempt))
    # An hour from noon, and the five minutes of the pause that it was still open.
    assert (found.deadline, found.added_seconds) == (NOON + 65 * MINUTE, 300)
    assert "截止 2026年3月2日 13:05 全体加时、暂停 5 分钟" in shown


def test_nobody_begins_during_a_pause_and_grants_keep_what_it_lasted(
    seat, officer, make, sign_in, session
) -> None:
    place = seat()
    hall = f"/exam/sessions/{place.exam.id}"
    voided = f"{place.url}/void"
    officer.post(f"{hall}/pause", data={"reason": "疏散"})
    officer.post(voided, data={"reason": "夹带", "misconduct": "crib"})
    with clock.frozen(NOON + 20 * MINUTE):
        grant = {"minutes": "10", "reason": "视障"}
        candidate = place.exam.candidates[0].id
        officer.post(f"{place.url}/restore", data={"reason": "误登"})
        officer.post(f"/exam/sessions/candidates/{candidate}/minutes", data=grant)
        officer.post(f"{hall}/unpause", data={"reason": "返回考场"})
    [found] = seen(session, select(Attempt))
    # An hour, the ten minutes granted, the twenty of the pause.
    assert found.deadline == NOON + 90 * MINUTE
    officer.post(f"{hall}/pause", data={"reason": "再次疏散"})
    other = make.account(Role.STAFF)
    late = {"reason": "迟到"}
    officer.post(f"{hall}/candidates/{other.person_id}", data=late)
    refused = sign_in(other).post(f"{hall}/attempts")
    assert (refused.status_code, "恢复后本页自动出现" in text(refused)) == (409, True)


def test_time_is_added_for_all_who_sit_and_for_the_window(seat, officer, session) -> None:
    place = seat()
    hall = f"/exam/sessions/{place.exam.id}"
    path = f"{hall}/add-time"
    assert officer.post(path, data={"minutes": "0", "reason": "断网"}).status_code == 302
    assert officer.post(path, data={"minutes": "15", "reason": "断网"}).status_code == 302
    [found], [exam] = seen(session, select(Attempt)), seen(session, select(ExamSession))
    assert found.deadline == NOON + 75 * MINUTE
    assert exam.closes_at == NOON + 75 * MINUTE
    assert pulse(place).get_json()["deadline"] == "2026-03-02T05:15:00.000+00:00"
    with clock.frozen(NOON + 80 * MINUTE):
        assert "不在进行中" in text(officer.post(path, data={"minutes": "5", "reason": "晚了"}))


def test_time_that_two_add_from_the_same_board_is_added_once(seat, officer, session) -> None:
    place = seat()
    board = f"/exam/sessions/{place.exam.id}/monitor"

    def seen_end() -> str:
        return page(officer.get(board)).select_one("[action$='/add-time'] [name=seen]")["value"]

    asked = {"minutes": "15", "reason": "断网", "seen": seen_end()}
    path = f"/exam/sessions/{place.exam.id}/add-time"
    assert officer.post(path, data=asked).status_code == 302
    again = officer.post(path, data=asked)
    assert (again.status_code, "可能已经有人加时" in text(again)) == (409, True)
    assert seen(session, select(Attempt))[0].deadline == NOON + 75 * MINUTE
    assert officer.post(path, data=asked | {"seen": seen_end()}).status_code == 302
    assert seen(session, select(Attempt))[0].deadline == NOON + 90 * MINUTE


def test_a_page_that_comes_back_after_a_while_leaves_a_note_of_the_loss(
    app, seat, officer, session
) -> None:
    place = seat()
    pulses = app.wsgi_app._pulses

    def beat_at(seconds: float) -> None:
        with clock.frozen(NOON + timedelta(seconds=seconds)):
            assert pulse(place).status_code == 200
            pulses.flush()

    def board_at(seconds: float):
        with clock.frozen(NOON + timedelta(seconds=seconds)):
            told = officer.get(f"/exam/sessions/{place.exam.id}/monitor/board").get_json()
            [row] = told["rows"].values()
            return row, told["counts"]

    beat_at(0)
    beat_at(60)
    row, counts = board_at(100)
    assert (row["presence"], row["losses"], counts["in"]) == ("in", None, 1)
    row, counts = board_at(60 + 90)
    assert (row["presence"], row["quiet"], counts["lost"]) == ("lost", "1分30秒", 1)
    # A saved answer is a sign of life, too.
    with clock.frozen(NOON + timedelta(seconds=150)):
        place.answer(1, "A")
    assert board_at(160)[0]["presence"] == "in"
    beat_at(160)
    beat_at(360)
    [note] = [each for each in seen(session, select(AttemptEvent)) if each.kind == "lost_contact"]
    assert (note.at, note.detail) == (
        NOON + timedelta(seconds=360), "12:02:40 起失去联系 3分20秒",
    )  # fmt: skip
    row, counts = board_at(361)
    assert (row["losses"], row["answered"], counts["losses"]) == (1, 1, 1)


def test_a_pulse_needs_the_token_and_tells_of_the_end(seat, make, sign_in) -> None:
    place = seat()
    assert pulse(place, token="").status_code == 403
    assert pulse(place, token=place.token[:-1] + "0").status_code == 403
    assert place.client.post(f"{place.url}/pulse").status_code == 405
    sign_in(place.account).get(place.url)
    assert pulse(place).get_json()["state"] == "elsewhere"
    place.client.get(place.url)
    place.client.post(f"{place.url}/submit")
    assert pulse(place).get_json()["state"] == "ended"


def test_the_board_shows_who_is_where_and_lists_by_state_and_by_mark(
    seat, officer, make, session
) -> None:
    place = seat()
    hall = f"/exam/sessions/{place.exam.id}/monitor"
    absent = make.person(name="缺席者")
    officer.post(f"/exam/sessions/{place.exam.id}/candidates/{absent.id}", data={"reason": "补报"})
    place.client.post(f"{place.url}/left", data={"seconds": "12"})
    counts = officer.get(f"{hall}/board").get_json()["counts"]
    assert (counts["out"], counts["in"], counts["left"], counts["done"]) == (1, 1, 1, 0)
    assert "缺席者" in text(officer.get(f"{hall}?where=out"))
    assert "缺席者" not in text(officer.get(f"{hall}?mark=left"))
    assert len(officer.get(f"{hall}/board?mark=left").get_json()["rows"]) == 1
    assert officer.get(f"{hall}/board?mark=nonsense&where=nonsense").status_code == 200
    page = text(officer.get(hall))
    assert "它只是核查的线索" in page
    assert "离开作答页面 12 秒" in text(
        officer.get(f"/exam/sessions/candidates/{place.exam.candidates[0].id}")
    )


def test_what_was_saved_on_an_earlier_day_is_told_with_its_date(
    seat, officer, make, sign_in, session
) -> None:
    day = timedelta(days=1)
    place = seat(closes_at=NOON + 3 * day)
    place.answer(1, "A")
    board = f"/exam/sessions/{place.exam.id}/monitor/board"

    def saved(client) -> list[str]:
        return [each["saved"] for each in client.get(board).get_json()["rows"].values()]

    assert saved(officer) == ["12:00:00"]
    other = make.account(Role.EXAM_ADMIN)
    session.rollback()
    with clock.frozen(NOON + day):
        assert saved(sign_in(other)) == ["03-02 12:00"]


def test_a_device_is_cut_off_and_its_person_goes_on_after_signing_in(
    seat, officer, sign_in, session
) -> None:
    place = seat()
    place.answer(1, "A")
    path = f"{place.url}/cut-off"
    assert officer.post(path, data={"reason": ""}).status_code == 409
    assert officer.post(path, data={"reason": "他人在场"}).status_code == 302
    refused = place.answer(1, "B", seq=2)
    assert (refused.status_code, refused.get_json()["reason"]) == (409, "taken_over")
    assert place.client.get(place.url).location.startswith("/login")
    again = place.at(sign_in(place.account))
    assert again.checked()["1"] == ["A"]
    assert again.answer(1, "C", seq=3).status_code == 200
    kinds = [each.kind.value for each in seen(session, select(AttemptEvent))]
    assert sorted(kinds) == ["cut_off", "save_refused", "started", "taken_over"]
    again.submit()
    assert "已经结束" in text(officer.post(path, data={"reason": "再次"}))


def test_misconduct_is_named_by_kind_and_can_be_taken_back(seat, officer, session) -> None:
    place = seat()
    officer.post(f"{place.url}/void", data={"reason": "手机拍题", "misconduct": "leaked"})
    [found] = seen(session, select(Attempt))
    assert found.misconduct == "leaked"
    candidate = f"/exam/sessions/candidates/{place.exam.candidates[0].id}"
    assert "泄露、传播试题：手机拍题" in text(officer.get(candidate))
    officer.post(f"{place.url}/restore", data={"reason": "查无此事"})
    [found] = seen(session, select(Attempt))
    assert (found.misconduct, found.void_reason, found.voided_at) == (None, "", None)
