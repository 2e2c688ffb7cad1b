"""The register of laws: list, search, reading, import."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging, uploads
from core.db import db
from core.downloads import attachment
from core.errors import Refused
from laws import force, plain_text, queries, reading_order, search
from laws.categories import Category
from laws.force import State
from laws.forms import ConfirmForm, ImportForm, VersionForm, errors_to
from laws.models import LawVersion
from laws.parsing import reading
from laws.services import correcting, registering

bp = Blueprint("laws", __name__, url_prefix="/laws")

#: Files of one upload.
MAX_FILES = 1_000
#: The states that a law on the register can be in; it never shows a superseded version.
LISTED = (State.IN_FORCE, State.PENDING, State.REPEALED)
TONES = {
    State.IN_FORCE: "good",
    State.PENDING: "info",
    State.SUPERSEDED: "calm",
    State.REPEALED: "bad",
}


@bp.get("/")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def index() -> str:
    """The register, filtered by name, category and state."""
    number, per_page = paging.asked()
    text = request.args.get("q", "").strip()
    category = Category.by_label(request.args.get("category", ""))
    state = State.by_label(request.args.get("state", ""))
    page = queries.register(
        day=clock.today(),
        text=text,
        category=category,
        state=state,
        number=number,
        per_page=per_page,
    )
    chips = [
        {"label": label, "value": value, "name": name}
        for label, value, name in (
            ("名称", text, "q"),
            ("类别", category and category.label, "category"),
            ("状态", state and state.label, "state"),
        )
        if value
    ]
    return render_template(
        "laws/index.html",
        page=page,
        chips=chips,
        categories=Category.choices(),
        states=[(each.value, each.label) for each in LISTED],
        tones=TONES,
    )


@bp.get("/search")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def find() -> str:
    """Full-text search over the articles; laws named by the words come first."""
    number, per_page = paging.asked()
    text = request.args.get("q", "").strip()
    wanted = search.words(text)
    category = Category.by_label(request.args.get("category", ""))
    every = request.args.get("all") == "1"
    day = clock.today()
    page = queries.matching_articles(
        wanted, day=day, every_version=every, category=category, number=number, per_page=per_page
    )
    return render_template(
        "laws/search.html",
        text=text,
        words=wanted,
        laws=queries.matching_laws(wanted) if page.number == 1 else [],
        page=page,
        every=every,
        category=category,
        categories=Category.choices(),
        states={each.version_id: _state(each.version, day) for each in page.items},
        tones=TONES,
        excerpt=search.excerpt,
        marked=search.marked,
    )


@bp.get("/<int:law_id>")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def law(law_id: int) -> ResponseReturnValue:
    """The law as it stands on a day, by default today."""
    found = queries.law(law_id)
    day = _day(request.args.get("on")) or clock.today()
    version = force.current(found.versions, day)
    return _show(queries.version((version or found.versions[-1]).id), day, missing=version is None)


@bp.get("/versions/<int:version_id>")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def version(version_id: int) -> ResponseReturnValue:
    """One version of a law, whatever its state."""
    return _show(queries.version(version_id), clock.today(), missing=False)


def _show(version: LawVersion, day: date, *, missing: bool) -> str:
    versions = version.law.versions
    return render_template(
        "laws/law.html",
        law=version.law,
        version=version,
        day=day,
        missing=missing,
        state=_state(version, day),
        versions=[(each, _state(each, day)) for each in reversed(versions)],
        tones=TONES,
        blocks=list(reading_order.blocks(version.divisions, version.articles)),
        anchor=reading_order.anchor,
        contents=reading_order.contents(version.divisions),
        is_chapter=reading_order.is_chapter,
    )


def _state(version: LawVersion, day: date) -> State:
    return force.state(version, version.law.versions, day)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


@bp.get("/articles/<int:article_id>")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def article(article_id: int) -> ResponseReturnValue:
    """To the article, on the page of its version."""
    found = queries.article(article_id)
    return redirect(
        url_for(".version", version_id=found.version_id, _anchor=reading_order.anchor(found))
    )


@bp.get("/versions/<int:version_id>.txt")
@requires(Permission.LAW_READ, Permission.LAW_EDIT)
def download(version_id: int) -> ResponseReturnValue:
    """The version as plain text, in the form of the official files."""
    found = queries.version(version_id)
    text = plain_text.write(
        title=found.law.title,
        preamble=found.preamble,
        opening=found.opening,
        blocks=reading_order.blocks(found.divisions, found.articles),
        annex=found.annex,
    )
    name = f"{found.law.title}_{found.promulgated_on:%Y%m%d}.txt"
    return attachment(text.encode("utf-8-sig"), name, "text/plain; charset=utf-8")


@bp.route("/versions/<int:version_id>/edit", methods=["GET", "POST"])
@requires(Permission.LAW_EDIT)
def edit(version_id: int) -> ResponseReturnValue:
    """Correct what the text itself did not say: dates, label, categories."""
    found = queries.version(version_id)
    form = VersionForm(
        obj=found, data={"categories": [each.category for each in found.law.categories]}
    )
    if form.validate_on_submit():
        try:
            correcting.correct(
                version=found,
                label=form.label.data or "",
                effective_on=form.effective_on.data,
                repealed_on=form.repealed_on.data,
                categories=form.categories.data or [],
                at=clock.now(),
            )
        except Refused as refused:
            db.session.rollback()
            errors_to(form, refused.field, str(refused))
        else:
            db.session.commit()
            flash("已保存。", "success")
            return redirect(url_for(".version", version_id=version_id))
    return render_template("laws/edit.html", form=form, version=found, law=found.law)


@bp.route("/import", methods=["GET", "POST"])
@requires(Permission.LAW_EDIT)
def import_() -> ResponseReturnValue:
    """Upload texts; they are read and previewed, and nothing is registered yet."""
    form = ImportForm()
    if form.validate_on_submit():
        files = [
            (each.filename, each.read()) for each in request.files.getlist("files") if each.filename
        ]
        if 0 < len(files) <= MAX_FILES:
            token = uploads.keep(files, owner=account().id)
            return redirect(url_for(".preview", token=token))
        errors_to(form, "files", "请选择文件" if not files else f"一次最多导入 {MAX_FILES} 个文件")
    return render_template("laws/import.html", form=form)


@bp.get("/import/<token>")
@requires(Permission.LAW_EDIT)
def preview(token: str) -> ResponseReturnValue:
    """What the uploaded files hold, and what confirming would do."""
    batch = reading.read_all(uploads.fetch(token, owner=account().id))
    return render_template(
        "laws/preview.html",
        token=token,
        form=ConfirmForm(),
        batch=batch,
        rows=[(each, queries.standing(each)) for each in batch.laws],
        articles=sum(len(each.articles) for each in batch.laws),
        flawed=sum(bool(each.problems) for each in batch.laws),
    )


@bp.post("/import/<token>")
@requires(Permission.LAW_EDIT)
def confirm(token: str) -> ResponseReturnValue:
    """Register what was previewed."""
    owner = account().id
    batch = reading.read_all(uploads.fetch(token, owner=owner))
    try:
        report = registering.register_batch(batch, at=clock.now(), by=account())
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        flash("同时有人在登记同一部法律，请重新确认一次。", "error")
        return redirect(url_for(".preview", token=token))
    uploads.forget(token, owner=owner)
    flash(
        f"已登记 {report.laws} 部法律法规、{report.versions} 个版本，"
        f"其中新登记 {report.new} 个版本；共 {report.articles} 条。",
        "success",
    )
    return redirect(url_for(".index"))


@bp.post("/import/<token>/cancel")
@requires(Permission.LAW_EDIT)
def cancel(token: str) -> ResponseReturnValue:
    """Throw the uploaded files away."""
    uploads.forget(token, owner=account().id)
    flash("已放弃，没有登记任何文本。", "info")
    return redirect(url_for(".import_"))
