"""Refusing to hear passwords from where too many were wrong.

Three limits: for an account from one source; for one source, whatever accounts it tries; for an
account in all, which only binds sources that it was never signed in from. So nobody shuts a
colleague out of their own machine, and nobody tries one password on everybody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from accounts.models import Account, SignIn, SignInFailure
from accounts.services.signing import normal_username
from core.audit.trail import record
from core.db import db
from core.errors import Refused

#: Wrong passwords for an account in all, over this span.
IN_ALL, IN_ALL_SPAN = 100, timedelta(days=30)


class LockedOut(Refused):
    """Too many wrong passwords; even the right one is refused for a while."""


@dataclass(frozen=True)
class Limits:
    """How many wrong passwords are heard within ``span``."""

    one_account: int
    one_source: int
    span: timedelta


def must_not_be_locked(*, username: str, source: str, at: datetime, limits: Limits) -> None:
    """Raises LockedOut, alike for names that exist and for those that do not. Reads only."""
    name, source = normal_username(username)[:60], source[:64]
    of_source = SignInFailure.source == source
    for limit, of in (
        (limits.one_account, (of_source, SignInFailure.username == name)),
        (limits.one_source, (of_source,)),
    ):
        since = _nth_latest(limit, *of, SignInFailure.at > at - limits.span)
        if since is not None:
            minutes = -(-int((since + limits.span - at).total_seconds()) // 60)
            raise LockedOut(f"密码错误次数过多，请约 {max(1, minutes)} 分钟后再试")
    if _failed_in_all(name, at) >= IN_ALL and not _is_known(name, source, at):
        raise LockedOut("该账号的密码错误次数过多，请联系系统管理员重置密码")


def note_failure(*, username: str, source: str, at: datetime) -> None:
    name = normal_username(username)[:60]
    db.session.add(SignInFailure(username=name, source=source[:64], at=at))
    record("sign_in", object_type="Account", object_id=name, actor="", result="refused", at=at)


def _nth_latest(number: int, *where: ColumnElement[bool]) -> datetime | None:
    """When the ``number``-th latest failure was; None if there are not so many."""
    times = db.session.scalars(
        select(SignInFailure.at)
        .where(*where)
        .order_by(SignInFailure.at.desc(), SignInFailure.id.desc())
        .limit(number)
    ).all()
    return times[-1] if len(times) >= number > 0 else None


def _failed_in_all(name: str, at: datetime) -> int:
    """Failures for the name since its password was last set, within the span."""
    set_at = db.session.scalar(select(Account.password_set_at).where(Account.username == name))
    since = max(at - IN_ALL_SPAN, set_at) if set_at else at - IN_ALL_SPAN
    return (
        db.session.scalar(
            select(func.count())
            .select_from(SignInFailure)
            .where(SignInFailure.username == name, SignInFailure.at > since)
        )
        or 0
    )


def _is_known(name: str, source: str, at: datetime) -> bool:
    """Whether the account was signed in from there within the span."""
    found: Any = db.session.scalar(
        select(SignIn.id)
        .join(SignIn.account)
        .where(
            Account.username == name,
            SignIn.source == source,
            SignIn.created_at > at - IN_ALL_SPAN,
        )
        .limit(1)
    )
    return found is not None
