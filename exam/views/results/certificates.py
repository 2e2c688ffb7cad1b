"""Pages of certificates: issued and revoked, printed by their holders, checked by anybody."""

from datetime import timedelta

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from accounts.guards import account, can, me, requires
from accounts.permissions import Permission
from core import archives, clock, paging, pdf
from core.access import public
from core.audit.trail import record
from core.db import db, may_write
from core.documents import DOCX
from core.downloads import attachment
from core.errors import Refused
from core.limits import Limit
from exam.forms.results import HeldForm, IssueForm
from exam.forms.sessions import ReasonForm
from exam.models import Certificate
from exam.queries.results import certificates as queries
from exam.queries.sessions import overview as session_queries
from exam.results import certificate_files as files
from exam.results import certificates as rules
from exam.results.certificates import Fields, Status
from exam.services.results import certificates as services
from exam.views.base import bp

#: Where strangers check a certificate; its address is printed on it.
verify_bp = Blueprint("verify", __name__, url_prefix="/verify")
#: Checks of one source: a number has 80 bits, and nobody is to try them.
CHECKS = Limit(30, timedelta(minutes=10))


class PrintedTooLate(Refused):
    message = "本人打印期限已过，如需证书请联系人事司"


def _key() -> bytes:
    return rules.key_of(current_app.config["XUEFA"].certificate_secret)


def _url(found: Certificate) -> str:
    """Where it is checked: printed on paper, so at the address that everybody knows, not at the one
    under which it happened to be asked for."""
    known = current_app.config["XUEFA"].base_url
    if not known:
        return url_for("verify.certificate", number=found.number, _external=True)
    path = url_for("verify.certificate", number=found.number)
    return f"{known}{path.removeprefix(request.script_root)}"


@bp.get("/sessions/<int:session_id>/certificates")
@requires(Permission.RESULT_PUBLISH)
def certificates(session_id: int) -> str:
    session = session_queries.session(session_id)
    number, size = paging.asked()
    page = paging.select_page(queries.of_session(session_id), number=number, per_page=size)
    due = len(services.due(session)) if session.published_at else 0
    return render_template(
        "exam/results/certificates.html",
        session=session, page=page, due=due, live=queries.in_force(session_id), form=IssueForm(),
        # Until when they may be printed: the last day of any; None where there is none.
        window=queries.printed_until(session_id),
        status=_status,
    )  # fmt: skip


def _status(found: Certificate) -> Status:
    return rules.status(
        _key(), found.number, found.fields, found.signature, revoked=found.revoked_at is not None
    )


@bp.post("/sessions/<int:session_id>/certificates")
@requires(Permission.RESULT_PUBLISH)
def issue_certificates(session_id: int) -> ResponseReturnValue:
    form = IssueForm()
    if not form.validate_on_submit():
        raise Refused("打印期限应为日期")
    if (until := form.until()) is not None and until < clock.today():
        raise Refused("本人打印期限应不早于今天，不填为不限期")
    made = services.issue_all(
        session=session_queries.session(session_id),
        organ=current_app.config["XUEFA"].unit_name,
        key=_key(),
        print_until=until,
        at=clock.now(),
        by=account(),
    )
    db.session.commit()
    flash(f"已发放证书 {made} 份。" if made else "合格人员都已有证书。", "success")
    return redirect(url_for(".certificates", session_id=session_id))


@bp.post("/sessions/<int:session_id>/certificates/window")
@requires(Permission.RESULT_PUBLISH)
def certificate_window(session_id: int) -> ResponseReturnValue:
    form = IssueForm()
    if not form.validate_on_submit():
        raise Refused("打印期限应为日期")
    session = session_queries.session(session_id)
    services.set_print_until(session=session, until=form.until(), at=clock.now(), by=account())
    db.session.commit()
    flash("打印期限已改。", "success")
    return redirect(url_for(".certificates", session_id=session_id))


@bp.get("/sessions/<int:session_id>/certificates.zip")
@requires(Permission.RESULT_PUBLISH)
def export_certificates(session_id: int) -> Response:
    """All certificates of a session that are in force, one document each."""
    session = session_queries.session(session_id)
    found = db.session.scalars(queries.of_session(session_id, live_only=True)).all()
    if not found:
        raise Refused("本场次还没有证书")
    packed = archives.pack(
        [(f"{n:04} {each.fields['name']}.docx", _docx(each)) for n, each in enumerate(found, 1)]
    )
    title = session.title
    may_write()
    record("certificate.export", session_queries.session(session_id), rows=len(found))
    db.session.commit()
    return attachment(packed, f"{title}合格证书.zip", "application/zip")


def _docx(found: Certificate) -> bytes:
    return files.docx(Fields.of(found.fields), number=found.number, url=_url(found))


@bp.post("/certificates/<int:certificate_id>/revoke")
@requires(Permission.RESULT_PUBLISH)
def revoke_certificate(certificate_id: int) -> ResponseReturnValue:
    found = queries.certificate(certificate_id)
    session_id = found.candidate.session_id
    services.revoke(
        certificate=found, reason=ReasonForm().reason.data or "", at=clock.now(), by=account()
    )
    db.session.commit()
    flash("证书已撤销；需要时可以重新发放。", "success")
    return redirect(url_for(".certificates", session_id=session_id))


def _printable(certificate_id: int) -> Certificate:
    """One's own while it may be printed; any for those who issue them. Raises Refused."""
    if can(Permission.RESULT_PUBLISH):
        found = queries.certificate(certificate_id)
    else:
        found = queries.own(me(), certificate_id)
        if found.print_until is not None and clock.today() > found.print_until:
            raise PrintedTooLate
    if _status(found) is not Status.VALID:
        raise Refused("证书已撤销或内容校验未通过，不能打印")
    return found


@bp.get("/certificates/<int:certificate_id>")
@requires(Permission.EXAM_TAKE, Permission.RESULT_PUBLISH)
def certificate(certificate_id: int) -> str:
    """The certificate on paper."""
    found = _printable(certificate_id)
    return render_template(
        "exam/results/certificate.html",
        certificate=found,
        fields=Fields.of(found.fields),
        qr=Markup(files.qr_svg(_url(found))),  # noqa: S704 - drawn by us from our own address
        mine=found.candidate.person_id == me().id,
    )


@bp.get("/certificates/<int:certificate_id>.docx")
@requires(Permission.EXAM_TAKE, Permission.RESULT_PUBLISH)
def certificate_docx(certificate_id: int) -> Response:
    found = _printable(certificate_id)
    return attachment(_docx(found), f"{found.fields['name']}合格证书.docx", DOCX)


@bp.get("/certificates/<int:certificate_id>.pdf")
@requires(Permission.EXAM_TAKE, Permission.RESULT_PUBLISH)
def certificate_pdf(certificate_id: int) -> Response:
    found = _printable(certificate_id)
    fields = Fields.of(found.fields)
    drawing = files.svg(fields, number=found.number, url=_url(found))
    return attachment(pdf.of_svg(drawing), f"{fields.name}合格证书.pdf", pdf.PDF)


@verify_bp.get("/")
@public
def ask() -> ResponseReturnValue:
    """Type a number in."""
    if number := request.args.get("number", "").strip():
        return redirect(url_for(".certificate", number=rules.read_number(number[:40])))
    return render_template(
        "exam/results/verify.html", asked=None, status=None, certificate=None, form=HeldForm()
    )


@verify_bp.route("/<number>", methods=["GET", "POST"], endpoint="certificate")
@public
def verify(number: str) -> ResponseReturnValue:
    """Whether a certificate is what we issued. No more of it is told than that takes.

    What is printed on one is told by whoever holds it, and only compared with what was signed.
    """
    if not CHECKS.passes(request.remote_addr, clock.now()):
        abort(429)
    found = queries.by_number(rules.read_number(number[:40]))
    forged = found is None or services.is_brought_back(found)
    status = Status.INVALID if found is None or forged else _status(found)
    shown = found if status is not Status.INVALID else None
    fields = Fields.of(shown.fields) if shown else None
    form = HeldForm()
    alike = None
    if fields is not None and form.validate_on_submit():
        alike = rules.holds(
            fields,
            name=form.name.data or "",
            score=form.score.data or "",
            level=form.level.data or "",
        )
    page = render_template(
        "exam/results/verify.html",
        asked=number[:40],
        status=status,
        certificate=shown,
        fields=fields,
        masked=rules.masked,
        form=form,
        alike=alike,
    )
    return page, 422 if form.errors else 200
