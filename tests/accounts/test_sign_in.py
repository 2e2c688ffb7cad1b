"""Signing in and out: what opens a session, what ends it, what is refused."""

import re
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

import pytest
from flask.testing import FlaskClient
from nacl.pwhash import argon2id
from sqlalchemy import func, select

from accounts import passwords
from accounts.models import Account, SignIn, SignInFailure
from accounts.permissions import Role
from accounts.services import roles, signing
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from tests.pages import main

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
PASSWORD = "Right-horse-9"


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def issue(app, make):
    """Makes accounts as they are issued; returns the user name."""

    def issue(role: Role = Role.STAFF, *, must_change: bool = False, at: datetime = NOW) -> str:
        person = make.person()
        with app.app_context():
            account = signing.issue_account(
                person=db.session.merge(person),
                username=person.staff_number,
                password=PASSWORD,
                must_change=must_change,
                at=at,
                by=None,
            )
            roles.grant(account=account, role=role, at=at, by=None)
            db.session.commit()
        return person.staff_number

    return issue


@pytest.fixture
def somebody(issue) -> str:
    return issue()


def post(client: FlaskClient, username: str, password: str = PASSWORD, **given):
    return client.post("/login", data={"username": username, "password": password}, **given)


def fail(client: FlaskClient, username: str, times: int, source: str = "127.0.0.1") -> None:
    for _ in range(times):
        post(client, username, "wrong", environ_base={"REMOTE_ADDR": source})


def count(session, what) -> int:
    found = session.scalar(select(func.count()).select_from(what))
    session.commit()
    return found


# ------------------------------------------------------------------ sessions


def test_the_right_password_opens_and_signing_out_ends_the_session_for_good(
    client, somebody
) -> None:
    assert post(client, somebody.lower()).status_code == 302
    assert client.get("/").status_code == 200
    cookie = client.get_cookie("xuefa")
    assert client.post("/logout").status_code == 302
    client.set_cookie("xuefa", cookie.value)
    assert "/login" in client.get("/").location
    assert client.post("/password", data={}).status_code == 401


def test_signing_in_makes_a_new_session_cookie_that_scripts_cannot_read(client, somebody) -> None:
    client.set_cookie("xuefa", "planted")
    answer = post(client, somebody)
    assert client.get_cookie("xuefa").value != "planted"
    header = answer.headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


def test_a_session_ends_when_idle_and_in_any_case_after_its_life(app, make, sign_in) -> None:
    client = sign_in(make.account(Role.STAFF))
    settings = app.config["XUEFA"]
    with clock.frozen(NOW + settings.idle + timedelta(seconds=1)):
        assert "/login" in client.get("/").location
    client = sign_in(make.account(Role.STAFF))
    step = settings.session_life / 8
    for number in range(8):
        with clock.frozen(NOW + step * number):
            assert client.get("/").status_code == 200
    with clock.frozen(NOW + settings.session_life):
        assert "/login" in client.get("/").location


def test_staff_may_be_signed_in_on_two_machines_and_an_administrator_on_one(app, issue) -> None:
    for role, first_stays in ((Role.STAFF, True), (Role.SYS_ADMIN, False)):
        username, first, second = issue(role), app.test_client(), app.test_client()
        post(first, username)
        post(second, username)
        assert (first.get("/").status_code == 200) is first_stays
        assert second.get("/").status_code == 200


def test_a_disabled_account_is_out_with_the_next_request(
    client, somebody, make, sign_in, session
) -> None:
    post(client, somebody)
    account_id = session.scalar(select(Account.id).where(Account.username == somebody.lower()))
    session.commit()
    administrator = sign_in(make.account(Role.SYS_ADMIN))
    assert administrator.post(f"/accounts/{account_id}/disable").status_code == 302
    assert "/login" in client.get("/").location
    assert "用户名或密码不正确" in main(post(client, somebody))


def test_changing_the_password_ends_the_sessions_on_other_machines(app, somebody) -> None:
    here, there = app.test_client(), app.test_client()
    post(here, somebody)
    post(there, somebody)
    form = {"current": PASSWORD, "new": "Quiet-river-83", "again": "Quiet-river-83"}
    assert here.post("/password", data=form).status_code == 302
    assert here.get("/").status_code == 200
    assert "/login" in there.get("/").location


def test_people_end_their_own_other_sessions(app, somebody) -> None:
    here, there = app.test_client(), app.test_client()
    post(there, somebody)
    post(here, somebody)
    assert "结束其他登录" in here.get("/password").text
    here.post("/password/end-sessions")
    assert here.get("/").status_code == 200
    assert "/login" in there.get("/").location


def test_everybody_signs_in_on_the_same_page_with_a_token_of_their_own(app) -> None:
    def page(client: FlaskClient) -> tuple[str, set[str]]:
        text = client.get("/login").text
        tokens = set(re.findall(r'csrf[-_]token" (?:content|value)="([^"]+)"', text))
        return re.sub("|".join(map(re.escape, tokens)), "…", text), tokens

    first, second = app.test_client(), app.test_client()
    (one, own), (other, others) = page(first), page(second)
    assert one == other
    assert len(own) == len(others) == 1
    assert own != others
    second.set_cookie("xf_size", "large")
    assert 'data-size="large"' in page(second)[0]
    assert 'data-size="normal"' in page(first)[0]


def test_who_signed_out_is_told_so_once_on_the_page_to_sign_in(client, somebody) -> None:
    client.get("/login")
    post(client, somebody)
    client.post("/logout")
    assert "安全退出" in client.get("/login").text
    assert "安全退出" not in client.get("/login").text


# ------------------------------------------------------------------ refusals


def test_unknown_people_and_wrong_passwords_get_the_same_answer(client, somebody) -> None:
    def said_to(username: str) -> str:
        page = post(client, username, "wrong").get_data(as_text=True)
        # Of two pages the token differs whoever asks, once a second has passed.
        return re.sub(r'(name="csrf[-_]token" (?:content|value)=)"[^"]*"', r"\1", page)

    wrong, unknown = said_to(somebody), said_to("nobody")
    assert "用户名或密码不正确" in wrong
    assert wrong.replace(somebody, "x") == unknown.replace("nobody", "x")


def test_nothing_is_held_while_a_password_is_checked(app, client, somebody, monkeypatch) -> None:
    with app.app_context():
        pool = db.engine.pool
    held = list[int]()

    def matches(*_: str) -> bool:
        held.append(pool.checkedout())
        return False

    monkeypatch.setattr(passwords, "matches", matches)
    for username in (somebody, "nobody"):
        assert "用户名或密码不正确" in main(post(client, username))
    assert held == [0, 0]


def test_unknown_people_take_as_long_as_wrong_passwords(client, somebody) -> None:
    def seconds(username: str, number: int) -> float:
        started = perf_counter()
        fail(client, username, 1, source=f"10.0.{number // 250}.{number % 250}")
        return perf_counter() - started

    pairs = [(seconds(somebody, n), seconds(f"nobody{n}", n + 500)) for n in range(15)]
    known, unknown = (median(times) for times in zip(*pairs, strict=True))
    assert 0.6 < known / unknown < 1.7


def test_a_hash_of_another_cost_is_replaced_when_its_password_opens(client, session, make) -> None:
    old = argon2id.str(PASSWORD.encode(), 2, 19_456 * 1024).decode()
    account = make.account(Role.STAFF, password_hash=old, password_set_at=NOW)
    post(client, account.username, "wrong")
    assert kept(session, account) == old
    assert post(client, account.username).status_code == 302
    new = kept(session, account)
    assert not passwords.is_of_other_cost(new)
    assert post(client, account.username).status_code == 302
    assert kept(session, account) == new


def kept(session, account: Account) -> str:
    found = session.scalar(select(Account.password_hash).where(Account.id == account.id))
    session.commit()
    return found


def test_five_wrong_passwords_lock_the_account_for_that_source_alone(client, somebody) -> None:
    fail(client, somebody, 5)
    assert "次数过多" in main(post(client, somebody))
    away = {"REMOTE_ADDR": "10.1.2.3"}
    assert post(client, somebody, environ_base=away).status_code == 302


def test_a_colleague_at_the_same_address_is_not_locked_out(client, issue) -> None:
    clumsy, careful = issue(), issue()
    fail(client, clumsy, 5)
    assert post(client, careful).status_code == 302


def test_the_lock_ends_after_half_an_hour(client, somebody) -> None:
    fail(client, somebody, 5)
    with clock.frozen(NOW + timedelta(minutes=31)):
        assert post(client, somebody).status_code == 302


def test_open_sessions_go_on_while_the_account_is_locked(app, client, somebody) -> None:
    post(client, somebody)
    fail(app.test_client(), somebody, 6)
    assert client.get("/").status_code == 200


def test_one_password_tried_on_everybody_is_throttled(app, client, somebody, session) -> None:
    with app.app_context():
        db.session.add_all(
            SignInFailure(username=f"u{n}", source="127.0.0.1", at=NOW) for n in range(49)
        )
        db.session.commit()
    fail(client, "u200", 1)
    assert "次数过多" in main(post(client, somebody))
    assert count(session, SignInFailure) == 50


@pytest.fixture
def hunted(app, client, somebody) -> str:
    """Somebody with a hundred wrong passwords from all over, who signs in from 10.9.9.9."""
    home = {"REMOTE_ADDR": "10.9.9.9"}
    assert post(client, somebody, environ_base=home).status_code == 302
    client.post("/logout")
    with app.app_context():
        db.session.add_all(
            SignInFailure(
                username=somebody.lower(), source=f"10.0.0.{n}", at=NOW + timedelta(seconds=n + 1)
            )
            for n in range(100)
        )
        db.session.commit()
    return somebody


def test_a_hundred_failures_in_all_lock_an_account_for_unknown_sources(client, hunted) -> None:
    with clock.frozen(NOW + timedelta(days=1)):
        assert "请联系系统管理员重置密码" in main(post(client, hunted))
        home = {"REMOTE_ADDR": "10.9.9.9"}
        assert post(client, hunted, environ_base=home).status_code == 302
    with clock.frozen(NOW + timedelta(days=31)):
        assert post(client, hunted).status_code == 302


def test_unknown_names_are_locked_just_as_known_ones(app, client) -> None:
    with app.app_context():
        db.session.add_all(
            SignInFailure(username="nobody", source=f"10.0.0.{n}", at=NOW) for n in range(100)
        )
        db.session.commit()
    assert "请联系系统管理员重置密码" in main(post(client, "nobody"))


def test_a_forwarded_address_of_an_untrusted_peer_is_not_believed(client, somebody) -> None:
    for number in range(5):
        headers = {"X-Forwarded-For": f"10.3.3.{number}"}
        post(client, somebody, "wrong", headers=headers)
    assert "次数过多" in main(post(client, somebody, headers={"X-Forwarded-For": "10.4.4.4"}))


def test_every_sign_in_and_refusal_is_recorded_once(client, somebody, session) -> None:
    post(client, somebody, "wrong")
    post(client, somebody)
    records = session.scalars(
        select(AuditRecord).where(AuditRecord.action == "sign_in").order_by(AuditRecord.number)
    ).all()
    assert [(each.result, each.actor, each.source) for each in records] == [
        ("refused", "", "127.0.0.1"),
        ("done", somebody, "127.0.0.1"),
    ]
    assert all("wrong" not in each.body and PASSWORD not in each.body for each in records)


@pytest.mark.parametrize("target", ["https://evil", "//evil", "/\\evil", "evil"])
def test_signing_in_leads_to_local_pages_only(client, somebody, target) -> None:
    answer = client.post(
        "/login",
        query_string={"next": target},
        data={"username": somebody, "password": PASSWORD},
    )
    assert answer.location == "/"


# ------------------------------------------------------------------ issued and old passwords


def test_an_issued_password_opens_nothing_but_the_page_that_changes_it(client, issue) -> None:
    username = issue(must_change=True)
    post(client, username)
    for path in ("/", "/laws/", "/exam/", "/people"):
        assert client.get(path).location == "/password"
    assert client.post("/password/end-sessions").location == "/password"
    assert "首次登录须修改密码" in main(client.get("/password"))
    form = {"current": PASSWORD, "new": "Quiet-river-83", "again": "Quiet-river-83"}
    assert client.post("/password", data=form).location == "/"
    assert client.get("/").status_code == 200
    client.post("/logout")
    assert "用户名或密码不正确" in main(post(client, username))
    assert post(client, username, "Quiet-river-83").status_code == 302


def test_an_issued_password_expires_after_72_hours(client, issue, session) -> None:
    username = issue(must_change=True, at=NOW - timedelta(hours=72, seconds=1))
    assert "初始密码已过期" in main(post(client, username))
    assert count(session, SignIn) == 0


def test_a_password_of_more_than_ninety_days_must_be_changed_at_the_next_sign_in(
    client, issue
) -> None:
    username = issue(at=NOW - timedelta(days=91))
    post(client, username)
    assert client.get("/").location == "/password"
    assert "密码已到期" in main(client.get("/password"))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"current": "wrong"}, "当前密码不正确"),
        ({"new": "short", "again": "short"}, "密码长度应为 10 至 128 位"),
        ({"again": "Other-river-84"}, "两次输入的密码不一致"),
        ({"new": PASSWORD, "again": PASSWORD}, "不能与当前密码相同"),
        ({"new": ""}, "请输入新密码"),
    ],
)
def test_a_new_password_is_refused_with_the_reason(client, somebody, form, said) -> None:
    post(client, somebody)
    plain = {"current": PASSWORD, "new": "Quiet-river-83", "again": "Quiet-river-83"}
    assert said in main(client.post("/password", data=plain | form))
    client.post("/logout")
    assert post(client, somebody).status_code == 302


def test_the_page_says_the_policy_before_anybody_fails_it(client, somebody) -> None:
    post(client, somebody)
    shown = main(client.get("/password"))
    assert "至少 10 位，含大写字母、小写字母、数字、符号中的三类；或者至少 15 位，不限种类" in shown
    assert "每 90 天须修改一次" in shown


def test_fields_that_the_password_page_does_not_have_are_ignored(client, issue, session) -> None:
    username = issue(must_change=True)
    post(client, username)
    client.post("/password", data={"must_change": "", "lane": "system", "role": "exam_admin"})
    account = session.scalars(select(Account).where(Account.username == username.lower())).one()
    assert (account.must_change, account.lane.value, account.roles) == (
        True, "business", [Role.STAFF],
    )  # fmt: skip
