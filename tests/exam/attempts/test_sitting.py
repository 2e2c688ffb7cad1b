"""Sittings as stories: lost networks, closed tabs, two devices, the end of time, colleagues."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from accounts.permissions import Role
from core import clock
from core.audit.models import AuditRecord
from exam import cli
from exam.attempts import timing
from exam.models import Answer, Attempt, AttemptEvent, AttemptVector
from exam.services.attempts.taking import NOTED_LEAVES
from tests.factories import NOON

DEADLINE = NOON + timedelta(minutes=60)
SETTLED = DEADLINE + timing.SETTLE + timedelta(seconds=1)


def test_a_network_comes_and_goes_and_the_result_is_whole(seat, session) -> None:
    place = seat(max_attempts=1)
    place.answer(1, "B", seq=1)
    # The network fails: two changes wait in the browser, the last one goes out without a receipt.
    place.put({"slot": 1, "seq": 2, "choice": ["A"]})
    with clock.frozen(NOON + timedelta(minutes=30)):
        back = place.put(
            {"slot": 1, "seq": 2, "choice": ["A"]}, {"slot": 2, "seq": 1, "choice": ["A", "B"]}
        )
        assert back.get_json()["saved"] == [1, 2]
        assert place.submit().status_code == 303
    assert session.get(Attempt, place.attempt_id).earned == Decimal(10)
    session.rollback()
    assert "满分 10 分" in place.result()


def test_a_closed_tab_is_opened_again_where_it_was_left(seat) -> None:
    place = seat()
    place.answer(1, "C", seq=7)
    again = place.at(place.client)
    assert again.checked() == {"1": ["C"], "2": []}
    assert again.page.select_one("[data-slot='1'][data-type]")["data-seq"] == "7"
    assert again.meta("attempt-deadline") == place.meta("attempt-deadline")
    assert place.answer(2, "A").status_code == 200


def test_the_job_hands_in_what_was_saved_once_the_time_is_over(app, seat, session) -> None:
    place = seat()
    place.answer(1, "A")
    with clock.frozen(DEADLINE + timedelta(seconds=1)), app.app_context():
        assert cli.hand_in_overdue() == 0
        assert "正在收卷" in place.result()
    with clock.frozen(SETTLED), app.app_context():
        assert cli.hand_in_overdue() == 1
        assert cli.hand_in_overdue() == 0
        assert "到时自动交卷" in place.result()
    attempt = session.get(Attempt, place.attempt_id)
    assert (attempt.earned, attempt.submitted_at) == (Decimal(5), DEADLINE)


def test_an_answer_in_time_is_kept_however_long_it_waited_to_be_written(app, seat, session):
    place = seat()
    with clock.frozen(DEADLINE), app.app_context():
        cli.hand_in_overdue()
        assert place.answer(1, "A").status_code == 200


def test_the_next_request_hands_in_too(seat, session) -> None:
    place = seat(max_attempts=2, closes_at=NOON + timedelta(hours=5))
    place.answer(1, "A")
    with clock.frozen(SETTLED):
        assert place.client.get(place.url).location == f"{place.url}/result"
        started = place.client.post(f"/exam/sessions/{place.exam.id}/attempts")
    assert started.location != place.url
    first = session.get(Attempt, place.attempt_id)
    assert (first.earned, first.auto_submitted) == (Decimal(5), True)


def test_one_attempt_that_cannot_be_scored_keeps_nobody_elses_from_being(app, seat, session):
    broken, whole = seat(), seat()
    broken.answer(1, "A")
    whole.answer(1, "A")
    row = session.scalars(select(Answer).where(Answer.attempt_id == broken.attempt_id)).one()
    row.response = "damaged"
    session.commit()
    with clock.frozen(SETTLED), app.app_context():
        assert cli.hand_in_overdue() == 1
    assert session.get(Attempt, whole.attempt_id).earned == Decimal(5)


def test_the_second_device_takes_over_and_the_first_can_only_read(seat, sign_in, session) -> None:
    first = seat()
    first.answer(1, "B", seq=1)
    second = first.at(sign_in(first.account))
    assert second.checked()["1"] == ["B"]
    assert second.token != first.token
    refused = first.answer(1, "C", seq=2)
    assert (refused.status_code, refused.get_json()["reason"]) == (409, "taken_over")
    assert "另一台设备" in refused.get_json()["error"]
    handing_in = first.submit()
    assert handing_in.status_code == 409
    assert "另一台设备" in handing_in.get_data(as_text=True)
    assert not first.client.get(f"{first.url}/alive").get_json()["here"]
    assert second.answer(1, "A", seq=3).status_code == 200
    kinds = session.scalars(select(AttemptEvent.kind).order_by(AttemptEvent.id)).all()
    assert [each.value for each in kinds] == ["started", "taken_over", "save_refused"]
    acts = session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()
    assert acts[-1] == "attempt.take_over"
    session.rollback()
    assert second.submit().status_code == 303
    assert session.get(Attempt, first.attempt_id).earned == Decimal(5)


def test_the_first_device_may_take_it_back(seat, sign_in) -> None:
    first = seat()
    second = first.at(sign_in(first.account))
    first = first.at(first.client)
    assert first.answer(1, "A").status_code == 200
    assert second.answer(1, "B", seq=2).status_code == 409


def test_two_tabs_of_one_device_share_the_attempt(seat) -> None:
    tab = seat()
    other = tab.at(tab.client)
    assert tab.answer(1, "A", seq=1).status_code == 200
    assert other.answer(1, "B", seq=2).status_code == 200
    assert tab.answer(1, "C", seq=1).get_json()["newer"][0]["choice"] == ["B"]


def test_after_the_deadline_any_device_may_hand_in(seat, sign_in, session) -> None:
    first = seat()
    first.at(sign_in(first.account))
    with clock.frozen(DEADLINE + timedelta(seconds=1)):
        assert first.submit().status_code == 303
    assert session.get(Attempt, first.attempt_id).auto_submitted


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""), ("GET", "/result"), ("GET", "/alive"), ("POST", "/submit"), ("POST", "/left"),
    ],
)  # fmt: skip
def test_a_colleagues_attempt_does_not_exist(seat, sign_in, make, session, method, path) -> None:
    place = seat()
    place.answer(1, "A")
    before = rows(session)
    colleague = sign_in(make.account(Role.STAFF))
    assert colleague.open(f"{place.url}{path}", method=method).status_code == 404
    assert rows(session) == before


def test_a_session_that_one_is_not_listed_for_does_not_exist(seat, sign_in, make) -> None:
    place = seat()
    colleague = sign_in(make.account(Role.STAFF))
    assert colleague.get(f"/exam/sessions/{place.exam.id}").status_code == 404
    assert colleague.post(f"/exam/sessions/{place.exam.id}/attempts").status_code == 404


def test_no_token_opens_another_attempt(seat, session) -> None:
    mine, other = seat(), seat()
    before = rows(session)
    answer = {"slot": 1, "seq": 1, "choice": ["A"]}
    tampered = [
        other.token, "", "x", other.token.replace(f"{other.attempt_id}.", f"{mine.attempt_id}.", 1),
        mine.token[:-1] + ("0" if mine.token[-1] != "0" else "1"), mine.token + "0", "é" * 40,
    ]  # fmt: skip
    for token in tampered:
        assert mine.put(answer, token=token).status_code == 403
    assert rows(session) == before


def test_a_slot_of_another_paper_is_refused(seat) -> None:
    assert seat().answer(3, "A").status_code == 400


def test_saving_ends_with_the_account(seat, session) -> None:
    place = seat()
    session.merge(place.account).disabled_at = NOON
    session.commit()
    refused = place.answer(1, "A")
    assert (refused.status_code, refused.get_json()["reason"]) == (409, "revoked")


def test_a_voided_attempt_takes_no_answers_and_says_why(seat, session) -> None:
    place = seat()
    attempt = session.get(Attempt, place.attempt_id)
    attempt.voided_at, attempt.void_reason = NOON, "替考"
    session.commit()
    refused = place.answer(1, "A")
    assert (refused.status_code, refused.get_json()["reason"]) == (409, "voided")
    assert place.client.get(place.url).status_code == 302
    assert "替考" in place.result()


def test_leaving_the_page_is_evidence_and_nothing_else(seat, session) -> None:
    place = seat()
    assert place.client.post(f"{place.url}/left", data={"seconds": "42"}).status_code == 204
    event = session.scalars(select(AttemptEvent).order_by(AttemptEvent.id.desc())).first()
    assert (event.kind.value, event.detail) == ("left_page", "离开作答页面 42 秒")
    session.rollback()
    for wrong in ({}, {"seconds": "0"}, {"seconds": "x"}, {"seconds": "99999999999999999999"}):
        assert place.client.post(f"{place.url}/left", data=wrong).status_code == 400
    assert place.answer(1, "A").status_code == 200
    place.submit()
    assert session.get(Attempt, place.attempt_id).earned == Decimal(5)
    session.rollback()
    assert place.client.post(f"{place.url}/left", data={"seconds": "42"}).status_code == 204
    assert NOTED_LEAVES == 200
    kinds = session.scalars(select(AttemptEvent.kind)).all()
    assert [each.value for each in kinds].count("left_page") == 1


def rows(session) -> list[int]:
    """How much there is of all that an attempt leaves behind."""
    tables = (Attempt, Answer, AttemptEvent, AttemptVector)
    counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    session.rollback()
    return counts
