"""The system administrator's pages, and the commands beside them."""

import io
import json
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from accounts.cli import accounts as cli
from accounts.models import Account, Person, RosterSnapshot, SignIn
from accounts.permissions import Lane, Role
from accounts.services import rosters
from accounts.standing import DutyStatus, Line, StaffCategory
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from tests.pages import main, page

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def unit(make):
    return make.unit("办信司")


@pytest.fixture
def administrator(make, sign_in) -> FlaskClient:
    return sign_in(make.account(Role.SYS_ADMIN, unit=make.unit("办公室")))


def shown_once(answer) -> dict[str, str]:
    """User names and passwords of the page that shows them."""
    rows = page(answer).select("tbody tr")
    return {row.select("td")[1].get_text(strip=True): row.select_one("code").text for row in rows}


def test_accounts_are_issued_for_those_chosen_and_shown_once(
    app, administrator, make, unit, session
) -> None:
    first, _, third = (make.person(unit) for _ in range(3))
    answer = administrator.post("/accounts", data={"person": [first.id, third.id]})
    passwords = shown_once(answer)
    assert set(passwords) == {first.staff_number.lower(), third.staff_number.lower()}
    assert answer.headers["Cache-Control"] == "no-store"
    accounts = session.scalars(select(Account).where(Account.person_id != 1)).all()
    assert all(each.must_change and each.roles == [] for each in accounts)
    assert {each.issued_until for each in accounts} == {NOW + timedelta(hours=72)}
    session.commit()
    username, password = next(iter(passwords.items()))
    client = app.test_client()
    assert (
        client.post("/login", data={"username": username, "password": password}).status_code == 302
    )
    assert "首次登录须修改密码" in main(client.get("/password"))
    assert "您的账号还没有角色" in main(client.get("/password"))
    assert password not in json.dumps([each.body for each in session.scalars(select(AuditRecord))])


def test_accounts_are_issued_for_a_whole_unit_and_nobody_twice(
    administrator, make, unit, session
) -> None:
    other = make.unit("乙司")
    for place in (unit, unit, other):
        make.person(place)
    make.person(unit, left_on=date(2026, 1, 1), duty_status=DutyStatus.RETIRED)
    form = {"all": "1", "unit": unit.id}
    assert len(shown_once(administrator.post("/accounts", data=form))) == 2
    assert administrator.post("/accounts", data=form).location == "/accounts/new"
    assert "1 人没有账号" in main(administrator.get("/accounts/new")).replace(" 人没有", " 人没有")
    assert session.scalar(select(func.count()).select_from(Account)) == 3


@pytest.mark.parametrize(
    "form", [{}, {"person": "x"}, {"person": "99999999999999"}, {"all": "1", "q": "没有\0"}]
)
def test_choosing_nobody_issues_nothing(administrator, make, unit, session, form) -> None:
    make.person(unit)
    assert administrator.post("/accounts", data=form).location == "/accounts/new"
    assert session.scalar(select(func.count()).select_from(Account)) == 1


def test_the_list_is_exported_from_the_page_and_from_nothing_else(
    administrator, make, unit, sign_in, session
) -> None:
    person = make.person(unit, name="李新")
    answer = administrator.post("/accounts", data={"person": person.id})
    [(username, password)] = shown_once(answer).items()
    sealed = page(answer).select_one("input[name=sealed]")["value"]
    book = openpyxl.load_workbook(
        io.BytesIO(administrator.post("/accounts/issued.xlsx", data={"sealed": sealed}).data)
    )
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert ["李新", "办信司", username, password] in rows
    other = sign_in(make.account(Role.SYS_ADMIN))
    for client, value in ((other, sealed), (administrator, sealed + "x"), (administrator, "")):
        assert client.post("/accounts/issued.xlsx", data={"sealed": value}).status_code == 409
    with clock.frozen(NOW):
        acts = select(AuditRecord).where(AuditRecord.action == "account.list_issued")
        assert len(session.scalars(acts).all()) == 1


def test_a_reset_password_is_random_shown_once_and_ends_the_sessions(
    administrator, make, unit, sign_in, session
) -> None:
    account = make.account(Role.STAFF, unit=unit)
    client = sign_in(account)
    answer = administrator.post(f"/accounts/{account.id}/reset", data={"password": "chosen"})
    assert list(shown_once(answer)) == [account.username]
    assert "chosen" not in answer.text
    assert "/login" in client.get("/").location
    assert session.get_one(Account, account.id, populate_existing=True).must_change


@pytest.mark.parametrize("act", ["reset", "disable"])
def test_administrators_do_not_shut_themselves_out(administrator, session, act) -> None:
    own = session.scalars(select(Account)).one()
    session.commit()
    assert administrator.post(f"/accounts/{own.id}/{act}").status_code == 409
    assert session.get_one(Account, own.id, populate_existing=True).disabled_at is None


def test_sessions_of_one_and_of_everybody_are_ended_within_a_request(
    administrator, make, unit, sign_in
) -> None:
    first, second = make.account(Role.STAFF, unit=unit), make.account(Role.STAFF, unit=unit)
    one, two = sign_in(first), sign_in(second)
    administrator.post(f"/accounts/{first.id}/end-sessions")
    assert "/login" in one.get("/").location
    assert two.get("/").status_code == 200
    administrator.post("/accounts/end-sessions")
    assert "/login" in two.get("/").location
    assert administrator.get("/accounts").status_code == 200


def test_accounts_are_found_by_their_state(administrator, make, unit) -> None:
    def names(query: str) -> list[str]:
        return [
            row.get_text(strip=True)
            for row in page(administrator.get(f"/accounts?{query}")).select("tbody th")
        ]

    make.account(unit=unit, person=make.person(unit, name="停"), disabled_at=NOW)
    make.account(unit=unit, person=make.person(unit, name="常"), last_sign_in_at=NOW)
    old = NOW - timedelta(days=91)
    make.account(unit=unit, person=make.person(unit, name="旧"), last_sign_in_at=old)
    make.account(unit=unit, person=make.person(unit, name="期"), issued_until=old)
    assert names(f"state=disabled&unit={unit.id}") == ["停"]
    assert names(f"state=unused&unit={unit.id}") == ["旧", "期"]
    assert names(f"state=never&unit={unit.id}") == ["期"]
    assert names(f"state=expired&unit={unit.id}") == ["期"]
    assert names(f"state=open&unit={unit.id}") == ["常", "旧", "期"]
    assert len(names("state=nonsense")) == 5


# ------------------------------------------------------------------ who has left


@pytest.fixture
def the_left(make, unit) -> list[Account]:
    """Somebody who retired, somebody whose last day was today, somebody who leaves tomorrow."""
    facts = (
        {"duty_status": DutyStatus.RETIRED, "left_on": date(2026, 5, 1)},
        {"left_on": date(2026, 11, 25)},
        {"left_on": date(2026, 11, 26)},
    )
    return [make.account(person=make.person(unit, **given)) for given in facts]


def test_accounts_of_people_who_left_are_shut_once_and_stay_shut(
    app, administrator, the_left, session
) -> None:
    run = app.test_cli_runner().invoke
    first = run(cli.cli, ["disable-left", "--json"])
    assert json.loads(first.output)["disabled"] == [each.username for each in the_left[:2]]
    assert json.loads(run(cli.cli, ["disable-left", "--json"]).output)["disabled"] == []
    answer = administrator.post(f"/accounts/{the_left[0].id}/enable")
    assert answer.status_code == 409
    assert "已离岗" in answer.text
    kept = session.get_one(Account, the_left[2].id, populate_existing=True)
    assert kept.disabled_at is None


def test_the_administrator_is_told_of_open_accounts_of_the_left(administrator, the_left) -> None:
    assert "2 个离岗人员的账号还能登录" in main(administrator.get("/accounts"))
    administrator.post("/accounts/disable-left")
    assert "离岗人员的账号还能登录" not in main(administrator.get("/accounts"))


# ------------------------------------------------------------------ the first administrators


def create(app, *arguments: str):
    return app.test_cli_runner().invoke(cli.cli, ["create-admin", *arguments])


@pytest.mark.parametrize("role", ["sys_admin", "sec_admin", "auditor"])
def test_the_first_administrators_are_made_by_a_command_with_a_password_to_change(
    app, session, role
) -> None:
    done = create(app, "--role", role, "--name", "管理员甲", "--number", "g001", "--json")
    assert done.exit_code == 0
    made = json.loads(done.output)
    assert (made["role"], made["username"]) == (role, "g001")
    client = app.test_client()
    form = {"username": "g001", "password": made["password"]}
    assert client.post("/login", data=form).status_code == 302
    assert client.get("/").location == "/password"
    account = session.scalars(select(Account)).one()
    assert account.lane is not Lane.BUSINESS
    assert account.person.staff_category is StaffCategory.OPERATOR


def test_a_fresh_installation_has_no_account_at_all(session) -> None:
    assert session.scalar(select(func.count()).select_from(Account)) == 0


def test_the_first_administrators_are_counted_nowhere(app, session) -> None:
    create(app, "--role", "auditor", "--name", "管理员甲", "--number", "G001")
    with app.app_context():
        snapshot = rosters.take_snapshot(title="名单", at=NOW, by=None)
        [entry] = db.session.get_one(RosterSnapshot, snapshot.id).entries
        assert entry.line is Line.EXCLUDED


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--role", "auditor", "--name", "管理员甲", "--number", "g001"), "该人员已有账号"),
        (("--role", "auditor", "--name", "别人", "--number", "G001"), "工号 G001 是管理员甲"),
        (("--role", "auditor", "--name", "乙", "--number", "13800000000"), "手机号"),
        (("--role", "exam_admin", "--name", "乙", "--number", "G002"), "exam_admin"),
        (("--role", "auditor", "--number", "G002"), "--name"),
    ],
)
def test_a_wrong_use_of_the_command_is_refused_in_a_line(app, session, arguments, said) -> None:
    create(app, "--role", "auditor", "--name", "管理员甲", "--number", "G001")
    result = create(app, *arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output
    assert session.scalar(select(func.count()).select_from(Person)) == 1


def test_a_session_is_no_more_than_a_hash_in_the_database(make, sign_in, session) -> None:
    client = sign_in(make.account(Role.STAFF))
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert token not in session.scalars(select(SignIn.token_hash)).all()
