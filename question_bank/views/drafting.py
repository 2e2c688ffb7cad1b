"""Items drafted from the text of a law: somebody takes them, edits them, or drops them."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from laws import force
from laws import queries as register
from laws.models import Article, Law, LawVersion
from laws.numerals import Key, article_key
from question_bank.drafting.candidates import Method
from question_bank.importing import words
from question_bank.queries import citing
from question_bank.queries import drafting as queries
from question_bank.services import drafting
from question_bank.views.base import bp

#: Articles of a page: each is read in full.
PER_PAGE = 10
#: Candidates decided on in one go.
AT_ONCE = 200


@bp.get("/drafting")
@requires(Permission.ITEM_WRITE)
def drafts() -> ResponseReturnValue:
    """Candidates of a law's articles beside their text; without a law, how candidates fared."""
    name = request.args.get("law", "").strip()
    methods = _methods()
    page, found, problem = None, None, ""
    if name:
        try:
            found = _version(register.law_named(name))
            page = paging.of(_wanted(found), number=paging.asked()[0], per_page=PER_PAGE)
        except Refused as refused:
            problem = str(refused)
    drafted = queries.drafted(found, page.items, methods) if found and page else []
    return render_template(
        "question_bank/drafting.html",
        name=name,
        version=found,
        page=page,
        drafted=drafted,
        offered=sum(len(each.candidates) for each in drafted),
        problem=problem,
        methods=[(each.value, each.label) for each in Method],
        titles=citing.law_titles(),
        own=queries.rates(account().id),
        everybody=queries.rates(),
    )


def _methods() -> Sequence[Method]:
    asked = Method.by_label(request.args.get("method", ""))
    return [asked] if asked else list(Method)


def _version(law: Law) -> LawVersion:
    """The version in force, or else the newest, such as one that is yet to take effect."""
    version = force.current(law.versions, clock.today()) or law.versions[-1]
    return queries.version(version.id)


def _wanted(found: LawVersion) -> Sequence[Article]:
    """The articles that the request names; all where it names none. Raises Refused."""
    numbers = words.numbers(request.args.get("articles", ""))
    if not numbers:
        return found.articles
    keys = {_key(each) for each in numbers}
    wanted = [each for each in found.articles if Key(each.number_main, each.number_sub) in keys]
    if not wanted:
        raise Refused(f"《{found.law.short_title}》没有条款号{'、'.join(numbers)}")
    return wanted


def _key(number: str) -> Key:
    try:
        return article_key(number)
    except ValueError:
        raise Refused(f"“{number}”不是条款号；请写成 34 或 第三十四条，多条用顿号隔开") from None


@bp.post("/drafting/accept")
@requires(Permission.ITEM_WRITE)
def accept_drafts() -> ResponseReturnValue:
    return _decide(accepted=True)


@bp.post("/drafting/drop")
@requires(Permission.ITEM_WRITE)
def drop_drafts() -> ResponseReturnValue:
    return _decide(accepted=False)


def _decide(*, accepted: bool) -> ResponseReturnValue:
    chosen = [pair for each in request.form.getlist("candidate")[:AT_ONCE] if (pair := _pair(each))]
    outcome = drafting.decide_each(chosen=chosen, accepted=accepted, at=clock.now(), by=account())
    db.session.commit()
    if not chosen:
        flash("没有勾选候选题。", "info")
    elif accepted and outcome.done:
        flash(f"已采用 {outcome.done} 道，存为您的草稿，等待审题人发布。", "success")
    elif outcome.done:
        flash(f"已放弃 {outcome.done} 道，不再列出。", "success")
    if outcome.gone:
        flash(f"{outcome.gone} 道已被处理过或条文已变化，未重复处理。", "warning")
    return redirect(_back())


@bp.post("/drafting/edit")
@requires(Permission.ITEM_WRITE)
def edit_draft() -> ResponseReturnValue:
    """Take one candidate and open it for editing."""
    pair = _pair(request.form.get("one", ""))
    if pair is None:
        raise drafting.Gone
    item = drafting.accept(article_id=pair[0], mark=pair[1], at=clock.now(), by=account())
    db.session.commit()
    return redirect(url_for(".edit", item_id=item.id))


@bp.get("/drafting/dropped")
@requires(Permission.ITEM_WRITE)
def dropped() -> str:
    """What the reader has dropped, newest first, to be brought back."""
    number, size = paging.asked()
    page = paging.select_page(queries.dropped(account().id), number=number, per_page=size)
    rows = [(each, queries.candidate(each.article_id, each.mark)) for each in page.items]
    return render_template("question_bank/drafting_dropped.html", page=page, rows=rows)


@bp.post("/drafting/bring-back")
@requires(Permission.ITEM_WRITE)
def bring_back() -> ResponseReturnValue:
    pair = _pair(request.form.get("one", ""))
    if pair is None:
        raise drafting.Kept
    drafting.bring_back(article_id=pair[0], mark=pair[1], at=clock.now(), by=account())
    db.session.commit()
    flash("已恢复，可在该条下重新采用。", "success")
    return redirect(url_for(".dropped"))


def _pair(text: str) -> tuple[int, str] | None:
    """Article and mark of a candidate as the form sends them."""
    article, _, mark = text.partition("-")
    return (int(article), mark) if article.isdecimal() and len(article) < 12 and mark else None


def _back() -> str:
    """The page of candidates that was left, on the same law and articles."""
    names = ("law", "articles", "method", "page")
    kept: dict[str, Any] = {name: request.form[name] for name in names if request.form.get(name)}
    return url_for(".drafts", **kept)
