"""All statistics of a matrix as plain data, for programs and for lines on a terminal. Pure."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from analytics.psychometrics import abilities, conditional, irt
from analytics.psychometrics.abilities import Level
from analytics.psychometrics.classical import ItemFigures, TestFigures, analyse
from analytics.psychometrics.dif import Dif, mantel_haenszel
from analytics.psychometrics.fit import item_fit
from analytics.psychometrics.flags import ENOUGH, better_key, flags_of
from analytics.psychometrics.irt import Calibration, IrtModel, Unsuitable, informative
from analytics.psychometrics.responses import Bools, Floats, Responses

#: Fewer people than this are not calibrated.
LEAST = {IrtModel.RASCH: 100, IrtModel.ONE_SLOPE: 100, IrtModel.TWO_PARAMETER: 200}
#: Abilities at which the information of a test is told.
LEVELS = (-2.0, -1.0, 0.0, 1.0, 2.0)
#: Information that is none: items so steep that they tell only of abilities elsewhere.
NOTHING = 1e-9


def report(
    responses: Responses, *, least: int | None = None, with_irt: bool = True
) -> dict[str, Any]:
    """Figures of a test, its items and their calibration.

    What too few people answered is None, and ``refused`` says why; ``least`` overrides how many are
    enough for everything.
    """
    enough = ENOUGH if least is None else least
    refused: dict[str, str] = {}
    if responses.people < enough:
        refused["classical"] = f"只有 {responses.people} 人作答，少于 {enough} 人，不出结论"
        refused["alpha"] = refused["classical"]
        found: dict[str, Any] = _nothing(responses)
    else:
        figures = analyse(responses)
        found = _classical(figures)
        if figures.no_alpha:
            refused["alpha"] = figures.no_alpha
    found["rasch"] = found["one_slope"] = found["rasch_cml"] = found["twopl"] = None
    if with_irt:
        for model in IrtModel:
            wanted = LEAST[model] if least is None else least
            try:
                if responses.people < wanted:
                    raise Unsuitable(f"只有 {responses.people} 人作答，少于 {wanted} 人，不作标定")
                found[model.value] = _calibrated(irt.calibrate(responses, model), responses)
                if model is IrtModel.RASCH:
                    found["rasch_cml"] = _conditional(responses)
            except Unsuitable as reason:
                refused[model.value] = str(reason)
    return found | {"refused": refused}


def _nothing(responses: Responses) -> dict[str, Any]:
    return {
        "n": responses.people,
        "k": len(responses.items),
        "mean": None,
        "sd": None,
        "alpha": None,
        "sem": None,
        "items": [],
    }


def _classical(figures: TestFigures) -> dict[str, Any]:
    return {
        "n": figures.n,
        "k": figures.k,
        "mean": figures.mean,
        "sd": figures.sd,
        "alpha": figures.alpha,
        "sem": figures.sem,
        "items": [
            {
                "item": each.item,
                "n": each.n,
                "p": each.p if each.n else None,
                "r_total": each.r_total,
                "r_rest": each.r_rest,
                "upper_lower": each.upper_lower,
                "alpha_if_deleted": each.alpha_if_deleted,
                "reason": _why(each),
                "flags": [flag.value for flag in flags_of(each)],
                "better_key": better.option if (better := better_key(each)) else None,
                "options": [
                    {
                        "option": choice.option,
                        "share": choice.share,
                        "r_rest": choice.r_rest,
                        "key": choice.is_key,
                    }
                    for choice in each.choices
                ],
            }
            for each in figures.items
        ],
    }


def _why(item: ItemFigures) -> str | None:
    """Why an item has no correlations."""
    if not item.n:
        return "没有人答过这道题"
    if item.r_total is not None and item.r_rest is not None:
        return None
    if item.r_total is None:
        return "所有人在这道题上得分相同，或总分都相同，相关无从计算"
    return "所有人在其余各题上的总分相同，题余相关无从计算"


def _calibrated(found: Calibration, responses: Responses) -> dict[str, Any]:
    """Arrays are in the order of all items, None where an item was right or wrong for everybody."""
    fits = item_fit(found, responses)

    def whole(values: Sequence[Any]) -> list[Any]:
        return _spread(found.columns, values, len(responses.items))

    return {
        "a": whole(found.a.tolist()),
        "b": whole(found.b.tolist()),
        "a_se": whole(found.a_error.tolist()),
        "b_se": whole(found.b_error.tolist()),
        "log_likelihood": found.log_likelihood,
        "aic": found.aic,
        "bic": found.bic,
        "converged": found.converged,
        "fit": whole(
            [{"s_x2": each.chi_square, "df": each.freedom, "p": each.p_value} for each in fits]
        ),
        "information": [
            {"ability": at, "information": each, "error": error}
            for at, each, error in curve(found, LEVELS)
        ],
        "abilities": _abilities(found, responses),
        "score_levels": _levels(abilities.levels(found, responses)),
    }


def curve(found: Calibration, at: Sequence[float]) -> list[tuple[float, float, float | None]]:
    """(ability, information of the test, standard error) at some abilities; no error where the test
    tells nothing."""
    known = irt.information(found.a, found.b, np.array(at)).tolist()
    return [
        (level, each, each**-0.5 if each > NOTHING else None)
        for level, each in zip(at, known, strict=True)
    ]


def _abilities(found: Calibration, responses: Responses) -> dict[str, Any]:
    """Of each person, in the order of the rows."""
    known = abilities.abilities(found, responses)
    return {
        "eap": _known(known.eap),
        "eap_se": _known(known.eap_error),
        "wle": _known(known.wle),
        "wle_se": _known(known.wle_error),
        "eap_reliability": known.reliability,
    }


def _known(values: Floats) -> list[float | None]:
    return [None if each != each else each for each in values.tolist()]  # NaN


def _levels(found: Sequence[Level]) -> list[dict[str, Any]] | None:
    """None where the number of right answers does not say everything."""
    return [
        {
            "score": each.score, "n": each.people, "eap": each.eap, "eap_se": each.eap_error,
            "wle": each.wle, "wle_se": each.wle_error, "ml": each.ml, "ml_se": each.ml_error,
        }
        for each in found
    ] or None  # fmt: skip


def _conditional(responses: Responses) -> dict[str, Any] | None:
    try:
        found = conditional.calibrate(responses)
    except Unsuitable:
        return None
    columns = informative(responses)
    return {
        "b": _spread(columns, found.b.tolist(), len(responses.items)),
        "log_likelihood": found.log_likelihood,
        "score_levels": _levels(abilities.levels_of(found.b, responses.of(columns))),
    }


def _spread(columns: Sequence[int], values: Sequence[Any], k: int) -> list[Any]:
    known = dict(zip(columns, values, strict=False))
    return [known.get(column) for column in range(k)]


def compared(responses: Responses, focal: Bools) -> list[dict[str, Any]]:
    """DIF of each item, the focal group against the others: matched by the items without DIF, and
    beside it by all of them."""
    plain = mantel_haenszel(responses, focal, purify=False)
    return [
        {"item": each.item, **_differs(each), "unpurified": _differs(other)}
        for each, other in zip(mantel_haenszel(responses, focal, purify=True), plain, strict=True)
    ]


def _differs(found: Dif) -> dict[str, Any]:
    return {
        "odds_ratio": found.odds_ratio,
        "delta": found.delta,
        "chi_square": found.chi_square,
        "p": found.p_value,
        "class": found.size.value if found.size else None,
    }
