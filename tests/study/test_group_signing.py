"""Signing in by the code on the projector: in the room, now, by whom it concerns, none else."""

from datetime import timedelta

import pytest
from flask import Flask

from core import clock
from core.db import db
from study.group.services import meetings
from study.group.views import signing
from tests.pages import main
from tests.study.group_year import HOUR, draft, house, moment

BEGINS = moment(3, 2)


@pytest.fixture
def room(app: Flask, make):
    """A group, its session at 9 on 2 March and another one a week later: (group, ids)."""
    signing.TRIES.forget()
    with clock.frozen(moment(3, 1)), app.app_context():
        place = house(make)
        made = [
            meetings.create(group=place.group, draft=draft(each), at=moment(3, 1))
            for each in (BEGINS, BEGINS + timedelta(days=7))
        ]
        ids = [each.id for each in made]
        db.session.commit()
    return place, ids


def shown(client, meeting_id: int, at) -> dict:
    with clock.frozen(at):
        return client.get(f"/group/sessions/{meeting_id}/screen.json").get_json()


def press(client, meeting_id: int, code: str, at) -> str:
    with clock.frozen(at):
        answer = client.post(
            f"/group/sessions/{meeting_id}/sign", data={"code": code}, follow_redirects=True
        )
    return main(answer) if answer.status_code == 200 else str(answer.status_code)


def test_the_code_of_the_moment_signs_in_once(room, sign_in) -> None:
    place, (meeting, _) = room
    screen, member = sign_in(place.secretary), sign_in(place.people[1])
    found = shown(screen, meeting, BEGINS)
    assert found["qr"].startswith("<svg")
    assert (found["signed"], found["due"]) == (0, 4)
    with clock.frozen(BEGINS):
        # The address in the QR code opens a page; that alone signs nobody in.
        code = found["code"].replace(" ", "")
        assert code in member.get(f"/group/sessions/{meeting}/sign?code={code}").text
    assert shown(screen, meeting, BEGINS)["signed"] == 0
    assert "您已签到" in press(member, meeting, found["code"], BEGINS + timedelta(seconds=20))
    press(member, meeting, found["code"], BEGINS + timedelta(seconds=25))
    assert shown(screen, meeting, BEGINS)["signed"] == 1


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(seconds=60), "签到码不对或已经更换"),  # passed on outside the room
        (timedelta(minutes=10), "签到码不对或已经更换"),
        (2.5 * HOUR, "学习已经结束"),
    ],
)
def test_a_code_passed_on_comes_too_late(room, sign_in, later, said) -> None:
    place, (meeting, _) = room
    code = shown(sign_in(place.secretary), meeting, BEGINS)["code"]
    assert said in press(sign_in(place.people[1]), meeting, code, BEGINS + later)


def test_a_session_to_come_shows_no_code_and_takes_none(room, sign_in) -> None:
    place, (meeting, coming) = room
    screen, member = sign_in(place.secretary), sign_in(place.people[1])
    assert set(shown(screen, coming, BEGINS)) == {"open", "signed", "due"}
    code = shown(screen, meeting, BEGINS)["code"]
    assert "起可以签到" in press(member, coming, code, BEGINS)
    early = BEGINS - timedelta(minutes=31)
    assert "code" not in shown(screen, meeting, early)
    assert "起可以签到" in press(member, meeting, code, early)
    # The other session's code, in the other session's own window.
    assert "签到码不对" in press(member, coming, code, BEGINS + timedelta(days=7))


def test_only_those_on_the_list_sign_in_and_nobody_guesses(room, make, sign_in) -> None:
    place, (meeting, _) = room
    with clock.frozen(BEGINS):
        stranger = make.account()
        outsider, member = sign_in(stranger), sign_in(place.people[2])
    code = shown(sign_in(place.secretary), meeting, BEGINS)["code"]
    assert press(outsider, meeting, code, BEGINS) == "404"
    tries = [press(member, meeting, f"{n:06}", BEGINS) for n in range(11)]
    assert tries[-1] == "429"
    assert press(member, meeting, code, BEGINS) == "429"
    # Members do not get the projector's page.
    with clock.frozen(BEGINS):
        assert member.get(f"/group/sessions/{meeting}/screen.json").status_code == 403


def test_the_sheet_and_the_list_stand_in_where_codes_do_not_work(room, sign_in) -> None:
    place, (meeting, _) = room
    secretary = sign_in(place.secretary)
    with clock.frozen(BEGINS):
        assert secretary.get(f"/group/sessions/{meeting}/sheet.docx").data[:2] == b"PK"
        page = secretary.get(f"/group/sessions/{meeting}").text
        line = page.split('name="presence-')[1].split('"')[0]
        fields = {f"presence-{line}": "present", f"method-{line}": "manual"}
        url = f"/group/sessions/{meeting}/attendance"
        said = secretary.post(url, data=fields, follow_redirects=True).text
        assert "人工补登须写明原因" in said
        fields |= {f"method-{line}": "code"}
        said = secretary.post(url, data=fields, follow_redirects=True).text
        assert "扫码签到只能由本人扫码产生" in said
        fields |= {f"method-{line}": "paper"}
        assert "变动 1 人" in secretary.post(url, data=fields, follow_redirects=True).text
