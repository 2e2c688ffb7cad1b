"""Accounts, their sessions and their roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from accounts.models import Account, OrgUnit, Person, RoleGrant, SignIn
from accounts.permissions import GRANTS, Lane, Permission, Role
from accounts.queries.people import named
from accounts.sessions import token_hash
from accounts.standing import GONE
from core.db import db, table
from core.labels import Labelled
from core.prepared import Prepared, Row, Within

#: An account that nobody signed in to for so long is worth a look.
UNUSED_AFTER = timedelta(days=90)


class AccountState(Labelled):
    OPEN = "open", "可登录"
    DISABLED = "disabled", "已停用"
    NEVER = "never", "从未登录"
    UNUSED = "unused", "90 天未登录"
    EXPIRED = "expired", "初始密码已过期"


def _in_state(state: AccountState, at: datetime) -> Sequence[ColumnElement[bool]]:
    is_open = Account.disabled_at.is_(None)
    match state:
        case AccountState.OPEN:
            return [is_open]
        case AccountState.DISABLED:
            return [Account.disabled_at.is_not(None)]
        case AccountState.NEVER:
            return [is_open, Account.last_sign_in_at.is_(None)]
        case AccountState.UNUSED:
            seen = func.coalesce(Account.last_sign_in_at, Account.created_at)
            return [is_open, seen < at - UNUSED_AFTER]
        case AccountState.EXPIRED:
            return [is_open, Account.issued_until < at]


def accounts(
    *,
    text: str,
    at: datetime,
    state: AccountState | None = None,
    unit_id: int | None = None,
    role: Role | None = None,
    bare: bool = False,
) -> Select[Account]:
    """Accounts in the order of the bureau. ``bare``: only those without any role."""
    query = (
        select(Account)
        .join(Account.person)
        .join(Person.stat_unit)
        .options(
            contains_eager(Account.person).contains_eager(Person.stat_unit),
            selectinload(Account.grants),
        )
        .order_by(OrgUnit.position, Person.staff_number, Account.id)
    )
    if text:
        query = query.where(
            or_(Account.username.contains(text.lower(), autoescape=True), named(text))
        )
    if state is not None:
        query = query.where(*_in_state(state, at))
    if unit_id is not None:
        query = query.where(Person.stat_unit_id == unit_id)
    if role is not None:
        query = query.where(Account.grants.any(RoleGrant.role == role))
    if bare:
        query = query.where(~Account.grants.any())
    return query


def account(account_id: int) -> Account:
    return db.session.scalars(
        select(Account)
        .where(Account.id == account_id)
        .options(
            joinedload(Account.person).joinedload(Person.stat_unit), selectinload(Account.grants)
        )
    ).one()


def account_of(person_id: int) -> Account | None:
    return db.session.scalars(select(Account).where(Account.person_id == person_id)).one_or_none()


def open_accounts_of_the_left(on: date) -> Sequence[Account]:
    """Accounts that are open though their people have left by that day."""
    return db.session.scalars(
        select(Account)
        .join(Account.person)
        .where(
            Account.disabled_at.is_(None),
            or_(Person.left_on <= on, Person.duty_status.in_(GONE)),
        )
        .order_by(Person.staff_number)
    ).all()


def able_to(permission: Permission) -> Sequence[Account]:
    """Open accounts that may do something, by the number of their person."""
    roles = [role for role, granted in GRANTS.items() if permission in granted]
    granted = select(RoleGrant.id).where(
        RoleGrant.account_id == Account.id, RoleGrant.role.in_(roles)
    )
    return db.session.scalars(
        select(Account)
        .join(Person, Person.id == Account.person_id)
        .where(Account.disabled_at.is_(None), granted.exists())
        .options(joinedload(Account.person))
        .order_by(Person.staff_number, Account.id)
    ).all()


def holders() -> dict[Role, int]:
    """How many open accounts hold each role."""
    rows = db.session.execute(
        select(RoleGrant.role, func.count())
        .join(RoleGrant.account)
        .where(Account.disabled_at.is_(None))
        .group_by(RoleGrant.role)
        .order_by(RoleGrant.role)
    )
    counted = {row[0]: row[1] for row in rows}
    return {role: counted.get(role, 0) for role in Role}


def open_sessions(account_id: int, *, after: datetime) -> Sequence[SignIn]:
    """The account's sessions that have not ended and showed life since, the latest first."""
    return db.session.scalars(
        select(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None), SignIn.seen_at > after)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    ).all()


def signed_in_accounts(*, after: datetime, but: int) -> Sequence[Account]:
    """Accounts with an open session, except one."""
    return db.session.scalars(
        select(Account)
        .where(
            Account.id != but,
            Account.id.in_(
                select(SignIn.account_id).where(SignIn.ended_at.is_(None), SignIn.seen_at > after)
            ),
        )
        .order_by(Account.id)
    ).all()


class Identity(NamedTuple):
    """Who is asking, as every request needs it: one row a role, read with no object behind it."""

    sign_in_id: int
    created_at: datetime
    seen_at: datetime
    account_id: int
    must_change: bool
    person_id: int
    staff_number: str
    name: str
    stat_unit_id: int
    unit_name: str
    roles: tuple[Role, ...]


_SIGN_IN, _ACCOUNT, _GRANT = table(SignIn), table(Account), table(RoleGrant)
_PERSON, _UNIT = table(Person), table(OrgUnit)
#: Whose open session ``token_hash`` stands for, in a row for each of their roles; what else is read
#: of them with it joins their person and adds its columns.
IDENTITY = (
    select(
        _SIGN_IN.c.id, _SIGN_IN.c.created_at, _SIGN_IN.c.seen_at, _ACCOUNT.c.id,
        _ACCOUNT.c.must_change, _PERSON.c.id, _PERSON.c.staff_number, _PERSON.c.name,
        _UNIT.c.id, _UNIT.c.short_name, _GRANT.c.role,
    )
    .join_from(_SIGN_IN, _ACCOUNT, _ACCOUNT.c.id == _SIGN_IN.c.account_id)
    .join(_PERSON, _PERSON.c.id == _ACCOUNT.c.person_id)
    .join(_UNIT, _UNIT.c.id == _PERSON.c.stat_unit_id)
    .outerjoin(_GRANT, _GRANT.c.account_id == _ACCOUNT.c.id)
    .where(
        _SIGN_IN.c.token_hash == bindparam("token_hash"),
        _SIGN_IN.c.ended_at.is_(None),
        _ACCOUNT.c.disabled_at.is_(None),
    )
    .order_by(_GRANT.c.id)
)  # fmt: skip
_IDENTITY = Prepared(IDENTITY)
#: Where in a row of it the role stands: last.
_ROLE = Identity._fields.index("roles")


def identity_of(token: str) -> Identity | None:
    """Whose open session a token is; None for any other token."""
    found, _ = told(_IDENTITY.rows(token_hash=token_hash(token)))
    return found


def told(rows: Sequence[Row]) -> tuple[Identity | None, Row]:
    """Who is asking, from the rows of a query made of ``IDENTITY``, and what they say besides."""
    if not rows:
        return None, ()
    facts = rows[0]
    roles = tuple(row[_ROLE] for row in rows if row[_ROLE] is not None)
    return Identity._make([*facts[:_ROLE], roles]), facts[_ROLE + 1 :]


@dataclass(frozen=True)
class Opened:
    """An account as opening it needs it, read with no object behind it."""

    id: int
    password_hash: str
    password_set_at: datetime
    issued_until: datetime | None
    must_change: bool
    lane: Lane
    staff_number: str
    #: The hash to keep instead, of the same password.
    kept_from_now: str | None = None


_OPENED = Prepared(
    select(
        _ACCOUNT.c.id, _ACCOUNT.c.password_hash, _ACCOUNT.c.password_set_at,
        _ACCOUNT.c.issued_until, _ACCOUNT.c.must_change, _ACCOUNT.c.lane, _PERSON.c.staff_number,
    )
    .join_from(_ACCOUNT, _PERSON, _PERSON.c.id == _ACCOUNT.c.person_id)
    .where(_ACCOUNT.c.username == bindparam("username"), _ACCOUNT.c.disabled_at.is_(None))
)  # fmt: skip


def opened_by(username: str, within: Within) -> Opened | None:
    """The account that a user name, in its normal form, opens with the right password."""
    return next((Opened(*facts) for facts in _OPENED.rows(within, username=username)), None)


_WITH_PERSON = (
    select(Account)
    .where(Account.id == bindparam("account_id"))
    .options(
        joinedload(Account.person, innerjoin=True).joinedload(Person.stat_unit, innerjoin=True)
    )
)


def account_with_person(account_id: int) -> Account:
    """An account with its person and their unit. Raises NoResultFound."""
    return db.session.scalars(_WITH_PERSON, {"account_id": account_id}).one()


def sign_in(sign_in_id: int) -> SignIn:
    return db.session.get_one(SignIn, sign_in_id)
