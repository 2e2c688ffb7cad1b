"""An attempt as a plain HTTP client takes it, by the documented protocol."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.db import db
from exam.kinds import CandidateStatus, Release
from exam.models import Answer, Attempt, AttemptEvent, AttemptVector
from exam.services import building
from question_bank.item_types import ItemType
from tests.factories import NOON


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def sealed(app, make, session):
    """A sealed form of a single-choice (key 甲) and a multiple-choice item (key 甲, 乙)."""

    def seal(**given):
        form = make.form(
            make.revision(rationale="机密解析一", stem="单选题干"),
            make.revision(ItemType.MULTIPLE_CHOICE, rationale="机密解析二"),
            **given,
        )
        with app.app_context():
            building.seal(form=db.session.merge(form), at=NOON, by=None)
            db.session.commit()
        session.expire_all()
        return form

    return seal


@pytest.fixture
def seat(make, sealed, sign_in):
    """Somebody at their place: (client, attempt id, page, exam session)."""

    def take(**given):
        account = make.account(Role.STAFF)
        exam = make.exam_session(sealed(), account.person, shuffle_options=False, **given)
        client = sign_in(account)
        answer = client.post(f"/exam/sessions/{exam.id}/attempts")
        assert answer.status_code == 303
        attempt_id = int(answer.location.rsplit("/", 1)[1])
        page = client.get(answer.location)
        return client, attempt_id, BeautifulSoup(page.data, "html.parser"), exam

    return take


def token(page) -> str:
    return page.find("meta", {"name": "attempt-token"})["content"]


def put(client, attempt_id, page, *answers, **headers):
    headers = {"X-Attempt-Token": token(page)} | headers
    return client.put(
        f"/exam/attempts/{attempt_id}/answers", json={"answers": list(answers)}, headers=headers
    )


def test_an_attempt_is_started_answered_handed_in_and_scored(seat, session) -> None:
    client, attempt_id, page, _ = seat()
    slots = page.select("[data-slot][data-type]")
    assert [each["data-type"] for each in slots] == ["single_choice", "multiple_choice"]
    assert [each["value"] for each in slots[0].select("input")] == ["A", "B", "C", "D"]
    saved = put(
        client, attempt_id, page,
        {"slot": 1, "seq": 1, "choice": ["A"]}, {"slot": 2, "seq": 1, "choice": ["B", "A"]},
    )  # fmt: skip
    assert saved.status_code == 200
    assert saved.get_json()["saved"] == [1, 2]
    assert saved.get_json()["deadline"].endswith("+00:00")
    done = client.post(f"/exam/attempts/{attempt_id}/submit")
    assert (done.status_code, done.location) == (303, f"/exam/attempts/{attempt_id}/result")
    attempt = session.get(Attempt, attempt_id)
    assert attempt.earned == Decimal(10)
    assert session.scalars(select(AttemptVector.right)).one() == b"\x01\x01"


def test_starting_twice_resumes_the_same_attempt(seat) -> None:
    client, attempt_id, _, exam = seat()
    again = client.post(f"/exam/sessions/{exam.id}/attempts")
    assert again.location == f"/exam/attempts/{attempt_id}"


def test_an_older_answer_never_overwrites_a_newer_one(seat, session) -> None:
    client, attempt_id, page, _ = seat()
    put(client, attempt_id, page, {"slot": 1, "seq": 5, "choice": ["B"]})
    stale = put(client, attempt_id, page, {"slot": 1, "seq": 4, "choice": ["A"]})
    assert (stale.status_code, stale.get_json()["saved"], stale.get_json()["stale"]) == (
        200, [], [1],
    )  # fmt: skip
    assert json.loads(session.scalars(select(Answer.response)).one()) == {"choice": ["B"]}


def test_nothing_is_saved_after_handing_in_and_the_refusal_is_kept(seat, session) -> None:
    client, attempt_id, page, _ = seat()
    client.post(f"/exam/attempts/{attempt_id}/submit")
    late = put(client, attempt_id, page, {"slot": 1, "seq": 9, "choice": ["A"]})
    assert late.status_code == 409
    assert "交卷" in late.get_json()["error"]
    kinds = session.scalars(select(AttemptEvent.kind).order_by(AttemptEvent.id)).all()
    assert [each.value for each in kinds] == ["started", "submitted", "save_refused"]


def test_the_deadline_refuses_and_keeps_what_was_saved_before(seat, session) -> None:
    client, attempt_id, page, _ = seat()
    put(client, attempt_id, page, {"slot": 1, "seq": 1, "choice": ["A"]})
    with clock.frozen(NOON + timedelta(minutes=60, seconds=1)):
        late = put(client, attempt_id, page, {"slot": 2, "seq": 1, "choice": ["A", "B"]})
        assert late.status_code == 409
        client.post(f"/exam/attempts/{attempt_id}/submit")
    attempt = session.get(Attempt, attempt_id)
    assert (attempt.earned, attempt.auto_submitted) == (Decimal(5), True)


def test_handing_in_twice_gives_one_score(seat, session) -> None:
    client, attempt_id, _, _ = seat()
    for _ in range(3):
        assert client.post(f"/exam/attempts/{attempt_id}/submit").status_code == 303
    assert len(session.scalars(select(AttemptVector)).all()) == 1


def test_nobody_reads_or_writes_a_colleagues_attempt(seat, make, sign_in) -> None:
    _, attempt_id, page, exam = seat()
    other = sign_in(make.account(Role.STAFF))
    for path in ("", "/result"):
        assert other.get(f"/exam/attempts/{attempt_id}{path}").status_code == 404
    assert other.post(f"/exam/attempts/{attempt_id}/submit").status_code == 404
    assert other.get(f"/exam/sessions/{exam.id}").status_code == 404
    forged = token(page)[:-1] + ("0" if token(page)[-1] != "0" else "1")
    refused = put(other, attempt_id, page, {"slot": 1, "seq": 1, "choice": ["A"]},
                  **{"X-Attempt-Token": forged})  # fmt: skip
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'{"answers":[]}', b'{"answers":[1]}', b'{"answers":"x"}',
        b'{"answers":[{"slot":0,"seq":1,"choice":["A"]}]}',
        b'{"answers":[{"slot":3,"seq":1,"choice":["A"]}]}',
        b'{"answers":[{"slot":1,"seq":-1,"choice":["A"]}]}',
        b'{"answers":[{"slot":1,"seq":NaN,"choice":["A"]}]}',
        b'{"answers":[{"slot":1,"seq":1e999,"choice":["A"]}]}',
        b'{"answers":[{"slot":true,"seq":1,"choice":["A"]}]}',
        b'{"answers":[{"slot":1,"seq":1,"choice":["E"]}]}',
        b'{"answers":[{"slot":1,"seq":1,"choice":["A","A"]}]}',
        b'{"answers":[{"slot":1,"seq":1,"choice":"A"}]}',
        b'{"answers":[{"slot":1,"seq":1,"choice":[null]}]}',
        b'{"answers":[{"slot":1,"seq":1}]}',
        b"\xff\xfe", b"[" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_batch_of_answers_is_refused_and_changes_nothing(seat, session, body) -> None:
    client, attempt_id, page, _ = seat()
    answer = client.put(
        f"/exam/attempts/{attempt_id}/answers", data=body, headers={"X-Attempt-Token": token(page)}
    )
    assert answer.status_code == 400
    assert answer.get_json()["error"]
    assert session.scalars(select(Answer)).all() == []


def test_no_key_or_rationale_is_in_any_response_of_a_running_attempt(seat) -> None:
    client, attempt_id, page, exam = seat()
    put(client, attempt_id, page, {"slot": 1, "seq": 1, "choice": ["A"]})
    for path in (f"/exam/attempts/{attempt_id}", f"/exam/sessions/{exam.id}", "/exam/", "/"):
        text = client.get(path).get_data(as_text=True)
        assert "机密解析" not in text
        assert "revision" not in text
    client.post(f"/exam/attempts/{attempt_id}/submit")
    result = client.get(f"/exam/attempts/{attempt_id}/result").get_data(as_text=True)
    assert "机密解析" not in result
    assert "单选题干" not in result


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
    client, attempt_id, _, _ = seat(key_release=release, paper_release=Release.AT_SUBMIT)
    client.post(f"/exam/attempts/{attempt_id}/submit")
    path = f"/exam/attempts/{attempt_id}/result"
    assert ("机密解析一" in client.get(path).get_data(as_text=True)) is during
    with clock.frozen(NOON + timedelta(hours=2)):
        assert ("机密解析一" in client.get(path).get_data(as_text=True)) is after


def test_exempt_people_early_birds_and_a_second_try_are_refused(
    seat, make, sealed, sign_in, session
) -> None:
    client, attempt_id, _, exam = seat()
    client.post(f"/exam/attempts/{attempt_id}/submit")
    assert client.post(f"/exam/sessions/{exam.id}/attempts").status_code == 409
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


def test_a_form_that_was_changed_after_sealing_is_not_opened(make, sealed, sign_in, session):
    account = make.account(Role.STAFF)
    form = sealed()
    exam = make.exam_session(form, account.person)
    session.refresh(form)
    form.snapshot = form.snapshot.replace("单选题干", "单选题于")
    session.commit()
    assert sign_in(account).post(f"/exam/sessions/{exam.id}/attempts").status_code == 409
