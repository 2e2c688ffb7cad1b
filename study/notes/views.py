"""收藏与笔记: marking an article, the own marks, taking them along."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import me, requires
from accounts.permissions import Permission
from core import clock, figures, paging
from core.db import db
from core.downloads import attachment
from laws import queries as law_queries
from study.notes import exporting, queries, services
from study.notes.forms import NoteForm

bp = Blueprint("notes", __name__, url_prefix="/notes")


@bp.get("/")
@requires(Permission.COURSE_STUDY)
def index() -> str:
    """The reader's marks, with what became of their articles."""
    number, per_page = paging.asked()
    text = request.args.get("q", "").strip()[:100]
    found = queries.marks(me(), text=text, noted=request.args.get("noted") == "1")
    page = paging.of(found, number=number, per_page=per_page)
    return render_template(
        "study/notes.html", page=page, rows=queries.placed(page.items, clock.today())
    )


@bp.post("/<int:article_id>/star")
@requires(Permission.COURSE_STUDY)
def star(article_id: int) -> ResponseReturnValue:
    """Put the star on or take it off, as the form says: pressed twice it is the same."""
    on = request.form.get("on") == "1"
    article = law_queries.article(article_id)
    services.mark(person=me(), article=article, starred=on, note=None, at=clock.now())
    db.session.commit()
    flash("已收藏。" if on else "已取消收藏。", "success")
    return _back(article_id)


@bp.get("/<int:article_id>")
@requires(Permission.COURSE_STUDY)
def edit(article_id: int) -> str:
    """The reader's note on an article, to be written."""
    article, mark = law_queries.article(article_id), queries.mark_on(me(), article_id)
    form = NoteForm(formdata=None, data={"note": mark.note if mark else ""})
    return render_template("study/note.html", article=article, form=form)


@bp.post("/<int:article_id>")
@requires(Permission.COURSE_STUDY)
def write(article_id: int) -> ResponseReturnValue:
    """Write the note anew; an empty one goes."""
    article, form = law_queries.article(article_id), NoteForm()
    if not form.validate():
        return render_template("study/note.html", article=article, form=form)
    services.mark(
        person=me(), article=article, starred=None, note=form.note.data or "", at=clock.now()
    )
    db.session.commit()
    flash("笔记已保存。" if form.note.data else "笔记已删去。", "success")
    return _back(article_id)


@bp.post("/<int:article_id>/carry")
@requires(Permission.COURSE_STUDY)
def carry(article_id: int) -> ResponseReturnValue:
    """Put the reader's mark on an older article onto the one in force."""
    mark = queries.mark_on(me(), article_id)
    if mark is None:
        abort(404)
    (placed,) = queries.placed([mark], clock.today())
    if placed.article is None or placed.article.id == article_id:
        abort(404)
    services.carry_on(person=me(), mark=mark, article=placed.article, at=clock.now())
    db.session.commit()
    flash("已转到现行条文。", "success")
    return _back(placed.article.id)


def _back(article_id: int) -> ResponseReturnValue:
    return redirect(url_for("daily.article", article_id=article_id, _anchor="note"), 303)


@bp.get("/export")
@requires(Permission.COURSE_STUDY)
def export() -> ResponseReturnValue:
    """All of the reader's marks as a text file."""
    lines = [
        exporting.Line(
            law=each.mark.article.version.law.title,
            version=each.mark.article.version.label,
            number=each.mark.article.number,
            text=each.mark.article.text,
            starred=each.mark.starred,
            note=each.mark.note,
            changed=each.changed,
            on=figures.day(clock.local(each.mark.changed_at).date()),
        )
        for each in queries.placed(queries.marks(me()), clock.today())
    ]
    text = exporting.write(me().name, lines)
    return attachment(text.encode("utf-8-sig"), "收藏与笔记.txt", "text/plain; charset=utf-8")
