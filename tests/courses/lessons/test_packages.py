"""Packages through their pages: launched, heard, and kept apart from everything else."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from courses.lessons.models import PackageRecord, Statement
from courses.lessons.services import packages as service
from courses.models import LessonProgress
from tests.courses.lessons import making
from tests.courses.lessons.test_playing import upload, uploaded
from tests.courses.lessons.test_rules import statement
from tests.factories import NOON


@pytest.fixture
def manager(make, sign_in):
    return sign_in(make.account(Role.EXAM_ADMIN))


@pytest.fixture
def account(make):
    return make.account()


@pytest.fixture
def staff(account, sign_in):
    with clock.frozen(NOON):
        return sign_in(account)


def launched(staff, lesson, at: float = 0) -> str:
    """The address that the package is opened at."""
    with clock.frozen(NOON + timedelta(seconds=at)):
        staff.post(f"/courses/lessons/{lesson.id}/signs", json={"begin": True})
        return staff.post(f"/courses/lessons/{lesson.id}/launch", json={}).json["url"]


def commit(client, url: str, number: int, at: float = 10, **data: str):
    body = {"number": number, "data": {f"cmi.core.{key}": each for key, each in data.items()}}
    with clock.frozen(NOON + timedelta(seconds=at)):
        return client.post(url.split("/files/")[0] + "/commit", data=json.dumps(body))


def record(session) -> PackageRecord:
    found = session.scalars(select(PackageRecord).execution_options(populate_existing=True)).one()
    session.commit()
    return found


def test_a_package_says_it_is_done_and_the_server_how_long_it_took(
    make, manager, staff, client, session
) -> None:
    lesson = uploaded(make, manager, session, "package", "课.zip", making.package())
    lesson.minutes = 1
    session.commit()
    url = launched(staff, lesson)
    assert url.endswith("/files/index.html")
    done = commit(
        client, url, 1, lesson_status="passed", **{"score.raw": "80", "session_time": "0900:00:00"}
    )
    assert done.json == {"taken": True, "number": 1, "over": False}
    assert (record(session).score, record(session).completed_at) == (
        80,
        NOON + timedelta(seconds=10),
    )
    path = f"/courses/lessons/{lesson.id}"
    with clock.frozen(NOON + timedelta(seconds=11)):
        assert "学习时间还不够" in staff.get(staff.post(f"{path}/complete").location).text
        assert staff.get(f"{path}/package").json == {"done": True, "score": "80.00"}
    with clock.frozen(NOON + timedelta(seconds=60)):
        assert "学时已登记" in staff.get(staff.post(f"{path}/complete").location).text
    assert session.scalar(select(LessonProgress.seconds)) <= 60


def test_without_the_package_saying_so_a_lesson_is_not_done(
    make, manager, staff, client, session
) -> None:
    lesson = uploaded(make, manager, session, "package", "课.zip", making.package())
    lesson.minutes = 1
    session.commit()
    url = launched(staff, lesson)
    commit(client, url, 1, lesson_status="passed", **{"score.raw": "59"})
    with clock.frozen(NOON + timedelta(seconds=80)):
        answer = staff.post(f"/courses/lessons/{lesson.id}/complete")
        assert "没有达到合格分" in staff.get(answer.location).text


def test_commits_arrive_late_and_twice_and_the_newest_stands(
    make, manager, staff, client, session
) -> None:
    lesson = uploaded(make, manager, session, "package", "课.zip", making.package())
    url = launched(staff, lesson)
    assert commit(client, url, 2, lesson_location="p2").json["taken"]
    late = commit(client, url, 1, lesson_location="p1").json
    assert late == {"taken": False, "number": 2, "over": False}
    assert not commit(client, url, 2, lesson_location="p0").json["taken"]
    assert json.loads(record(session).cmi) == {"cmi.core.lesson_location": "p2"}
    again = launched(staff, lesson, 20)
    assert commit(client, url, 3, 21, lesson_location="old").json["over"]
    with clock.frozen(NOON + timedelta(seconds=22)):
        script = client.get(again.split("/files/")[0] + "/api.js").text
    assert '"cmi.core.lesson_location": "p2"' in script
    assert '"cmi.core.entry": "resume"' in script
    assert commit(client, again, 1, 23, lesson_location="p3").json["taken"]


def test_an_address_opens_its_package_for_some_hours_and_nothing_else(
    make, manager, staff, client, session
) -> None:
    files = {"a/b.js": "1", "a/page.html": making.PAGE}
    lesson = uploaded(make, manager, session, "package", "课.zip", making.package(files))
    url = launched(staff, lesson)
    base = url.removesuffix("index.html")
    with clock.frozen(NOON + timedelta(seconds=5)):
        page = client.get(base + "a/page.html")
        assert page.status_code == 200
        assert "api.js" in page.text
        policy = page.headers["Content-Security-Policy"]
        assert "sandbox allow-scripts allow-forms" in policy
        assert "allow-same-origin" not in policy
        assert "X-Frame-Options" not in page.headers
        assert "Set-Cookie" not in page.headers
        alone = client.get(base + "a/page.html", headers={"Sec-Fetch-Dest": "document"})
        assert alone.status_code == 404
        script = client.get(base + "a/b.js", buffered=True)
        assert script.headers["Content-Type"].startswith("text/javascript")
        assert script.headers["X-Content-Type-Options"] == "nosniff"
        for path in ("../api.js", "%2e%2e/%2e%2e/secret.key", "a/..%2f..%2f..%2fx.db", "no.html",
                     "", "a", "imsmanifest.xml/x"):  # fmt: skip
            answer = client.get(base + path, buffered=True)
            assert answer.status_code in {404, 308} or "xuefaPackage" in answer.text
        assert client.get("/packages/x/files/index.html").status_code == 404
        big = client.post(base.replace("files/", "commit"), data=b"x" * 600_000)
        assert big.status_code == 413
        for bad in (
            b"",
            b"[]",
            b"{}",
            b'{"number": true, "data": {}}',
            b'{"number":1,"data":{"x":"y"}}',
        ):
            assert client.post(base.replace("files/", "commit"), data=bad).status_code == 400
        assert client.get(base.replace("files/", "xapi/statements")).status_code in {401, 405}
    with clock.frozen(NOON + timedelta(hours=13)):
        assert client.get(url).status_code == 404


def test_hostile_packages_are_refused_on_the_page(make, manager) -> None:
    course = make.course(published_at=None)
    for data in (making.linked(), making.package({"../x": ""}), making.zipped({"x.html": ""})):
        answer = upload(manager, course, "package", "课.zip", data)
        assert answer.status_code == 200
        assert "课件包" in answer.text or "压缩包" in answer.text
    assert "须上传课件包" in upload(manager, course, "package", "课.wav", making.recording()).text


def test_a_cmi5_package_states_what_was_done(
    make, manager, staff, account, client, session
) -> None:
    lesson = uploaded(
        make, manager, session, "package", "课.zip", making.package(manifest=making.CMI5)
    )
    url = launched(staff, lesson)
    base = url.split("/files/")[0]
    learner = service.learner(account.person_id, lesson.id)
    with clock.frozen(NOON + timedelta(seconds=5)):
        token = client.post(f"{base}/fetch").json["auth-token"]
        assert "auth-token" not in client.post(f"{base}/fetch").json
        key = {"Authorization": f"Basic {token}"}
        said = f"{base}/xapi/statements"
        assert client.post(said, json=statement(learner=learner)).status_code == 401
        other = client.post(said, json=statement(learner="somebody"), headers=key)
        assert other.status_code == 400
        first = client.post(said, json=statement("initialized", learner), headers=key)
        assert len(first.json) == 1
        passed = statement(learner=learner, score={"scaled": 0.9}) | {"id": first.json[0]}
        client.post(said, json=passed, headers=key)  # known already: nothing is said twice
        assert record(session).completed_at is None
        client.post(said, json=statement(learner=learner, score={"scaled": 0.9}), headers=key)
        state = f"{base}/xapi/activities/state?stateId=bookmark"
        assert client.put(state, data="7", headers=key).status_code == 204
        assert client.get(state, headers=key).text == "7"
        data = client.get(f"{base}/xapi/activities/state?stateId=LMS.LaunchData", headers=key)
        told = data.json
    assert (told["masteryScore"], told["moveOn"]) == (0.6, "CompletedOrPassed")
    assert (told["launchMode"], told["launchMethod"]) == ("Normal", "OwnWindow")
    assert told["launchParameters"] == "lang=zh"
    assert told["contextTemplate"]["contextActivities"]["grouping"] == [
        {"id": "https://e.invalid/a"}
    ]
    assert record(session).completed_at == NOON + timedelta(seconds=5)
    assert verbs(session) == ["launched", "initialized", "passed", "satisfied"]


def verbs(session) -> list[str]:
    found = session.scalars(select(Statement.verb).order_by(Statement.id))
    return [each.rpartition("/")[2] for each in found]


@pytest.mark.parametrize(
    ("move_on", "said", "through"),
    [
        ("Passed", ["completed", "passed"], "passed"),
        ("Completed", ["passed", "completed"], "completed"),
        ("CompletedAndPassed", ["passed", "completed"], "completed"),
        ("CompletedAndPassed", ["completed", "passed"], "passed"),
        ("CompletedOrPassed", ["failed", "completed"], "completed"),
        ("Passed", ["completed", "failed"], None),
        ("CompletedAndPassed", ["completed", "narrowly", "question"], None),
        ("Completed", ["passed", "question"], None),
        ("NotApplicable", ["initialized"], "initialized"),
    ],
)
def test_a_cmi5_lesson_is_through_by_its_own_move_on(
    make, manager, staff, account, client, session, move_on, said, through
) -> None:
    """ "narrowly": passed with less than is asked; "question": of a part of the unit."""
    package = making.package(manifest=making.cmi5(move_on))
    lesson = uploaded(make, manager, session, "package", "课.zip", package)
    learner = service.learner(account.person_id, lesson.id)
    done = None
    for at, each in enumerate(said, 1):
        # Each in a launch of its own: what was said before is not forgotten.
        base = launched(staff, lesson, at).split("/files/")[0]
        verb = {"narrowly": "passed", "question": "completed"}.get(each, each)
        body = statement(verb, learner, score={"scaled": 0.59 if each == "narrowly" else 0.8})
        if each == "question":
            body["object"] = {"id": "https://e.invalid/a/question"}
        with clock.frozen(NOON + timedelta(seconds=at)):
            key = {"Authorization": f"Basic {client.post(f'{base}/fetch').json['auth-token']}"}
            assert client.post(f"{base}/xapi/statements", json=body, headers=key).status_code == 200
            data = client.get(f"{base}/xapi/activities/state?stateId=LMS.LaunchData", headers=key)
            assert data.json["moveOn"] == move_on
        if record(session).completed_at is not None:
            done = done or each
    assert done == through
    assert verbs(session).count("satisfied") == (through is not None)


def test_a_preview_keeps_nothing(make, manager, client, session) -> None:
    lesson = uploaded(make, manager, session, "package", "课.zip", making.package())
    url = manager.post(f"/courses/manage/lessons/{lesson.id}/launch", json={}).json["url"]
    body = {"number": 1, "data": {"cmi.core.lesson_status": "passed"}}
    answer = client.post(url.split("/files/")[0] + "/commit", data=json.dumps(body))
    assert answer.status_code == 200
    assert session.scalars(select(PackageRecord)).all() == []
