"""Accounts and the sessions they open: issued, signed in, signed out, locked."""

import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, select, update

from accounts import password_policy, passwords, sessions
from accounts.models import Account, Person, SignIn
from accounts.passwords import NOBODYS
from accounts.queries.accounts import Opened
from accounts.standing import GONE
from core import clock
from core.audit.trail import record
from core.db import db, table
from core.errors import Refused
from core.prepared import Prepared

ISSUED_FOR = timedelta(hours=72)


class WrongPassword(Refused):
    """No such account, or not its password: the same answer for both."""

    message = "用户名或密码不正确"


class IssuedExpired(Refused):
    message = "初始密码已过期，请联系系统管理员重新发放"


class WeakPassword(Refused):
    """The new password is not accepted; the message says why."""


class OwnAccount(Refused):
    """Administrators do not shut themselves out, nor hand themselves a password."""

    message = "不能对本人的账号作此操作"


class PersonGone(Refused):
    """The person has left the bureau; their account stays shut."""

    message = "该人员已离岗，账号不能恢复；如已返岗，请先更新人员名册"


def normal_username(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def issue_account(
    *,
    person: Person,
    username: str,
    password: str,
    must_change: bool,
    at: datetime,
    by: Account | None,
) -> Account:
    """An account without roles. Raises Refused if the person or the name has one."""
    return issue_hashed(
        person=person,
        username=username,
        password_hash=passwords.hashed(password),
        must_change=must_change,
        at=at,
    )


def issue_hashed(
    *, person: Person, username: str, password_hash: str, must_change: bool, at: datetime
) -> Account:
    """The same with a password hashed before: hashing many takes time, and holds no lock then."""
    username = normal_username(username)
    taken = db.session.scalar(
        select(Account.id).where((Account.username == username) | (Account.person_id == person.id))
    )
    if taken is not None:
        raise Refused("该人员已有账号，或用户名已被使用", field="username")
    account = Account(
        person=person,
        username=username,
        password_hash=password_hash,
        must_change=must_change,
        issued_until=at + ISSUED_FOR if must_change else None,
        password_set_at=at,
        created_at=at,
        grants=[],
    )
    db.session.add(account)
    db.session.flush()
    record("account.issue", account, at=at, username=username)
    return account


def reset_password(*, account: Account, password: str, at: datetime, by: Account | None) -> None:
    """Issue a password that must be changed; the account's sessions end. Raises OwnAccount."""
    _must_be_anothers(account, by)
    account.password_hash = passwords.hashed(password)
    account.must_change, account.issued_until = True, at + ISSUED_FOR
    account.password_set_at = at
    end_sessions(account=account, at=at)
    record("account.reset_password", account, at=at, username=account.username)


def set_password(
    *, account: Account, current: str, new: str, at: datetime, keep: SignIn | None = None
) -> None:
    """A person's own new password; their sessions end, except the one to ``keep``.

    Raises WrongPassword, WeakPassword.
    """
    if not passwords.matches(current, account.password_hash):
        raise WrongPassword("当前密码不正确", field="current")
    found = password_policy.faults(new, username=account.username, name=account.person.name)
    if new == current:
        found.append("新密码不能与当前密码相同")
    if found:
        raise WeakPassword("；".join(found), field="new")
    account.password_hash = passwords.hashed(new)
    account.must_change, account.issued_until = False, None
    account.password_set_at = at
    db.session.flush()
    end_sessions(account=account, at=at, keep=keep)
    record("account.set_password", account, at=at)


def disable(*, account: Account, at: datetime, by: Account | None) -> None:
    """Shut an account; its sessions end at once. Raises OwnAccount."""
    _must_be_anothers(account, by)
    account.disabled_at = at
    end_sessions(account=account, at=at)
    record("account.disable", account, at=at, username=account.username)


def enable(*, account: Account, at: datetime, by: Account | None) -> None:
    """Open a shut account again. Raises PersonGone."""
    if has_left(account.person, at):
        raise PersonGone
    account.disabled_at = None
    db.session.flush()
    record("account.enable", account, at=at, username=account.username)


def has_left(person: Person, at: datetime) -> bool:
    """Whether the person no longer belongs to the bureau on that day."""
    gone = person.left_on is not None and person.left_on <= clock.local(at).date()
    return gone or person.duty_status in GONE


def end_sessions(*, account: Account, at: datetime, keep: SignIn | None = None) -> int:
    """End the account's sessions, except the one to ``keep``; returns how many."""
    return _end_sessions(account.id, at=at, but=keep.id if keep else 0)


def _end_sessions(account_id: int, *, at: datetime, but: int = 0) -> int:
    ended = db.session.execute(
        update(SignIn)
        .where(
            SignIn.account_id == account_id,
            SignIn.ended_at.is_(None),
            SignIn.id != but,
        )
        .values(ended_at=at)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def end_sessions_of(
    *, account: Account, at: datetime, by: Account | None, keep: SignIn | None = None
) -> int:
    """The same as an act of its own, by an administrator or by the person; returns how many."""
    count = end_sessions(account=account, at=at, keep=keep)
    record("account.end_sessions", account, at=at, username=account.username, sessions=count)
    return count


def _must_be_anothers(account: Account, by: Account | None) -> None:
    if by is not None and by.id == account.id:
        raise OwnAccount


def checked(found: Opened | None, password: str) -> Opened | None:
    """The account, if there is one and the password opens it. Asks nothing, and takes time.

    A hash of a cost of former days comes with one of today's, to be kept instead: all must take as
    long, or how long it takes tells which user names there are.
    """
    matches = passwords.matches(password, found.password_hash if found else NOBODYS)
    if found is None or not matches:
        return None
    if passwords.is_of_other_cost(found.password_hash):
        return replace(found, kept_from_now=passwords.hashed(password))
    return found


_ACCOUNT, _SIGN_IN = table(Account), table(SignIn)
#: Unless it was disabled, or got another password, since this one was checked.
_OPEN = Prepared(
    update(_ACCOUNT).where(
        _ACCOUNT.c.id == bindparam("account_id"),
        _ACCOUNT.c.password_hash == bindparam("checked"),
        _ACCOUNT.c.disabled_at.is_(None),
    ),
    "last_sign_in_at", "must_change", "password_hash",
)  # fmt: skip
_KEEP = Prepared(
    insert(_SIGN_IN), "account_id", "token_hash", "source", "agent", "created_at", "seen_at"
)


def open_session(
    *,
    account: Opened,
    source: str,
    agent: str,
    at: datetime,
    password_age: timedelta = timedelta(0),
) -> str:
    """The token of a new session. Raises IssuedExpired, WrongPassword for one that no longer is it.

    A password older than ``password_age`` (0: never too old) must be changed in it. The session
    of an administrator is their only one; others may be signed in on several machines.
    """
    if account.issued_until is not None and at > account.issued_until:
        raise IssuedExpired
    is_old = bool(password_age) and at - account.password_set_at > password_age
    if not _OPEN.run(
        account_id=account.id,
        checked=account.password_hash,
        last_sign_in_at=at,
        must_change=account.must_change or is_old,
        password_hash=account.kept_from_now or account.password_hash,
    ):
        raise WrongPassword
    ended = 0 if sessions.may_be_several(account.lane) else _end_sessions(account.id, at=at)
    token = sessions.new_token()
    _KEEP.run(
        account_id=account.id,
        token_hash=sessions.token_hash(token),
        source=source[:64],
        agent=agent[:300],
        created_at=at,
        seen_at=at,
    )
    record(
        "sign_in", object_type=Account.__name__, object_id=account.id, at=at,
        actor=account.staff_number, ended_sessions=ended,
    )  # fmt: skip
    return token


def close_session(*, sign_in: SignIn, at: datetime) -> None:
    sign_in.ended_at = at
    db.session.flush()
    record("sign_out", sign_in.account, at=at)
