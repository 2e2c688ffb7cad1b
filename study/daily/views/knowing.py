"""法条记忆: what the reader knows of each law and article, and practising just that."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, me, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db, reading
from laws import queries as law_queries
from laws import reading_order
from laws.queries.lineage import follow_all
from study.cases import queries as cases
from study.daily.queries import memories
from study.daily.views.base import bp
from study.notes import queries as notes
from study.practice.drawing import SIZES, Choice
from study.practice.forms import SeedForm
from study.practice.kinds import RunKind, outcome
from study.practice.queries.runs import new_seed
from study.practice.services import starting
from study.practice.services.starting import Start


@bp.get("/memory")
@requires(Permission.COURSE_STUDY)
def memory() -> str:
    """By law: how far it is mastered, and how many articles are due."""
    number, per_page = paging.asked()
    at, today = clock.now(), clock.today()
    laws = memories.by_law(memories.memories(me(), at))
    return render_template(
        "study/memory.html",
        page=paging.of(laws, number=number, per_page=per_page),
        due=sum(each.due(today) for each in laws),
        articles=sum(len(each.articles) for each in laws),
        seed=new_seed,
    )


@bp.get("/memory/laws/<int:law_id>")
@requires(Permission.COURSE_STUDY)
def law(law_id: int) -> str:
    """The chapters of a law, and each article that was answered about."""
    at = clock.now()
    found = law_queries.law(law_id)
    version = memories.version_in_force(found, clock.today())
    if version is None:
        abort(404)
    known = memories.memories(me(), at)
    return render_template(
        "study/memory_law.html",
        law=found,
        version=version,
        chapters=memories.chapters(version, known),
        at=at,
        seed=new_seed,
    )


@bp.get("/articles/<int:article_id>")
@requires(Permission.COURSE_STUDY)
def article(article_id: int) -> ResponseReturnValue:
    """An article with what the reader knows of it, noted on it, and the cases that it decides."""
    found, at, today = law_queries.article(article_id), clock.now(), clock.today()
    moved = follow_all([article_id], today)[article_id]
    memory = memories.memories(me(), at).get(article_id)
    return render_template(
        "study/article.html",
        article=found,
        current=law_queries.article(moved.new)
        if moved.new is not None and moved.new != article_id
        else None,
        moved=moved,
        memory=memory,
        mastery=memories.mastery(memory) if memory else None,
        outcome=outcome,
        mark=notes.mark_on(me(), article_id),
        older=[
            each
            for each in notes.leading_to(me(), article_id, today)
            if each.mark.article_id != article_id
        ],
        cases=cases.on_article(article_id, today),
        anchor=reading_order.anchor(found),
        at=at,
        seed=new_seed,
    )


@bp.post("/drill")
@requires(Permission.COURSE_STUDY)
def drill() -> ResponseReturnValue:
    """Practise an article, a chapter, a law, or whatever is due."""
    form = SeedForm()
    if not form.validate():
        abort(400)
    start = Start(account(), form.seed.data or abort(400), clock.now())
    with reading():
        title, articles = _wanted(start)
        choice = Choice(article_ids=articles)
        drawn = starting.find_drill(start, choice, SIZES[1])
    try:
        run = starting.begin(start=start, kind=RunKind.DRILL, title=title, drawn=drawn)
    except starting.NothingFits:
        db.session.rollback()
        flash("这里还没有可以练习的试题。", "info")
        return redirect(url_for(".memory"), 303)
    db.session.commit()
    return redirect(url_for("practice.run", run_id=run.id), 303)


def _wanted(start: Start) -> tuple[str, list[int]]:
    """What the request is about, in words and as articles."""
    if article_id := request.form.get("article", type=int):
        found = law_queries.article(article_id)
        return f"《{found.version.law.short_title}》{found.number}", [found.id]
    if law_id := request.form.get("law", type=int):
        law = law_queries.law(law_id)
        version = memories.version_in_force(law, start.day)
        if version is None:
            abort(404)
        division_id = request.form.get("division", type=int)
        for chapter in memories.chapters(version, {}):
            if division_id and chapter.division and chapter.division.id == division_id:
                title = f"《{law.short_title}》{chapter.division.title}"
                return title, [each.id for each in chapter.articles]
        return f"《{law.short_title}》", [each.id for each in version.articles]
    known = memories.memories(start.by.person, start.at)
    return "到期复习", [article for article, each in known.items() if each.is_due(start.day)]
