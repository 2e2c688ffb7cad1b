"""Calibration of a paper, the abilities that follow from it, and DIF."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from sqlalchemy.exc import NoResultFound

from accounts.guards import can, requires
from accounts.permissions import Permission
from accounts.standing import RankGroup
from analytics.frames.responses import Examinee, Sat, who
from analytics.item_tables import Calibrated
from analytics.psychometrics import abilities, dif, kept
from analytics.psychometrics.irt import IrtModel, Unsuitable
from analytics.psychometrics.kept import Fitted
from analytics.psychometrics.report import LEVELS, curve
from analytics.psychometrics.responses import Bools
from analytics.views.base import bp, roster_line, sections, units_of
from analytics.views.quality import Chosen, chosen
from core import paging
from exam.papers.snapshot import Slot

#: Either group of a comparison has at least so many people.
COMPARED = 30
MODELS = (IrtModel.RASCH, IrtModel.TWO_PARAMETER)


def knows_people() -> bool:
    """The reader may know what each person of the bureau scored."""
    return can(Permission.RESULT_READ) and units_of(Permission.RESULT_READ) is None


def _model() -> IrtModel:
    wanted = request.args.get("model")
    return next((each for each in MODELS if each.value == wanted), MODELS[0])


def calibrated(found: Chosen, model: IrtModel) -> Calibrated:
    try:
        return Calibrated(model, kept.fitted(found.sat.responses.as_right(), model), "")
    except Unsuitable as reason:
        return Calibrated(model, None, str(reason))


@bp.get("/quality/model")
@requires(Permission.ITEM_STATS)
def quality_model() -> str:
    """Calibration (Rasch or two parameters), abilities and DIF of a paper."""
    found = chosen()
    if found is None:
        return render_template("analytics/empty.html", tabs=sections("analytics.quality"))
    model = _model()
    known = calibrated(found, model)
    groups = groups_of(found.sat)
    group = next((each for each in groups if each[0] == request.args.get("group")), None)
    return render_template(
        "analytics/quality_model.html",
        tabs=sections("analytics.quality"),
        found=found,
        model=model,
        models=MODELS,
        refused=known.refused,
        fitted=known.fitted,
        rows=_rows(found, known.fitted) if known.fitted else [],
        curve=curve(known.fitted.calibration, LEVELS) if known.fitted else [],
        spread=_spread(known.fitted) if known.fitted else [],
        knows=knows_people(),
        basis=roster_line(found.session.roster),
        groups=groups,
        group=group,
        compared=compared(found, group[2]) if group else [],
        least=COMPARED,
    )


def _rows(found: Chosen, fitted: Fitted) -> list[dict[str, Any]]:
    known = fitted.calibration
    return [
        {
            "slot": found.paper.slots[column],
            "a": float(known.a[place]),
            "a_error": float(known.a_error[place]),
            "b": float(known.b[place]),
            "b_error": float(known.b_error[place]),
            "fit": fitted.fits[place] if fitted.fits else None,
        }
        for place, column in enumerate(known.columns)
    ]


def _spread(fitted: Fitted) -> list[dict[str, Any]]:
    """Bars of how many people lie in each half of a unit."""
    return [
        {"label": f"{_signed(low)} 至 {_signed(high)}", "value": people, "text": f"{people} 人"}
        for low, high, people in abilities.spread(fitted.abilities.eap)
    ]


def _signed(value: float) -> str:
    return f"{value:+.1f}" if value else "0"


@dataclass(frozen=True)
class Able:
    """A person and the ability that a model says."""

    person: Examinee
    eap: float
    eap_error: float
    wle: float
    wle_error: float


@bp.get("/quality/abilities")
@requires(Permission.RESULT_READ)
def quality_abilities() -> str:
    """Person by person, in the order of the bureau: for those who may see everybody's scores."""
    found = chosen()
    if found is None or not knows_people() or not can(Permission.ITEM_STATS):
        raise NoResultFound
    model = _model()
    known = calibrated(found, model)
    number, size = paging.asked()
    return render_template(
        "analytics/quality_abilities.html",
        found=found,
        model=model,
        refused=known.refused,
        page=paging.of(
            _able(found, known.fitted) if known.fitted else [], number=number, per_page=size
        ),
    )


def _able(found: Chosen, fitted: Fitted) -> list[Able]:
    known = fitted.abilities
    numbers = zip(
        known.eap.tolist(), known.eap_error.tolist(), known.wle.tolist(), known.wle_error.tolist(),
        strict=True,
    )  # fmt: skip
    people = who(found.sat, found.session, found.form)
    able = [Able(person, *each) for person, each in zip(people, numbers, strict=True)]
    return sorted(able, key=lambda each: (each.person.unit_position, each.person.staff_number))


Group = tuple[str, str, Bools]


def groups_of(found: Sat) -> list[Group]:
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


def compared(found: Chosen, members: Bools) -> Sequence[tuple[Slot, dif.Dif]]:
    results = dif.mantel_haenszel(found.sat.responses.as_right(), members, purify=True)
    return list(zip(found.paper.slots, results, strict=True))
