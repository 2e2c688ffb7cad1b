"""Where marks were lost in an exam: by law, article and item."""

from flask import render_template, request

from accounts.guards import requires
from accounts.permissions import Permission
from analytics import items, masking, queries
from analytics.frames.items import scored
from analytics.views.base import bp, reach, sections
from core import clock
from exam.services.taking import sealed


@bp.get("/weak-points")
@requires(Permission.RATES_READ)
def weak_points() -> str:
    """Only of sessions that have ended: while one runs, how an item does is nobody's to know."""
    at, reader = clock.now(), reach()
    ended = [each for each in queries.reported(at) if each.closes_at <= at]
    wanted = request.args.get("session", type=int)
    session = next((each for each in ended if each.id == wanted), None) if wanted else None
    session = session or next(iter(ended), None)
    if session is None:
        return render_template("analytics/empty.html", tabs=sections("analytics.weak_points"))
    every = session.forms
    chosen = next((each for each in every if each.id == request.args.get("form", type=int)), None)
    shown = [chosen] if chosen else every
    whole: items.Forms = [(sealed(each), scored(session.id, each)) for each in shown]
    own: items.Forms | None = (
        [(sealed(each), scored(session.id, each, reader.read)) for each in shown]
        if reader.read is not None
        else None
    )
    papers, own_papers = _papers(whole), _papers(own) if own is not None else None
    if not reader.knows_all:
        knows = own is not None and all(map(reader.knows, reader.read or ()))
        whole = masking.of_enough(whole, own, knows_own=knows)
        own = masking.of_enough(own) if own is not None and not knows else own
    articles = items.by_article(whole)
    return render_template(
        "analytics/weak_points.html",
        law_ids=queries.law_ids([each.title for each in items.by_law(whole)]),
        article_ids=queries.article_ids(
            [each.title for each in articles], clock.local(session.opens_at).date()
        ),
        tabs=sections("analytics.weak_points"),
        sessions=ended,
        session=session,
        forms=every,
        chosen=chosen,
        papers=papers,
        own_papers=own_papers,
        fewest=None if reader.knows_all else masking.SMALLEST,
        laws=_beside(items.by_law(whole), items.by_law(own) if own is not None else None),
        articles=_beside(articles, items.by_article(own) if own is not None else None),
        slots=items.by_item(whole),
    )


def _papers(forms: items.Forms) -> int:
    return sum(each.papers for _, each in forms)


def _beside(
    whole: list[items.Subject], own: list[items.Subject] | None
) -> list[tuple[items.Subject, items.Subject | None]]:
    """Each subject of the bureau with the same one of the reader's unit."""
    by_title = {each.title: each for each in own or ()}
    return [(each, by_title.get(each.title)) for each in whole]
