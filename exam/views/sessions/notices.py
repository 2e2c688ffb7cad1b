"""The notice of a session, and the list of those who are to be reminded (催办单)."""

from dataclasses import asdict
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, identity, requires, unit_limit
from accounts.permissions import Permission
from core import clock, official, paging, spreadsheets
from core.audit.trail import record
from core.db import db, may_write
from core.documents import DOCX
from core.downloads import attachment
from core.figures import remaining
from core.spreadsheets import Column, Table
from exam.forms.admission import NoticeForm
from exam.queries.attempts import taking as own_queries
from exam.queries.sessions import notices as queries
from exam.queries.sessions import overview as session_queries
from exam.services.sessions import notices as services
from exam.sessions import notices
from exam.sessions.notices import Notice
from exam.views.base import bp

REMINDERS = (
    Column("序号", "number", 6),
    Column("部门", "unit", 18),
    Column("姓名", "name", 12),
    Column("工号", "staff_number", 12),
    Column("职务职级", "post", 22),
    Column("考试场次", "title", 30),
    Column("截止时间", "closes_at", 18),
    Column("剩余时间", "left", 14),
)


@bp.route("/sessions/<int:session_id>/notice", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def notice(session_id: int) -> ResponseReturnValue:
    """Edit the notice that the session drafts; save it, or save and issue it."""
    found, at = session_queries.session(session_id), clock.now()
    now = services.notice_of(found, at=at)
    form = NoticeForm(data=asdict(now))
    kept = queries.notice(session_id)
    if form.validate_on_submit():
        value: Any = form.data
        edited = Notice(now.title, **{name: value[name] for name in services.PARTS})
        services.save(session=found, notice=edited, at=at, by=account())
        db.session.commit()
        flash("通知已保存，可以下载核对。", "success")
        return redirect(url_for(".notice", session_id=session_id))
    return render_template(
        "exam/sessions/notice.html", session=found, form=form, kept=kept, title=now.title
    )


@bp.post("/sessions/<int:session_id>/notice/issue")
@requires(Permission.SESSION_MANAGE)
def issue_notice(session_id: int) -> ResponseReturnValue:
    found = session_queries.session(session_id)
    services.issue(session=found, at=clock.now(), by=account())
    db.session.commit()
    flash("通知已印发，考生可在考试须知中查看。", "success")
    return redirect(url_for(".notice", session_id=session_id))


@bp.get("/sessions/<int:session_id>/notice.docx")
@requires(Permission.SESSION_MANAGE)
def notice_docx(session_id: int) -> Response:
    """The notice as it stands, saved or drafted."""
    found = session_queries.session(session_id)
    return _document(services.notice_of(found, at=clock.now()))


@bp.get("/sessions/<int:session_id>/issued-notice.docx")
@requires(Permission.EXAM_TAKE)
def issued_notice(session_id: int) -> Response:
    """The issued notice, for those whom it calls."""
    found = own_queries.candidacy(identity().person_id, session_id).session
    if (kept := queries.notice(found.id)) is None or kept.issued_at is None:
        raise services.NotIssued
    return _document(services.notice_of(found, at=clock.now()))


def _document(found: Notice) -> Response:
    data = official.write(notices.paper(found))
    return attachment(data, f"{found.title}.docx", DOCX)


@bp.get("/reminders")
@requires(Permission.SESSION_READ)
def reminders() -> str:
    """催办单: who has not begun a session that ends soon."""
    number, size = paging.asked()
    found = queries.reminders(clock.now(), unit_limit(Permission.SESSION_READ))
    return render_template(
        "exam/sessions/reminders.html", page=paging.of(found, number=number, per_page=size)
    )


@bp.get("/reminders.xlsx")
@requires(Permission.SESSION_READ)
def export_reminders() -> Response:
    at = clock.now()
    found = queries.reminders(at, unit_limit(Permission.SESSION_READ))
    rows = [
        {
            "number": number,
            "unit": each.candidate.entry.unit_name,
            "name": each.candidate.entry.name,
            "staff_number": each.candidate.entry.staff_number,
            "post": each.candidate.entry.post_title,
            "title": each.candidate.session.title,
            "closes_at": each.candidate.session.closes_at,
            "left": remaining(each.left),
        }
        for number, each in enumerate(found, 1)
    ]
    when = f"{clock.local(at):%Y-%m-%d %H:%M}"
    data = spreadsheets.write_workbook(
        Table("催办单", REMINDERS, rows, title=f"考试催办单（{when}）")
    )
    may_write()
    record("reminders.export", object_type="ExamSession", rows=len(rows))
    db.session.commit()
    return attachment(data, "考试催办单.xlsx")
