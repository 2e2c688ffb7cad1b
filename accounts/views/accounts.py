"""Pages of the system administrator: accounts, their passwords and sessions."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from accounts import agents, passwords
from accounts.guards import account, requires
from accounts.models import Account, Person
from accounts.permissions import Permission
from accounts.queries import accounts as queries
from accounts.queries import people as people_queries
from accounts.queries import units as unit_queries
from accounts.queries.accounts import AccountState
from accounts.services import issuing, signing
from accounts.views.base import alive_after, asked_for, bp, plain, text_asked, unit_asked
from core import clock, paging
from core.audit.trail import record
from core.db import db
from core.downloads import attachment
from core.errors import Refused
from core.routing import LARGEST
from core.spreadsheets import Column, Table, write_workbook

#: Accounts issued at one time: hashing a password takes a while, on purpose.
MOST_AT_ONCE = 200
#: How long the list of passwords on a page can still be turned into a workbook.
LIST_FOR = timedelta(minutes=30)


class ListGone(Refused):
    message = "清单已失效。未拿到初始密码的人，请逐个重置密码"


@dataclass(frozen=True)
class Issued:
    """A password to hand over, as the list shows it."""

    name: str
    unit: str
    username: str
    password: str


@bp.get("/accounts")
@requires(Permission.ACCOUNT_MANAGE)
def account_list() -> str:
    number, size = paging.asked()
    query = queries.accounts(
        text=text_asked(),
        at=clock.now(),
        state=asked_for(AccountState, "state"),
        unit_id=unit_asked(),
    )
    waiting = paging.select_page(
        people_queries.without_account(unit_id=None, text=""), number=1, per_page=1
    )
    return render_template(
        "accounts/account_list.html",
        page=paging.select_page(query, number=number, per_page=size),
        states=AccountState.choices(),
        units=unit_choices(),
        waiting=waiting.total,
        left=len(queries.open_accounts_of_the_left(clock.today())),
        now=clock.now(),
    )


def unit_choices() -> list[tuple[int, str]]:
    return [(unit.id, unit.name) for unit in unit_queries.units_now()]


@bp.get("/accounts/new")
@requires(Permission.ACCOUNT_MANAGE)
def new_accounts() -> str:
    """People without an account, to choose from."""
    number, size = paging.asked()
    query = people_queries.without_account(unit_id=unit_asked(), text=text_asked())
    return render_template(
        "accounts/account_new.html",
        page=paging.select_page(query, number=number, per_page=size),
        units=unit_choices(),
        most=MOST_AT_ONCE,
    )


@bp.post("/accounts")
@requires(Permission.ACCOUNT_MANAGE)
def issue() -> ResponseReturnValue:
    """Accounts for the people chosen, or for all that the filter shows; passwords shown once."""
    chosen = _chosen()[:MOST_AT_ONCE]
    if not chosen:
        flash("没有选中尚无账号的人员，未建立账号。", "warning")
        return redirect(url_for(".new_accounts"))
    # Hashing takes a while: the transaction ends first, so that nobody waits for it.
    db.session.rollback()
    secrets = {person_id: passwords.issued() for person_id in chosen}
    hashes = {person_id: passwords.hashed(secret) for person_id, secret in secrets.items()}
    people = db.session.scalars(
        people_queries.without_account(unit_id=None, text="").where(Person.id.in_(chosen))
    ).all()
    issued = issuing.issue_accounts(
        people=[(person, hashes[person.id]) for person in people], at=clock.now()
    )
    db.session.commit()
    return _handed_out([(each, secrets[each.person_id]) for each in issued])


def _chosen() -> Sequence[int]:
    """Ids of the people chosen who have no account."""
    if request.form.get("all") == "1":
        query = people_queries.without_account(
            unit_id=next(iter(_row_ids("unit")), None), text=plain(request.form.get("q", ""))
        )
    else:
        query = people_queries.without_account(unit_id=None, text="").where(
            Person.id.in_(_row_ids("person"))
        )
    return [person.id for person in db.session.scalars(query)]


def _row_ids(name: str) -> list[int]:
    """The numbers sent under the name, as far as a row can have them."""
    return [n for n in request.form.getlist(name, type=int) if 0 < n <= LARGEST]


def _handed_out(accounts: Sequence[tuple[Account, str]]) -> str:
    """The page that shows issued passwords, this once; nothing of it is kept here."""
    rows = [
        Issued(each.person.name, each.person.department_name, each.username, password)
        for each, password in accounts
    ]
    sealed = _sealer().dumps([account().id, [astuple(row) for row in rows]])
    return render_template("accounts/issued.html", rows=rows, sealed=sealed)


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="issued-passwords")


@bp.post("/accounts/issued.xlsx")
@requires(Permission.ACCOUNT_MANAGE)
def export_issued() -> ResponseReturnValue:
    """The list that the page shows, as a workbook; it comes back sealed by us."""
    try:
        owner, rows = _sealer().loads(
            request.form.get("sealed", ""), max_age=int(LIST_FOR.total_seconds())
        )
    except BadData:
        raise ListGone from None
    if owner != account().id:
        raise ListGone
    columns = [
        Column("姓名", "name", 14),
        Column("部门", "unit", 22),
        Column("用户名", "username", 16),
        Column("初始密码", "password", 26),
    ]
    table = Table(
        "初始密码",
        columns,
        [vars(Issued(*row)) for row in rows],
        title="初始密码清单",
        notes=("请当面或密封交给本人，交付后销毁本清单。", "72 小时内首次登录，登录后须立即修改。"),
    )
    data = write_workbook(table)
    record("account.list_issued", object_type="Account", accounts=[row[2] for row in rows])
    db.session.commit()
    return attachment(data, f"初始密码清单-{clock.local(clock.now()):%Y%m%d%H%M}.xlsx")


@bp.get("/accounts/<int:account_id>")
@requires(Permission.ACCOUNT_MANAGE)
def account_page(account_id: int) -> str:
    found = queries.account(account_id)
    return render_template(
        "accounts/account.html",
        shown=found,
        sessions=queries.open_sessions(account_id, after=alive_after()),
        left=signing.has_left(found.person, clock.now()),
        own=found.id == account().id,
        now=clock.now(),
        browser=agents.described,
    )


@bp.post("/accounts/<int:account_id>/reset")
@requires(Permission.ACCOUNT_MANAGE)
def reset(account_id: int) -> ResponseReturnValue:
    found, password = queries.account(account_id), passwords.issued()
    signing.reset_password(account=found, password=password, at=clock.now(), by=account())
    db.session.commit()
    return _handed_out([(found, password)])


@bp.post("/accounts/<int:account_id>/disable")
@requires(Permission.ACCOUNT_MANAGE)
def disable(account_id: int) -> ResponseReturnValue:
    signing.disable(account=queries.account(account_id), at=clock.now(), by=account())
    db.session.commit()
    flash("账号已停用，其会话已结束。", "success")
    return redirect(url_for(".account_page", account_id=account_id))


@bp.post("/accounts/<int:account_id>/enable")
@requires(Permission.ACCOUNT_MANAGE)
def enable(account_id: int) -> ResponseReturnValue:
    signing.enable(account=queries.account(account_id), at=clock.now(), by=account())
    db.session.commit()
    flash("账号已恢复。", "success")
    return redirect(url_for(".account_page", account_id=account_id))


@bp.post("/accounts/<int:account_id>/end-sessions")
@requires(Permission.ACCOUNT_MANAGE)
def end_sessions(account_id: int) -> ResponseReturnValue:
    found = queries.account(account_id)
    count = signing.end_sessions_of(account=found, at=clock.now(), by=account())
    db.session.commit()
    flash(f"已结束{found.person.name}的 {count} 个会话。", "success")
    return redirect(url_for(".account_page", account_id=account_id))


@bp.post("/accounts/end-sessions")
@requires(Permission.ACCOUNT_MANAGE)
def end_all_sessions() -> ResponseReturnValue:
    """Everybody but the administrator who asks has to sign in again."""
    found = queries.signed_in_accounts(after=alive_after(), but=account().id)
    for each in found:
        signing.end_sessions_of(account=each, at=clock.now(), by=account())
    db.session.commit()
    flash(f"已结束 {len(found)} 个账号的全部会话。", "success")
    return redirect(url_for(".account_list"))


@bp.post("/accounts/disable-left")
@requires(Permission.ACCOUNT_MANAGE)
def disable_left() -> ResponseReturnValue:
    found = issuing.disable_left(at=clock.now())
    db.session.commit()
    flash(f"已停用 {len(found)} 个离岗人员的账号。", "success")
    return redirect(url_for(".account_list"))
