"""Calibrations lately asked for: the pages of an exam and its workbook ask for the same one. Pure:
what is kept is what would be worked out anew."""

import hashlib
from dataclasses import dataclass

from analytics.psychometrics import abilities, fit, irt
from analytics.psychometrics.abilities import Abilities, Level
from analytics.psychometrics.fit import ItemFit
from analytics.psychometrics.irt import Calibration, IrtModel, Unsuitable
from analytics.psychometrics.report import LEAST
from analytics.psychometrics.responses import Responses

#: So many are kept.
KEPT = 12


@dataclass(frozen=True)
class Fitted:
    """A calibration with all that follows from it."""

    calibration: Calibration
    #: In the order of the calibration's items; none where people were asked different items.
    fits: list[ItemFit]
    abilities: Abilities
    levels: list[Level]


_kept: dict[tuple[str, IrtModel], Fitted | Unsuitable] = {}


def fitted(responses: Responses, model: IrtModel) -> Fitted:
    """Raises Unsuitable, with fewer people than a calibration asks for, too."""
    if responses.people < LEAST[model]:
        raise Unsuitable(f"只有 {responses.people} 人作答，少于 {LEAST[model]} 人，不作标定")
    key = (_digest(responses), model)
    found = _kept.get(key)
    if found is None:
        found = _fitted(responses, model)
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = found
    if isinstance(found, Unsuitable):
        raise Unsuitable(str(found))
    return found


def _fitted(responses: Responses, model: IrtModel) -> Fitted | Unsuitable:
    try:
        found = irt.calibrate(responses, model)
    except Unsuitable as reason:
        return reason
    return Fitted(
        found,
        fit.item_fit(found, responses),
        abilities.abilities(found, responses),
        abilities.levels(found, responses),
    )


def _digest(responses: Responses) -> str:
    known = hashlib.blake2b("\0".join(responses.items).encode(), digest_size=16)
    known.update(responses.scores.tobytes())
    known.update(responses.maxima.tobytes())
    return known.hexdigest()
