"""Refusing to hear passwords from where too many were wrong.

Three limits: for an account from one source; for one source, whatever accounts it tries; for an
account in all, which only binds sources that it was never signed in from. So nobody shuts a
colleague out of their own machine, and nobody tries one password on everybody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, ScalarSelect, bindparam, func, select

from accounts.models import Account, SignIn, SignInFailure
from accounts.services.signing import normal_username
from core.audit.trail import record
from core.db import db, table
from core.errors import Refused
from core.prepared import Prepared, Within

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


def must_not_be_locked(
    *, username: str, source: str, at: datetime, limits: Limits, within: Within
) -> None:
    """Raises LockedOut, alike for names that exist and for those that do not. Reads only."""
    name, source = normal_username(username)[:60], source[:64]
    [(of_account, of_source, in_all)] = _FAILURES.rows(
        within,
        username=name,
        source=source,
        since=at - limits.span,
        since_long=at - IN_ALL_SPAN,
        before_account=max(limits.one_account - 1, 0),
        before_source=max(limits.one_source - 1, 0),
    )
    for limit, since in ((limits.one_account, of_account), (limits.one_source, of_source)):
        if limit > 0 and since is not None:
            minutes = -(-int((since + limits.span - at).total_seconds()) // 60)
            raise LockedOut(f"密码错误次数过多，请约 {max(1, minutes)} 分钟后再试")
    if in_all >= IN_ALL and not _KNOWN.rows(
        within, username=name, source=source, since=at - IN_ALL_SPAN
    ):
        raise LockedOut("该账号的密码错误次数过多，请联系系统管理员重置密码")


def note_failure(*, username: str, source: str, at: datetime) -> None:
    name = normal_username(username)[:60]
    db.session.add(SignInFailure(username=name, source=source[:64], at=at))
    record("sign_in", object_type="Account", object_id=name, actor="", result="refused", at=at)


def _latest_but(number: str, *where: ColumnElement[bool]) -> ScalarSelect[datetime]:
    """SQL: when a failure within the span was, so many before the latest; NULL for none."""
    return (
        select(_FAILURE.c.at)
        .where(*where, _FAILURE.c.at > bindparam("since"))
        .order_by(_FAILURE.c.at.desc(), _FAILURE.c.id.desc())
        .limit(1)
        .offset(bindparam(number, type_=Integer))
        .scalar_subquery()
    )


_FAILURE, _ACCOUNT, _SIGN_IN = table(SignInFailure), table(Account), table(SignIn)
_OF_SOURCE = _FAILURE.c.source == bindparam("source")
_OF_NAME = _FAILURE.c.username == bindparam("username")
_PASSWORD_SET_AT = (
    select(_ACCOUNT.c.password_set_at)
    .where(_ACCOUNT.c.username == bindparam("username"))
    .scalar_subquery()
)
#: When the failure was that makes too many: for the account from the source, and from the source;
#: and how many there are for the name in all since its password was last set, within the long span.
_FAILURES = Prepared(
    select(
        _latest_but("before_account", _OF_SOURCE, _OF_NAME),
        _latest_but("before_source", _OF_SOURCE),
        select(func.count())
        .where(
            _OF_NAME,
            _FAILURE.c.at > bindparam("since_long"),
            _FAILURE.c.at > func.coalesce(_PASSWORD_SET_AT, bindparam("since_long")),
        )
        .scalar_subquery(),
    )
)

#: A session of the account that was opened from there since.
_KNOWN = Prepared(
    select(_SIGN_IN.c.id)
    .join_from(_SIGN_IN, _ACCOUNT, _ACCOUNT.c.id == _SIGN_IN.c.account_id)
    .where(
        _ACCOUNT.c.username == bindparam("username"),
        _SIGN_IN.c.source == bindparam("source"),
        _SIGN_IN.c.created_at > bindparam("since"),
    )
    .limit(1)
)
