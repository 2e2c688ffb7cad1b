"""Item and exam quality: what the scripts say about the paper, not about the people."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from flask import Response, render_template, request
from sqlalchemy.exc import NoResultFound

from accounts.guards import requires
from accounts.permissions import Permission
from accounts.standing import RankGroup
from analytics import queries
from analytics.frames.responses import Sat, sat, ticked
from analytics.psychometrics import classical, dif, fit, irt
from analytics.psychometrics.classical import Choice, ItemFigures, TestFigures
from analytics.psychometrics.flags import ENOUGH, Flag, better_key, flags_of
from analytics.psychometrics.irt import Calibration, IrtModel, Unsuitable
from analytics.psychometrics.report import LEAST
from analytics.psychometrics.responses import Bools, Responses
from analytics.views.base import bp, download, sections
from core import clock
from core.audit.trail import record
from core.db import db, may_write
from core.spreadsheets import Column, Table
from exam.models import ExamSession, Form
from exam.services.taking import sealed
from exam.snapshot import Paper, Slot
from question_bank.queries.browsing import visible_revisions
from question_bank.types import kind_of, letter
from question_bank.views.base import reach as bank_reach

#: Either group of a comparison has at least so many people.
COMPARED = 30
#: The figures of an item that the workbook has.
FIGURES = {
    "p": "难度",
    "r_total": "题总相关",
    "r_rest": "题余相关",
    "upper_lower": "高低分组差",
    "alpha_if_deleted": "删后 α",
}
COLUMNS = [
    Column("题号", "slot", 6),
    Column("题型", "type"),
    Column("所引条文", "articles", 40),
    Column("答卷", "n", 8),
    *(Column(title, key, 12, "0.000") for key, title in FIGURES.items()),
    Column("提示", "flags", 24),
]
#: Abilities at which the information of a test is told.
LEVELS = (-2.0, -1.0, 0.0, 1.0, 2.0)


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


def _rows(found: Chosen, test: TestFigures) -> list[ItemRow]:
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
    rows = _rows(found, test)
    return render_template(
        "analytics/quality.html",
        tabs=sections("analytics.quality"),
        found=found,
        test=test,
        rows=_ordered(rows),
        flagged=sum(bool(row.flags) for row in rows),
        enough=ENOUGH,
        flags=list(Flag),
        sort=request.args.get("sort", ""),
        dir=request.args.get("dir", ""),
    )


@bp.get("/quality/workbook")
@requires(Permission.ITEM_STATS)
def quality_workbook() -> Response:
    found = chosen()
    if found is None:
        raise NoResultFound
    may_write()
    test = classical.analyse(found.sat.responses)
    rows = _rows(found, test)
    record("item_stats.export", found.session, form_id=found.form.id, rows=len(rows))
    db.session.commit()
    table = Table(
        "试题质量",
        COLUMNS,
        [_told(row) for row in rows],
        title=f"{found.session.title}：{found.form.title}试题质量",
        notes=[f"每人取第一份有效答卷，共 {test.n} 份；不足 {ENOUGH} 份的不出结论"],
    )
    return download([table], f"item-quality-{found.session.id}-{found.form.id}.xlsx")


def _told(row: ItemRow) -> dict[str, Any]:
    enough = row.figures.n >= ENOUGH
    return {
        "slot": row.slot.slot,
        "type": row.slot.item_type.label,
        "articles": "；".join(f"《{each.law}》{each.article}" for each in row.slot.citations),
        "n": row.figures.n,
        "flags": "、".join(flag.label for flag in row.flags),
    } | {key: _cell(getattr(row.figures, key)) if enough else None for key in FIGURES}


def _cell(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(round(value, 6)))


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
    """Of each option its figures, and the share of each fifth that chose it."""
    took = ticked(found.sat, found.session, found.form, item)
    asked = found.sat.responses.asked[:, column]
    rest = classical.rest_of(found.sat.responses, column)
    letters = [letter(place) for place in range(len(item.options))]
    keys = {letter(each) for each in item.key}
    choices = classical.choices_of(letters, took[asked], rest[asked], keys)
    return choices, classical.fifths(took[asked], rest[asked]).T.tolist()


@bp.get("/quality/model")
@requires(Permission.ITEM_STATS)
def quality_model() -> str:
    """Calibration (Rasch or two parameters) and DIF of a paper."""
    found = chosen()
    if found is None:
        return render_template("analytics/empty.html", tabs=sections("analytics.quality"))
    wanted = request.args.get("model")
    model = IrtModel.TWO_PARAMETER if wanted == IrtModel.TWO_PARAMETER.value else IrtModel.RASCH
    right = found.sat.responses.as_right()
    calibration, refused = _calibrated(right, model)
    groups = _groups(found.sat)
    group = next((each for each in groups if each[0] == request.args.get("group")), None)
    return render_template(
        "analytics/quality_model.html",
        tabs=sections("analytics.quality"),
        found=found,
        model=model,
        models=(IrtModel.RASCH, IrtModel.TWO_PARAMETER),
        refused=refused,
        rows=_calibrated_rows(found, calibration, right) if calibration else [],
        curve=_curve(calibration) if calibration else [],
        groups=groups,
        group=group,
        compared=_compared(found, group[2]) if group else [],
        least=COMPARED,
    )


def _calibrated(right: Responses, model: IrtModel) -> tuple[Calibration | None, str]:
    if right.people < LEAST[model]:
        return None, f"只有 {right.people} 人作答，少于 {LEAST[model]} 人，不作标定"
    try:
        return irt.calibrate(right, model), ""
    except Unsuitable as reason:
        return None, str(reason)


def _calibrated_rows(
    found: Chosen, calibration: Calibration, right: Responses
) -> list[dict[str, Any]]:
    fits = fit.item_fit(calibration, right)
    return [
        {
            "slot": found.paper.slots[column],
            "a": float(calibration.a[place]),
            "a_error": float(calibration.a_error[place]),
            "b": float(calibration.b[place]),
            "b_error": float(calibration.b_error[place]),
            "fit": fits[place] if fits else None,
        }
        for place, column in enumerate(calibration.columns)
    ]


def _curve(calibration: Calibration) -> list[tuple[float, float, float]]:
    """(ability, information, standard error) at some abilities."""
    known = irt.information(calibration.a, calibration.b, np.array(LEVELS))
    return [(at, float(each), float(each) ** -0.5) for at, each in zip(LEVELS, known, strict=True)]


def _groups(found: Sat) -> list[tuple[str, str, Bools]]:
    """(key, title, who belongs) of the groups that can be compared with everybody else."""
    units = dict(zip(found.unit_ids, found.units, strict=True))
    groups = [
        *((f"rank-{each.value}", each.label, found.of_rank(each)) for each in RankGroup),
        *((f"unit-{each}", title, found.of_unit(each)) for each, title in units.items()),
    ]
    return [
        (key, title, members)
        for key, title, members in groups
        if COMPARED <= members.sum() <= found.people - COMPARED
    ]


def _compared(found: Chosen, members: Bools) -> list[tuple[Slot, dif.Dif]]:
    results = dif.mantel_haenszel(found.sat.responses.as_right(), members, purify=True)
    return list(zip(found.paper.slots, results, strict=True))
