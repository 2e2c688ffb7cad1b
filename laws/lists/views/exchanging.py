"""Lists as spreadsheets: the template, entries in with a preview, entries out."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, uploads
from core.audit.trail import record
from core.db import db, may_write
from core.downloads import attachment
from core.errors import Refused
from core.spreadsheets import XLSX, Column, Table, read_workbook, write_workbook
from laws.lists import queries, services, sheet
from laws.lists.forms import ImportForm
from laws.lists.levels import Requirement, Tier
from laws.lists.models import MustKnowVersion
from laws.lists.services import EntryDraft
from laws.lists.sheet import Fault, Row
from laws.lists.views.base import bp, meant, refused, saved


@dataclass(frozen=True)
class Plan:
    """What an import would do."""

    accepted: Sequence[tuple[Row, EntryDraft]]
    #: Rows that the draft has already, word for word.
    present: Sequence[Row]
    faults: Sequence[Fault]


_FIELDS = {"law": sheet.LAW, "law_version": sheet.VERSION, "articles": sheet.ARTICLES}


def _plan(version: MustKnowVersion, data: bytes) -> Plan:
    """Raises Refused for a file that cannot be read."""
    sheets = read_workbook(data)
    try:
        rows, faults = sheet.read(sheets[0].rows if sheets else [])
    except sheet.NoHeading as error:
        raise Refused(str(error), field="file") from None
    if len(rows) > sheet.MOST_ROWS:
        raise Refused(f"一次最多导入 {sheet.MOST_ROWS} 个条目，请拆分文件", field="file")
    known = {(each.law_version_id, each.title, tuple(one.article_id for one in each.articles))
             for each in version.entries}  # fmt: skip
    accepted, present = [], []
    for row in rows:
        try:
            draft = meant(
                title=row.title, tier=row.tier, requirement=row.requirement, law=row.law,
                law_version=row.law_version, keys=list(row.keys),
            )  # fmt: skip
        except Refused as refusal:
            faults.append(Fault(row.row, _FIELDS.get(refusal.field or "", ""), str(refusal)))
            continue
        key = (draft.law_version_id, draft.title, tuple(draft.article_ids))
        if key in known:
            present.append(row)
        else:
            known.add(key)
            accepted.append((row, draft))
    return Plan(accepted, present, sorted(faults, key=lambda fault: fault.row))


@bp.route("/versions/<int:version_id>/import", methods=["GET", "POST"])
@requires(Permission.LAW_EDIT)
def import_(version_id: int) -> ResponseReturnValue:
    """Upload a sheet; it is previewed, and nothing is added yet."""
    version, form = queries.version(version_id), ImportForm()
    if version.approved_at is not None:
        return refused(version_id, services.NotADraft())
    if form.validate_on_submit():
        chosen = request.files.get("file")
        try:
            if chosen is None or not chosen.filename:
                raise Refused("请选择文件", field="file")
            data = chosen.read()
            _plan(version, data)
        except Refused as refusal:
            form.note(Refused(str(refusal), field="file"))
        else:
            token = uploads.keep([("list.xlsx", data)], owner=account().id)
            return redirect(url_for(".preview", version_id=version_id, token=token), 303)
    return render_template("laws/list_import.html", form=form, version=version)


@bp.get("/versions/<int:version_id>/import/<token>")
@requires(Permission.LAW_EDIT)
def preview(version_id: int, token: str) -> str:
    version = queries.version(version_id)
    ((_, data),) = uploads.fetch(token, owner=account().id)
    return render_template(
        "laws/list_preview.html",
        version=version,
        token=token,
        plan=_plan(version, data),
        named=sheet.named,
    )


@bp.post("/versions/<int:version_id>/import/<token>")
@requires(Permission.LAW_EDIT)
def confirm(version_id: int, token: str) -> ResponseReturnValue:
    """Add what was previewed; read anew, since the register may have changed meanwhile."""
    version = queries.version(version_id)
    try:
        with uploads.claimed(token, owner=account().id) as files:
            plan = _plan(version, files[0][1])
            drafts = [draft for _, draft in plan.accepted]
            services.add_entries(version=version, drafts=drafts, at=clock.now())
            record("list.import", version, at=clock.now(), title=version.owner.title,
                   accepted=len(drafts), rejected=len(plan.faults))  # fmt: skip
            return saved(version_id, f"已导入 {len(drafts)} 个条目。")
    except services.NotADraft as refusal:
        return refused(version_id, refusal)


@bp.post("/versions/<int:version_id>/import/<token>/cancel")
@requires(Permission.LAW_EDIT)
def cancel(version_id: int, token: str) -> ResponseReturnValue:
    uploads.forget(token, owner=account().id)
    flash("已放弃，没有导入任何条目。", "info")
    return redirect(url_for(".version", version_id=version_id), 303)


def _table(rows: Sequence[dict[str, str]], name: str) -> bytes:
    hints = {
        sheet.LAW: "全称或简称",
        sheet.VERSION: "公布日期，如 2022-02-25；留空为现行版本",
        sheet.ARTICLES: "如 第三十四条、第三十五条至第三十七条；留空为全文",
    }
    choices = {
        sheet.TIER: [label for _, label in Tier.choices()],
        sheet.REQUIREMENT: [label for _, label in Requirement.choices()],
    }
    columns = [
        Column(each, each, 28 if each in (sheet.TITLE, sheet.LAW, sheet.ARTICLES) else 14,
               choices=choices.get(each, ()), hint=hints.get(each, ""))
        for each in sheet.COLUMNS
    ]  # fmt: skip
    return write_workbook(Table(name, columns, rows))


@bp.get("/template.xlsx")
@requires(Permission.LAW_EDIT)
def template() -> ResponseReturnValue:
    return attachment(_table([], "应知应会清单"), "应知应会清单模板.xlsx", XLSX)


@bp.get("/versions/<int:version_id>.xlsx")
@requires(Permission.LAW_EDIT)
def export(version_id: int) -> ResponseReturnValue:
    """The entries in the form that the import reads."""
    may_write()
    version = queries.version(version_id)
    rows = [
        {
            sheet.TIER: each.tier.label,
            sheet.TITLE: each.title,
            sheet.LAW: each.law_version.law.title,
            sheet.VERSION: each.law_version.promulgated_on.isoformat(),
            sheet.ARTICLES: sheet.written([one.article.number for one in each.articles]),
            sheet.REQUIREMENT: each.requirement.label,
        }
        for each in version.entries
    ]
    record("list.export", version, at=clock.now(), title=version.owner.title, rows=len(rows))
    name = f"{version.owner.title}_第{version.number}版.xlsx"
    data = _table(rows, version.owner.title)
    db.session.commit()
    return attachment(data, name, XLSX)
