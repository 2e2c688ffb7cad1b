"""A figure opened: its formula, its people within the reader's reach; and a person's page."""

from typing import Any

import pandas as pd
from flask import render_template, request
from sqlalchemy.exc import NoResultFound

from accounts.guards import can, me, requires
from accounts.permissions import Permission
from analytics import masking, tables
from analytics import people as behind
from analytics.board import facts, queries, report
from analytics.board.facts import MONTHS
from analytics.board.measures import BOARD, exclusions, seen_by
from analytics.board.views.base import BLIND, NAMES, READ, Board, bp, must_have, opens, wanted_span
from analytics.measures import Ratio
from analytics.people import Part
from analytics.tables import LINE_LABELS, Row
from analytics.views.base import sections, units_of
from core import paging


@bp.get("/figure")
@requires(READ)
def figure() -> str:
    """Formula with its numbers, what it leaves out, how it moved; names where the reader may."""
    found = must_have()
    key, row = request.args.get("figure", ""), found.row(request.args.get("row", tables.TOTAL))
    if key not in BOARD.titles or masking.is_hidden(row):
        raise NoResultFound
    record = BOARD.record(key)
    named = opens(found.reader, row, key)
    part = Part.by_label(request.args.get("part", "")) or Part.NUMERATOR
    lists = _lists(found, row, key) if named else None
    number, size = paging.asked()
    page: paging.Page[Any] | None = None
    if lists is not None:
        shown = lists[part]
        page = paging.of(range(len(shown)), number=number, per_page=size)
        page = page.of(_named(found, shown.iloc[list(page.items)]))
    before = found.row_before(row.key)
    return render_template(
        "analytics/board/figure.html",
        tabs=sections("board.dashboard"),
        board=found,
        row=row,
        before=before,
        key=key,
        record=record,
        is_ratio=isinstance(record, Ratio),
        tile=report.tile(key, row, before, found.elapsed) if isinstance(record, Ratio) else None,
        exclusions=exclusions(key),
        seen_by=seen_by(key),
        named=named,
        part=part,
        parts=[(each, len(people)) for each, people in (lists or {}).items()],
        page=page,
        counted=_counted(key),
        lines=LINE_LABELS,
        history=[(day, each, _value(each, key)) for day, each in found.history(row.key)],
        units=[each for each in found.rows if not each.is_sum and not masking.is_hidden(each)]
        if row.is_sum
        else [],
        measures=BOARD,
    )


def _value(row: Row, key: str) -> float:
    """The height of a figure in the line of its course."""
    value = row.values.get(key, row.figures.get(key))
    return float(value or 0)


def _lists(found: Board, row: Row, key: str) -> dict[Part, pd.DataFrame] | None:
    """None where the people of the edition were not kept."""
    keys = {each for each, _ in _counted(key)} | {"exam_scored"}
    people = queries.people(found.edition, keys)
    if people is None:
        return None
    people = people.assign(scored=people["exam_scored"].gt(0))
    narrow = found.narrow
    people = facts.narrowed(
        people,
        narrow.rank.value if narrow.rank else None,
        narrow.category.value if narrow.category else None,
    )
    parts = Part if isinstance(BOARD.record(key), Ratio) else (Part.NUMERATOR,)
    return {each: behind.behind(people, BOARD, row=row.key, key=key, part=each) for each in parts}


def _counted(key: str) -> list[tuple[str, str]]:
    """The values that the list shows of each person."""
    record = BOARD.record(key)
    keys = [record.numerator, record.denominator] if isinstance(record, Ratio) else [key]
    return [(each, BOARD.titles[each]) for each in dict.fromkeys(keys)]


def _named(found: Board, shown: pd.DataFrame) -> list[dict[Any, Any]]:
    rows = shown.to_dict("records")
    entries = queries.entries(found.edition.roster_id, [int(each["person_id"]) for each in rows])
    return [each | {"entry": entries[int(each["person_id"])]} for each in rows]


@bp.get("/people/<int:person_id>")
@requires(NAMES)
def person(person_id: int) -> str:
    """Where somebody of the reader's reach stands. Raises NoResultFound for others."""
    return _person(person_id, own=False)


@bp.get("/mine")
@requires(Permission.RESULT_OWN)
def mine() -> str:
    """One's own standing, scores left to the results that were released."""
    return _person(me().id, own=True)


#: What a page says of a person: figures whose ends are their own.
_OWN = ("study", "completion", "course_completion", "keeping", "attainment", "regularity")
_SAT = ("participation",)
_SCORED = ("pass_due", "excellent_due", "mean")


def _person(person_id: int, *, own: bool) -> str:
    span = wanted_span()
    edition = queries.newest(span.period)
    people = queries.people(edition) if edition is not None else None
    if edition is None or people is None:
        if own:
            return render_template("analytics/board/person.html", span=span, row=None, own=True)
        raise NoResultFound
    found = Board(span, edition, queries.Filter(), BLIND)
    chosen = people[people["person_id"].eq(person_id)]
    if chosen.empty and own:
        return render_template("analytics/board/person.html", span=span, row=None, own=True)
    if chosen.empty or (not own and not _reaches(int(chosen["unit_id"].iloc[0]))):
        raise NoResultFound
    [entry] = queries.entries(edition.roster_id, [person_id]).values()
    row = facts.rows(facts.named(chosen, found.whole.content["units"]))[-1]
    scores = not own and can(Permission.RESULT_READ)
    unit_key = f"{entry.unit_id}-{chosen['line'].iloc[0]}"
    unit_row = next((each for each in found.rows if each.key == unit_key), None)
    [numbers] = chosen.to_dict("records")
    return render_template(
        "analytics/board/person.html",
        span=span,
        board=found,
        own=own,
        entry=entry,
        row=row,
        unit_row=unit_row,
        total=found.total,
        keys=(*_OWN, *_SAT, *(_SCORED if scores else ())),
        measures=BOARD,
        line=LINE_LABELS[str(chosen["line"].iloc[0])],
        months=[
            (first, int(numbers[key]) // 60)
            for first, key in zip(found.months, MONTHS, strict=False)
        ],
    )


def _reaches(unit_id: int) -> bool:
    units = units_of(Permission.RATES_PEOPLE)
    return units is None or unit_id in units
