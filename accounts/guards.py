"""Who is asking, and whether they may."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, wraps
from typing import ParamSpec, Self, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user
from sqlalchemy import update

from accounts import sessions, standing
from accounts.models import Account, Person, SignIn
from accounts.permissions import Permission, Scope, scope_of
from accounts.queries.accounts import Identity, account_with_person, identity_of, sign_in
from accounts.standing import DutyStatus
from core import clock, forgery
from core.config import Config
from core.db import writing_apart
from core.sqlite import Busy

P = ParamSpec("P")
R = TypeVar("R")

#: Endpoints that answer while the password must still be changed.
PASSWORD_PAGES = {"accounts.password", "accounts.sign_out"}
#: A session's last sign of life is written at most this often.
TOUCH_EVERY = timedelta(minutes=1)
#: Seconds that a page waits to write it, before it leaves it to the next one.
TOUCH_WAITS = 0.1

#: Where Flask-Login has the browser hold the token of our session, and where a request keeps whose
#: it is: it is asked a dozen times.
TOKEN, _ASKING, _UNKNOWN = "_user_id", "xuefa_asking", object()

login = LoginManager()
# A token is as good as the session that the server keeps; no page asks for a fresh one.
login.session_protection = None


class Principal:
    """What Flask-Login keeps for a request: somebody through one of their server-side sessions.

    The account itself is read when somebody asks for it: many pages do not.
    """

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, identity: Identity, token: str) -> None:
        self.identity = identity
        self.token = token

    @cached_property
    def account(self) -> Account:
        return account_with_person(self.identity.account_id)

    def get_id(self) -> str:
        return self.token


@dataclass(frozen=True)
class Reader:
    """What the layout shows of the signed-in person."""

    name: str
    department_name: str
    role_labels: Sequence[str]

    @classmethod
    def of(cls, identity: Identity) -> Self:
        return cls(identity.name, identity.unit_name, [role.label for role in identity.roles])


class _Newcomer:
    """Somebody who signed in a moment ago; the next request finds out who they are."""

    is_active = True

    def __init__(self, token: str) -> None:
        self.token = token

    def get_id(self) -> str:
        return self.token


def admit(token: str) -> None:
    """Let the browser hold the token of a session that was opened; the answer leads elsewhere."""
    login_user(_Newcomer(token))
    # Once the browser holds it, the first page need not send the session again.
    session[forgery.TOKEN] = forgery.drawn()


@login.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types
def load(token: str) -> Principal | None:
    """The principal of a cookie's token; None once its session ended, idled out or grew too old."""
    found, at, settings = identity_of(token), clock.now(), current_app.config["XUEFA"]
    if found is None or not _is_live(found, settings, at):
        return None
    if _is_to_be_touched(found, at):
        if request.method == "GET":
            _touch(found, at, settings)
        else:
            # The request's own transaction may write already; a second one would wait for it.
            sign_in(found.sign_in_id).seen_at = at
    g.actor = found.staff_number
    return Principal(found, token)


def _is_live(found: Identity, settings: Config, at: datetime) -> bool:
    return sessions.is_live(
        created_at=found.created_at,
        seen_at=found.seen_at,
        at=at,
        idle=settings.idle,
        life=settings.session_life,
    )


def _is_to_be_touched(found: Identity, at: datetime) -> bool:
    return at - found.seen_at >= TOUCH_EVERY


def lets_pass(found: Identity, permission: Permission, settings: Config, at: datetime) -> bool:
    """Whether the guards would let somebody in and had nothing else to do, so that they may be
    answered in front of Flask."""
    return (
        _is_live(found, settings, at)
        and not _is_to_be_touched(found, at)
        and not found.must_change
        and scope_of(found.roles, permission) is not None
    )


def _touch(found: Identity, at: datetime, settings: Config) -> None:
    """Note the sign of life in a transaction of its own: a GET's only reads.

    While others write for long it is left to the next request, which has half of the idle time left
    for that. Who was silent for longer waits: the session must not end on somebody active.
    """
    waits = TOUCH_WAITS if at - found.seen_at < settings.idle / 2 else None
    with suppress(Busy), writing_apart(waits) as connection:
        connection.execute(update(SignIn).where(SignIn.id == found.sign_in_id).values(seen_at=at))


def init_app(app: Flask) -> None:
    login.init_app(app)
    app.jinja_env.globals["can"] = can
    app.jinja_env.filters["duty_status"] = duty_status

    @app.context_processor
    def reader() -> dict[str, Reader | None]:
        return {"me": Reader.of(identity()) if signed_in() else None}


def signed_in() -> bool:
    return _asking() is not None


def _asking() -> Principal | None:
    """Who is asking; None for somebody who is not signed in."""
    # Pages that report a database out of reach must not ask it who is reading.
    if g.get("database_down"):
        return None
    found: Principal | None = g.get(_ASKING, _UNKNOWN)
    if found is _UNKNOWN:
        found = None
        if TOKEN in session:
            user = current_user._get_current_object()
            found = user if user.is_authenticated else None
        setattr(g, _ASKING, found)
    return found


def forget() -> None:
    """Let whoever asks next who is signed in find it out anew."""
    g.pop("_login_user", None)
    g.pop(_ASKING, None)


def principal() -> Principal:
    """The signed-in principal. Call it only behind a guard."""
    found = _asking()
    if found is None:
        raise LookupError("nobody is signed in")
    return found


def identity() -> Identity:
    """Who the signed-in person is. Call it only behind a guard."""
    return principal().identity


def account() -> Account:
    """The signed-in account. Call it only behind a guard."""
    return principal().account


def device() -> int:
    """The id of the signed-in session, which stands for a device. Call it only behind a guard."""
    return identity().sign_in_id


def me() -> Person:
    """The signed-in person. Call it only behind a guard."""
    return account().person


def scope(permission: Permission) -> Scope | None:
    """How far the signed-in account may use the permission; None for not at all."""
    asking = _asking()
    return None if asking is None else scope_of(asking.identity.roles, permission)


def unit_limit(permission: Permission) -> int | None:
    """The unit that the reader is limited to under a permission; None for the whole bureau."""
    return None if scope(permission) is Scope.ALL else identity().stat_unit_id


def can(permission: Permission | str) -> bool:
    return scope(Permission(permission)) is not None


def duty_status(status: DutyStatus) -> str:
    """A status as the reader may know it."""
    return standing.status_label(status, restricted=can(Permission.PEOPLE_EDIT))


def requires(
    *permissions: Permission,
) -> Callable[[Callable[P, R]], Callable[P, ResponseReturnValue]]:
    """Let in the signed-in people who hold one of the permissions; at least one must be named."""
    if not permissions:
        raise ValueError("a guarded route names the permissions that open it")

    def guard(view: Callable[P, R]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            asking = _asking()
            if asking is None:
                return _to_sign_in()
            if asking.identity.must_change and request.endpoint not in PASSWORD_PAGES:
                return redirect(url_for("accounts.password"))
            if all(scope_of(asking.identity.roles, each) is None for each in permissions):
                abort(403)
            return view(*args, **kwargs)  # type: ignore[return-value]  # a view's own answer

        guarded.access = permissions  # type: ignore[attr-defined]  # read by the test of routes
        return guarded

    return guard


def _to_sign_in() -> ResponseReturnValue:
    if request.method != "GET":
        abort(401)
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
