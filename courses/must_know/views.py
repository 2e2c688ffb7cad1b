"""My list; how an entry is covered; approving what is."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, can, me, requires, unit_limit
from accounts.permissions import Permission
from core import clock
from core.db import db
from core.errors import Refused
from courses.must_know import coverage, queries
from courses.must_know.coverage import Offer, Tally
from laws.lists import queries as list_queries
from laws.lists import services
from laws.lists.forms import ApproveForm
from laws.lists.levels import Tier
from laws.lists.models import MustKnowEntry

bp = Blueprint("must_know", __name__, url_prefix="/must-know")

TIER_TONES = {Tier.PRIMARY: "red", Tier.GENERAL: "info", Tier.SPECIAL: "calm"}


@dataclass(frozen=True)
class Mine:
    """An entry as it stands with the reader."""

    entry: MustKnowEntry
    offer: Offer
    studied: bool
    tested: bool


@bp.get("")
@requires(Permission.COURSE_STUDY)
def mine() -> str:
    """What the reader is to know, and what of it is studied and tested."""
    (learner,) = queries.learners([me().id])
    lists = []
    for version in queries.lists_of(me(), clock.today()):
        rows = [
            Mine(entry, offer, offer.studied(learner.lessons), offer.tested(learner.forms))
            for entry, offer in zip(version.entries, queries.offers(version.entries), strict=True)
        ]
        lists.append((version, rows, sum(row.studied and row.tested for row in rows)))
    courses = {each for _, rows, _ in lists for row in rows for each in row.offer.courses}
    return render_template(
        "courses/must_know.html",
        lists=lists,
        titles=queries.course_titles(courses),
        tiers=Tier,
        tier_tones=TIER_TONES,
    )


@dataclass(frozen=True)
class Row:
    entry: MustKnowEntry
    offer: Offer
    tally: Tally


@bp.get("/coverage")
@requires(Permission.COURSE_PROGRESS, Permission.LAW_EDIT)
def overview() -> str:
    """The lists that apply today."""
    return render_template(
        "courses/must_know_lists.html", versions=list_queries.current(clock.today())
    )


@bp.get("/coverage/<int:version_id>", endpoint="coverage")
@requires(Permission.COURSE_PROGRESS, Permission.LAW_EDIT)
def coverage_of(version_id: int) -> str:
    """What there is for each entry, and how much of the audience has done it."""
    version = list_queries.version(version_id)
    if version.approved_at is None and not can(Permission.LAW_EDIT):
        abort(404)
    people = queries.bound(
        version, day=clock.today(), unit_id=unit_limit(Permission.COURSE_PROGRESS)
    )
    learners = queries.learners([each.id for each in people])
    rows = [
        Row(entry, offer, coverage.tally(offer, learners))
        for entry, offer in zip(version.entries, queries.offers(version.entries), strict=True)
    ]
    return render_template(
        "courses/must_know_coverage.html",
        version=version,
        rows=rows,
        total=coverage.total(row.tally for row in rows),
        people=len(people),
        titles=queries.course_titles({each for row in rows for each in row.offer.courses}),
        tier_tones=TIER_TONES,
        minimum=coverage.MIN_ITEMS,
    )


@bp.post("/versions/<int:version_id>/approve")
@requires(Permission.LAW_EDIT)
def approve(version_id: int) -> ResponseReturnValue:
    """Make a draft binding; every entry must have a course and enough items."""
    version, form = list_queries.version(version_id), ApproveForm()
    lacking = [offer.lack for offer in queries.offers(version.entries) if offer.lack]
    try:
        if not form.validate_on_submit() or form.effective_on.data is None:
            raise Refused("请填写施行日期")
        services.approve(
            version=version,
            effective_on=form.effective_on.data,
            today=clock.today(),
            lacking=lacking,
            at=clock.now(),
            by=account(),
        )
    except Refused as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
    else:
        db.session.commit()
        flash("清单已批准。", "success")
    return redirect(url_for("lists.version", version_id=version_id), 303)
