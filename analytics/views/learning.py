"""Learning: rates of a roster and a period, the people behind them, workbook, frozen rosters."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from werkzeug.datastructures import MultiDict

from accounts.guards import account, requires
from accounts.models import RosterSnapshot
from accounts.permissions import Permission
from accounts.services import rosters
from analytics import learning as rules
from analytics import masking, periods, pictures, queries, summary
from analytics.forms import FreezeForm, LearningForm
from analytics.frames import learning as frames
from analytics.learning import Basis, Target
from analytics.measures import LEARNING
from analytics.periods import Period, Preset
from analytics.tables import Row
from analytics.views.base import (
    OPENING,
    Reach,
    behind,
    bp,
    download,
    drawn,
    headline,
    of_figure,
    reach,
    roster_line,
    sections,
    sorted_rows,
    sorting,
)
from core import clock, figures, paging
from core.audit.trail import record
from core.db import db, may_write

TILES = ("participation", "completion", "course_completion", "attainment", "hours_each")
#: The columns of the three parts of the table.
VIEWS = {
    "rates": (
        "participation", "completion", "course_completion", "attainment", "hours_each", "law_each",
    ),
    "hours": (
        "hours", "concentrated", "accredited", "online", "self_study", "group_study", "law",
        "concentrated_each", "online_each", "self_study_each", "group_study_each",
    ),
    "counts": (
        "due", "studied", "obliged", "finished", "attained", "pairs_due", "pairs_done", "excluded",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """The table that a request asks for."""

    form: LearningForm
    snapshot: RosterSnapshot
    period: Period
    target: Target | None

    @property
    def arguments(self) -> dict[str, Any]:
        """What its address carries."""
        return {
            "roster": self.snapshot.id,
            "first": self.period.first,
            "last": self.period.last,
            "target": figures.plain(self.target.hours) if self.target else None,
            "basis": self.target.basis.value if self.target else None,
        }

    @property
    def basis(self) -> list[str]:
        taken = clock.local(self.snapshot.taken_at).date()
        said = [
            roster_line(self.snapshot),
            f"统计期 {self.period.label}",
        ]
        if self.target is None:
            said.append("未设学时目标，不判达标")
        else:
            said.append(
                f"年学时目标 {figures.plain(self.target.hours)} 学时（{self.target.basis.label}），"
                "按在册月数和人群系数折算"
            )
        if not self.period.first <= taken <= self.period.last:
            said.append("名单时点不在统计期内，人员归属以名单时点为准")
        return said


def asked(*, strict: bool = False) -> Asked | None:
    """The table asked for; this year's on the newest roster of the whole bureau where the request
    leaves things out.

    None while no roster was ever frozen. What cannot be read falls back to the default and is
    said in the form; a ``strict`` reader is refused instead. Raises NoResultFound.
    """
    known, newest = queries.snapshots(), queries.whole_roster()
    if newest is None:
        return None
    year = periods.preset(Preset.YEAR, clock.today())
    defaults = {
        "roster": str(newest.id),
        "first": year.first.isoformat(),
        "last": year.last.isoformat(),
    }
    given = {name: text for name, text in request.args.items() if text}
    form = LearningForm(formdata=MultiDict(defaults | given))
    wanted = request.args.get("roster", newest.id, type=int)
    snapshot = queries.snapshot(wanted)
    offered = known if snapshot in known else [snapshot, *known]
    form.roster.choices = {str(each.id): _named(each) for each in offered}
    if form.validate() and form.first.data and form.last.data:
        return Asked(form, snapshot, Period(form.first.data, form.last.data), _target(form))
    if strict:
        raise NoResultFound
    return Asked(form, snapshot, year, None)


def _named(snapshot: RosterSnapshot) -> str:
    return f"{figures.day(clock.local(snapshot.taken_at).date())} {snapshot.title}"


def _target(form: LearningForm) -> Target | None:
    if form.target.data is None:
        return None
    return Target(form.target.data, Basis.of(form.basis.data))


def must_ask() -> Asked:
    """As ``asked``, where there is nothing to show without a roster."""
    found = asked(strict=True)
    if found is None:
        raise NoResultFound
    return found


@bp.get("/learning", endpoint="learning")
@requires(Permission.RATES_READ)
def learning_rates() -> str:
    wanted, reader = asked(), reach()
    tabs = sections("analytics.learning")
    if wanted is None:
        return render_template("analytics/no_roster.html", tabs=tabs, freeze=_suggested())
    rows = _table(wanted, reader)
    view = request.args.get("view", "rates")
    view = view if view in VIEWS else "rates"
    sort, descending = sorting()
    today = clock.today()
    return render_template(
        "analytics/learning.html",
        tabs=tabs,
        asked=wanted,
        form=wanted.form,
        presets=[(kind.label, periods.preset(kind, today)) for kind in Preset],
        rows=sorted_rows(rows, reader),
        total=rows[-1],
        head=headline(rows, reader),
        opening=OPENING,
        measures=LEARNING,
        tiles=TILES,
        columns=VIEWS[view],
        view=view,
        sort=sort,
        direction="desc" if descending else "asc",
        freeze=_suggested(),
        words=pictures.words(_bars([row for row in rows if reader.shows(row)])),
    )


def _bars(rows: list[Row]) -> list[dict[str, Any]]:
    return pictures.departments(rows, LEARNING, pictures.LEARNING_SHOWN)


@bp.get("/learning/departments.svg")
@requires(Permission.RATES_READ)
def learning_chart() -> ResponseReturnValue:
    reader = reach()
    rows = [row for row in _table(must_ask(), reader) if reader.shows(row)]
    return drawn("departments", _bars(rows), "各部门参学率和必修完成率")


def _table(wanted: Asked, reader: Reach) -> list[Row]:
    """Without the figures of a handful, for those who may not know whose they are."""
    found = frames.counted(wanted.snapshot, wanted.period, wanted.target)
    rows = rules.department_table(found, wanted.target)
    return _discreet(rows, reader)


def _discreet(rows: list[Row], reader: Reach) -> list[Row]:
    opens = reader.opens_row
    return masking.masked(rows, [], LEARNING, opens=opens, opens_scores=opens)


def _suggested() -> str:
    """The name that a roster frozen now would have."""
    return f"{figures.day(clock.today())}在册名单"


@bp.get("/learning/people")
@requires(Permission.RATES_READ)
def learning_people() -> str:
    """A figure opened: formula, what it stands on, how it moved; its people within reach."""
    wanted, reader = must_ask(), reach()
    learners = frames.learners(wanted.snapshot, wanted.period)
    pairs = frames.pairs(learners, wanted.snapshot, wanted.period)
    counted = rules.counted(learners, pairs, wanted.target)
    rows = _discreet(rules.department_table(counted, wanted.target), reader)
    found = behind(rows, counted, reader, LEARNING)
    number, size = paging.asked()
    last = periods.before(wanted.period)
    earlier = _table(replace(wanted, period=last), reader)
    before = next((each for each in earlier if each.key == found.row.key), None)
    return render_template(
        "analytics/learning_people.html",
        asked=wanted,
        **of_figure(found, before, rows, reader, LEARNING),
        basis=wanted.basis,
        left_out=LEARNING.exclusions(found.key, LEFT_OUT, "应参学人员"),
        last=last,
        page=paging.of(_listed(found.shown, pairs, wanted.target), number=number, per_page=size)
        if found.shown is not None
        else None,
    )


#: Who counts in no figure of learning.
LEFT_OUT = "名单快照中“不计入”的人员，和统计期内不在册的人员"


def _listed(found: pd.DataFrame, pairs: pd.DataFrame, target: Target | None) -> list[Any]:
    missing = pairs[~pairs["done"]].groupby("person_id")["course"].agg("、".join)
    rows: list[dict[str, Any]] = found.assign(
        missing=found["person_id"].map(missing).fillna("")
    ).to_dict("records")  # type: ignore[assignment]  # keys are columns
    for row in rows:
        row["target"] = rules.personal_target(target, row["share"]) if target else None
    return rows


@bp.get("/learning/table.xlsx")
@requires(Permission.RATES_READ)
def learning_workbook() -> Response:
    wanted, reader = must_ask(), reach()
    rows = [row for row in _table(wanted, reader) if reader.shows(row)]
    tables = summary.learning_tables(
        rows, title=f"学习情况汇总表（{wanted.period.label}）", basis=wanted.basis
    )
    may_write()
    record("rates.export", wanted.snapshot, rows=len(rows), whole=reader.is_whole)
    db.session.commit()
    return download(tables, f"learning-{wanted.period.first}-{wanted.period.last}.xlsx")


@bp.post("/rosters")
@requires(Permission.PEOPLE_EDIT)
def freeze() -> ResponseReturnValue:
    """Freeze the roster as it stands now, and show the figures on it."""
    form = FreezeForm()
    if not form.validate():
        flash("；".join(str(error) for error in form.title.errors), "error")
        return redirect(url_for(".learning"))
    snapshot = rosters.take_snapshot(title=form.title.data or "", at=clock.now(), by=account())
    db.session.commit()
    flash(f"已冻结名单《{snapshot.title}》，共 {queries.size(snapshot.id)} 人", "success")
    return redirect(url_for(".learning", roster=snapshot.id))
