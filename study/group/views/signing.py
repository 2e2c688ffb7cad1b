"""Signing in by the code on the projector, and the sheet for when that is not possible."""

from datetime import timedelta

from flask import Response, abort, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from accounts.guards import me, requires
from accounts.permissions import Permission
from core import clock, rotating_code
from core.db import db
from core.documents import DOCX
from core.downloads import attachment
from core.errors import Refused
from core.limits import Limit
from courses import code_screen
from study.group import codes
from study.group.forms import SignForm
from study.group.kinds import Presence
from study.group.models.meetings import GroupMeeting
from study.group.queries import meetings as queries
from study.group.services import attending as services
from study.group.services import documents
from study.group.views.base import bp, done, meeting_of

#: Tries of one person: two codes of six digits are right at a time.
TRIES = Limit(10, timedelta(minutes=5))


def _key() -> str:
    key: str = current_app.config["XUEFA"].secret_key
    return key


def _open(found: GroupMeeting) -> bool:
    open_now = codes.is_open(starts_at=found.starts_at, ends_at=found.ends_at, at=clock.now())
    return open_now and found.closed_at is None and found.cancelled_at is None


def _shown(found: GroupMeeting) -> dict[str, object]:
    """What the projector shows now; no code outside the session's window."""
    at = clock.now()
    signed = sum(each.presence is Presence.PRESENT for each in found.lines)
    shown: dict[str, object] = {"open": _open(found), "signed": signed, "due": len(found.lines)}
    if shown["open"]:
        code = rotating_code.code_at(_key(), codes.PURPOSE, found.id, at)
        url = url_for(".sign", meeting_id=found.id, code=code, _external=True)
        shown |= code_screen.shown(code=code, url=url, at=at)
    return shown


@bp.get("/sessions/<int:meeting_id>/screen")
@requires(Permission.GROUP_EDIT)
def screen(meeting_id: int) -> str:
    """The page for the projector."""
    found = meeting_of(meeting_id)
    shown = _shown(found)
    return render_template(
        "layouts/code_screen.html",
        heading=f"{found.topic}签到",
        lead=f"{found.group.name}　{found.form.label}　{documents.span(found)}",
        back=url_for(".session", meeting_id=found.id),
        back_label="返回记录",
        fresh=url_for(".screen_code", meeting_id=found.id),
        how="签到",
        until="学习结束",
        shown=shown,
        qr=Markup(shown.get("qr", "")),  # noqa: S704 - drawn by us from our own address
        opens_at=found.starts_at - codes.EARLY,
    )


@bp.get("/sessions/<int:meeting_id>/screen.json")
@requires(Permission.GROUP_EDIT)
def screen_code(meeting_id: int) -> Response:
    """The code of the moment, for the projector's page."""
    return jsonify(_shown(meeting_of(meeting_id)))


@bp.route("/sessions/<int:meeting_id>/sign", methods=["GET", "POST"])
@requires(Permission.GROUP_OWN)
def sign(meeting_id: int) -> ResponseReturnValue:
    """Where the QR code leads: one press signs in. Opening the page signs nobody in."""
    found = meeting_of(meeting_id)
    line = queries.line_of(found, me().id)
    form = SignForm()
    if not form.is_submitted():
        form.code.data = request.args.get("code", "")[:40]
    if form.validate_on_submit():
        if not TRIES.passes(me().id, clock.now()):
            abort(429)
        try:
            services.sign_in(
                meeting=found, person=me(), code=form.code.data or "", key=_key(), at=clock.now()
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            found = meeting_of(meeting_id)
            line = queries.line_of(found, me().id)
        else:
            return done("签到成功。", ".sign", meeting_id=meeting_id)
    return render_template(
        "study/group/sign.html",
        meeting=found,
        group=found.group,
        line=line,
        form=form,
        span=documents.span(found),
        open=_open(found),
        opens_at=found.starts_at - codes.EARLY,
        at=clock.now(),
        Presence=Presence,
    )


@bp.get("/sessions/<int:meeting_id>/sheet.docx")
@requires(Permission.GROUP_EDIT)
def sheet(meeting_id: int) -> Response:
    """A sheet to be signed by hand."""
    found = meeting_of(meeting_id)
    name = f"{documents.ordinal(found)}学习签到表.docx"
    return attachment(documents.docx(documents.sign_sheet(found)), name, DOCX)
