"""Which laws the bank covers with what, as a map and as a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accounts.guards import requires
from accounts.permissions import Permission
from core import clock, paging
from core.audit.trail import record
from core.db import db, may_write
from core.downloads import attachment
from core.spreadsheets import Column, Table, write_workbook
from laws.lists import queries as list_queries
from laws.lists.models import MustKnowVersion
from question_bank import coverage as rule
from question_bank import item_types
from question_bank.coverage import Across, Map, Only
from question_bank.item_types import CognitiveLevel, ItemType
from question_bank.queries import coverage as queries
from question_bank.queries.usage import Use
from question_bank.views.base import bp, reach

#: What the address says for the whole register, in place of a list.
EVERY_LAW = "all"


@dataclass(frozen=True)
class Asked:
    """What the request asks for; nonsense narrows nothing."""

    #: Versions of lists that apply today, and the one that is looked at; None is every law.
    versions: Sequence[MustKnowVersion]
    version: MustKnowVersion | None
    across: Across
    only: Only
    least: int

    @property
    def address(self) -> dict[str, Any]:
        """The arguments that ask for the same again."""
        return {
            "list": self.version.id if self.version else EVERY_LAW,
            "type": self.only.item_type.value if self.only.item_type else None,
            "difficulty": self.only.difficulty,
            "level": self.only.level.value if self.only.level else None,
            "least": self.least,
        }

    @property
    def rows(self) -> queries.Rows:
        return queries.Entries(self.version) if self.version else queries.EveryLaw()

    def chart(self, across: Across) -> Map:
        cells = queries.cells(self.rows, clock.today(), reach())
        return rule.chart(cells, self.rows.wanted(self.least), across, self.only)


def asked() -> Asked:
    """Where no list is named, the first that applies."""
    given = request.args
    versions = list_queries.current(clock.today())
    named = given.get("list", "")
    default = versions[0] if versions and named != EVERY_LAW else None
    difficulty = given.get("difficulty", type=int)
    return Asked(
        versions=versions,
        version=next((each for each in versions if str(each.id) == named), default),
        across=Across.by_label(given.get("across", "")) or Across.TYPE,
        only=Only(
            _type(given.get("type", "")),
            difficulty if difficulty in item_types.DIFFICULTIES else None,
            CognitiveLevel.by_label(given.get("level", "")),
        ),
        least=min(max(1, given.get("least", 5, type=int)), 1000),
    )


def _type(value: str) -> ItemType | None:
    return next((each for each in ItemType if each.value == value), None)


@bp.get("/coverage")
@requires(Permission.ITEM_REVIEW, Permission.FORM_BUILD)
def coverage() -> str:
    what = asked()
    chart = what.chart(what.across)
    lacking = request.args.get("only") == "missing"
    rows = [row for row in chart.rows if row.missing or not lacking]
    number, size = paging.asked()
    return render_template(
        "question_bank/coverage.html",
        what=what,
        chart=chart,
        page=paging.of(rows, number=number, per_page=size),
        acrosses=list(Across),
        filters=_filters(what.across),
        lacking=lacking,
        missing=[row for row in chart.rows if row.missing],
        every_law=EVERY_LAW,
        uses=queries.uses(what.rows, clock.today(), reach(), what.only),
        kinds=list(Use),
    )


@bp.get("/coverage/print")
@requires(Permission.ITEM_REVIEW, Permission.FORM_BUILD)
def coverage_print() -> str:
    """The whole map on sheets of paper."""
    what = asked()
    return render_template(
        "question_bank/coverage_print.html",
        what=what,
        chart=what.chart(what.across),
        uses=queries.uses(what.rows, clock.today(), reach(), what.only),
        kinds=list(Use),
    )


def _filters(across: Across) -> Sequence[tuple[str, str, Sequence[tuple[str, str]]]]:
    """Name, label and choices of what is not across already."""
    return [(each.value, each.label, rule.columns(each)) for each in Across if each is not across]


@bp.get("/coverage.xlsx")
@requires(Permission.ITEM_REVIEW, Permission.FORM_BUILD)
def coverage_book() -> ResponseReturnValue:
    """The map by type, by difficulty and by level, a sheet each."""
    what = asked()
    data = write_workbook(*(_table(what.chart(each), each) for each in Across))
    may_write()
    record("item.export", object_type="Item", at=clock.now(), title="题库覆盖表")
    db.session.commit()
    return attachment(data, f"题库覆盖表_{clock.today():%Y%m%d}.xlsx")


def _table(chart: Map, across: Across) -> Table:
    counted = [Column(label, value) for value, label in chart.columns]
    columns = [Column("法律或条目", "name", 36), Column("所指条文", "part", 30), *counted,
               Column("合计", "total"), Column("尚缺", "missing")]  # fmt: skip
    values = [value for value, _ in chart.columns]
    rows = [
        {
            "name": row.wanted.name,
            "part": row.wanted.part,
            "total": row.total,
            "missing": row.missing,
        }
        | dict(zip(values, row.counts, strict=True))
        for row in chart.rows
    ]
    return Table(f"按{across.label}", columns, rows, title=f"题库覆盖表（按{across.label}）")
