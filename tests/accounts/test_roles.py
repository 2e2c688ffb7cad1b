"""三员分立 and sign-in, down to the database."""

import pytest
from sqlalchemy.exc import IntegrityError

from accounts import passwords
from accounts.models import RoleGrant
from accounts.permissions import LANES, Lane, Role
from accounts.services import roles, signing
from core.db import db
from tests.factories import NOON


@pytest.mark.parametrize("role", LANES)
@pytest.mark.parametrize("other", [*LANES, Role.STAFF, Role.EXAM_ADMIN])
def test_the_database_lets_no_administrator_hold_another_role(make, session, role, other) -> None:
    if role is other:
        return
    account = make.account(role)
    for lane in Lane:
        session.add(RoleGrant(account_id=account.id, role=other, lane=lane, granted_at=NOON))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_the_refusal_is_said_in_chinese(app, make) -> None:
    account = make.account(Role.AUDITOR)
    with app.app_context(), pytest.raises(roles.OtherLane, match="互斥"):
        roles.grant(account=db.session.merge(account), role=Role.STAFF, at=NOON, by=None)


def test_nobody_grants_themselves_anything(app, make) -> None:
    account = make.account(Role.SEC_ADMIN)
    with app.app_context():
        mine = db.session.merge(account)
        with pytest.raises(roles.OwnRoles):
            roles.grant(account=mine, role=Role.STAFF, at=NOON, by=mine)


@pytest.fixture
def somebody(app, make):
    """A member of staff with an issued password."""
    person = make.person()
    with app.app_context():
        account = signing.issue_account(
            person=db.session.merge(person),
            username=person.staff_number,
            password="Right-horse-9",
            must_change=False,
            at=NOON,
            by=None,
        )
        roles.grant(account=account, role=Role.STAFF, at=NOON, by=None)
        db.session.commit()
    return person.staff_number


def post(client, username: str, password: str, **given):
    return client.post("/login", data={"username": username, "password": password}, **given)


def test_the_right_password_opens_and_signing_out_ends_the_session_for_good(
    client, somebody
) -> None:
    assert post(client, somebody.lower(), "Right-horse-9").status_code == 302
    assert client.get("/").status_code == 200
    cookie = client.get_cookie("xuefa")
    assert client.post("/logout").status_code == 302
    client.set_cookie("xuefa", cookie.value)
    assert "/login" in client.get("/").location


def test_unknown_people_and_wrong_passwords_get_the_same_answer(client, somebody) -> None:
    wrong = post(client, somebody, "wrong").get_data(as_text=True)
    unknown = post(client, "nobody", "wrong").get_data(as_text=True)
    assert "用户名或密码不正确" in wrong
    assert wrong.replace(somebody, "x") == unknown.replace("nobody", "x")


def test_a_source_that_fails_too_often_is_locked_out_and_others_are_not(client, somebody) -> None:
    for _ in range(5):
        post(client, somebody, "wrong")
    locked = post(client, somebody, "Right-horse-9")
    assert "次数过多" in locked.get_data(as_text=True)
    away = {"REMOTE_ADDR": "10.1.2.3"}
    assert post(client, somebody, "Right-horse-9", environ_base=away).status_code == 302


@pytest.mark.parametrize("target", ["https://evil", "//evil", "/\\evil", "evil"])
def test_signing_in_leads_to_local_pages_only(client, somebody, target) -> None:
    answer = client.post(
        "/login",
        query_string={"next": target},
        data={"username": somebody, "password": "Right-horse-9"},
    )
    assert answer.location == "/"


@pytest.mark.parametrize("password", ["short", "alllowercase1", "123456Abc!", "gjxfj-2026-Ab"])
def test_weak_passwords_are_refused_with_the_reason(somebody, password) -> None:
    assert passwords.faults(password, username=somebody, name="张三")
