"""三员分立 and granting, down to the database."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.models import Account, RoleGrant
from accounts.permissions import DUTIES, LANES, Lane, Role
from accounts.services import roles
from core.audit.models import AuditRecord
from core.db import db
from tests.factories import NOON
from tests.pages import main, page


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


def test_the_page_that_grants_says_what_every_role_is_for() -> None:
    assert set(DUTIES) == set(Role)


@pytest.fixture
def granter(make, sign_in):
    return sign_in(make.account(Role.SEC_ADMIN))


def held(session, account: Account) -> set[Role]:
    found = set(session.scalars(select(RoleGrant.role).where(RoleGrant.account_id == account.id)))
    session.commit()
    return found


def acts(session) -> list[tuple[str, str]]:
    records = session.scalars(
        select(AuditRecord).where(AuditRecord.action.startswith("role.")).order_by(AuditRecord.id)
    ).all()
    session.commit()
    return [(each.action, json.loads(each.body)["detail"]["role"]) for each in records]


def test_all_roles_of_an_account_are_set_at_once_and_each_change_is_recorded(
    granter, make, session
) -> None:
    account = make.account(Role.STAFF, Role.LIAISON)
    answer = granter.post(f"/roles/{account.id}", data={"roles": ["staff", "unit_head"]})
    assert answer.status_code == 302
    assert held(session, account) == {Role.STAFF, Role.UNIT_HEAD}
    assert acts(session) == [("role.revoke", "liaison"), ("role.grant", "unit_head")]
    granter.post(f"/roles/{account.id}", data={"roles": ["staff", "unit_head"]})
    assert len(acts(session)) == 2


def test_an_account_changes_its_lane_when_all_its_roles_change(granter, make, session) -> None:
    account = make.account(Role.STAFF)
    granter.post(f"/roles/{account.id}", data={"roles": ["auditor"]})
    assert held(session, account) == {Role.AUDITOR}
    granter.post(f"/roles/{account.id}", data={"roles": []})
    assert held(session, account) == set()
    granter.post(f"/roles/{account.id}", data={"roles": ["staff"]})
    assert held(session, account) == {Role.STAFF}


@pytest.mark.parametrize("roles", [["auditor", "sys_admin"], ["sec_admin", "staff"]])
def test_roles_of_two_lanes_are_refused_and_nothing_changes(granter, make, session, roles) -> None:
    account = make.account(Role.STAFF)
    shown = main(granter.post(f"/roles/{account.id}", data={"roles": roles}))
    assert "互斥" in shown
    assert held(session, account) == {Role.STAFF}
    assert acts(session) == []


def test_the_security_administrator_grants_nothing_to_themselves(make, sign_in, session) -> None:
    account = make.account(Role.SEC_ADMIN)
    client = sign_in(account)
    for chosen in (["sec_admin", "sys_admin"], ["exam_admin"], []):
        assert "不能为本人授权" in main(client.post(f"/roles/{account.id}", data={"roles": chosen}))
    assert held(session, account) == {Role.SEC_ADMIN}


@pytest.mark.parametrize("roles", [["nonsense"], ["staff", "root"]])
def test_roles_that_do_not_exist_are_not_granted(granter, make, session, roles) -> None:
    account = make.account(Role.STAFF)
    granter.post(f"/roles/{account.id}", data={"roles": roles, "lane": "system", "id": "1"})
    assert held(session, account) <= {Role.STAFF}


def test_who_holds_a_role_is_listed_and_counted(granter, make) -> None:
    head = make.account(Role.UNIT_HEAD, person=make.person(name="负责人"))
    make.account(Role.STAFF, person=make.person(name="员工甲"))
    soup = page(granter.get("/roles?role=unit_head"))
    assert [row.get_text(strip=True) for row in soup.select("tbody th")] == ["负责人"]
    assert "部门负责人 1" in " ".join(soup.select_one(".xf-role-counts").get_text(" ").split())
    assert head.username in soup.get_text()


def test_staff_is_granted_to_everybody_without_a_role_at_once(granter, make, session) -> None:
    bare, auditor = make.account(Role.STAFF), make.account(Role.AUDITOR)
    granter.post(f"/roles/{bare.id}", data={"roles": []})
    assert "1 个账号还没有角色" in main(granter.get("/roles"))
    granter.post("/roles/staff")
    assert held(session, bare) == {Role.STAFF}
    assert held(session, auditor) == {Role.AUDITOR}


def test_a_role_taken_back_ends_its_rights_with_the_next_request(granter, make, sign_in) -> None:
    account = make.account(Role.STAFF, Role.EXAM_ADMIN)
    client = sign_in(account)
    assert client.get("/people").status_code == 200
    granter.post(f"/roles/{account.id}", data={"roles": ["staff"]})
    assert client.get("/people").status_code == 403
