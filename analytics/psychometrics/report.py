"""All statistics of a matrix as plain data, for programs and for lines on a terminal. Pure."""

from collections.abc import Sequence
from typing import Any

from analytics.psychometrics import conditional, irt
from analytics.psychometrics.classical import TestFigures, analyse
from analytics.psychometrics.dif import Dif, mantel_haenszel
from analytics.psychometrics.fit import item_fit
from analytics.psychometrics.flags import ENOUGH, better_key, flags_of
from analytics.psychometrics.irt import Calibration, IrtModel, Unsuitable, informative
from analytics.psychometrics.responses import Bools, Responses

#: Fewer people than this are not calibrated.
LEAST = {IrtModel.RASCH: 100, IrtModel.ONE_SLOPE: 100, IrtModel.TWO_PARAMETER: 200}


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
        found: dict[str, Any] = _nothing(responses)
    else:
        found = _classical(analyse(responses))
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
                "p": each.p,
                "r_total": each.r_total,
                "r_rest": each.r_rest,
                "upper_lower": each.upper_lower,
                "alpha_if_deleted": each.alpha_if_deleted,
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
    }


def _conditional(responses: Responses) -> dict[str, Any] | None:
    try:
        found = conditional.calibrate(responses)
    except Unsuitable:
        return None
    return {
        "b": _spread(informative(responses), found.b.tolist(), len(responses.items)),
        "log_likelihood": found.log_likelihood,
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
