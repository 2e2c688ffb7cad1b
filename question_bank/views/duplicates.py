"""Items that say nearly the same, side by side, and what becomes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from question_bank import differences
from question_bank.differences import Change
from question_bank.life import Nearness
from question_bank.models import Item, NearPair
from question_bank.queries import browsing, nearness
from question_bank.services import comparing
from question_bank.types import kind_of
from question_bank.views.base import bp, noted_as_opened, reach

#: Pairs on a page.
PAIRS = 10
TONES = {Nearness.SAME: "bad", Nearness.NEAR: "warn", Nearness.TURNED: "info"}


@dataclass(frozen=True)
class Side:
    """One item of a pair, part by part, with what the other one does not have marked."""

    item: Item
    parts: Sequence[tuple[str, Sequence[tuple[str, bool]]]]


@dataclass(frozen=True)
class Pair:
    near: NearPair
    one: Side
    other: Side


@bp.get("/duplicates")
@requires(Permission.ITEM_REVIEW)
def duplicates() -> str:
    kind = Nearness.by_label(request.args.get("kind", "")) if "kind" in request.args else None
    number, _ = paging.asked()
    page = paging.select_rows(nearness.open_pairs(kind), number=number, per_page=PAIRS)
    ids = {each for _, one, other in page.items for each in (one, other)}
    shown = browsing.chosen(sorted(ids), reach())
    if noted_as_opened(shown):
        page = paging.select_rows(nearness.open_pairs(kind), number=number, per_page=PAIRS)
        shown = browsing.chosen(sorted(ids), reach())
    items = {each.id: each for each in shown}
    pairs = [_pair(near, items[one], items[other]) for near, one, other in page.items
             if one in items and other in items]  # fmt: skip
    return render_template(
        "question_bank/duplicates.html",
        page=page,
        pairs=pairs,
        hidden=len(page.items) - len(pairs),
        counts=nearness.open_counts(),
        kind=kind,
        tones=TONES,
        decided=paging.select_page(nearness.decisions(), number=1, per_page=10).items,
    )


def _pair(near: NearPair, one: Item, other: Item) -> Pair:
    mine, yours = _wording(one), _wording(other)
    left, right = [], []
    for part in dict.fromkeys([*mine, *yours]):
        pieces = differences.pieces(mine.get(part, ""), yours.get(part, ""))
        left.append((part, _marked(pieces, Change.REMOVED)))
        right.append((part, _marked(pieces, Change.ADDED)))
    return Pair(near, Side(one, left), Side(other, right))


def _marked(pieces: Sequence[tuple[str, Change]], own: Change) -> list[tuple[str, bool]]:
    """The pieces of one side: text, and whether only this side has it."""
    return [(text, change is own) for text, change in pieces if change in {Change.SAME, own}]


def _wording(item: Item) -> dict[str, str]:
    revision = item.current
    if revision is None:
        return {}
    worded = kind_of(revision.item_type).wording(revision)
    # Options in the order of their words, so that another order is no difference.
    options = sorted(text for part, text in worded.items() if part.startswith("选项"))
    rest = {part: text for part, text in worded.items() if not part.startswith("选项")}
    stem = {"题干": rest.pop("题干", revision.stem)}
    lines = kind_of(revision.item_type).key_lines(revision)
    if lines:
        rest["正确答案"] = "；".join(sorted(lines))
    return stem | {f"选项 {n}": text for n, text in enumerate(options, 1)} | rest


@bp.post("/duplicates")
@requires(Permission.ITEM_REVIEW)
def decide_duplicate() -> ResponseReturnValue:
    """Keep both items of a pair, or one of them."""
    ids = [request.form.get(name, 0, type=int) for name in ("one", "other")]
    one, other = (browsing.item(each, reach()) for each in ids)
    at, act = clock.now(), request.form.get("act")
    if act == "keep_both":
        comparing.keep_both(one=one, other=other, at=at, by=account())
        said = f"试题 {one.id} 和 {other.id} 都保留，不再提示。"
    elif act == "keep_one":
        comparing.merge(kept=one, retired=other, at=at, by=account())
        said = f"保留试题 {one.id}，试题 {other.id} 已停用；已用它的试卷不受影响。"
    else:
        abort(400)
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".duplicates", **_arguments()))


def _arguments() -> dict[str, Any]:
    return request.args.to_dict()


@bp.post("/duplicates/decisions/<int:decision_id>/undo")
@requires(Permission.ITEM_REVIEW)
def undo_duplicate(decision_id: int) -> ResponseReturnValue:
    decision = nearness.decision(decision_id)
    comparing.undo(decision=decision, at=clock.now(), by=account())
    db.session.commit()
    flash("已撤销，这两道试题重新列出。", "success")
    return redirect(url_for(".duplicates"))
