"""用 and 述 as the heads of units enter them, and the checks of those that were drawn."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, me, requires, unit_limit
from analytics.evaluation import frames, queries, records
from analytics.evaluation.forms import CheckForm, EntryForm
from analytics.evaluation.kinds import RUBRIC, ReportItem
from analytics.evaluation.services import entering
from analytics.evaluation.views.base import APPROVE, ENTER, bp, done, not_done, sections
from core import clock, paging
from core.db import db
from core.errors import Refused

_ITEMS = {each.value: each.label for each in ReportItem}


def _year() -> int:
    """This year, or the one before, while it is being evaluated. Raises NoResultFound."""
    this = clock.today().year
    year = request.args.get("year", this, type=int)
    if year not in (this, this - 1):
        raise NoResultFound
    return year


@bp.get("/entries")
@requires(ENTER)
def entries() -> str:
    year, this = _year(), clock.today().year
    people = queries.on_the_books(clock.today(), unit_limit(ENTER))
    known = {each.person_id: each for each in frames.entries_of(year, [p.id for p in people])}
    number, per_page = paging.asked()
    return render_template(
        "analytics/evaluation/entries.html",
        tabs=sections("evaluation.entries"),
        year=year,
        years=[this, this - 1],
        page=paging.of(people, number=number, per_page=per_page),
        known=known,
        items=_ITEMS,
        reader_id=me().id,
        done=sum(each.counts for each in known.values()),
    )


@bp.route("/entries/<int:person_id>", methods=["GET", "POST"])
@requires(ENTER)
def entry(person_id: int) -> ResponseReturnValue:
    year = _year()
    person = queries.person(person_id, unit_limit(ENTER))
    known = next(iter(frames.entries_of(year, [person_id])), None)
    data = {} if known is None else {
        "mark": str(known.usage_mark), "remark": known.usage_note, "items": known.report_items,
    }  # fmt: skip
    form = EntryForm(data=data)
    if form.validate_on_submit():
        try:
            entering.enter(
                person=person,
                year=year,
                mark=int(form.mark.data or 0),
                note=form.remark.data or "",
                items=form.kinds(),
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return done("已登记。", ".entries", year=year)
    return render_template(
        "analytics/evaluation/entry.html",
        form=form, person=queries.person(person_id, unit_limit(ENTER)), year=year, known=known,
    )  # fmt: skip


@bp.get("/checks")
@requires(APPROVE)
def checks() -> str:
    """One in ten is drawn, the same ones whoever asks; all are listed on demand."""
    year, this = _year(), clock.today().year
    whole = request.args.get("all") == "1"
    found = [
        each for each in frames.entries_of(year)
        if whole or records.is_sampled(year, each.person_id)
    ]  # fmt: skip
    number, per_page = paging.asked()
    return render_template(
        "analytics/evaluation/checks.html",
        tabs=sections("evaluation.checks"),
        year=year,
        years=[this, this - 1],
        whole=whole,
        page=paging.of(found, number=number, per_page=per_page),
        items=_ITEMS,
        rubric=RUBRIC,
        form=CheckForm(formdata=None),
    )


@bp.post("/checks/<int:entry_id>")
@requires(APPROVE)
def check(entry_id: int) -> ResponseReturnValue:
    found, form = queries.entry(entry_id), CheckForm()
    values = {"year": found.year, "all": request.args.get("all")}
    if not form.validate():
        return not_done(form.first_error(), ".checks", **values)
    try:
        entering.check(
            entry=found, agrees=form.verdict.data == "yes", note=form.remark.data or "",
            at=clock.now(), by=account(),
        )  # fmt: skip
    except Refused as refusal:
        return not_done(refusal, ".checks", **values)
    return done("抽核结果已登记。", ".checks", **values)
