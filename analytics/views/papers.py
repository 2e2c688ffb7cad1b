"""Where marks were lost in an exam: by law, article and item; each rate opened."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import render_template, request
from sqlalchemy.exc import NoResultFound

from accounts.guards import requires
from accounts.permissions import Permission
from analytics import items, masking, queries
from analytics.frames import items as frames
from analytics.tables import LINE_LABELS
from analytics.views.base import Reach, bp, reach, roster_line, sections, tells
from core import clock, figures, paging
from exam.models import ExamSession, Form
from exam.services.attempts.taking import sealed

#: A paper as it was sat in a session.
Sat = tuple[ExamSession, Form]


@dataclass(frozen=True)
class Lost:
    """Papers as the reader may see what they earned."""

    shown: list[Sat]
    whole: items.Forms
    #: The same of the reader's unit; None for those who read the whole bureau.
    own: items.Forms | None
    papers: int
    own_papers: int | None

    def forms(self, *, own: bool) -> items.Forms:
        return self.own if own and self.own is not None else self.whole


def _ended(at: datetime) -> list[ExamSession]:
    """With the scores told to the reader."""
    return [each for each in queries.reported(at) if each.closes_at <= at and tells(each, at)]


def _lost(shown: list[Sat], reader: Reach) -> Lost:
    whole: items.Forms = [(sealed(form), frames.scored(each.id, form)) for each, form in shown]
    own: items.Forms | None = (
        [(sealed(form), frames.scored(each.id, form, reader.read)) for each, form in shown]
        if reader.read is not None
        else None
    )
    papers, own_papers = _papers(whole), _papers(own) if own is not None else None
    if not reader.knows_all:
        knows = own is not None and all(map(reader.knows, reader.read or ()))
        whole = masking.of_enough(whole, own, knows_own=knows)
        own = masking.of_enough(own) if own is not None and not knows else own
    return Lost(shown, whole, own, papers, own_papers)


@bp.get("/weak-points")
@requires(Permission.RATES_READ)
def weak_points() -> str:
    """Only of sessions that have ended: while one runs, how an item does is nobody's to know."""
    at = clock.now()
    ended = _ended(at)
    wanted = request.args.get("session", type=int)
    session = next((each for each in ended if each.id == wanted), None) if wanted else None
    session = session or next(iter(ended), None)
    if session is None:
        return render_template("analytics/empty.html", tabs=sections("analytics.weak_points"))
    chosen = _chosen(session)
    reader = reach(session)
    found = _lost(_sat(session, chosen), reader)
    whole, own = found.whole, found.own
    laws, articles = items.by_law(whole), items.by_article(whole)
    return render_template(
        "analytics/weak_points.html",
        tabs=sections("analytics.weak_points"),
        sessions=ended,
        session=session,
        forms=session.forms,
        chosen=chosen,
        papers=found.papers,
        own_papers=found.own_papers,
        fewest=None if reader.knows_all else masking.SMALLEST,
        law_ids=queries.law_ids([each.title for each in laws]),
        article_ids=queries.article_ids(
            [each.title for each in articles], clock.local(session.opens_at).date()
        ),
        laws=_beside(laws, items.by_law(own) if own is not None else None),
        articles=_beside(articles, items.by_article(own) if own is not None else None),
        slots=items.by_item(whole),
    )


def _sat(session: ExamSession, chosen: Form | None = None) -> list[Sat]:
    return [(session, each) for each in ([chosen] if chosen else session.forms)]


def _chosen(session: ExamSession) -> Form | None:
    wanted = request.args.get("form", type=int)
    return next((each for each in session.forms if each.id == wanted), None)


def _papers(forms: items.Forms) -> int:
    return sum(each.papers for _, each in forms)


def _beside(
    whole: list[items.Subject], own: list[items.Subject] | None
) -> list[tuple[items.Subject, items.Subject | None]]:
    """Each subject of the bureau with the same one of the reader's unit."""
    by_title = {each.title: each for each in own or ()}
    return [(each, by_title.get(each.title)) for each in whole]


#: What a rate is about, and what it is called.
KINDS = {"law": "部法律的题", "article": "条的题", "slot": "道题"}


@dataclass(frozen=True)
class Scope:
    """The papers of a session that a rate adds up."""

    title: str
    shown: list[Sat]
    session: ExamSession
    chosen: Form | None
    #: What to compare with, and its papers.
    last: str
    last_shown: list[Sat]

    @property
    def arguments(self) -> dict[str, Any]:
        return {
            "session": self.session.id,
            "form": self.chosen.id if self.chosen else None,
        }


def _scope(at: datetime) -> Scope:
    """That the request names. Raises NoResultFound."""
    wanted = request.args.get("session", type=int)
    session = next((each for each in _ended(at) if each.id == wanted), None)
    if session is None:
        raise NoResultFound
    chosen, last = _chosen(session), queries.before(session, at)
    last = last if last is not None and tells(last, at) else None
    return Scope(session.title, _sat(session, chosen), session, chosen,
                 last.title if last else "", _sat(last) if last else [])  # fmt: skip


@bp.get("/weak-points/opened")
@requires(Permission.RATES_READ)
def weak_point() -> str:
    """A rate opened: the items that it adds up, whose papers they are, how it moved."""
    at = clock.now()
    kind = next((each for each in KINDS if request.args.get(each)), None)
    if kind is None:
        raise NoResultFound
    scope = _scope(at)
    reader = reach(scope.session)
    found = _lost(scope.shown, reader)
    is_own = request.args.get("own") == "1" and found.own is not None
    forms, title = found.forms(own=is_own), request.args[kind]
    parts = items.chosen(forms, items.about(forms, kind, title))
    subject = items.added(title, parts)
    if subject is None or subject.score_rate is None:
        raise NoResultFound
    then = None
    if kind != "slot" and scope.last_shown:
        before = _lost(scope.last_shown, reader).forms(own=is_own)
        then = items.added(title, items.chosen(before, items.about(before, kind, title)))
    people = _people(found, parts, reader, own=is_own)
    number, size = paging.asked()
    return render_template(
        "analytics/weak_point.html",
        scope=scope,
        kind=KINDS[kind],
        title=title,
        subject=subject,
        is_own=is_own,
        rows=[_row(paper, scored, slot) for paper, scored, slots in parts for slot in slots],
        several=len(found.shown) > 1,
        basis=[
            *dict.fromkeys(roster_line(each.roster) for each, _ in scope.shown),
            f"统计时点 {figures.moment(clock.local(at))}",
        ],
        fewest=None if reader.knows_all else masking.SMALLEST,
        then=then,
        lines=LINE_LABELS,
        page=paging.of(people, number=number, per_page=size) if people is not None else None,
    )


def _people(
    found: Lost, parts: list[Any], reader: Reach, *, own: bool
) -> list[dict[str, Any]] | None:
    """Whose papers a rate adds up; None for those who may not know their scores."""
    if not (reader.knows_all or (own and all(map(reader.knows, reader.read or ())))):
        return None
    return [
        each
        for (session, form), (_, _, slots) in zip(found.shown, parts, strict=True)
        if slots
        for each in frames.scripts(session.id, form, slots, reader.read if own else None)
    ]


def _row(paper: Any, scored: items.Scored, slot: Any) -> dict[str, Any]:
    held, earned = scored.held(slot.slot), scored.earned.get(slot.slot, Decimal(0))
    return {
        "form": paper.title,
        "slot": slot,
        "held": held,
        "earned": earned,
        "possible": held * slot.marks,
        "rate": figures.rate(earned, held * slot.marks),
    }
