"""Pages of signing in and out and of one's own password."""

from urllib.parse import urlsplit

from flask import (
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from accounts import agents, password_policy
from accounts.forms.signing import PasswordForm, SignInForm
from accounts.guards import account, admit, device, forget, requires, signed_in
from accounts.models import SignIn
from accounts.permissions import Permission
from accounts.queries import accounts as queries
from accounts.services import locking, signing
from accounts.services.locking import Limits
from accounts.views.base import alive_after, bp, show_refusal
from accounts.views.entrance import PATH, TEMPLATE
from core import clock
from core.access import public
from core.alike import alike
from core.db import asking, db
from core.errors import Refused
from core.prepared import Within


@bp.route(PATH, methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    if request.method == "GET":
        if signed_in():
            return redirect(landing())
        return alike(TEMPLATE, lambda: {"form": SignInForm()})
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template(TEMPLATE, form=form)
    try:
        _let_in(form.username.data or "", form.password.data or "")
    except Refused as refusal:
        form.password.errors = [str(refusal)]
        return render_template(TEMPLATE, form=form)
    return redirect(landing())


def _let_in(username: str, password: str) -> None:
    """Open a session. Raises LockedOut, WrongPassword, IssuedExpired."""
    settings, at, source = current_app.config["XUEFA"], clock.now(), request.remote_addr or ""
    limits = Limits(settings.lock_after, settings.lock_source_after, settings.lock_for)
    # The connection goes back first: nothing is held while the hash is computed.
    with asking() as connection:
        within = Within(connection)
        locking.must_not_be_locked(
            username=username, source=source, at=at, limits=limits, within=within
        )
        named = queries.opened_by(signing.normal_username(username), within)
    found = signing.checked(named, password)
    if found is None:
        locking.note_failure(username=username, source=source, at=at)
        db.session.commit()
        raise signing.WrongPassword
    token = signing.open_session(
        account=found,
        source=source,
        agent=str(request.user_agent),
        at=at,
        password_age=settings.password_age,
    )
    db.session.commit()
    session.clear()
    admit(token)


def landing() -> str:
    """Where somebody goes after signing in: a local page they asked for, or home."""
    asked = request.args.get("next", "")
    local = asked.startswith("/") and not asked.startswith(("//", "/\\"))
    if local and not urlsplit(asked).netloc and "\\" not in asked:
        return asked
    return url_for("study.home")


@bp.post("/logout")
@requires(Permission.HOME)
def sign_out() -> ResponseReturnValue:
    signing.close_session(sign_in=_sign_in(), at=clock.now())
    db.session.commit()
    logout_user()
    session.clear()
    forget()
    flash("您已安全退出。", "info")
    return redirect(url_for(".sign_in"))


@bp.route("/password", methods=["GET", "POST"])
@requires(Permission.HOME)
def password() -> ResponseReturnValue:
    """One's own password, and where one is signed in."""
    form, mine = PasswordForm(), account()
    forced = mine.must_change
    if form.validate_on_submit():
        try:
            signing.set_password(
                account=mine,
                current=form.current.data or "",
                new=form.new.data or "",
                at=clock.now(),
                keep=_sign_in(),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            db.session.commit()
            flash("密码已修改。您在其他设备上的登录已结束。", "success")
            return redirect(url_for("study.home"))
    return render_template(
        "accounts/password.html",
        form=form,
        forced=forced,
        issued=mine.issued_until is not None,
        days=current_app.config["XUEFA"].password_age.days,
        policy=password_policy.POLICY,
        sessions=queries.open_sessions(mine.id, after=alive_after()),
        here=device(),
        browser=agents.described,
    )


@bp.post("/password/end-sessions")
@requires(Permission.HOME)
def end_other_sessions() -> ResponseReturnValue:
    """End one's own sessions on other machines."""
    count = signing.end_sessions_of(
        account=account(), at=clock.now(), by=account(), keep=_sign_in()
    )
    db.session.commit()
    flash(f"已结束其他设备上的 {count} 个登录。", "success")
    return redirect(url_for(".password"))


def _sign_in() -> SignIn:
    return queries.sign_in(device())
