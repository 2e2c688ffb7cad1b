"""What the bank has on one law: sides of its items crossed, article by article, by list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accounts.guards import requires
from accounts.permissions import Permission
from core import clock, paging
from core.audit.trail import record
from core.db import db, may_write
from core.downloads import attachment
from core.spreadsheets import Column, Table, write_workbook
from laws import force
from laws import queries as law_queries
from laws.lists import queries as list_queries
from laws.lists.models import MustKnowVersion
from laws.models import Law, LawVersion
from question_bank import coverage as rule
from question_bank.coverage import Across, Crossed, Map, Only
from question_bank.queries import coverage as queries
from question_bank.queries.usage import Use
from question_bank.views.base import bp, reach


@dataclass(frozen=True)
class Looked:
    """Everything that the page and the workbook say of a law."""

    law: Law
    version: LawVersion
    crossed: Sequence[Crossed]
    articles: Map
    uses: Mapping[Use, Mapping[int, int]]
    lists: Sequence[tuple[MustKnowVersion, Map]]
    total: int
    never: int
    over: int

    @property
    def bare(self) -> int:
        """Articles that no item cites."""
        return sum(not row.total for row in self.articles.rows)


def looked_at(law_id: int) -> Looked:
    law, today = law_queries.law(law_id), clock.today()
    version = force.current(law.versions, today) or law.versions[-1]
    whole, by_article = queries.OneLaw(law), queries.Articles(version)
    cells = queries.cells(whole, today, reach())
    used = queries.uses(whole, today, reach(), Only())
    listed = [(each, _of_list(each, law_id)) for each in list_queries.current(today)]
    return Looked(
        law=law,
        version=version,
        crossed=[
            rule.cross(cells, Across.TYPE, each) for each in (Across.DIFFICULTY, Across.LEVEL)
        ],
        articles=_chart(by_article),
        uses=queries.uses(by_article, today, reach(), Only()),
        lists=[(each, chart) for each, chart in listed if chart.rows],
        total=sum(each.items for each in cells),
        never=used[Use.NEVER].get(law.id, 0),
        over=used[Use.OVER].get(law.id, 0),
    )


def _of_list(version: MustKnowVersion, law_id: int) -> Map:
    return _chart(queries.Entries(version, law_id))


def _chart(rows: queries.Rows) -> Map:
    cells = queries.cells(rows, clock.today(), reach())
    return rule.chart(cells, rows.wanted(1), Across.TYPE)


@bp.get("/coverage/laws/<int:law_id>")
@requires(Permission.ITEM_REVIEW, Permission.FORM_BUILD)
def law_coverage(law_id: int) -> str:
    looked = looked_at(law_id)
    bare = request.args.get("only") == "missing"
    rows = [row for row in looked.articles.rows if not (bare and row.total)]
    number, size = paging.asked()
    return render_template(
        "question_bank/law_coverage.html",
        looked=looked,
        page=paging.of(rows, number=number, per_page=size),
        bare=bare,
        kinds=list(Use),
    )


@bp.get("/coverage/laws/<int:law_id>/print")
@requires(Permission.ITEM_REVIEW, Permission.FORM_BUILD)
def law_coverage_print(law_id: int) -> str:
    return render_template(
        "question_bank/law_coverage_print.html", looked=looked_at(law_id), kinds=list(Use)
    )


@bp.get("/coverage/laws/<int:law_id>.xlsx")
@requires(Permission.ITEM_REVIEW, Permission.FORM_BUILD)
def law_coverage_book(law_id: int) -> ResponseReturnValue:
    """A sheet for each table of the page."""
    looked = looked_at(law_id)
    named = looked.law.short_title
    sheets = [_crossed(each, named) for each in looked.crossed]
    sheets.append(_listed("逐条", looked.articles, f"《{named}》逐条覆盖", looked.uses))
    sheets += [
        _listed(f"清单{number}", chart, f"《{named}》与“{version.owner.title}”", {})
        for number, (version, chart) in enumerate(looked.lists, 1)
    ]
    data = write_workbook(*sheets)
    may_write()
    record("item.export", object_type="Item", at=clock.now(), title=f"《{named}》题库覆盖表")
    db.session.commit()
    return attachment(data, f"题库覆盖表_{named}_{clock.today():%Y%m%d}.xlsx")


def _crossed(table: Crossed, named: str) -> Table:
    heads = [value for value, _ in table.columns]
    rows = [
        {"name": label, "total": sum(counts)} | dict(zip(heads, counts, strict=True))
        for (_, label), counts in zip(table.rows, table.counts, strict=True)
    ]
    shown = [Column(label, value) for value, label in table.columns]
    title = f"{table.down.label}与{table.across.label}"
    columns = [Column(table.down.label, "name", 16), *shown, Column("合计", "total")]
    return Table(title, columns, rows, title=f"《{named}》{title}")


def _listed(sheet: str, chart: Map, title: str, uses: Mapping[Use, Mapping[int, int]]) -> Table:
    heads = [value for value, _ in chart.columns]
    rows = [
        {"name": row.wanted.name, "total": row.total}
        | dict(zip(heads, row.counts, strict=True))
        | {use.value: found.get(row.wanted.id, 0) for use, found in uses.items()}
        for row in chart.rows
    ]
    counted = [Column(label, value) for value, label in chart.columns]
    columns = [Column("条文或条目", "name", 30), *counted, Column("合计", "total"),
               *(Column(use.label, use.value) for use in uses)]  # fmt: skip
    return Table(sheet, columns, rows, title=title)
