"""Pages of scores of exams on paper: the table to fill in, one person's, the second look."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from core.figures import plain
from exam.forms.paper_scores import ScoreForm, entry_of, fields_of
from exam.kinds import PaperState
from exam.models import Candidate, ExamSession, PaperScore
from exam.on_paper import paper_scores as rules
from exam.queries.on_paper import scores as queries
from exam.queries.sessions import overview as session_queries
from exam.services.attempts import taking
from exam.services.on_paper import scores as services
from exam.services.on_paper import sitting
from exam.views.base import bp, ticked
from exam.views.sessions.acting import acted_or_told, tell_of_each

PER_PAGE = 50
SHOWN = {"": "全部", "todo": "未录入", "open": "待复核", "done": "已复核"}


def session_on_paper(session_id: int) -> ExamSession:
    """Raises services.NotOnPaper."""
    found = session_queries.session(session_id)
    if not found.on_paper:
        raise services.NotOnPaper
    return found


def alike(session: ExamSession) -> bool:
    """Whether the papers of a session have the same sections, worth the same."""
    papers = [taking.sealed(each) for each in session.forms]
    sections = {tuple((each.title, each.instructions) for each in paper.sections)
                for paper in papers}  # fmt: skip
    return len(sections) == 1


@bp.route("/sessions/<int:session_id>/paper-scores", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def paper_scores(session_id: int) -> ResponseReturnValue:
    """Who has no score yet gets one here; what was entered is changed on the person's own page."""
    found = session_on_paper(session_id)
    errors: dict[int, str] = {}
    if request.method == "POST":
        entered = _entered(found, errors)
        if not errors:
            db.session.commit()
            flash(f"已录入 {entered} 人，待另一人复核。" if entered else "没有填写。",
                  "success" if entered else "info")  # fmt: skip
            return redirect(request.full_path)
        db.session.rollback()
    shown = request.args.get("show", "")
    number, _ = paging.asked()
    page = paging.select_page(queries.listed(session_id, shown), number=number, per_page=PER_PAGE)
    paper = taking.sealed(found.form)
    return render_template(
        "exam/on_paper/paper_scores.html",
        session=found,
        paper=paper,
        possible=rules.section_marks(paper),
        by_section=request.args.get("by") == "section" and alike(found),
        alike=alike(found),
        several=len(found.forms) > 1,
        page=page,
        latest=queries.latest([each.id for each in page.items]),
        counts=queries.counts(session_id),
        shown=shown,
        tabs_of=SHOWN,
        states=PaperState.choices(),
        open=clock.now() >= found.closes_at and found.cancelled_at is None,
        sent=request.form,
        errors=errors,
        own=account().person_id,
    )


def _entered(session: ExamSession, errors: dict[int, str]) -> int:
    """Enter the filled rows that were sent; how many. What is wrong goes into ``errors``."""
    sections = len(taking.sealed(session.form).sections)
    ids = set(ticked("row"))
    entered = 0
    for candidate in db.session.scalars(queries.listed(session.id)):
        if candidate.id not in ids:
            continue
        fields: Any = fields_of(request.form, candidate.id, sections)
        try:
            entry = entry_of(**fields)
            if entry is None:
                continue
            before = queries.latest([candidate.id]).get(candidate.id)
            if before is not None and not services.says(before, entry):
                raise services.Changed(_known(before))
            services.enter(candidate=candidate, entry=entry, at=clock.now(), by=account())
        except (Refused, rules.Unreadable) as bad:
            errors[candidate.id] = str(bad)
        else:
            entered += 1
    return entered


def _known(score: PaperScore) -> str:
    """What to say to somebody who typed another score than was entered meanwhile."""
    who = score.entered_by.person.name if score.entered_by else "系统"
    had = score.state.label if score.total is None else f"{plain(score.total)} 分"
    return f"您打开本页以后，{who}已录入 {had}，您填的没有保存；要更正的点姓名"


@bp.route("/sessions/candidates/<int:candidate_id>/paper-score", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def paper_score(candidate_id: int) -> ResponseReturnValue:
    """Everything entered for one person, and a correction."""
    candidate = session_queries.candidate(candidate_id)
    found = session_on_paper(candidate.session_id)
    history = queries.history(candidate_id)
    newest = history[0] if history else None
    form = ScoreForm(
        state=(newest.state if newest else PaperState.SCORED).value,
        total="" if newest is None or newest.total is None else plain(newest.total),
    )
    if form.validate_on_submit() and _corrected(candidate, found, form):
        db.session.commit()
        flash("已登记，待另一人复核后生效。", "success")
        return redirect(url_for(".paper_score", candidate_id=candidate_id))
    paper = taking.sealed(candidate.form or found.form)
    return render_template(
        "exam/on_paper/paper_score.html",
        session=found,
        candidate=candidate,
        form=form,
        history=history,
        paper=paper,
        others=[each for each in found.forms if each.id != candidate.form_id],
        possible=rules.section_marks(paper),
        sent=request.form,
        reasoned=newest is not None and services.needs_reason(newest, account()),
        may_enter=clock.now() >= found.closes_at
        and found.cancelled_at is None
        and candidate.person_id != account().person_id,
    )


@bp.post("/sessions/candidates/<int:candidate_id>/paper-score/paper")
@requires(Permission.SESSION_MANAGE)
def sat_paper(candidate_id: int) -> ResponseReturnValue:
    """Another paper than the list says was given out in the room."""
    candidate = session_queries.candidate(candidate_id)
    forms = {each.id: each for each in session_on_paper(candidate.session_id).forms}

    def act() -> str:
        sitting.note_paper(
            candidate=candidate,
            form=forms.get(request.form.get("form", 0, type=int)),
            reason=request.form.get("reason", "")[:200],
            at=clock.now(),
            by=account(),
        )
        return "已登记实际作答的试卷，请按它录入成绩。"

    acted_or_told(act)
    return redirect(url_for(".paper_score", candidate_id=candidate_id))


def _corrected(candidate: Candidate, session: ExamSession, form: ScoreForm) -> bool:
    """Enter what the form says; what is wrong is said at its fields."""
    count = len(taking.sealed(candidate.form or session.form).sections)
    sections = [request.form.get(f"section-{n}", "") for n in range(count)]
    fields: Any = {name: form[name].data or "" for name in ("state", "total", "reason")}
    try:
        entry = entry_of(sections=sections, **fields)
        if entry is None:
            raise services.Wrong("请填总分或各大题得分；缺考的，状态选“缺考”", field="total")
        services.enter(candidate=candidate, entry=entry, at=clock.now(), by=account())
    except (Refused, rules.Unreadable) as bad:
        db.session.rollback()
        name = getattr(bad, "field", None) or "total"
        form[name].errors = [str(bad)]
        return False
    return True


@bp.route("/sessions/<int:session_id>/paper-scores/check", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def check_paper_scores(session_id: int) -> ResponseReturnValue:
    """The second look: what others entered, compared with the scripts and ticked."""
    found = session_on_paper(session_id)
    if request.method == "POST":
        chosen = queries.chosen(session_id, ticked("score")[:PER_PAGE])
        left = services.check_each(scores=chosen, at=clock.now(), by=account())
        db.session.commit()
        tell_of_each(
            len(chosen),
            [(each.candidate.entry.name, reason) for each, reason in left],
            done="已复核 {} 人，成绩生效。",
            undone="{}没有复核",
            none="没有选人，请先勾选对照无误的成绩。",
        )
        return redirect(url_for(".check_paper_scores", session_id=session_id))
    number, _ = paging.asked()
    page = paging.select_page(queries.waiting(session_id), number=number, per_page=PER_PAGE)
    return render_template(
        "exam/on_paper/paper_check.html",
        session=found,
        paper=taking.sealed(found.form),
        alike=alike(found),
        titles={each.id: each.title for each in found.forms} if len(found.forms) > 1 else {},
        page=page,
        mine=account(),
    )
