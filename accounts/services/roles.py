"""Granting and taking back roles."""

from collections.abc import Collection, Iterable
from datetime import datetime

from accounts.models import Account, RoleGrant
from accounts.permissions import Role, lane_of
from core.audit.trail import record
from core.db import db
from core.errors import Refused


class OtherLane(Refused):
    """The role lies in another lane than the account: 三员分立."""

    message = "系统管理员、安全管理员、安全审计员互斥，且不得兼任业务角色"


class OwnRoles(Refused):
    """Nobody grants themselves anything."""

    message = "不能为本人授权或撤销本人的角色"


class AlreadyHeld(Refused):
    message = "该账号已有此角色"


def assign(
    *, account: Account, roles: Collection[Role], at: datetime, by: Account | None
) -> tuple[list[Role], list[Role]]:
    """Let the account hold these roles and no others; returns (granted, revoked).

    Each change is recorded by itself. Raises OtherLane, OwnRoles.
    """
    if by is not None and by.id == account.id:
        raise OwnRoles
    if len({lane_of(role) for role in roles}) > 1:
        raise OtherLane(field="roles")
    gone = [role for role in account.roles if role not in roles]
    new = [role for role in Role if role in roles and role not in account.roles]
    for role in gone:
        revoke(account=account, role=role, at=at, by=by)
    for role in new:
        grant(account=account, role=role, at=at, by=by)
    return new, gone


def grant_staff(*, accounts: Iterable[Account], at: datetime, by: Account | None) -> int:
    """Make everybody among the accounts who holds no role yet 员工; returns how many."""
    bare = [each for each in accounts if not each.grants and (by is None or each.id != by.id)]
    for account in bare:
        grant(account=account, role=Role.STAFF, at=at, by=by)
    return len(bare)


def grant(*, account: Account, role: Role, at: datetime, by: Account | None) -> None:
    """Give an account a role; its first role settles its lane. Raises OtherLane, OwnRoles."""
    if by is not None and by.id == account.id:
        raise OwnRoles
    if role in account.roles:
        raise AlreadyHeld(f"该账号已是{role.label}", field="role")
    lane = lane_of(role)
    if not account.grants and account.lane is not lane:
        account.lane = lane
        db.session.flush()
    if account.lane is not lane:
        raise OtherLane(field="role")
    account.grants.append(
        RoleGrant(role=role, lane=lane, granted_at=at, granted_by_id=by.id if by else None)
    )
    db.session.flush()
    record("role.grant", account, at=at, role=role.value, username=account.username)


def revoke(*, account: Account, role: Role, at: datetime, by: Account | None) -> None:
    """Take a role back; nothing happens if it is not held. Raises OwnRoles."""
    if by is not None and by.id == account.id:
        raise OwnRoles
    for held in [each for each in account.grants if each.role is role]:
        account.grants.remove(held)
        record("role.revoke", account, at=at, role=role.value, username=account.username)
    db.session.flush()
