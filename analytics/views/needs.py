"""Training needs of a year: read, taken as a paper, and put into the draft of a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, can, requires
from accounts.permissions import Permission
from accounts.standing import RankGroup
from analytics import masking, mastery, needs, periods, queries, tables
from analytics.board import queries as board_queries
from analytics.board import services as making
from analytics.board.measures import BOARD
from analytics.board.models import BoardEdition
from analytics.board.queries import Filter
from analytics.frames import needs as frames
from analytics.needs import Entry, Need
from analytics.periods import Period, Preset
from analytics.views.base import bp, reach, sections
from analytics.views.mastery import people_of
from core import clock, figures, official, paging
from core.audit.trail import record
from core.db import db, may_write, reading
from core.documents import DOCX
from core.downloads import attachment
from core.errors import Refused
from courses.classes.kinds import ClassKind
from courses.hours.kinds import TrainingKind
from courses.models import CourseCategory
from courses.plans import queries as plans
from courses.plans import services as planning
from courses.plans.models import PlanPeriod, TrainingPlan

#: Years that can be asked for, this one included.
YEARS = 5
NOTE = f"不足 {mastery.SMALLEST} 人答过的不显示"


@dataclass(frozen=True)
class Report:
    period: Period
    #: The edition of the board that everything rests on; None where no roster was ever frozen.
    edition: BoardEdition | None
    needs: list[Need]
    entries: list[Entry]
    #: By the name that needs give them.
    unit_ids: Mapping[str, int]

    @property
    def year(self) -> int:
        return self.period.first.year

    @property
    def sources(self) -> Sequence[Mapping[str, Any]]:
        return board_queries.whole(self.edition).content.get("sources", ()) if self.edition else ()

    @property
    def basis(self) -> str:
        if self.edition is None:
            return "还没有名单快照，没有可以统计的人。"
        made = figures.moment(clock.local(self.edition.made_at))
        scripts = sum(each["scripts"] for each in self.sources)
        return (
            f"{self.year} 年成绩已公布的各场考试 {len(self.sources)} 套试卷、{scripts} 份有效答卷，"
            f"即 {self.year} 年看板 {made} 计算的一版（快照摘要 {self.edition.digest[:16]}），"
            "得分率与看板相同：每人得分率的平均；成绩无效的不计，"
            f"不足 {mastery.SMALLEST} 人的不下结论。"
        )


def _report() -> Report:
    """Raises NoResultFound for other years."""
    today = clock.today()
    year = request.args.get("year", today.year, type=int)
    if not today.year - YEARS < year <= today.year:
        raise NoResultFound
    period = _year(year)
    edition = _edition(period)
    if edition is None:
        return Report(period, None, [], [], {})
    laws = masking.discreet_cells(board_queries.subjects(edition, Filter()), own=lambda _: False)
    entries, units = frames.entries(edition, today), _units(edition)
    found = needs.needs(
        laws,
        frames.by_rank(edition, laws),
        units,
        board_queries.articles(edition, Filter()),
        entries,
        frames.people(today),
    )
    return Report(period, edition, found, entries, {units[each]: each for each in units})


def _year(year: int) -> Period:
    return periods.preset(Preset.YEAR, date(year, 1, 1))


def _units(edition: BoardEdition) -> dict[int, str]:
    """The departments of which the board shows something to everybody who reads it."""
    rows = masking.masked(
        board_queries.rows(edition, Filter()),
        [],
        BOARD,
        opens=lambda _: False,
        opens_scores=lambda _: False,
    )
    return {
        row.unit_id: row.title
        for row in rows
        if row.kind == tables.RANKED and row.unit_id is not None and not masking.is_hidden(row)
    }


def _edition(period: Period) -> BoardEdition | None:
    """The newest of the year; where there is none, it is made first, as it is made every so often
    anyway."""
    edition = board_queries.newest(period)
    if edition is not None:
        return edition
    at = clock.now()
    try:
        with reading():
            made = making.prepare(period, at)
    except making.NoRoster:
        return None
    may_write()
    making.keep(made, at=at, asked=False)
    db.session.commit()
    return board_queries.newest(period)


def _drafts(year: int) -> list[TrainingPlan]:
    """Drafts of the plan of the next year."""
    return [
        each
        for each in plans.plans(drafts=True)
        if each.approved_at is None and each.year == year + 1
    ]


@bp.get("/needs", endpoint="needs")
@requires(Permission.TRAINING_READ)
def training_needs() -> str:
    found, today = _report(), clock.today()
    return render_template(
        "analytics/needs.html",
        tabs=sections("analytics.needs"),
        found=found,
        years=range(today.year, today.year - YEARS, -1),
        drafts=_drafts(found.year) if can(Permission.TRAINING_PLAN) else [],
        period=_period(found.year + 1),
        failed=[each for each in found.entries if each.has_failed],
        untested=[each for each in found.entries if not each.was_asked],
        weak=needs.WEAK,
        known=needs.KNOWN,
    )


@bp.get("/needs/people")
@requires(Permission.TRAINING_READ)
def needed_people() -> str:
    """How many would be trained, opened: who is on the books today."""
    today, text = clock.today(), request.args.get("rank", "")
    rank = next((each for each in RankGroup if each.value == text), None)
    if text and rank is None:
        raise NoResultFound
    found = frames.on_the_books(today, rank)
    knows = can(Permission.RATES_PEOPLE) and reach().people is None
    number, size = paging.asked()
    return render_template(
        "analytics/needed_people.html",
        name=rank.label if rank else "全体",
        today=today,
        count=len(found),
        page=paging.of(found, number=number, per_page=size) if knows else None,
    )


@bp.get("/needs/opened")
@requires(Permission.TRAINING_READ)
def needed_entry() -> str:
    """The rate of a must-know entry opened: its formula, how it moved; people within reach."""
    found, today = _report(), clock.today()
    entry = frames.entry(request.args.get("entry", 0, type=int), today)
    known = next((each for each in found.entries if entry and each.id == entry.id), None)
    if found.edition is None or entry is None or known is None or known.rate is None:
        raise NoResultFound
    last = board_queries.newest(_year(found.year - 1))
    units = {each[0]: each[1] for each in board_queries.whole(found.edition).content["units"]}
    number, size = paging.asked()
    return render_template(
        "analytics/needed_entry.html",
        found=found,
        known=known,
        law_id=queries.law_ids([known.law]).get(known.law),
        last=last,
        then=frames.cell(last, entry) if last is not None else mastery.EMPTY,
        note=NOTE,
        page=paging.of(
            people_of(frames.earned(found.edition, entry), units), number=number, per_page=size
        )
        if reach().knows_all
        else None,
    )


@bp.post("/needs")
@requires(Permission.TRAINING_PLAN)
def plan_needs() -> ResponseReturnValue:
    """The ticked needs become lines of a draft, where they can be changed like any other."""
    found = _report()
    ticked = set(request.form.getlist("need"))
    chosen = [each for each in found.needs if each.key in ticked]
    try:
        if not chosen:
            raise Refused("请至少勾选一项")
        draft = _draft(found.year)
        known = {(each.title, each.rank_group) for each in draft.items}
        fresh = [each for each in chosen if (each.title, each.rank) not in known]
        categories = frames.categories([each.law for each in fresh])
        for each in fresh:
            planning.add_item(plan=draft, draft=_line(each, categories), at=clock.now())
    except Refused as refusal:
        db.session.rollback()
        flash(f"{refusal}。", "warning")
        return redirect(url_for(".needs", year=found.year), 303)
    db.session.commit()
    left = len(chosen) - len(fresh)
    flash(
        f"已列入 {len(fresh)} 项"
        + (f"，{left} 项计划中已有" if left else "")
        + f"（{draft.title}，草稿），请补充月份等；不要了可以删除草稿。",
        "success",
    )
    return redirect(url_for("plans.plan", plan_id=draft.id), 303)


def _draft(year: int) -> TrainingPlan:
    """The draft of the next year's plan that the request names; a fresh one where there is none.

    Raises Refused where the year belongs to no period yet.
    """
    drafts, wanted = _drafts(year), request.form.get("plan", type=int)
    if drafts:
        return next((each for each in drafts if each.id == wanted), drafts[0])
    at, by, period = clock.now(), account(), _period(year + 1)
    if period is None:
        raise Refused(f"还没有包含 {year + 1} 年的规划期，请先在“培训计划”中新建规划期")
    in_force = plans.in_force(period.id, year + 1)
    if in_force is not None:
        reason = f"按 {year} 年考试反映的培训需求增加班次"
        return planning.amend(plan=in_force, reason=reason, at=at, by=by)
    return planning.create_plan(period=period, year=year + 1, at=at, by=by)


def _period(year: int) -> PlanPeriod | None:
    return next((each for each in plans.periods() if year in each.years), None)


def _line(need: Need, categories: Any) -> planning.ItemDraft:
    return planning.ItemDraft(
        title=need.title,
        month=None,
        class_kind=ClassKind.THEMATIC,
        training_kind=TrainingKind.IN_SERVICE,
        category=categories.get(need.law, CourseCategory.LAW),
        hours=need.hours,
        people=need.people,
        rank_group=need.rank,
    )


@bp.get("/needs.docx")
@requires(Permission.TRAINING_READ)
def needs_paper() -> Response:
    found = _report()
    paper = needs.paper(
        found.year,
        found.needs,
        found.entries,
        found.basis,
        organ="国家信访局人事司",
        dated=clock.today(),
    )
    year, count = found.year, len(found.needs)
    may_write()
    record("training_needs.export", None, year=year, needs=count)
    db.session.commit()
    return attachment(official.write(paper), f"training-needs-{year}.docx", DOCX)
