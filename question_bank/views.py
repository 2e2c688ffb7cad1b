"""Pages of the bank."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires, scope
from accounts.permissions import Permission, Scope
from core import clock, paging
from core.db import db
from core.errors import Refused
from question_bank import item_types, queries, services
from question_bank.forms import ItemForm
from question_bank.models import Item, ItemState

bp = Blueprint("bank", __name__, url_prefix="/bank")


def own_only() -> int | None:
    """The account whose items alone the reader sees; None for all items."""
    return None if scope(Permission.ITEM_READ) is Scope.ALL else account().id


@bp.get("/")
@requires(Permission.ITEM_READ)
def index() -> str:
    number, size = paging.asked()
    narrow = queries.Filter(
        text=request.args.get("q", "").strip(),
        item_type=request.args.get("type", ""),
        state=request.args.get("state", ""),
        difficulty=request.args.get("difficulty", ""),
        law_id=request.args.get("law", type=int),
        writer_id=own_only(),
    )
    return render_template(
        "question_bank/index.html",
        page=paging.select_page(queries.items(narrow), number=number, per_page=size),
        laws=queries.cited_laws(),
        types=item_types.ItemType.choices(),
        states=ItemState.choices(),
        difficulties=item_types.DIFFICULTIES,
    )


@bp.get("/items/<int:item_id>")
@requires(Permission.ITEM_READ)
def item(item_id: int) -> str:
    found = queries.item(item_id, own_only())
    return render_template(
        "question_bank/item.html",
        item=found,
        options_of=item_types.options_of,
        letters=item_types.LETTERS,
        difficulties=item_types.DIFFICULTIES,
        may_edit=scope(Permission.ITEM_WRITE) is not None and found.writer_id == account().id,
        may_pass=scope(Permission.ITEM_REVIEW) is not None and found.writer_id != account().id,
    )


@bp.route("/items/new", methods=["GET", "POST"])
@requires(Permission.ITEM_WRITE)
def new() -> ResponseReturnValue:
    return _edit(ItemForm(), None)


@bp.route("/items/<int:item_id>/edit", methods=["GET", "POST"])
@requires(Permission.ITEM_WRITE)
def edit(item_id: int) -> ResponseReturnValue:
    found = queries.item(item_id, account().id)
    return _edit(ItemForm(data=_written(found)), found)


def _edit(form: ItemForm, found: Item | None) -> ResponseReturnValue:
    articles = queries.articles_named(form.law.data or "", form.numbers())
    if form.validate_on_submit():
        missing = set(form.numbers()) - {each.number for each in articles}
        try:
            if missing:
                raise Refused(f"法律库中没有 {form.law.data} {'、'.join(sorted(missing))}")
            made = _save(form, found, [each.id for each in articles])
        except Refused as refusal:
            db.session.rollback()
            field = form.articles if "法律库" in str(refusal) else form.key
            field.errors = [str(refusal)]
        else:
            db.session.commit()
            flash("试题已保存为草稿，等待审题人发布。", "success")
            return redirect(url_for(".item", item_id=made.id))
    return render_template("question_bank/edit.html", form=form, item=found, articles=articles)


def _save(form: ItemForm, found: Item | None, article_ids: list[int]) -> Item:
    draft, at = form.draft(article_ids), clock.now()
    if found is None:
        return services.create_item(draft=draft, at=at, by=account())
    services.revise_item(item=found, draft=draft, at=at, by=account())
    return found


def _written(found: Item) -> dict[str, str]:
    """The current revision as the form's fields."""
    revision = found.current
    if revision is None:
        return {}
    shown = item_types.options_of(revision.item_type, revision.options)
    is_true_false = revision.item_type is item_types.ItemType.TRUE_FALSE
    cited = revision.citations
    return {
        "item_type": revision.item_type.value,
        "stem": revision.stem,
        "options": "\n".join(revision.options),
        "key": shown[revision.key[0]] if is_true_false else item_types.letters(revision.key),
        "rationale": revision.rationale,
        "difficulty": str(revision.difficulty),
        "cognitive_level": revision.cognitive_level.value,
        "topic": revision.topic,
        "law": cited[0].article.version.law.short_title if cited else "",
        "articles": "、".join(each.article.number for each in cited),
    }


@bp.post("/items/<int:item_id>/publish")
@requires(Permission.ITEM_REVIEW)
def publish(item_id: int) -> ResponseReturnValue:
    services.publish(item=queries.item(item_id), at=clock.now(), by=account())
    return _done(item_id, "试题已发布。")


@bp.post("/items/<int:item_id>/retire")
@requires(Permission.ITEM_REVIEW)
def retire(item_id: int) -> ResponseReturnValue:
    services.retire(item=queries.item(item_id), at=clock.now(), by=account())
    return _done(item_id, "试题已停用，可随时恢复为草稿。")


@bp.post("/items/<int:item_id>/restore")
@requires(Permission.ITEM_REVIEW)
def restore(item_id: int) -> ResponseReturnValue:
    services.restore(item=queries.item(item_id), at=clock.now(), by=account())
    return _done(item_id, "试题已恢复为草稿。")


def _done(item_id: int, message: str) -> ResponseReturnValue:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".item", item_id=item_id))
