"""Which laws the bank covers with what, as a map and as a workbook."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accounts.guards import requires
from accounts.permissions import Permission
from core import clock
from core.audit.trail import record
from core.db import db, may_write
from core.downloads import attachment
from core.spreadsheets import Column, Table, write_workbook
from question_bank import coverage as rule
from question_bank.coverage import Across, Map
from question_bank.queries import coverage as queries
from question_bank.views.base import bp, reach


def _least() -> int:
    return min(max(1, request.args.get("least", 5, type=int)), 1000)


def _across() -> Across:
    return Across.by_label(request.args.get("across", "")) or Across.TYPE


def _map(across: Across) -> Map:
    wanted = queries.EveryCitedLaw(_least()).laws()
    cells = queries.cells(clock.today(), reach())
    return rule.chart(cells, [(law.id, law.short_title, least) for law, least in wanted], across)


@bp.get("/coverage")
@requires(Permission.ITEM_REVIEW, Permission.FORM_BUILD)
def coverage() -> str:
    across = _across()
    chart = _map(across)
    only = request.args.get("only") == "missing"
    rows = [row for row in chart.rows if row.missing or not only]
    return render_template(
        "question_bank/coverage.html",
        chart=chart,
        rows=rows,
        across=across,
        acrosses=list(Across),
        least=_least(),
        only=only,
        missing=[row for row in chart.rows if row.missing],
    )


@bp.get("/coverage.xlsx")
@requires(Permission.ITEM_REVIEW, Permission.FORM_BUILD)
def coverage_book() -> ResponseReturnValue:
    """The map by type, by difficulty and by level, a sheet each."""
    data = write_workbook(*(_table(_map(each), each) for each in Across))
    may_write()
    record("item.export", object_type="Item", at=clock.now(), title="题库覆盖表")
    db.session.commit()
    return attachment(data, f"题库覆盖表_{clock.today():%Y%m%d}.xlsx")


def _table(chart: Map, across: Across) -> Table:
    counted = [Column(label, value) for value, label in chart.columns]
    columns = [Column("法律", "law", 36), *counted, Column("合计", "total"),
               Column("尚缺", "missing")]  # fmt: skip
    values = [value for value, _ in chart.columns]
    rows = [
        {"law": row.law, "total": row.total, "missing": row.missing}
        | dict(zip(values, row.counts, strict=True))
        for row in chart.rows
    ]
    return Table(f"按{across.label}", columns, rows, title=f"题库覆盖表（按{across.label}）")
