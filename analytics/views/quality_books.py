"""Item quality as a workbook."""

from collections.abc import Iterable

from flask import Response
from sqlalchemy.exc import NoResultFound

from accounts.guards import requires
from accounts.permissions import Permission
from analytics import item_tables
from analytics.frames.responses import ticked, who
from analytics.item_tables import Compared, Options, Person
from analytics.psychometrics import classical
from analytics.views.base import bp, download, roster_line
from analytics.views.quality import Chosen, choices_of, chosen, item_rows
from analytics.views.quality_model import (
    COMPARED,
    MODELS,
    calibrated,
    compared,
    groups_of,
    knows_people,
)
from core.audit.trail import record
from core.db import db, may_write
from core.spreadsheets import Table


@bp.get("/quality/workbook")
@requires(Permission.ITEM_STATS)
def quality_workbook() -> Response:
    """Everything that the pages say of a paper; people by name for those who may know them."""
    found = chosen()
    if found is None:
        raise NoResultFound
    tables, named = _tables(found), knows_people()
    session_id, form_id, rows = found.session.id, found.form.id, found.sat.people
    may_write()
    record("item_stats.export", found.session, form_id=form_id, rows=rows, people=named)
    db.session.commit()
    return download(tables, f"item-quality-{session_id}-{form_id}.xlsx")


def _tables(found: Chosen) -> list[Table]:
    test = classical.analyse(found.sat.responses)
    rows, slots = item_rows(found, test), found.paper.slots
    models = [calibrated(found, each) for each in MODELS]
    title = f"{found.session.title}：{found.form.title}"
    basis, asked = roster_line(found.session.roster), [each.n for each in test.items]
    flagged = sum(bool(row.flags) for row in rows)
    tables = [
        item_tables.items([(each.slot, each.figures, each.flags) for each in rows], title, basis),
        item_tables.overview(test, models, title, flagged, basis),
        item_tables.options(_options(found), title),
        *(item_tables.model(each, slots, asked, title) for each in models),
        item_tables.information(models, title),
        item_tables.spread(models, title),
        item_tables.levels(models, title),
        item_tables.differences(_differences(found), slots, COMPARED, title),
    ]
    if knows_people():
        people = [
            Person(each.staff_number, each.name, each.unit, each.earned)
            for each in who(found.sat, found.session, found.form)
        ]
        tables.append(item_tables.people(people, models, title))
    return tables


def _options(found: Chosen) -> Iterable[Options]:
    slots = [each for each in found.paper.slots if each.options]
    took = ticked(found.sat, found.session, found.form, slots)
    asked = found.sat.responses.asked.sum(axis=0)
    for column, slot in enumerate(found.paper.slots):
        if slot.options:
            choices, fifths = choices_of(found, slot, column, took[slot.slot])
            yield slot, int(asked[column]), choices, fifths


def _differences(found: Chosen) -> list[Compared]:
    return [
        Compared(
            title,
            int(members.sum()),
            found.sat.people - int(members.sum()),
            [each for _, each in compared(found, members)],
        )
        for _, title, members in groups_of(found.sat)
    ]
