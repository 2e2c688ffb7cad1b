"""What a browser asks in which answers of an attempt were left: whether they still can be sent."""

from datetime import timedelta

from core import clock
from exam.models import Attempt, ExamSession
from tests.factories import NOON

MINUTE = timedelta(minutes=1)


def test_it_is_told_what_arrived_and_whether_the_rest_comes_too_late(seat, sign_in, make) -> None:
    place = seat(title="年度考试")
    place.answer(1, "A", seq=7)
    told = place.client.get(f"{place.url}/kept")
    assert told.get_json() == {"over": False, "title": "年度考试", "seqs": {"1": 7}}
    place.submit()
    assert place.client.get(f"{place.url}/kept").get_json()["over"] is True
    assert sign_in(make.account()).get(f"{place.url}/kept").status_code == 404


def test_an_attempt_is_over_once_nothing_can_bring_it_back(seat, session) -> None:
    place = seat()
    kept = f"{place.url}/kept"

    def over(at=NOON) -> bool:
        with clock.frozen(at):
            return place.client.get(kept).get_json()["over"]

    attempt = session.get_one(Attempt, place.attempt_id)
    # It is restored perhaps, and goes on then.
    attempt.voided_at = NOON
    session.commit()
    assert not over()
    attempt.voided_at = None
    end = attempt.deadline
    session.commit()
    assert not over(end + timedelta(seconds=3)), "what came in time may still wait to be written"
    assert over(end + timedelta(seconds=6))
    session.get_one(ExamSession, place.exam.id).cancelled_at = NOON
    session.commit()
    assert over()
