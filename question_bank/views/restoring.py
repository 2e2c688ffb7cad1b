"""A lossless bundle put back: looked at first, then restored as a whole."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, progress, uploads
from core.db import db, reading
from question_bank.forms import RestoreForm
from question_bank.queries.bundles import contents
from question_bank.services import bundles
from question_bank.views.base import bp, taken_in

#: Refusals that a page lists; the rest is counted.
SHOWN = 200


@bp.route("/bundle", methods=["GET", "POST"])
@requires(Permission.ITEM_RESTORE)
def bundle() -> ResponseReturnValue:
    """Upload a bundle; it is looked at, and nothing is written yet."""
    form = RestoreForm()
    if form.validate_on_submit() and (token := taken_in(form, _read)):
        return redirect(url_for(".bundle_preview", token=token))
    return render_template("question_bank/restore.html", form=form)


def _read(data: bytes) -> None:
    """Raises Unreadable."""
    with reading():
        bundles.read(data)


@bp.get("/bundle/<token>")
@requires(Permission.ITEM_RESTORE)
def bundle_preview(token: str) -> str:
    """What is in the bundle, what it needs, and what of it is there already."""
    ((name, data),) = uploads.fetch(token, owner=account().id)
    sent = bundles.read(data)
    with progress.shown(account().id) as say:
        found = contents(sent, say=say)
    return render_template(
        "question_bank/restore_preview.html",
        token=token, name=name, found=found, most=SHOWN,
        states=[(state.label, f"{count} 题") for state, count in sorted(found.states.items())],
    )  # fmt: skip


@bp.post("/bundle/<token>")
@requires(Permission.ITEM_RESTORE)
def bundle_confirm(token: str) -> ResponseReturnValue:
    """Put back what was looked at, once."""
    owner = account().id
    try:
        with uploads.claimed(token, owner=owner) as files, progress.shown(owner) as say:
            ((name, data),) = files
            done = bundles.restore(
                bundles.read(data), file_name=name, at=clock.now(), by=account(), say=say
            )
            db.session.commit()
    except uploads.Expired:
        flash("这个无损包已经恢复过，或者文件已过期；恢复过的都列在下面。", "info")
        return redirect(url_for(".batches"))
    flash(f"已恢复 {done.accepted} 道试题及其全部版本；{len(done.rejected)} 道不能恢复，"
          f"{len(done.present)} 道已在题库中。", "success")  # fmt: skip
    return redirect(url_for(".batch", batch_id=done.batch_id))


@bp.post("/bundle/<token>/cancel")
@requires(Permission.ITEM_RESTORE)
def bundle_cancel(token: str) -> ResponseReturnValue:
    """Throw the uploaded bundle away."""
    uploads.forget(token, owner=account().id)
    flash("已放弃，没有恢复任何试题。", "info")
    return redirect(url_for(".bundle"))
