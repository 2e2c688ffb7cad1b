"""The entries of a draft: added, edited, put in order, dropped."""

from flask import render_template
from flask.typing import ResponseReturnValue

from accounts.guards import requires
from accounts.permissions import Permission
from core import clock
from core.db import db
from core.errors import Refused
from laws.lists import queries, services, sheet
from laws.lists.forms import EntryForm
from laws.lists.levels import Requirement, Tier
from laws.lists.models import MustKnowEntry, MustKnowVersion
from laws.lists.services import EntryDraft
from laws.lists.views.base import bp, meant, refused, saved


@bp.route("/versions/<int:version_id>/entries/new", methods=["GET", "POST"])
@requires(Permission.LAW_EDIT)
def new_entry(version_id: int) -> ResponseReturnValue:
    version, form = queries.version(version_id), EntryForm()
    if form.validate_on_submit():
        try:
            made = services.add_entries(version=version, drafts=[_draft(form)], at=clock.now())
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return saved(version_id, "条目已添加。", f"entry-{made[0].id}")
    return _show(form, queries.version(version_id), None)


@bp.route("/entries/<int:entry_id>", methods=["GET", "POST"])
@requires(Permission.LAW_EDIT)
def edit_entry(entry_id: int) -> ResponseReturnValue:
    entry = queries.entry(entry_id)
    form = EntryForm(data={
        "law": entry.law_version.law.title,
        "law_version": entry.law_version.promulgated_on.isoformat(),
        "articles": sheet.written([each.article.number for each in entry.articles]),
        "title": entry.title,
        "tier": entry.tier.value,
        "requirement": entry.requirement.value,
    })  # fmt: skip
    if form.validate_on_submit():
        try:
            services.edit_entry(entry=entry, draft=_draft(form), at=clock.now())
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return saved(entry.version_id, "条目已保存。", f"entry-{entry_id}")
    entry = queries.entry(entry_id)
    return _show(form, entry.version, entry)


def _show(form: EntryForm, version: MustKnowVersion, entry: MustKnowEntry | None) -> str:
    return render_template("laws/list_entry.html", form=form, version=version, entry=entry)


def _draft(form: EntryForm) -> EntryDraft:
    try:
        keys = sheet.read_articles(form.articles.data or "")
    except ValueError as error:
        raise Refused(str(error), field="articles") from None
    return meant(
        title=form.title.data or "",
        tier=Tier.of(form.tier.data),
        requirement=Requirement.of(form.requirement.data),
        law=form.law.data or "",
        law_version=form.law_version.data or "",
        keys=keys,
    )


@bp.post("/entries/<int:entry_id>/<any(up, down):way>")
@requires(Permission.LAW_EDIT)
def move_entry(entry_id: int, way: str) -> ResponseReturnValue:
    entry = queries.entry(entry_id)
    try:
        services.move_entry(entry=entry, up=way == "up", at=clock.now())
    except Refused as refusal:
        return refused(entry.version_id, refusal)
    return saved(entry.version_id, "次序已调整。", f"entry-{entry_id}")


@bp.post("/entries/<int:entry_id>/remove")
@requires(Permission.LAW_EDIT)
def remove_entry(entry_id: int) -> ResponseReturnValue:
    entry = queries.entry(entry_id)
    version_id = entry.version_id
    try:
        services.remove_entry(entry=entry, at=clock.now())
    except Refused as refusal:
        return refused(version_id, refusal)
    return saved(version_id, "条目已移除。")
