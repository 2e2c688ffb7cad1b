"""Passing items and taking them out of use, one by one or several after looking at each."""

from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock
from core.db import db
from question_bank.models import Item
from question_bank.queries import browsing
from question_bank.services import commenting, reviewing
from question_bank.services.reviewing import IN_USE, Outcome
from question_bank.views.base import bp, hints, noted_as_opened, reach

#: Items that are looked through in one go.
AT_ONCE = 100


@bp.post("/items/<int:item_id>/publish")
@requires(Permission.ITEM_REVIEW)
def publish(item_id: int) -> ResponseReturnValue:
    looked_at = request.form.get("revision", type=int)
    found = browsing.item(item_id, reach())
    check = legal_check()
    reviewing.publish(
        item=found, at=clock.now(), by=account(), revision=looked_at, legal_check=check
    )
    return _done(item_id, "审题通过，等待研究室核对法律后发布。" if check else "试题已发布。")


def legal_check() -> bool:
    """Whether the research office looks at what a reviewer passed."""
    return bool(current_app.config["XUEFA"].legal_check)


@bp.post("/items/<int:item_id>/confirm")
@requires(Permission.ITEM_LEGAL)
def confirm_law(item_id: int) -> ResponseReturnValue:
    """The research office finds the law right."""
    looked_at = request.form.get("revision", type=int)
    found = browsing.item(item_id, reach())
    reviewing.confirm(item=found, at=clock.now(), by=account(), revision=looked_at)
    return _done(item_id, "法律核对通过，试题已发布。")


@bp.post("/items/<int:item_id>/return")
@requires(Permission.ITEM_REVIEW)
def send_back(item_id: int) -> ResponseReturnValue:
    reviewing.send_back(
        item=browsing.item(item_id, reach()),
        remark=request.form.get("remark", "")[:1000],
        at=clock.now(),
        by=account(),
        revision=request.form.get("revision", type=int),
    )
    return _done(item_id, "已退回命题人，理由显示在试题页。")


@bp.post("/items/<int:item_id>/comments")
@requires(Permission.ITEM_REVIEW, Permission.ITEM_WRITE)
def comment(item_id: int) -> ResponseReturnValue:
    found = browsing.item(item_id, reach())
    commenting.comment(item=found, text=request.form.get("text", ""), at=clock.now(), by=account())
    return _done(item_id, "意见已记下。")


@bp.post("/items/<int:item_id>/comments/<int:comment_id>/resolve")
@requires(Permission.ITEM_REVIEW, Permission.ITEM_WRITE)
def resolve_comment(item_id: int, comment_id: int) -> ResponseReturnValue:
    browsing.item(item_id, reach())
    found = browsing.comment_of(item_id, comment_id)
    commenting.resolve(comment=found, at=clock.now(), by=account())
    return _done(item_id, "已标为处理完毕。")


@bp.post("/items/<int:item_id>/retire")
@requires(Permission.ITEM_REVIEW)
def retire(item_id: int) -> ResponseReturnValue:
    reviewing.retire(item=browsing.item(item_id, reach()), at=clock.now(), by=account())
    return _done(item_id, "试题已停用，可随时恢复为草稿。")


@bp.post("/items/<int:item_id>/restore")
@requires(Permission.ITEM_REVIEW)
def restore(item_id: int) -> ResponseReturnValue:
    reviewing.restore(item=browsing.item(item_id, reach()), at=clock.now(), by=account())
    return _done(item_id, "试题已恢复为草稿。")


def _done(item_id: int, message: str) -> ResponseReturnValue:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".item", item_id=item_id))


@bp.get("/review")
@requires(Permission.ITEM_REVIEW)
def review() -> ResponseReturnValue:
    """The chosen items in full beside their articles, to be passed or taken out of use."""
    chosen = request.args.getlist("item", type=int)[:AT_ONCE]
    items = browsing.chosen(chosen, reach())
    if noted_as_opened(items):
        items = browsing.chosen(chosen, reach())
    if not items:
        flash("请先勾选试题。", "info")
        return redirect(url_for(".index"))
    obstacles = {each.id: reviewing.obstacle(each, account()) for each in items}
    return render_template(
        "question_bank/review.html",
        items=items,
        obstacles=obstacles,
        passable=[each for each in items if not obstacles[each.id]],
        in_use=[each for each in items if each.state in IN_USE],
        hints={each.id: hints(each.current) for each in items if each.current},
    )


@bp.post("/review/publish")
@requires(Permission.ITEM_REVIEW)
def publish_several() -> ResponseReturnValue:
    """Pass the ticked items, each in the revision that was shown."""
    shown = _ticked()
    items = [(each, shown[each.id]) for each in browsing.chosen(list(shown), reach())]
    check = legal_check()
    outcome = reviewing.publish_each(items=items, at=clock.now(), by=account(), legal_check=check)
    return _report(outcome, "审题通过" if check else "发布")


@bp.post("/review/retire")
@requires(Permission.ITEM_REVIEW)
def retire_several() -> ResponseReturnValue:
    items: Sequence[Item] = browsing.chosen(list(_ticked()), reach())
    outcome = reviewing.retire_each(items=items, at=clock.now(), by=account())
    return _report(outcome, "停用")


def _ticked() -> dict[int, int]:
    """The ticked items, each with the id of the revision that was shown."""
    pairs = (each.partition("-") for each in request.form.getlist("item")[:AT_ONCE])
    return {int(item): int(revision) for item, _, revision in pairs
            if item.isdecimal() and revision.isdecimal()}  # fmt: skip


def _report(outcome: Outcome, act: str) -> ResponseReturnValue:
    db.session.commit()
    if outcome.done:
        flash(f"已{act} {outcome.done} 道试题。", "success")
    elif not outcome.left:
        flash(f"没有勾选试题，没有{act}。", "info")
    for item_id, reason in outcome.left[:5]:
        flash(f"试题 {item_id} 没有{act}：{reason}。", "warning")
    if len(outcome.left) > 5:
        flash(f"另有 {len(outcome.left) - 5} 道试题没有{act}。", "warning")
    return redirect(url_for(".index"))
