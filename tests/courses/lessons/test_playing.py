"""Recordings: uploaded, served in ranges, and counted as far as they were really played."""

import io
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from courses.lessons.models import Playing
from courses.models import Course, Lesson, LessonProgress
from tests.courses.lessons import making
from tests.factories import NOON

FORM = {"title": "第一讲", "minutes": "30", "body": "", "articles": "", "chapter_id": ""}


@pytest.fixture
def manager(make, sign_in):
    return sign_in(make.account(Role.EXAM_ADMIN))


@pytest.fixture
def lesson(make, manager, session) -> Lesson:
    """A recording of twenty seconds in a published course of one lesson."""
    return uploaded(make, manager, session, "media", "讲座.wav", making.recording(20))


def uploaded(make, manager, session, kind: str, name: str, data: bytes) -> Lesson:
    course = make.course(published_at=None)
    plain = course.lessons[0]
    answer = upload(manager, course, kind, name, data)
    assert answer.status_code == 303, answer.text
    found = session.scalars(select(Lesson).where(Lesson.kind == kind)).one()
    session.delete(plain)
    course.published_at = NOON
    session.commit()
    return found


def upload(manager, course: Course, kind: str, name: str, data: bytes):
    form = FORM | {"kind": kind, "asset": (io.BytesIO(data), name)}
    return manager.post(f"/courses/manage/{course.id}/lessons/new", data=form)


class Player:
    def __init__(self, client, lesson: Lesson) -> None:
        self.client, self.path = client, f"/courses/lessons/{lesson.id}"
        self.holder = ""

    def begin(self, at: float) -> dict:
        said = self._post(at, {"begin": True})
        self.holder = said["holder"]
        return said

    def played(self, at: float, start: int, end: int, holder: str | None = None) -> dict:
        return self._post(at, {"holder": holder or self.holder, "from": start, "to": end})

    def complete(self, at: float) -> str:
        with clock.frozen(NOON + timedelta(seconds=at)):
            answer = self.client.post(f"{self.path}/complete")
            return self.client.get(answer.location).text

    def _post(self, at: float, body: dict) -> dict:
        with clock.frozen(NOON + timedelta(seconds=at)):
            answer = self.client.post(f"{self.path}/played", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture
def account(make):
    return make.account()


@pytest.fixture
def player(account, sign_in, lesson) -> Player:
    with clock.frozen(NOON):
        return Player(sign_in(account), lesson)


def test_an_honest_listener_completes_the_lesson_and_one_who_skips_does_not(
    player, lesson, session
) -> None:
    player.begin(0)
    assert player.played(1, 0, 200)["covered"] == 16
    assert "播放满 90%" in player.complete(2)
    for at in range(5, 25, 5):
        said = player.played(at, (at - 5) * 10, at * 10)
    assert said["covered"] == 200
    assert "学时已登记" in player.complete(26)
    assert session.scalar(select(LessonProgress.completed_at)) is not None


def test_replays_and_five_pages_gain_no_more_than_one(player, account, lesson, session) -> None:
    holders = [player.begin(0)["holder"] for _ in range(5)]
    for holder in holders[:-1]:
        assert player.played(5, 0, 50, holder)["current"] is False
    assert player.played(5, 0, 50)["covered"] == 50
    for _ in range(20):
        assert player.played(5, 50, 100)["covered"] == 50
    for _ in range(20):
        assert player.played(6, 0, 50)["covered"] == 50
    # The page was away: what it says of two hours is one gap at most, and twice the speed a gap.
    assert player.played(10, 50, 150)["covered"] == 50 + 64
    own = session.scalars(select(Playing)).one()
    assert (own.played, own.position) == ("[[0,114]]", 150)


def test_playing_here_takes_over_from_reading_there(player, make, lesson) -> None:
    other = make.course(10).lessons[0]
    player.begin(0)
    with clock.frozen(NOON + timedelta(seconds=2)):
        player.client.post(f"/courses/lessons/{other.id}/signs", json={"begin": True})
    assert player.played(7, 0, 50)["current"] is False


@pytest.mark.parametrize("body", [None, [], {"from": 1}, {"from": "0", "to": 5, "holder": "x"},
                                  {"from": -1, "to": 5}, {"from": 0, "to": 10**9}])  # fmt: skip
def test_what_is_no_report_is_refused(player, body) -> None:
    with clock.frozen(NOON):
        assert player.client.post(f"{player.path}/played", json=body).status_code == 400


def test_a_recording_is_served_in_ranges(player) -> None:
    with clock.frozen(NOON):
        whole = player.client.get(f"{player.path}/media", buffered=True)
        data = making.recording(20)
        assert (whole.status_code, whole.data) == (200, data)
        assert whole.headers["Accept-Ranges"] == "bytes"
        assert "sandbox" in whole.headers["Content-Security-Policy"]
        tag = whole.headers["ETag"]
        get = partial(player.client.get, buffered=True)
        part = get(f"{player.path}/media", headers={"Range": "bytes=100-199"})
        assert (part.status_code, part.data) == (206, data[100:200])
        assert part.headers["Content-Range"] == f"bytes 100-199/{len(data)}"
        last = get(f"{player.path}/media", headers={"Range": "bytes=-10"})
        assert (last.status_code, last.data) == (206, data[-10:])
        beyond = get(f"{player.path}/media", headers={"Range": f"bytes={len(data)}-"})
        assert beyond.status_code == 416
        stale = {"Range": "bytes=0-9", "If-Range": '"another"'}
        assert get(f"{player.path}/media", headers=stale).status_code == 200
        assert get(f"{player.path}/media", headers={"If-None-Match": tag}).status_code == 304


def test_what_is_no_recording_is_refused_at_its_field(make, manager) -> None:
    course = make.course(published_at=None)
    for name, data in (("讲座.mp4", b"<html>"), ("讲座.exe", b"MZ"), ("讲座.wav", b"")):
        answer = upload(manager, course, "media", name, data)
        assert answer.status_code == 200
        assert "文件" in answer.text
    nothing = manager.post(
        f"/courses/manage/{course.id}/lessons/new", data=FORM | {"kind": "media"}
    )
    assert "须上传视频或音频文件" in nothing.text
    wrong = upload(manager, course, "media", "课件.zip", making.package())
    assert "须上传视频或音频文件" in wrong.text


def test_only_who_writes_lessons_uploads_more_than_a_form_holds(
    make, manager, app, client, monkeypatch
) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 50_000)
    course = make.course(published_at=None)
    large = making.recording(90)
    assert upload(manager, course, "media", "讲座.wav", large).status_code == 303
    assert upload(client, course, "media", "讲座.wav", large).status_code in {401, 413}
