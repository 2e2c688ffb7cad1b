"""Pages of the security administrator: who holds which role."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import DUTIES, LANES, Permission, Role
from accounts.queries import accounts as queries
from accounts.services import roles as services
from accounts.views.accounts import unit_choices
from accounts.views.base import asked_for, bp, text_asked, unit_asked
from core import clock, paging
from core.db import db
from core.errors import Refused


@bp.get("/roles")
@requires(Permission.ROLE_GRANT)
def roles() -> str:
    number, size = paging.asked()
    query = queries.accounts(
        text=text_asked(),
        at=clock.now(),
        unit_id=unit_asked(),
        role=asked_for(Role, "role"),
        bare=request.args.get("role") == "none",
    )
    bare = paging.select_page(
        queries.accounts(text="", at=clock.now(), bare=True), number=1, per_page=1
    )
    return render_template(
        "accounts/roles.html",
        page=paging.select_page(query, number=number, per_page=size),
        holders=queries.holders(),
        lanes=LANES,
        bare=bare.total,
        units=unit_choices(),
        own=account().id,
    )


@bp.route("/roles/<int:account_id>", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT)
def assign_roles(account_id: int) -> ResponseReturnValue:
    """All roles of one account at once."""
    found, message = queries.account(account_id), None
    chosen = [role for role in Role if role.value in request.form.getlist("roles")]
    if request.method == "POST":
        try:
            new, gone = services.assign(account=found, roles=chosen, at=clock.now(), by=account())
        except Refused as refusal:
            db.session.rollback()
            message = str(refusal)
        else:
            db.session.commit()
            flash(_said(found.person.name, new, gone), "success" if new or gone else "info")
            return redirect(url_for(".roles", q=found.username))
    return render_template(
        "accounts/role_edit.html",
        shown=found,
        held=chosen if request.method == "POST" else found.roles,
        business=[role for role in Role if role not in LANES],
        administrators=list(LANES),
        duties=DUTIES,
        own=found.id == account().id,
        message=message,
    )


def _said(name: str, new: list[Role], gone: list[Role]) -> str:
    parts = [
        f"{verb}{'、'.join(role.label for role in changed)}"
        for verb, changed in (("授予", new), ("收回", gone))
        if changed
    ]
    return f"{name}的角色：{'；'.join(parts)}。" if parts else f"{name}的角色没有变化。"


@bp.post("/roles/staff")
@requires(Permission.ROLE_GRANT)
def grant_staff() -> ResponseReturnValue:
    """员工 for every account that holds no role yet."""
    bare = db.session.scalars(queries.accounts(text="", at=clock.now(), bare=True)).all()
    count = services.grant_staff(accounts=bare, at=clock.now(), by=account())
    db.session.commit()
    flash(f"已为 {count} 个账号授予员工角色。", "success")
    return redirect(url_for(".roles", role=Role.STAFF.value))
