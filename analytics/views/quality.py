"""Item and exam quality: what the scripts say about the paper, not about the people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from sqlalchemy.exc import NoResultFound

from accounts.guards import requires
from accounts.permissions import Permission
from analytics import queries
from analytics.frames.responses import Sat, sat, ticked
from analytics.psychometrics import classical
from analytics.psychometrics.classical import Choice, ItemFigures, TestFigures
from analytics.psychometrics.flags import ENOUGH, Flag, better_key, flags_of
from analytics.psychometrics.responses import Bools
from analytics.views.base import bp, roster_line, sections
from core import clock
from exam.models import ExamSession, Form
from exam.papers.snapshot import Paper, Slot
from exam.services.attempts.taking import sealed
from question_bank.queries.browsing import visible_revisions
from question_bank.types import kind_of, letter
from question_bank.views.base import reach as bank_reach


@dataclass(frozen=True)
class Chosen:
    """The exam and paper that the request asks for, and what there is to choose from."""

    sessions: Sequence[ExamSession]
    session: ExamSession
    forms: Sequence[Form]
    form: Form
    paper: Paper
    sat: Sat


@dataclass(frozen=True)
class ItemRow:
    slot: Slot
    figures: ItemFigures
    flags: Sequence[Flag]
    #: The reader may read the item in the bank; of others only the figures are shown.
    item_id: int | None


def chosen() -> Chosen | None:
    """None while no exam has ended. Raises NoResultFound for a paper that the exam has not."""
    ended = queries.over(clock.now())
    wanted = request.args.get("session", type=int)
    session = next((each for each in ended if each.id == wanted), None) if wanted else None
    if wanted and session is None:
        raise NoResultFound
    session = session or next(iter(ended), None)
    if session is None:
        return None
    form_id = request.args.get("form", session.forms[0].id, type=int)
    form = next((each for each in session.forms if each.id == form_id), None)
    if form is None:
        raise NoResultFound
    paper = sealed(form)
    return Chosen(ended, session, session.forms, form, paper, sat(session, form, paper))


def item_rows(found: Chosen, test: TestFigures) -> list[ItemRow]:
    known = visible_revisions([each.revision_id for each in found.paper.slots], bank_reach())
    return [
        ItemRow(slot, each, flags_of(each), known.get(slot.revision_id))
        for slot, each in zip(found.paper.slots, test.items, strict=True)
        # Of an item that nobody drew nothing can be said.
        if each.n
    ]


def _ordered(rows: list[ItemRow]) -> list[ItemRow]:
    """As the request asks, without a wish in the order of the paper."""
    keys = {
        "p": lambda row: row.figures.p,
        "r_rest": lambda row: row.figures.r_rest if row.figures.r_rest is not None else 2.0,
        "upper_lower": lambda row: row.figures.upper_lower or 0.0,
        "flags": lambda row: len(row.flags),
    }
    key = keys.get(request.args.get("sort", ""))
    descending = request.args.get("dir") == "desc"
    return sorted(rows, key=key, reverse=descending) if key else rows


@bp.get("/quality")
@requires(Permission.ITEM_STATS)
def quality() -> str:
    """Only of exams that nobody sits any more."""
    found = chosen()
    if found is None:
        return render_template("analytics/empty.html", tabs=sections("analytics.quality"))
    test = classical.analyse(found.sat.responses)
    rows = item_rows(found, test)
    return render_template(
        "analytics/quality.html",
        tabs=sections("analytics.quality"),
        found=found,
        test=test,
        rows=_ordered(rows),
        basis=roster_line(found.session.roster),
        flagged=sum(bool(row.flags) for row in rows),
        enough=ENOUGH,
        flags=list(Flag),
        sort=request.args.get("sort", ""),
        dir=request.args.get("dir", ""),
    )


@bp.get("/quality/items/<int:slot>")
@requires(Permission.ITEM_STATS)
def item_quality(slot: int) -> str:
    """One item: who chose what, and whether the able did."""
    found = chosen()
    if found is None or not 0 < slot <= len(found.paper.slots):
        raise NoResultFound
    column, item = slot - 1, found.paper.slots[slot - 1]
    known = visible_revisions([item.revision_id], bank_reach())
    test = classical.analyse(found.sat.responses)
    figures = test.items[column]
    choices, fifths = _choices(found, item, column) if item.options else ([], [])
    judged = ItemFigures(**(vars(figures) | {"choices": choices}))
    single = len(item.key) == 1 if choices else False
    return render_template(
        "analytics/quality_item.html",
        found=found,
        slot=item,
        figures=figures,
        flags=flags_of(judged if single else figures),
        better=better_key(judged) if single and figures.n >= ENOUGH else None,
        choices=list(zip(choices, item.options, fifths, strict=True)),
        item_id=known.get(item.revision_id),
        key_text=kind_of(item.item_type).key_text(item),
        enough=ENOUGH,
    )


def _choices(found: Chosen, item: Slot, column: int) -> tuple[list[Choice], list[Any]]:
    took = ticked(found.sat, found.session, found.form, [item])
    return choices_of(found, item, column, took[item.slot])


def choices_of(
    found: Chosen, item: Slot, column: int, took: Bools
) -> tuple[list[Choice], list[Any]]:
    """Of each option its figures, and the share of each fifth that chose it."""
    asked = found.sat.responses.asked[:, column]
    rest = classical.rest_of(found.sat.responses, column)
    letters = [letter(place) for place in range(len(item.options))]
    keys = {letter(each) for each in item.key}
    choices = classical.choices_of(letters, took[asked], rest[asked], keys)
    return choices, classical.fifths(took[asked], rest[asked]).T.tolist()
