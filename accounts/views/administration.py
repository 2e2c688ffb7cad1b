"""Pages of the three administrators: accounts, roles, the audit trail."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts import passwords, queries
from accounts.guards import account, requires
from accounts.permissions import Permission, Role
from accounts.services import roles as role_services
from accounts.services import signing
from accounts.views.base import bp
from core import clock, paging
from core.audit import trail
from core.db import db


@bp.get("/accounts")
@requires(Permission.ACCOUNT_MANAGE)
def account_list() -> str:
    number, size = paging.asked()
    query = queries.accounts(request.args.get("q", "").strip())
    return render_template(
        "accounts/account_list.html",
        page=paging.select_page(query, number=number, per_page=size),
        without=queries.people_without_account(),
    )


@bp.post("/accounts")
@requires(Permission.ACCOUNT_MANAGE)
def issue() -> ResponseReturnValue:
    """An account for a person without one; its password is shown this once."""
    person = queries.person_by_number(request.form.get("staff_number", ""))
    password = passwords.issued()
    signing.issue_account(
        person=person,
        username=person.staff_number,
        password=password,
        must_change=True,
        at=clock.now(),
        by=account(),
    )
    db.session.commit()
    return render_template("accounts/issued.html", person=person, password=password)


@bp.post("/accounts/<int:account_id>/reset")
@requires(Permission.ACCOUNT_MANAGE)
def reset(account_id: int) -> ResponseReturnValue:
    found, password = queries.account(account_id), passwords.issued()
    signing.reset_password(account=found, password=password, at=clock.now(), by=account())
    db.session.commit()
    return render_template("accounts/issued.html", person=found.person, password=password)


@bp.post("/accounts/<int:account_id>/disable")
@requires(Permission.ACCOUNT_MANAGE)
def disable(account_id: int) -> ResponseReturnValue:
    signing.disable(account=queries.account(account_id), at=clock.now(), by=account())
    db.session.commit()
    flash("账号已停用，其会话已结束。", "success")
    return redirect(url_for(".account_list"))


@bp.post("/accounts/<int:account_id>/enable")
@requires(Permission.ACCOUNT_MANAGE)
def enable(account_id: int) -> ResponseReturnValue:
    signing.enable(account=queries.account(account_id), at=clock.now(), by=account())
    db.session.commit()
    flash("账号已恢复。", "success")
    return redirect(url_for(".account_list"))


@bp.get("/roles")
@requires(Permission.ROLE_GRANT)
def roles() -> str:
    number, size = paging.asked()
    query = queries.accounts(request.args.get("q", "").strip())
    return render_template(
        "accounts/roles.html",
        page=paging.select_page(query, number=number, per_page=size),
        all_roles=list(Role),
    )


@bp.post("/roles/<int:account_id>/grant")
@requires(Permission.ROLE_GRANT)
def grant(account_id: int) -> ResponseReturnValue:
    role = next((role for role in Role if role.value == request.form.get("role")), None)
    if role is None:
        flash("请选择角色。", "error")
        return redirect(url_for(".roles"))
    found = queries.account(account_id)
    role_services.grant(account=found, role=role, at=clock.now(), by=account())
    db.session.commit()
    flash(f"已授予{found.person.name}{role.label}角色。", "success")
    return redirect(url_for(".roles", q=found.username))


@bp.post("/roles/<int:account_id>/revoke")
@requires(Permission.ROLE_GRANT)
def revoke(account_id: int) -> ResponseReturnValue:
    found = queries.account(account_id)
    for role in found.roles:
        if role.value == request.form.get("role"):
            role_services.revoke(account=found, role=role, at=clock.now(), by=account())
            flash(f"已收回{found.person.name}的{role.label}角色。", "success")
    db.session.commit()
    return redirect(url_for(".roles", q=found.username))


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def audit_log() -> str:
    number, size = paging.asked()
    query = queries.audit_records(
        action=request.args.get("action", "").strip(),
        actor=request.args.get("actor", "").strip(),
        result=request.args.get("result", ""),
    )
    return render_template(
        "accounts/audit_log.html", page=paging.select_page(query, number=number, per_page=size)
    )


@bp.post("/audit/verify")
@requires(Permission.AUDIT_READ)
def verify_audit() -> ResponseReturnValue:
    broken = trail.verify()
    if broken is None:
        flash(f"审计链完整，共 {trail.length()} 条。", "success")
    else:
        flash(f"第 {broken.number} 条异常：{broken.reason}。", "error")
    return redirect(url_for(".audit_log"))
