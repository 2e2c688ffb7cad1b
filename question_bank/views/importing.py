"""Import with a preview: nothing is written before somebody confirmed it."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging, progress, uploads
from core.db import db, reading
from core.downloads import attachment
from core.progress import Say, silent
from question_bank.exporting import tables
from question_bank.forms import ImportForm
from question_bank.importing import readers, rows
from question_bank.importing.plan import Plan
from question_bank.importing.readers import ReadFile
from question_bank.models import ItemState
from question_bank.queries import imported
from question_bank.queries.importing import plan_of
from question_bank.services import importing
from question_bank.services.importing import NothingToImport
from question_bank.views.base import bp, taken_in


@bp.route("/import", methods=["GET", "POST"])
@requires(Permission.ITEM_WRITE)
def import_() -> ResponseReturnValue:
    """Upload a file; it is read and previewed, and nothing is written yet."""
    form = ImportForm()
    if form.validate_on_submit() and (token := taken_in(form, _read)):
        return redirect(url_for(".preview", token=token))
    return render_template("question_bank/import.html", form=form)


def _read(data: bytes) -> None:
    """Raises Unreadable."""
    with progress.shown(account().id) as say, reading():
        say("读取文件", 0, 0)
        readers.read(data)


@bp.get("/import/template.xlsx")
@requires(Permission.ITEM_WRITE)
def template() -> ResponseReturnValue:
    return attachment(tables.template(), "试题导入模板.xlsx")


@bp.get("/import/progress", endpoint="progress")
@requires(Permission.ITEM_WRITE, Permission.ITEM_RESTORE)
def progress_() -> ResponseReturnValue:
    """How far the import has come that the account has going on; empty for none."""
    return jsonify(progress.of(account().id) or {})


def _planned(files: list[tuple[str, bytes]], *, say: Say = silent) -> tuple[str, ReadFile, Plan]:
    ((name, data),) = files
    say("读取文件", 0, 0)
    file = readers.read(data)
    return name, file, plan_of(file, day=clock.today(), say=say)


@bp.get("/import/<token>")
@requires(Permission.ITEM_WRITE)
def preview(token: str) -> ResponseReturnValue:
    """What the file holds, row by row, and what confirming would do."""
    with progress.shown(account().id) as say:
        name, file, plan = _planned(uploads.fetch(token, owner=account().id), say=say)
    number, size = paging.asked()
    lists: dict[str, Any] = {
        "accepted": plan.sure, "doubtful": plan.doubtful, "rejected": plan.rejected,
        "duplicates": plan.duplicates,
    }  # fmt: skip
    first = next((name for name in ("accepted", "doubtful", "rejected") if lists[name]), "accepted")
    shown = request.args.get("show", first)
    shown = shown if shown in lists else first
    return render_template(
        "question_bank/preview.html",
        token=token,
        name=name,
        file=file,
        plan=plan,
        shown=shown,
        page=paging.of(lists[shown], number=number, per_page=size),
        skipped=sum(not each.taken for each in plan.duplicates),
        uncited=sum(not each.draft.article_ids for each in plan.sure),
    )


@bp.get("/import/<token>/rejected.xlsx")
@requires(Permission.ITEM_WRITE)
def rejected(token: str) -> ResponseReturnValue:
    """The rows that cannot be taken, with the reasons, to be mended and imported again."""
    name, _, plan = _planned(uploads.fetch(token, owner=account().id))
    lines = [
        {
            **(rows.as_written(each.row.raw) if each.row.raw else {}),
            "原行号": f"{each.row.sheet} {each.row.number}".strip(),
            "原因": "；".join(f"{fault.field}：{fault.reason}" for fault in each.faults),
        }
        for each in plan.rejected
    ]
    return attachment(tables.refused(lines), f"{name.rpartition('.')[0] or name}_待修改.xlsx")


@bp.get("/import/<token>/rejected.txt")
@requires(Permission.ITEM_WRITE)
def rejected_text(token: str) -> ResponseReturnValue:
    """Where each thing stands that cannot be taken, why, and what it begins with."""
    name, file, plan = _planned(uploads.fetch(token, owner=account().id))
    lines = [f"{name}：{len(plan.rejected)} 处不能导入", ""]
    for each in plan.rejected:
        sheet = f"{each.row.sheet} " if each.row.sheet else ""
        lines.append(f"{sheet}第 {each.row.number} {file.format.unit}  {each.row.stem[:80]}")
        lines += [f"    {fault.field}：{fault.reason}" for fault in each.faults]
    data = "\r\n".join([*lines, ""]).encode("utf-8-sig")
    stem = name.rpartition(".")[0] or name
    return attachment(data, f"{stem}_待修改.txt", "text/plain; charset=utf-8")


def _chosen(plan: Plan) -> set[int]:
    """The rows that are ticked: the good ones, and what was changed on the pages of the preview.

    Without scripts only the page that was sent can have been changed.
    """
    sent = request.form
    chosen = {each.row.place for each in plan.sure}
    chosen = (chosen | _places(sent.get("with", ""))) - _places(sent.get("without", ""))
    shown = {int(each) for each in sent.getlist("shown") if each.isdecimal()}
    ticked = {int(each) for each in sent.getlist("row") if each.isdecimal()}
    return (chosen - shown) | (ticked & shown)


def _places(text: str) -> set[int]:
    return {int(each) for each in text.split(",") if each.isascii() and each.isdecimal()}


@bp.post("/import/<token>")
@requires(Permission.ITEM_WRITE)
def confirm(token: str) -> ResponseReturnValue:
    """Write what was previewed, once."""
    try:
        owner = account().id
        with uploads.claimed(token, owner=owner) as files, progress.shown(owner) as say:
            with reading():
                name, _, plan = _planned(files, say=say)
            plan = plan.taking(_chosen(plan))
            batch = importing.take_in(
                plan=plan, file_name=name, at=clock.now(), by=account(), say=say
            )
            db.session.commit()
    except uploads.Expired:
        flash("这次导入已经确认过，或者文件已过期；导入过的都列在下面。", "info")
        return redirect(url_for(".batches"))
    except NothingToImport as refusal:
        db.session.rollback()
        flash(f"{refusal}。", "error")
        return redirect(url_for(".preview", token=token))
    flash(f"已导入 {batch.accepted} 道试题，均为草稿，等待审题人发布。", "success")
    if late := len(plan.accepted) - batch.accepted:
        flash(f"另有 {late} 道刚刚已由他人导入，没有重复导入。", "info")
    return redirect(url_for(".batch", batch_id=batch.id))


@bp.post("/import/<token>/cancel")
@requires(Permission.ITEM_WRITE)
def cancel(token: str) -> ResponseReturnValue:
    """Throw the uploaded file away."""
    uploads.forget(token, owner=account().id)
    flash("已放弃，没有导入任何试题。", "info")
    return redirect(url_for(".import_"))


@bp.get("/imports")
@requires(Permission.ITEM_WRITE, Permission.ITEM_RESTORE)
def batches() -> str:
    number, size = paging.asked()
    page = paging.select_page(imported.batches(account().id), number=number, per_page=size)
    left = imported.items_in([each.id for each in page.items])
    return render_template("question_bank/batches.html", page=page, left=left)


@bp.get("/imports/<int:batch_id>")
@requires(Permission.ITEM_WRITE, Permission.ITEM_RESTORE)
def batch(batch_id: int) -> str:
    found = imported.batch(batch_id, account().id)
    counts = imported.states_in(batch_id)
    as_imported = set(counts) <= {ItemState.DRAFT} and not imported.edited_in(batch_id)
    return render_template(
        "question_bank/batch.html",
        batch=found,
        items=sum(counts.values()),
        # Whether anything of a bundle has changed takes long to say: taking it back says so.
        untouched=found.left_hash is not None or as_imported,
        states=[(state, counts.get(state, 0)) for state in ItemState],
    )


@bp.post("/imports/<int:batch_id>/take-back")
@requires(Permission.ITEM_WRITE, Permission.ITEM_RESTORE)
def take_back(batch_id: int) -> ResponseReturnValue:
    """Delete every item of an import while none was changed, passed or used."""
    found = imported.batch(batch_id, account().id)
    try:
        count = importing.take_back(batch=found, at=clock.now())
    except (importing.NotUntouched, importing.TakenBack) as refusal:
        db.session.rollback()
        flash(f"{refusal}。", "error")
    else:
        db.session.commit()
        flash(f"已撤回，删除了 {count} 道草稿。", "success")
    return redirect(url_for(".batch", batch_id=batch_id))
