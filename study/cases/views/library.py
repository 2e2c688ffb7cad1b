"""以案释法: finding a case, reading it with the law in force beside it, trying items on it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db, reading
from study.cases import queries
from study.cases.kinds import Field
from study.cases.views.base import bp
from study.practice.drawing import SIZES
from study.practice.forms import SeedForm
from study.practice.kinds import RunKind
from study.practice.queries.runs import new_seed
from study.practice.services import starting
from study.practice.services.starting import Start


@bp.get("/")
@requires(Permission.COURSE_STUDY)
def index() -> str:
    """Published cases, by words, field and law."""
    number, per_page = paging.asked()
    text = request.args.get("q", "").strip()[:200]
    field = Field.by_label(request.args.get("field", ""))
    law_id = request.args.get("law", type=int)
    if text:
        page = queries.matching(text, field=field, law_id=law_id, number=number, per_page=per_page)
    else:
        query = queries.catalogue(field=field, law_id=law_id)
        page = paging.select_page(query, number=number, per_page=per_page)
    return render_template(
        "study/cases.html", page=page, fields=Field.choices(), laws=queries.laws()
    )


@bp.get("/<int:case_id>")
@requires(Permission.COURSE_STUDY)
def case(case_id: int) -> str:
    """A case, its articles as they are in force, and whether there are items to try."""
    found, today = queries.published(case_id), clock.today()
    return render_template(
        "study/case.html",
        case=found,
        cited=queries.cited(found, today),
        items=len(queries.tried(found, today)),
        seed=new_seed,
    )


@bp.post("/<int:case_id>/try")
@requires(Permission.COURSE_STUDY)
def try_case(case_id: int) -> ResponseReturnValue:
    """A drill of the case's items."""
    form = SeedForm()
    if not form.validate():
        abort(400)
    start = Start(account(), form.seed.data or abort(400), clock.now())
    with reading():
        found = queries.published(case_id)
        title = f"以案释法：{found.title}"
        drawn = starting.find_again(start, queries.tried(found, start.day), SIZES[1])
    try:
        run = starting.begin(start=start, kind=RunKind.DRILL, title=title, drawn=drawn)
    except starting.NothingFits:
        db.session.rollback()
        flash("配套试题暂时不能练习。", "info")
        return redirect(url_for(".case", case_id=case_id), 303)
    db.session.commit()
    return redirect(url_for("practice.run", run_id=run.id), 303)
