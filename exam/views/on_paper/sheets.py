"""Score sheets of exams on paper: downloaded, filled in, previewed line by line, taken in."""

from collections.abc import Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging, spreadsheets, uploads
from core.audit.trail import record
from core.db import db, may_write, reading
from core.downloads import attachment
from core.files import Unreadable, bare_name
from core.spreadsheets import Sheet
from exam.forms.paper_scores import SheetForm
from exam.models import ExamSession
from exam.on_paper import machine_sheets, paper_sheets
from exam.on_paper.paper_sheets import NAME, NUMBER, PAPER, UNIT, By, Row
from exam.queries.on_paper import scores as queries
from exam.services.attempts import taking
from exam.services.on_paper import scores
from exam.services.on_paper import sheets as services
from exam.services.on_paper.sheets import Kind
from exam.views.base import bp
from exam.views.on_paper.scores import session_on_paper


@bp.get("/sessions/<int:session_id>/paper-scores.xlsx")
@requires(Permission.SESSION_MANAGE)
def score_sheet(session_id: int) -> Response:
    """The sheet with everybody who owes the exam."""
    found = session_on_paper(session_id)
    by = next((each for each in By if each.value == request.args.get("by")), By.TOTAL)
    several = len(found.forms) > 1
    people = [
        {NUMBER: each.entry.staff_number, NAME: each.entry.name, UNIT: each.entry.unit_name}
        | ({PAPER: each.form.title if each.form else ""} if several else {})
        for each in db.session.scalars(queries.listed(session_id))
    ]
    table = paper_sheets.template(taking.sealed(found.form), by, people, found.title)
    data, name = spreadsheets.write_workbook(table), f"{found.title}登分表.xlsx"
    may_write()
    record("paper_score.export", session_on_paper(session_id), rows=len(people), file=name)
    db.session.commit()
    return attachment(data, name)


@bp.route("/sessions/<int:session_id>/paper-scores/import", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def import_scores(session_id: int) -> ResponseReturnValue:
    """Upload a sheet; it is read and previewed, and nothing is written yet."""
    found, form = session_on_paper(session_id), SheetForm()
    scores.must_take_scores(found, clock.now())
    if form.validate_on_submit():
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            form.file.errors = ["请选择文件"]
        else:
            name, data = bare_name(sent.filename)[-200:], sent.read()
            try:
                _rows(found, name, data)
            except Unreadable as error:
                form.file.errors = [f"{name}：{error}"]
            else:
                token = uploads.keep([(f"{session_id}", b""), (name, data)], owner=account().id)
                return redirect(url_for(".preview_scores", session_id=session_id, token=token))
    return render_template(
        "exam/on_paper/paper_import.html", session=found, form=form, kinds=By.choices()
    )


def _sheets(name: str, data: bytes) -> list[Sheet]:
    if data[:2] == b"PK":
        return spreadsheets.read_workbook(data)
    if name.lower().endswith((".csv", ".txt")):
        return [spreadsheets.read_csv(data)]
    raise Unreadable("请上传 .xlsx 或 .csv 文件；.xls 文件请先另存为 .xlsx")


def _rows(session: ExamSession, name: str, data: bytes) -> list[Row]:
    """The filled rows of a sheet, each read by the paper that its person sat. Raises Unreadable."""
    listed, paper = queries.by_number(session.id), taking.sealed(session.form)
    others = {
        number: taking.sealed(each.form)
        for number, each in listed.items()
        if each.form is not None and each.form_id != session.form.id
    }
    sheets = [
        machine_sheets.as_filled(each, paper, others, list(listed))
        if machine_sheets.is_of_a_reader(each)
        else each
        for each in _sheets(name, data)
    ]
    return paper_sheets.read(sheets, paper, others)[1]


def _read(session: ExamSession, files: Sequence[tuple[str, bytes]]) -> tuple[str, list[Row]]:
    """File name and filled rows. Raises uploads.Expired for a file that is for something else."""
    match files:
        case [(of, b""), (name, data)] if of == str(session.id):
            return name, _rows(session, name, data)
    raise uploads.Expired


@bp.get("/sessions/<int:session_id>/paper-scores/import/<token>")
@requires(Permission.SESSION_MANAGE)
def preview_scores(session_id: int, token: str) -> ResponseReturnValue:
    """What the sheet would do, line by line."""
    found = session_on_paper(session_id)
    name, rows = _read(found, uploads.fetch(token, owner=account().id))
    plan = services.plan_of(found, rows, account())
    asked = request.args.get("kind", "")
    first = next((each for each in Kind if plan.of(each)), Kind.NEW)
    kind = next((each for each in Kind if each.value == asked), first)
    number, size = paging.asked()
    return render_template(
        "exam/on_paper/paper_preview.html",
        session=found,
        token=token,
        file=name,
        plan=plan,
        kind=kind,
        kinds=list(Kind),
        page=paging.of(plan.of(kind), number=number, per_page=max(size, 50)),
    )


@bp.post("/sessions/<int:session_id>/paper-scores/import/<token>")
@requires(Permission.SESSION_MANAGE)
def confirm_scores(session_id: int, token: str) -> ResponseReturnValue:
    """Enter what was previewed, once."""
    owner = account().id
    try:
        with uploads.claimed(token, owner=owner) as files:
            with reading():
                # Reading a workbook takes a while; nobody waits for it.
                name, rows = _read(session_on_paper(session_id), files)
            found = session_on_paper(session_id)
            plan = services.plan_of(found, rows, account())
            counts = services.take_in(
                session=found, plan=plan, file=name, at=clock.now(), by=account()
            )
            db.session.commit()
    except uploads.Expired:
        flash("这份登分表已经导入，或已超过两小时；没有再次写入。", "warning")
    else:
        flash(
            f"已录入 {counts['new']} 人，更正 {counts['corrected']} 人，待另一人复核；"
            f"{counts['faulty']} 行有误，没有导入。",
            "success",
        )
    return redirect(url_for(".paper_scores", session_id=session_id))


@bp.post("/sessions/<int:session_id>/paper-scores/import/<token>/cancel")
@requires(Permission.SESSION_MANAGE)
def cancel_scores(session_id: int, token: str) -> ResponseReturnValue:
    uploads.forget(token, owner=account().id)
    flash("已放弃，没有录入任何成绩。", "info")
    return redirect(url_for(".import_scores", session_id=session_id))
