"""One act on many items: chosen, looked through, done, undone."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from question_bank import item_types
from question_bank.importing import words
from question_bank.importing.plan import Uncitable
from question_bank.importing.words import Cited
from question_bank.life import BulkKind, Pool, Secrecy
from question_bank.models import Item, ItemState
from question_bank.queries import browsing, citing
from question_bank.queries import bulk as queries
from question_bank.queries.citing import Register
from question_bank.services import bulk as services
from question_bank.services.bulk import Order
from question_bank.views.base import bp, reach
from question_bank.views.browsing import narrowed

#: Items of one act.
AT_MOST = 20_000
#: Items that the preview names.
SHOWN = 100


class NoSuchOrder(Refused):
    """What is to be set cannot be read."""


def _chosen() -> Sequence[Item]:
    """The ticked items, or all that the filter in the address finds."""
    if request.args.get("all") == "1":
        query = browsing.items(narrowed(), reach(), descending=False).limit(AT_MOST + 1)
        found = db.session.scalars(browsing.with_citations(query)).unique().all()
        if len(found) > AT_MOST:
            raise NoSuchOrder(f"一次最多处理 {AT_MOST} 道试题，请先缩小筛选范围")
        return found
    return browsing.chosen(request.args.getlist("item", type=int)[:1000], reach())


def _order(kind: BulkKind) -> Order:
    """What the address says is to be done. Raises NoSuchOrder."""
    given = {name: text.strip() for name, text in request.args.items()}
    if kind is BulkKind.RETIRE:
        return Order(kind, "停用")
    if kind is BulkKind.TOPIC:
        topic = given.get("set_topic", "")
        if not topic or len(topic) > 100:
            raise NoSuchOrder("请填写知识点，不超过 100 字")
        return Order(kind, topic, topic)
    if kind is BulkKind.VALIDITY:
        return _validity(kind, given.get("set_until", ""))
    if kind is BulkKind.RECITE:
        return _recite(given)
    return _named(kind, given)


def _named(kind: BulkKind, given: dict[str, str]) -> Order:
    if kind is BulkKind.DIFFICULTY:
        level = given.get("set_difficulty", "")
        if not level.isdecimal() or int(level) not in item_types.DIFFICULTIES:
            raise NoSuchOrder("请选择难度")
        return Order(kind, item_types.DIFFICULTIES[int(level)], int(level))
    of: type[Pool] | type[Secrecy] = Pool if kind is BulkKind.POOL else Secrecy
    value = of.by_label(given.get(f"set_{kind.value}", ""))
    if value is None:
        raise NoSuchOrder("请选择用途" if of is Pool else "请选择密级")
    return Order(kind, value.label, value)


def _validity(kind: BulkKind, text: str) -> Order:
    if not text:
        return Order(kind, "长期有效", None)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NoSuchOrder("请填写有效期，如 2026-12-31；留空为长期有效") from None
    return Order(kind, f"有效期至 {day.isoformat()}", day)


def _recite(given: dict[str, str]) -> Order:
    new = _article(given.get("set_law", ""), given.get("set_article", ""))
    if new is None:
        raise NoSuchOrder("请填写改引的法律和条款号")
    old = _article(given.get("old_law", ""), given.get("old_article", ""))
    said = [f"《{each.version.law.short_title}》{each.number}"
            for each in citing.articles([each for each in (old, new) if each])]  # fmt: skip
    return Order(BulkKind.RECITE, " 改引 ".join(said), (old, new))


def _article(law: str, number: str) -> int | None:
    """The one article that is meant; None where nothing is written. Raises NoSuchOrder."""
    if not law and not number:
        return None
    try:
        found = Register(clock.today()).articles_of(Cited(law, words.numbers(number)))
    except Uncitable as error:
        raise NoSuchOrder(error.fault.reason) from None
    if len(found) != 1:
        raise NoSuchOrder("请填写一部法律的一条")
    return found[0]


@bp.get("/bulk")
@requires(Permission.ITEM_REVIEW)
def bulk() -> ResponseReturnValue:
    """What is to be done to the chosen items, and what would become of them."""
    kind = BulkKind.by_label(request.args.get("kind", ""))
    problem, planned, items = "", None, list[Item]()
    try:
        items = list(_chosen())
        if kind is not None and items:
            planned = services.preview(items, _order(kind))
    except Refused as refusal:
        problem = str(refusal)
    if not items and not problem:
        flash("请先勾选试题，或者先筛选。", "info")
        return redirect(url_for(".index"))
    return render_template(
        "question_bank/bulk.html",
        items=items,
        kind=kind,
        kinds=BulkKind.choices(),
        pools=Pool.choices(),
        secrecies=Secrecy.choices(),
        planned=planned,
        problem=problem,
        shown=SHOWN,
        articles=_numbers(planned) if planned else {},
        titles=citing.law_titles(),
        states=dict(ItemState.choices()),
    )


def _numbers(planned: services.Preview) -> dict[int, str]:
    """The articles that the preview names, in words."""
    ids = {each for change in planned.changes[:SHOWN] for side in (change.before, change.after)
           for each in side.get("articles", ())}  # fmt: skip
    return {each.id: f"《{each.version.law.short_title}》{each.number}"
            for each in citing.articles(sorted(ids))}  # fmt: skip


@bp.post("/bulk")
@requires(Permission.ITEM_REVIEW)
def bulk_do() -> ResponseReturnValue:
    """Do what the address says, if it is what was shown."""
    kind = BulkKind.by_label(request.args.get("kind", ""))
    shown = request.form.get("shown", type=int)
    if kind is None or shown is None:
        abort(400)
    try:
        act = services.apply(
            items=_chosen(), order=_order(kind), shown=shown, at=clock.now(), by=account()
        )
    except Refused as refusal:
        db.session.rollback()
        flash(f"{refusal}。", "warning")
        return redirect(url_for(".bulk", **_arguments()))
    db.session.commit()
    flash(f"已处理 {act.items} 道试题：{kind.label}。可以在“成批处理记录”中撤销。", "success")
    return redirect(url_for(".bulks"))


def _arguments() -> dict[str, Any]:
    return request.args.to_dict(flat=False)


@bp.get("/bulk/done")
@requires(Permission.ITEM_REVIEW)
def bulks() -> str:
    number, size = paging.asked()
    page = paging.select_page(queries.acts(), number=number, per_page=size)
    return render_template("question_bank/bulks.html", page=page)


@bp.post("/bulk/done/<int:act_id>/undo")
@requires(Permission.ITEM_REVIEW)
def bulk_undo(act_id: int) -> ResponseReturnValue:
    undone = services.undo(act=queries.act(act_id), at=clock.now(), by=account())
    db.session.commit()
    flash(f"已撤销，{undone.done} 道试题恢复原样。", "success")
    if undone.left:
        named = "、".join(map(str, undone.left[:10]))
        more = f"等 {len(undone.left)} 道" if len(undone.left) > 10 else ""
        flash(f"试题 {named}{more}之后又有变动，保持现状。", "warning")
    return redirect(url_for(".bulks"))
