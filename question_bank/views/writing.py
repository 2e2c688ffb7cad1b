"""Writing an item, with the cited articles beside it."""

from collections.abc import Sequence
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock
from core.db import db
from core.errors import Refused
from laws import force
from laws.models import Article, LawVersion
from question_bank import figure_check, markup
from question_bank.duplicates import wording
from question_bank.forms import ItemForm
from question_bank.importing.plan import Uncitable
from question_bank.item_types import ItemType
from question_bank.models import Citation, Item, ItemRevision
from question_bank.queries import browsing, citing, nearness
from question_bank.queries.citing import Register
from question_bank.queries.nearness import Near
from question_bank.services import writing
from question_bank.tasks import queries as tasks
from question_bank.tasks.cells import difficulties, fields_of
from question_bank.tasks.queries import Progress
from question_bank.types import Written, letter
from question_bank.views.base import bp, cited_of, reach


@bp.route("/items/new", methods=["GET", "POST"])
@requires(Permission.ITEM_WRITE)
def new() -> ResponseReturnValue:
    """A form of the type that the address names, or of the kind that a task there asks for."""
    if number := request.args.get("task", type=int):
        task = tasks.task_for(account().id, number)
        law = task.laws[0].law.short_title if len(task.laws) == 1 else ""
        form = ItemForm(data=fields_of(tasks.cell_of(task), law))
        return _edit(form, None, tasks.progress(task, clock.today()))
    asked = ItemType.by_label(request.args.get("type", "")) or ItemType.SINGLE_CHOICE
    return _edit(ItemForm(item_type=asked.value), None)


@bp.route("/items/<int:item_id>/edit", methods=["GET", "POST"])
@requires(Permission.ITEM_WRITE)
def edit(item_id: int) -> ResponseReturnValue:
    found = browsing.item(item_id, reach())
    if found.writer_id != account().id or found.current is None:
        return redirect(url_for(".item", item_id=item_id))
    return _edit(ItemForm.of(found.current, _written(found.current)), found)


def _edit(form: ItemForm, found: Item | None, task: Progress | None = None) -> ResponseReturnValue:
    articles, problems = _articles(form)
    if form.changes_lines:
        return _page(form, found, articles, problems, task)
    if form.validate_on_submit() and not problems:
        try:
            made = _save(form, found, articles)
        except writing.Unchanged as unchanged:
            db.session.rollback()
            flash(f"{unchanged}。", "info")
            return redirect(url_for(".item", item_id=found.id if found else 0))
        except Refused as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
        else:
            db.session.commit()
            flash("试题已保存为草稿，等待审题人发布。", "success")
            return redirect(url_for(".item", item_id=made.id))
    if form.is_submitted():
        form.citations.errors = [*form.citations.errors, *problems]
    return _page(form, found, articles, problems, task)


def _page(
    form: ItemForm,
    found: Item | None,
    articles: Sequence[Article],
    problems: Sequence[str],
    task: Progress | None,
) -> str:
    return render_template(
        "question_bank/edit.html",
        form=form,
        item=found,
        task=task,
        difficulties_of=difficulties,
        titles=citing.law_titles(),
        **_beside(form, articles, problems, found),
    )


@bp.post("/items/fields")
@requires(Permission.ITEM_WRITE)
def fields() -> ResponseReturnValue:
    """The part of the form that is the type's own, for another type or with more lines."""
    return jsonify(html=render_template("question_bank/fields.html", form=ItemForm()))


@bp.post("/items/<int:item_id>/delete")
@requires(Permission.ITEM_WRITE)
def delete(item_id: int) -> ResponseReturnValue:
    """Delete one's own draft that nobody has looked at."""
    writing.delete_item(item=browsing.item(item_id, reach()), at=clock.now(), by=account())
    db.session.commit()
    flash(f"草稿 {item_id} 已删除。", "success")
    return redirect(url_for(".index"))


@bp.post("/items/beside")
@requires(Permission.ITEM_WRITE)
def beside() -> ResponseReturnValue:
    """The cited articles, and figures that they do not have, while the item is being written."""
    form, item_id = ItemForm(), request.args.get("item", type=int)
    found = browsing.item(item_id, reach()) if item_id else None
    said = _beside(form, *_articles(form), found)
    html = render_template("question_bank/beside.html", **said)
    return jsonify(html=html)


def _articles(form: ItemForm) -> tuple[Sequence[Article], Sequence[str]]:
    """The articles that the form cites, and why some are not to be found."""
    register = Register(clock.today())
    ids: list[int] = []
    problems = []
    for cited in form.cited():
        try:
            ids += register.articles_of(cited)
        except Uncitable as error:
            problems.append(error.fault.reason)
    return citing.articles(list(dict.fromkeys(ids))), problems


def _beside(
    form: ItemForm,
    articles: Sequence[Article],
    problems: Sequence[str],
    found: Item | None = None,
) -> dict[str, Any]:
    written = form.content()
    hints = figure_check.hints(
        item_type=written.item_type,
        stem=written.stem,
        options=written.options,
        key=written.key,
        parts=written.parts,
        rationale=form.rationale.data or "",
        articles=[(each.number, each.text) for each in articles],
        days={day for each in articles
              for day in (each.version.promulgated_on, each.version.effective_on) if day},
    )  # fmt: skip
    near, unseen = _near(written, found)
    return {
        "articles": articles,
        "problems": problems,
        "hints": hints,
        "near": near,
        "unseen": unseen,
        "previews": _previews(written, form.rationale.data or ""),
    }


def _previews(written: Written, rationale: str) -> list[tuple[str, str, bool]]:
    """Name and text of every part with tables or pictures in it; whether it stands in a line."""
    texts = [("题干", written.stem, False)]
    texts += [(f"选项 {letter(n)}", text, True) for n, text in enumerate(written.options)]
    for number, part in enumerate(written.parts, 1):
        name = f"第 {number} 小题"
        texts.append((name, part["stem"], False))
        texts += [(f"{name}选项 {letter(n)}", text, True)
                  for n, text in enumerate(part.get("options", ()))]  # fmt: skip
        texts.append((f"{name}解析", part.get("rationale", ""), False))
    texts.append(("解析", rationale, False))
    return [each for each in texts if not markup.is_plain(each[1])]


#: A stem shorter than this is near to anything.
_SAYS_SOMETHING = 8


def _near(written: Written, found: Item | None) -> tuple[list[tuple[Item, Near]], int]:
    """Items that say nearly the same, of those the writer sees, and how many others there are."""
    if len(written.stem.strip()) < _SAYS_SOMETHING:
        return [], 0
    besides = found.id if found else None
    near = nearness.near_to(wording.compared(written), besides=besides, most=5)
    apart = nearness.kept_apart(besides) if besides else set()
    near = [each for each in near if each.item_id not in apart]
    seen = {each.id: each for each in browsing.chosen([each.item_id for each in near], reach())}
    shown = [(seen[each.item_id], each) for each in near if each.item_id in seen]
    return shown, len(near) - len(shown)


def _save(form: ItemForm, found: Item | None, articles: Sequence[Article]) -> Item:
    extra = found.current.extra if found and found.current else {}
    draft, at = form.draft([each.id for each in articles], extra), clock.now()
    if found is None:
        return writing.create_item(draft=draft, at=at, by=account())
    writing.revise_item(item=found, draft=draft, at=at, by=account())
    return found


def _written(revision: ItemRevision) -> dict[str, Any]:
    """The revision as the form's fields, but for those of its type."""
    return {
        "item_type": revision.item_type.value,
        "stem": revision.stem,
        "rationale": revision.rationale,
        "citations": _lines(cited_of(revision)),
        "difficulty": str(revision.difficulty),
        "cognitive_level": revision.cognitive_level.value,
        "scene": revision.scene.value if revision.scene else "",
        "topic": revision.topic,
        "source": revision.source,
        "valid_until": revision.valid_until,
    }


def _lines(citations: Sequence[Citation]) -> list[dict[str, Any]]:
    """One line for each version of a law, its articles divided by 、.

    The version in force is not named, so that the line follows the law; an older one is.
    """
    lines: dict[LawVersion, list[str]] = {}
    for each in citations:
        lines.setdefault(each.article.version, []).append(each.article.number)
    today = clock.today()
    return [
        {
            "law": version.law.short_title,
            "articles": "、".join(numbers),
            "version": None
            if force.current(version.law.versions, today) is version
            else version.promulgated_on,
        }
        for version, numbers in lines.items()
    ]
