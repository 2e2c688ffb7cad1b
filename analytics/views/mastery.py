"""The map of what is not known: laws by departments over a year's exams."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from flask import Response, render_template, request
from sqlalchemy.exc import NoResultFound

from accounts.guards import requires
from accounts.permissions import Permission
from analytics import masking, mastery, periods, queries
from analytics.frames import mastery as frames
from analytics.mastery import Cell, Subject
from analytics.periods import Period, Preset
from analytics.views.base import Reach, bp, download, reach, sections
from core import clock, figures, paging
from core.audit.trail import record
from core.db import db, may_write
from core.spreadsheets import Column, Table

#: Years that can be asked for, this one included.
YEARS = 5
#: The column of those whom the department tables list on lines of their own.
APART = "单列和其他人员"
NOTE = f"不足 {mastery.SMALLEST} 人的格、由合计可以推知的格不显示"


@dataclass(frozen=True)
class Map:
    period: Period
    subjects: list[Subject]
    #: (unit or APART, its name) of each column.
    units: list[tuple[int, str]]
    #: What each person earned (mastery.MARKS).
    marks: pd.DataFrame

    @property
    def people(self) -> int:
        return int(self.marks["person_id"].nunique())

    def cell(self, law: str, unit_id: int | None) -> Cell:
        """Of a unit or (None) of the whole; EMPTY for what there is not."""
        found = next((each for each in self.subjects if each.law == law), None)
        if found is None:
            return mastery.EMPTY
        return found.whole if unit_id is None else found.of(unit_id)


def _map(reader: Reach) -> Map:
    """Heads of units see theirs beside the bureau's. Raises NoResultFound for other years."""
    today = clock.today()
    year = request.args.get("year", today.year, type=int)
    if not today.year - YEARS < year <= today.year:
        raise NoResultFound
    return _of_year(year, reader)


def _of_year(year: int, reader: Reach) -> Map:
    period = periods.preset(Preset.YEAR, date(year, 1, 1))
    marks = frames.marks(period, clock.now())
    ids = set(marks["unit_id"].tolist())
    shown = ids if reader.read is None else ids & reader.read
    units = [(each.id, each.short_name) for each in frames.units(shown)]
    subjects = mastery.subjects(marks)
    if not reader.knows_all:
        subjects = masking.discreet_cells(subjects, own=reader.knows)
    return Map(
        period,
        subjects,
        [*units, *([(mastery.APART, APART)] if mastery.APART in shown else [])],
        marks,
    )


@bp.get("/mastery")
@requires(Permission.RATES_READ)
def mastery_map() -> str:
    found = _map(reach())
    today = clock.today()
    return render_template(
        "analytics/mastery.html",
        tabs=sections("analytics.mastery_map"),
        found=found,
        weakest=mastery.weakest(found.subjects, None, 3),
        law_ids=queries.law_ids([each.law for each in found.subjects]),
        by_unit=[
            (unit_id, name, mastery.weakest(found.subjects, unit_id, 2))
            for unit_id, name in found.units
        ],
        years=range(today.year, today.year - YEARS, -1),
        note=NOTE,
    )


@bp.get("/mastery/opened")
@requires(Permission.RATES_READ)
def mastery_cell() -> str:
    """A cell opened: its formula, what it stands on, how it moved; its people within reach."""
    reader, at = reach(), clock.now()
    found, law = _map(reader), request.args.get("law", "")
    unit_id = request.args.get("unit", type=int)
    name = "全局" if unit_id is None else dict(found.units).get(unit_id)
    cell = found.cell(law, unit_id)
    if name is None or cell.rate is None:
        raise NoResultFound
    marks = found.marks[found.marks["law"].eq(law)]
    mine = marks if unit_id is None else marks[marks["unit_id"].eq(unit_id)]
    last = _of_year(found.period.first.year - 1, reader)
    number, size = paging.asked()
    return render_template(
        "analytics/mastery_cell.html",
        found=found,
        law=law,
        law_id=queries.law_ids([law]).get(law),
        name=name,
        cell=cell,
        exams=[each.title for each in frames.sessions(found.period, at)],
        taken=figures.moment(clock.local(at)),
        note=NOTE,
        then=last.cell(law, unit_id),
        last=last.period.first.year,
        lines={},
        page=paging.of(people_of(mine, dict(found.units)), number=number, per_page=size)
        if reader.knows_all or (unit_id is not None and reader.knows(unit_id))
        else None,
    )


def people_of(marks: pd.DataFrame, units: Mapping[int, str]) -> list[dict[str, Any]]:
    """A frame of MARKS with names, those who earned least first."""
    rows = marks.assign(share=marks["earned"] / marks["possible"])
    rows = rows.sort_values(["share", "person_id"])
    named = queries.names(rows["person_id"].tolist())
    found = []
    for row in rows.to_dict("records"):
        number, name = named[int(row["person_id"])]
        unit = units.get(int(row["unit_id"]), "")
        found.append(
            {key: row[key] for key in ("items", "earned", "possible")}
            | {"staff_number": number, "name": name, "unit": unit, "line": None}
        )
    return found


@bp.get("/mastery/workbook")
@requires(Permission.RATES_READ)
def mastery_workbook() -> Response:
    may_write()
    found = _map(reach())
    record("mastery.export", None, year=found.period.first.year, laws=len(found.subjects))
    db.session.commit()
    units = [(str(unit_id), name, unit_id) for unit_id, name in found.units]
    heads = [("whole", "全局"), *((key, title) for key, title, _ in units)]
    table = Table(
        "得分率",
        [
            Column("法律法规", "law", 40),
            *(Column(title, key, 12, '0.00"%"') for key, title in heads),
            *(Column(f"{title}人数", f"{key}-n", 10) for key, title in heads),
        ],
        [
            {"law": each.law, **_cells("whole", each.whole)}
            | {k: v for key, _, unit_id in units for k, v in _cells(key, each.of(unit_id)).items()}
            for each in found.subjects
        ],
        title=f"{found.period.first.year} 年各部门各法律法规得分率",
        notes=[NOTE],
    )
    return download([table], f"mastery-{found.period.first.year}.xlsx")


def _cells(key: str, cell: Cell) -> dict[str, Any]:
    rate = None if cell.rate is None else figures.percentage(cell.rate)
    return {key: rate, f"{key}-n": cell.people}
