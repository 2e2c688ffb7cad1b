"""The pages before and after an attempt are rendered once for many, and are everybody's own."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from accounts.permissions import Role
from core import clock, shared
from core.shared import _shared
from exam.kinds import EventKind, Release
from exam.models import Attempt, AttemptEvent, ExamSession

#: A moment after the sessions were made.
THEN = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    _shared.cache_clear()


def rendered() -> int:
    """How many pages were rendered to be kept."""
    return _shared.cache_info().currsize


def tokens(page: str) -> set[str]:
    return set(re.findall(r'name="csrf[-_]token" (?:content|value)="([^"]+)"', page))


@pytest.fixture
def two(make, sealed, sign_in):
    """Makes a session of two candidates, whom it signs in."""
    accounts = [make.account(Role.STAFF, person=make.person(name=f"<{n}>号")) for n in "甲乙"]

    def of(**given):
        exam = make.exam_session(sealed(), *[each.person for each in accounts], **given)
        return exam, [sign_in(each) for each in accounts]

    return of


def hand_in(client, exam) -> str:
    """The address of the result."""
    opened = client.post(f"/exam/sessions/{exam.id}/attempts").location
    return client.post(f"{opened}/submit").location


def test_who_is_to_sit_sees_their_own_name_and_forms_on_a_page_rendered_once(two) -> None:
    exam, clients = two(title="同一场<考试>")
    pages = [client.get(f"/exam/sessions/{exam.id}").text for client in clients]
    assert rendered() == 1
    for page, own, other in zip(pages, "甲乙", "乙甲", strict=True):
        assert f"&lt;{own}&gt;号" in page
        assert f"{other}&gt;号" not in page
        assert "同一场&lt;考试&gt;" in page
        assert len(tokens(page)) == 1
    assert len(tokens("".join(pages))) == 2


def test_what_somebody_reached_and_when_is_filled_in_for_each(two, session) -> None:
    exam, clients = two()
    addresses = [hand_in(client, exam) for client in clients]
    ids = [int(each.split("/")[-2]) for each in addresses]
    for attempt_id, earned, took in zip(ids, (0, 1), (61, 3661), strict=True):
        at = clock.now() - timedelta(hours=2)
        session.execute(
            update(Attempt)
            .where(Attempt.id == attempt_id)
            .values(
                earned=earned, started_at=at, submitted_at=at + timedelta(seconds=took), number=1
            )
        )
    session.commit()
    pages = [client.get(address).text for client, address in zip(clients, addresses, strict=True)]
    assert rendered() == 1
    shown = [re.findall(r'xf-stat-value">([^<]+)<', page) for page in pages]
    assert shown == [["0", "不合格", "1分1秒"], ["1", "不合格", "1小时1分1秒"]]
    assert len(tokens("".join(pages))) == 2


def test_what_is_told_once_is_not_kept(two) -> None:
    exam, clients = two()
    for client in clients:
        with client.session_transaction() as held:
            held["_flashes"] = [("info", "只说一次")]
        assert "只说一次" in client.get(f"/exam/sessions/{exam.id}").text
    assert rendered() == 0
    assert "只说一次" not in clients[0].get(f"/exam/sessions/{exam.id}").text
    assert rendered() == 1


def test_before_the_beginning_one_page_serves_every_second(two) -> None:
    now = clock.now()
    exam, clients = two(
        opens_at=now + timedelta(hours=1), closes_at=now + timedelta(hours=2), minutes=30
    )
    for client, late in zip(clients, (0, 7), strict=True):
        with clock.frozen(now + timedelta(seconds=late)):
            page = client.get(f"/exam/sessions/{exam.id}").text
        assert f'data-at-opening="{3600 - late}"' in page
    assert rendered() == 1


@pytest.mark.parametrize("cookie", ["xf_size=large", "xf_contrast=high", "xf_nav=folded"])
def test_readers_who_want_pages_to_look_otherwise_get_them_so(two, cookie: str) -> None:
    exam, clients = two()
    clients[1].set_cookie(*cookie.split("="))
    one, other = [client.get(f"/exam/sessions/{exam.id}").text for client in clients]
    assert rendered() == 2
    assert re.findall(r"<html[^>]*>", one) != re.findall(r"<html[^>]*>", other)


@pytest.mark.parametrize(
    "given",
    [{"cancelled_at": THEN}, {"published_at": THEN}, {"paper_release": Release.AT_SUBMIT}],
)
def test_a_result_of_which_there_is_more_to_tell_is_nobody_elses(two, session, given) -> None:
    exam, clients = two()
    address = hand_in(clients[0], exam)
    session.execute(update(ExamSession).where(ExamSession.id == exam.id).values(**given))
    session.commit()
    assert clients[0].get(address).status_code == 200
    assert rendered() == 0


def test_who_was_handed_in_for_reads_why(two, session) -> None:
    exam, clients = two()
    address = hand_in(clients[0], exam)
    session.add(
        AttemptEvent(
            attempt_id=int(address.split("/")[-2]),
            at=clock.now(),
            kind=EventKind.HANDED_IN,
            detail="突发疾病",
        )
    )
    session.commit()
    assert "突发疾病" in clients[0].get(address).text
    assert rendered() == 0


def test_a_page_that_shows_the_token_of_a_reader_is_not_kept(two, monkeypatch) -> None:
    exam, clients = two()
    monkeypatch.setattr(
        shared, "render_template", lambda *_given, **_more: f"{shared.forgery.token()}"
    )
    with pytest.raises(ValueError, match="token"):
        clients[0].get(f"/exam/sessions/{exam.id}")
    assert rendered() == 0
