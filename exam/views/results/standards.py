"""Pages of standard setting: a panel over a sealed paper, its judges' estimates, and their use."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, figures, spreadsheets
from core.audit.trail import record
from core.db import db, may_write
from core.documents import DOCX
from core.downloads import attachment
from core.errors import Refused
from core.files import Unreadable, bare_name
from core.official import write
from exam.forms.standards import AdoptForm, PanelForm, SheetForm, TalkForm, ratings_of
from exam.models import AngoffPanel
from exam.queries.assembling import building as form_queries
from exam.queries.results import standards as queries
from exam.results import angoff, standard_papers
from exam.results.angoff import Standard
from exam.services.attempts.taking import sealed
from exam.services.results import standards as services
from exam.views.assembling.building import knows, seen
from exam.views.base import bp


@bp.get("/forms/<int:form_id>/standards")
@requires(Permission.SESSION_MANAGE)
def standards(form_id: int) -> str:
    found = form_queries.form(form_id)
    panels = queries.panels(form_id)
    return render_template(
        "exam/results/standards.html",
        form=found,
        rows=[(each, _standard(queries.panel(each.id), each.round_number)) for each in panels],
    )


def _standard(panel: AngoffPanel, number: int) -> Standard | None:
    return angoff.standard(queries.judged(panel, number), queries.places(panel.form))


@bp.route("/forms/<int:form_id>/standards/new", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def new_standard(form_id: int) -> ResponseReturnValue:
    found, form = form_queries.form(form_id), PanelForm()
    if form.validate_on_submit():
        try:
            made = services.create(
                form=found,
                minimal=form.minimal.data or "",
                judges=form.people(),
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            found = form_queries.form(form_id)
        else:
            db.session.commit()
            flash("评委名单已建立，请逐人录入或下载评分表。", "success")
            return redirect(url_for(".standard", panel_id=made.id), 303)
    return render_template("exam/results/standard_new.html", form=form, paper=found)


@bp.get("/forms/standards/<int:panel_id>")
@requires(Permission.SESSION_MANAGE)
def standard(panel_id: int) -> str:
    return _page(panel_id)


def _page(panel_id: int, **forms: Any) -> str:
    panel, at = queries.panel(panel_id), clock.now()
    places = queries.places(panel.form)
    now = _standard(panel, panel.round_number)
    return render_template(
        "exam/results/standard.html",
        panel=panel,
        items=len(places),
        full=sum(each.marks for each in places),
        done={each.name: len(places) - len(each.lacks(places))
              for each in queries.judged(panel, panel.round_number)},
        first=_standard(panel, 1) if panel.second_at else None,
        now=now,
        apart=angoff.APART,
        sessions=[(each, queries.is_out(each, at)) for each in queries.sessions_with(panel.form_id)]
        if panel.concluded_at
        else [],
        uses=queries.uses(panel_id),
        **({"sheet": SheetForm(), "talk": TalkForm(),
            "adopt": AdoptForm(score=figures.half_up(now.cut, 0) if now else None)} | forms),
    )  # fmt: skip


@bp.route("/forms/standards/<int:panel_id>/judges/<int:judge_id>", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def standard_judge(panel_id: int, judge_id: int) -> ResponseReturnValue:
    """One judge's estimates of the round that goes on; with the items for who knows them already,
    or asks for them and is noted as knowing them from then on."""
    form = queries.judge(panel_id, judge_id).panel.form
    if request.args.get("items") == "1" and request.method == "GET":
        seen(form)
    judge = queries.judge(panel_id, judge_id)
    paper = sealed(judge.panel.form)
    number, wrong = judge.panel.round_number, list[str]()
    values = {each.slot: str(each.percent) for each in judge.ratings
              if each.round_number == number}  # fmt: skip
    if request.method == "POST":
        values = {each.slot: request.form.get(f"slot-{each.slot}", "") for each in paper.slots}
        ratings, wrong = ratings_of(request.form, [each.slot for each in paper.slots])
        if not wrong:
            services.rate(judge=judge, ratings=ratings, at=clock.now())
            db.session.commit()
            flash(f"已保存 {judge.name} 的 {len(ratings)} 题。", "success")
            return redirect(url_for(".standard", panel_id=panel_id), 303)
    return render_template(
        "exam/results/standard_judge.html",
        judge=judge, panel=judge.panel, slots=paper.slots, values=values, wrong=wrong,
        shown=knows(judge.panel.form),
    )  # fmt: skip


@bp.get("/forms/standards/<int:panel_id>/sheet.xlsx")
@requires(Permission.SESSION_MANAGE)
def standard_sheet(panel_id: int) -> Response:
    panel = queries.panel(panel_id)
    table = standard_papers.sheet(
        sealed(panel.form).slots, queries.judged(panel, panel.round_number), panel.form.title
    )
    return attachment(spreadsheets.write_workbook(table), f"{panel.form.title}评分表.xlsx")


@bp.post("/forms/standards/<int:panel_id>/sheet")
@requires(Permission.SESSION_MANAGE)
def standard_import(panel_id: int) -> ResponseReturnValue:
    """All of a sheet or nothing of it."""
    panel, form, sent = queries.panel(panel_id), SheetForm(), request.files.get("file")
    if sent is None or not sent.filename:
        form.file.errors = ["请选择文件"]
        return _page(panel_id, sheet=form)
    name, data = bare_name(sent.filename)[-200:], sent.read()
    try:
        if data[:2] == b"PK":
            rows = spreadsheets.read_workbook(data)[0].rows
        else:
            rows = spreadsheets.read_csv(data).rows
        judged = angoff.read(
            rows, [each.name for each in panel.judges], [each.slot for each in panel.form.slots]
        )
    except Unreadable as error:
        form.file.errors = [f"{name}：{error}"]
        return _page(panel_id, sheet=form)
    count = services.enter(panel=panel, judged=judged, at=clock.now())
    db.session.commit()
    flash(f"已录入 {len(judged)} 名评委的 {count} 个估计。", "success")
    return redirect(url_for(".standard", panel_id=panel_id), 303)


@bp.post("/forms/standards/<int:panel_id>/second")
@requires(Permission.SESSION_MANAGE)
def standard_second(panel_id: int) -> ResponseReturnValue:
    form = TalkForm()
    if not form.validate_on_submit():
        return _page(panel_id, talk=form)
    services.open_second(
        panel=queries.panel(panel_id), discussion=form.discussion.data or "", at=clock.now()
    )
    db.session.commit()
    flash("第二轮已开始，各人沿用第一轮的估计，只改要改的。", "success")
    return redirect(url_for(".standard", panel_id=panel_id), 303)


@bp.post("/forms/standards/<int:panel_id>/conclude")
@requires(Permission.SESSION_MANAGE)
def standard_conclude(panel_id: int) -> ResponseReturnValue:
    found = services.conclude(panel=queries.panel(panel_id), at=clock.now())
    db.session.commit()
    flash(f"评定结束：合格线 {found.cut:f} 分，标准误 {found.error:f} 分。", "success")
    return redirect(url_for(".standard", panel_id=panel_id), 303)


@bp.post("/forms/standards/<int:panel_id>/adopt/<int:session_id>")
@requires(Permission.SESSION_MANAGE)
def standard_adopt(panel_id: int, session_id: int) -> ResponseReturnValue:
    form = AdoptForm()
    if not form.validate_on_submit() or form.score.data is None:
        return _page(panel_id, adopt=form)
    try:
        services.adopt(
            panel=queries.panel(panel_id),
            session=queries.session(session_id),
            score=form.score.data,
            at=clock.now(),
            by=account(),
        )
    except Refused as refusal:
        db.session.rollback()
        form.note(refusal)
        return _page(panel_id, adopt=form)
    db.session.commit()
    flash(f"合格线已改为 {form.score.data:f} 分，记入审计日志。", "success")
    return redirect(url_for(".standard", panel_id=panel_id), 303)


@bp.get("/forms/standards/<int:panel_id>/report.docx")
@requires(Permission.SESSION_MANAGE)
def standard_report(panel_id: int) -> Response:
    panel = queries.panel(panel_id)
    last = services.standard_of(panel)
    uses = [
        f"{figures.moment(clock.local(each.at))}，《{each.session.title}》的合格线由"
        f" {each.earlier:f} 分改为 {each.score:f} 分。"
        for each in queries.uses(panel_id)
    ]
    paper = standard_papers.report(
        form=panel.form.title,
        minimal=panel.minimal,
        posts=[(each.name, each.post) for each in panel.judges],
        first=_standard(panel, 1) if panel.second_at else None,
        last=last,
        places=queries.places(panel.form),
        discussion=panel.discussion,
        uses=uses,
        organ="人事司",
        dated=clock.local(panel.concluded_at).date() if panel.concluded_at else None,
    )
    name = f"{panel.form.title}合格线评定报告.docx"
    may_write()
    record("angoff.export", panel, file=name)
    db.session.commit()
    return attachment(write(paper), name, DOCX)
