"""One search over everything that the reader may see: laws, articles, items, courses."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request

from accounts.guards import can, requires
from accounts.permissions import Permission
from core import clock, paging
from core.labels import Labelled
from core.paging import Page
from courses.queries import searching as course_search
from laws import force, search
from laws import queries as law_queries
from laws.categories import Category
from laws.force import State
from laws.models import Law, LawVersion
from question_bank.models import ItemState
from question_bank.queries import searching as item_search
from question_bank.views.base import reach
from study.cases import queries as case_search

bp = Blueprint("finding", __name__, url_prefix="/search")

#: Hits of each kind that the overview shows.
GLANCE = 5
TONES = {
    State.IN_FORCE: "good",
    State.PENDING: "info",
    State.SUPERSEDED: "calm",
    State.REPEALED: "bad",
}
ITEM_TONES = {"published": "good", "draft": "info", "quarantined": "warn", "retired": "calm"}


class Kind(Labelled):
    LAWS = "laws", "法律法规"
    ARTICLES = "articles", "条文"
    ITEMS = "items", "试题"
    COURSES = "courses", "课程"
    CASES = "cases", "案例"


#: Any one of these opens the hits of a kind.
OPEN_TO = {
    Kind.LAWS: (Permission.LAW_READ, Permission.LAW_EDIT),
    Kind.ARTICLES: (Permission.LAW_READ, Permission.LAW_EDIT),
    Kind.ITEMS: (Permission.ITEM_READ,),
    Kind.COURSES: (Permission.COURSE_STUDY,),
    Kind.CASES: (Permission.COURSE_STUDY,),
}


@dataclass(frozen=True)
class Asked:
    """What the request asks for; nonsense narrows nothing."""

    text: str
    wanted: search.Wanted
    category: Category | None
    every_version: bool
    state: ItemState | None


def asked() -> Asked:
    text = request.args.get("q", "").strip()[:200]
    return Asked(
        text=text,
        wanted=search.wanted(text),
        category=Category.by_label(request.args.get("category", "")),
        every_version=request.args.get("all") == "1",
        state=ItemState.by_label(request.args.get("state", "")),
    )


def _laws(what: Asked, number: int, per_page: int) -> Page[Law]:
    return law_queries.matching_laws(
        what.text, category=what.category, number=number, per_page=per_page
    )


def _articles(what: Asked, number: int, per_page: int) -> Page[Any]:
    return law_queries.matching_articles(
        what.wanted,
        day=clock.today(),
        every_version=what.every_version,
        category=what.category,
        number=number,
        per_page=per_page,
    )


def _items(what: Asked, number: int, per_page: int) -> Page[Any]:
    return item_search.matching(
        what.text, reach(), state=what.state, number=number, per_page=per_page
    )


def _courses(what: Asked, number: int, per_page: int) -> Page[Any]:
    return course_search.matching(what.text, number=number, per_page=per_page)


def _cases(what: Asked, number: int, per_page: int) -> Page[Any]:
    return case_search.matching(what.text, number=number, per_page=per_page)


FINDERS: dict[Kind, Callable[[Asked, int, int], Page[Any]]] = {
    Kind.LAWS: _laws,
    Kind.ARTICLES: _articles,
    Kind.ITEMS: _items,
    Kind.COURSES: _courses,
    Kind.CASES: _cases,
}


@bp.get("")
@requires(*dict.fromkeys(each for several in OPEN_TO.values() for each in several))
def find() -> str:
    """The hits of one kind, or the best few of each."""
    what, kinds = asked(), _kinds()
    chosen = Kind.by_label(request.args.get("in", ""))
    if chosen not in kinds:
        chosen = None
    number, per_page = paging.asked()
    pages = {}
    for kind in kinds:
        place = (number, per_page) if kind is chosen else (1, GLANCE)
        pages[kind] = FINDERS[kind](what, *place)
    return render_template(
        "study/search.html",
        what=what,
        kinds=kinds,
        chosen=chosen,
        pages=pages,
        total=_total(pages.values()),
        categories=Category.choices(),
        item_states=ItemState.choices(),
        standing=_standing,
        tones=TONES,
        item_tones=ITEM_TONES,
        excerpt=search.excerpt,
        marked=search.marked,
    )


def _kinds() -> Sequence[Kind]:
    return [kind for kind in Kind if any(map(can, OPEN_TO[kind]))]


def _total(pages: Collection[Page[Any]]) -> str:
    """How many hits there are of all kinds together; "" for none."""
    total = sum(page.total for page in pages)
    more = any(page.more for page in pages)
    return f"{total}+" if more else str(total or "")


def _standing(version: LawVersion) -> State:
    return force.state(version, version.law.versions, clock.today())


def may_search() -> bool:
    """Whether there is anything that the reader could find."""
    return any(can(permission) for kind in Kind for permission in OPEN_TO[kind])
