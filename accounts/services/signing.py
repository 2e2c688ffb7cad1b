"""Accounts and the sessions they open: issued, signed in, signed out, locked."""

import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import select, update

from accounts import passwords, sessions
from accounts.models import Account, Person, SignIn, SignInFailure
from accounts.passwords import NOBODYS
from core.audit.trail import record
from core.db import db
from core.errors import Refused

ISSUED_FOR = timedelta(hours=72)


class WrongPassword(Refused):
    """No such account, or not its password: the same answer for both."""

    message = "用户名或密码不正确"


class LockedOut(Refused):
    """Too many wrong passwords from this source; even the right one is refused for a while."""


class IssuedExpired(Refused):
    message = "初始口令已过期，请联系系统管理员重新发放"


class WeakPassword(Refused):
    """The new password is not accepted; the message says why."""


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
    username = normal_username(username)
    taken = db.session.scalar(
        select(Account.id).where((Account.username == username) | (Account.person_id == person.id))
    )
    if taken is not None:
        raise Refused("该人员已有账号，或用户名已被使用", field="username")
    account = Account(
        person=person,
        username=username,
        password_hash=passwords.hashed(password),
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
    """Issue a password that must be changed; the account's sessions end."""
    account.password_hash = passwords.hashed(password)
    account.must_change, account.issued_until = True, at + ISSUED_FOR
    account.password_set_at = at
    end_sessions(account=account, at=at)
    record("account.reset_password", account, at=at, username=account.username)


def set_password(*, account: Account, current: str, new: str, at: datetime) -> None:
    """A person's own new password. Raises WrongPassword, WeakPassword."""
    if not passwords.matches(current, account.password_hash):
        raise WrongPassword("当前口令不正确", field="current")
    found = passwords.faults(new, username=account.username, name=account.person.name)
    if new == current:
        found.append("新口令不能与当前口令相同")
    if found:
        raise WeakPassword("；".join(found), field="new")
    account.password_hash = passwords.hashed(new)
    account.must_change, account.issued_until = False, None
    account.password_set_at = at
    db.session.flush()
    record("account.set_password", account, at=at)


def disable(*, account: Account, at: datetime, by: Account | None) -> None:
    account.disabled_at = at
    end_sessions(account=account, at=at)
    record("account.disable", account, at=at, username=account.username)


def enable(*, account: Account, at: datetime, by: Account | None) -> None:
    account.disabled_at = None
    db.session.flush()
    record("account.enable", account, at=at, username=account.username)


def end_sessions(*, account: Account, at: datetime) -> None:
    db.session.execute(
        update(SignIn)
        .where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
        .values(ended_at=at)
    )


def must_not_be_locked(*, source: str, at: datetime, lock_after: int, lock_for: timedelta) -> None:
    """Raises LockedOut while a source has failed too often; reads only."""
    failures = db.session.scalars(
        select(SignInFailure.at)
        .where(SignInFailure.source == source, SignInFailure.at > at - lock_for)
        .order_by(SignInFailure.at.desc(), SignInFailure.id.desc())
        .limit(lock_after)
    ).all()
    if len(failures) >= lock_after:
        minutes = -(-int((failures[-1] + lock_for - at).total_seconds()) // 60)
        raise LockedOut(f"密码错误次数过多，请约 {max(1, minutes)} 分钟后再试")


def checked(*, username: str, password: str, at: datetime) -> Account | None:
    """The account that the password opens; None for a wrong one. Reads only, and takes time."""
    account = db.session.scalars(
        select(Account).where(
            Account.username == normal_username(username), Account.disabled_at.is_(None)
        )
    ).one_or_none()
    kept = account.password_hash if account else NOBODYS
    # The look-up's transaction ends first: nothing is held while the hash is computed.
    found = account.id if account else None
    db.session.rollback()
    if not passwords.matches(password, kept) or found is None:
        return None
    return db.session.get(Account, found)


def open_session(*, account: Account, source: str, agent: str, at: datetime) -> tuple[SignIn, str]:
    """A new session and its token. Raises IssuedExpired."""
    if account.issued_until is not None and at > account.issued_until:
        raise IssuedExpired
    token = sessions.new_token()
    sign_in = SignIn(
        account=account,
        token_hash=sessions.token_hash(token),
        source=source[:64],
        agent=agent[:300],
        created_at=at,
        seen_at=at,
    )
    account.last_sign_in_at = at
    db.session.add(sign_in)
    db.session.flush()
    record("sign_in", account, at=at, actor=account.person.staff_number)
    return sign_in, token


def note_failure(*, username: str, source: str, at: datetime) -> None:
    name = normal_username(username)[:60]
    db.session.add(SignInFailure(username=name, source=source[:64], at=at))
    record("sign_in", object_type="Account", object_id=name, actor="", result="refused", at=at)


def close_session(*, sign_in: SignIn, at: datetime) -> None:
    sign_in.ended_at = at
    db.session.flush()
    record("sign_out", sign_in.account, at=at)
