"""The first screen, the page of a department, and making an edition."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, can, identity, requires
from accounts.permissions import Permission
from accounts.standing import RankGroup, StaffCategory
from analytics import masking, mastery, tables
from analytics import queries as sources
from analytics.board import facts, papers, queries, report, services, spans
from analytics.board.measures import BOARD
from analytics.board.spans import Span
from analytics.board.views.base import (
    CHOSEN,
    READ,
    Board,
    board,
    bp,
    choices,
    dates,
    must_have,
    opens,
    wanted_span,
)
from analytics.board.views.charts import for_board, for_unit
from analytics.frames import mastery as known_marks
from analytics.mastery import Cell, Subject
from analytics.tables import Row, ordered
from analytics.views.base import OPENING, reach, sections, sorting
from analytics.views.mastery import people_of
from core import clock, paging
from core import progress as progress_
from core.db import db, reading
from laws.categories import Category

#: The columns of the parts of the table.
VIEWS = {
    "rates": (
        "study", "completion", "course_completion", "keeping", "attainment", "regularity",
        "participation", "pass_due", "excellent_due", "mean",
    ),
    "counts": (
        "due", "studied", "obliged", "finished", "judged", "met", "exam_due", "exam_taken",
        "exam_told", "exam_passed", "excluded",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What is not known: laws and articles, the worst first."""

    subjects: list[Subject]
    laws: list[report.Weak]
    articles: list[report.Weak]


def known(found: Board, unit_id: int | None = None) -> Known:
    """Of the bureau, or of a unit (whose articles are not told apart: too few were asked each)."""
    subjects = found.subjects()
    before = found.laws_before if unit_id is None else {}
    articles = [] if unit_id is not None else found.articles()
    return Known(
        subjects,
        report.weak(subjects, unit_id=unit_id, before=before),
        report.weak(articles),
    )


def filters() -> dict[str, Any]:
    """What the filter offers, and the days in it."""
    today, span, form = clock.today(), wanted_span(), dates()
    if request.args.get("period") == CHOSEN:
        form.validate()
    chosen = span.kind is None or bool(form.errors)
    return {
        "dates": form,
        "chosen": CHOSEN if chosen else span.key,
        "periods": [
            *((each.key, each.title) for each in spans.offered(today)),
            (CHOSEN, "自选起止日期"),
        ],
        "ranks": choices(RankGroup),
        "categories": choices(StaffCategory),
        "laws": choices(Category),
    }


def given() -> dict[str, Any]:
    """What the request's address carries; a period by its name."""
    told = {key: value for key, value in request.args.items() if value}
    if told.get("period") == CHOSEN and dates().span is not None:
        told["period"] = wanted_span().key
        del told["first"], told["last"]
    return told


def none_made(unit_id: int | None = None) -> str:
    span = wanted_span()
    return render_template(
        "analytics/board/none.html",
        tabs=sections("board.dashboard"),
        span=span,
        unit_id=unit_id,
        may_make=reach().is_whole,
        began=span.period.first <= clock.today(),
        at_once=span.kind is None and sources.whole_roster() is not None,
        **filters(),
    )


@bp.get("/")
@requires(READ)
def dashboard() -> ResponseReturnValue:
    """Heads of units are led to their own."""
    reader = reach()
    if not reader.is_whole:
        arguments = given()
        return redirect(url_for(".unit", unit_id=identity().stat_unit_id, **arguments))
    found = board(reader)
    if found is None:
        return none_made()
    before = found.row_before(found.total.key)
    late = report.late(found.rows, found.elapsed)
    weak = known(found)
    view = request.args.get("view", "rates")
    view = view if view in VIEWS else "rates"
    sort, descending = sorting()
    return render_template(
        "analytics/board/dashboard.html",
        tabs=sections("board.dashboard"),
        board=found,
        total=found.total,
        plan_tiles=[report.tile(key, found.total, before, found.elapsed) for key in report.PLAN],
        learnt_tiles=[report.tile(key, found.total, before) for key in report.LEARNT],
        plan=found.whole.content["plan"],
        late=late[: report.NAMED],
        late_more=max(0, len(late) - report.NAMED),
        known=weak,
        law_ids=sources.law_ids([each.title for each in weak.laws]),
        article_ids=sources.article_ids([each.title for each in weak.articles], found.day),
        charts=for_board(found),
        rows=ordered(found.rows, sort, descending=descending) if sort else found.rows,
        columns=VIEWS[view],
        view=view,
        sort=sort,
        direction="desc" if descending else "asc",
        measures=BOARD,
        reach=OPENING,
        may_make=True,
        plan_readable=can(Permission.TRAINING_READ),
        smallest=masking.SMALLEST,
        **filters(),
    )


@bp.get("/units/<int:unit_id>")
@requires(READ)
def unit(unit_id: int) -> str:
    """A department: the same questions, its figures beside the bureau's."""
    reader = reach()
    if reader.read is not None and unit_id not in reader.read:
        unit_id = -1
    found = board(reader)
    if found is None:
        return none_made(unit_id)
    rows = found.unit_rows(unit_id)
    head = rows[0]
    sort, descending = sorting()
    subjects, late = known(found, unit_id), report.late(found.rows, found.elapsed)
    return render_template(
        "analytics/board/unit.html",
        tabs=sections("board.dashboard"),
        board=found,
        head=head,
        unit_id=unit_id,
        rows=ordered([*rows, found.total], sort, descending=descending),
        sort=sort,
        direction="desc" if descending else "asc",
        tiles=[
            report.tile(key, head, found.row_before(head.key), found.elapsed)
            for key in (*report.PLAN, *report.LEARNT)
        ],
        late=next((each for each in late if each.unit_id == unit_id), None),
        known=subjects,
        cells=_cells(subjects.subjects, unit_id),
        law_ids=sources.law_ids([each.law for each in subjects.subjects]),
        charts=for_unit(found, head),
        columns=VIEWS["rates"],
        measures=BOARD,
        reach=OPENING,
        names=opens(reader, head, "due"),
        smallest=mastery.SMALLEST,
        **filters(),
    )


def _cells(subjects: list[Subject], unit_id: int) -> list[Any]:
    """Each law with the unit's cell beside the bureau's, the unit's worst first."""
    found = [(each.law, each.of(unit_id), each.whole) for each in subjects]
    return sorted(
        (each for each in found if each[1].rate is not None), key=lambda each: each[1].rate
    )


@bp.get("/laws")
@requires(READ)
def law() -> str:
    """A law that is not known: department by department, and its articles; of those whom the
    filters leave. A cell of it is opened: the law's of the bureau unless the request names
    another."""
    found = must_have()
    found = replace(found, narrow=replace(found.narrow, law=None))
    title = request.args.get("title", "")
    subject = next((each for each in found.subjects() if each.law == title), None)
    articles = _articles(found, title) if subject else []
    units = [row for row in found.rows if row.kind == tables.RANKED and not masking.is_hidden(row)]
    asked = _asked(title, subject, articles, units)
    page = _people_of(found, title, asked) if asked is not None else None
    return render_template(
        "analytics/board/law.html",
        tabs=sections("board.dashboard"),
        board=found,
        title=title,
        law_id=sources.law_ids([title]).get(title),
        article_ids=sources.article_ids([f"《{title}》{each.law}" for each in articles], found.day),
        subject=subject,
        units=[(row, subject.of(row.unit_id or 0)) for row in units] if subject else [],
        articles=articles,
        asked=asked,
        then=found.laws_before.get(title) if asked is not None and asked.is_whole else None,
        page=page,
        smallest=mastery.SMALLEST,
        note=papers.HIDDEN,
    )


def _articles(found: Board, law: str) -> list[Subject]:
    """The articles of a law by their numbers, the one known worst first."""
    head = f"《{law}》"
    return [
        replace(each, law=each.law.removeprefix(head))
        for each in found.articles()
        if each.law.startswith(head)
    ]


@dataclass(frozen=True)
class Asked:
    """The cell of a law's page that is opened."""

    name: str
    article: str
    #: None for the bureau.
    unit_id: int | None
    cell: Cell

    @property
    def is_whole(self) -> bool:
        return not self.article and self.unit_id is None


def _asked(
    title: str, subject: Subject | None, articles: Sequence[Subject], units: Sequence[Row]
) -> Asked | None:
    """None for a cell that shows nothing."""
    if subject is None:
        return None
    article, unit_id = request.args.get("article", ""), request.args.get("unit", type=int)
    if article:
        cell = next((each.whole for each in articles if each.law == article), mastery.EMPTY)
        found = Asked(f"《{title}》{article}", article, None, cell)
    elif unit_id is not None:
        name = next((row.title for row in units if row.unit_id == unit_id), None)
        if name is None:
            raise NoResultFound
        found = Asked(f"{title}（{name}）", "", unit_id, subject.of(unit_id))
    else:
        found = Asked(title, "", None, subject.whole)
    return found if found.cell.rate is not None else None


def _people_of(found: Board, title: str, asked: Asked) -> paging.Page[Any] | None:
    """Whom a cell counts; None for those who may not know, and where the edition kept nobody."""
    may = found.reader.knows_all or (
        asked.unit_id is not None and found.reader.knows(asked.unit_id)
    )
    people = queries.people(found.edition) if may else None
    if people is None:
        return None
    rank, category = found.narrow.rank, found.narrow.category
    people = facts.narrowed(
        people[people["due"].eq(1)],
        rank.value if rank else None,
        category.value if category else None,
    )
    if asked.unit_id is not None:
        own = people["unit_id"].eq(asked.unit_id) & people["line"].eq(tables.RANKED)
        people = people[own]
    marks = known_marks.earned(found.span.period, found.edition.made_at, title, asked.article).drop(
        columns="unit_id"
    )
    marks = marks.groupby(["person_id", "law"], as_index=False).sum()
    marks = marks.merge(people[["person_id", "unit_id"]], on="person_id")
    number, size = paging.asked()
    names = {each[0]: each[1] for each in found.whole.content["units"]}
    return paging.of(people_of(marks, names), number=number, per_page=size)


@bp.post("/make")
@requires(READ)
def make() -> ResponseReturnValue:
    """Make the period's edition now: for those who read the whole bureau."""
    span = wanted_span(strict=True)
    if not reach().is_whole:
        flash("重新计算由人事司、研究室或局领导办理", "error")
        return redirect(_back(span))
    at, owner = clock.now(), account().id
    try:
        with progress_.shown(owner) as say, reading():
            made = services.prepare(span.period, at, say)
    except services.NoRoster:
        flash("还没有名单快照。请先由人事司在“学习”统计页冻结名单，再计算", "error")
        return redirect(_back(span))
    edition = services.keep(made, at=at, asked=True)
    db.session.commit()
    flash(f"已算好{span.title}的看板，用时 {edition.took / 1000:.1f} 秒", "success")
    return redirect(_back(span))


def _back(span: Span) -> str:
    """The page that asked for the edition: a comparison, a unit's, or the first one."""
    arguments = given() | {"period": span.key}
    unit_id, compared = arguments.pop("unit", None), arguments.pop("compare", None)
    if compared is not None:
        pair = {} if compared == span.key else {"period": compared, "with": span.key}
        return url_for(".compare", **arguments | pair)
    if unit_id is not None:
        return url_for(".unit", unit_id=unit_id, **arguments)
    return url_for(".dashboard", **arguments)


@bp.get("/progress")
@requires(READ)
def progress() -> ResponseReturnValue:
    """How far the reader's own reckoning has come."""
    return jsonify(progress_.of(account().id))
