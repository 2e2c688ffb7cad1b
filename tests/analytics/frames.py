"""Frames as tests write them: a row names what it is about."""

from typing import Any

import pandas as pd

from analytics import rates
from analytics.frames.exam import CANDIDATES
from analytics.rates import Stage

OVER = Stage(closed=True)
_PERSON: dict[str, Any] = {
    "staff_number": "T", "name": "甲", "unit_id": 1, "unit": "办信司", "unit_position": 1,
    "line": "ranked", "excluded": False, "reason": "",
}  # fmt: skip
_CANDIDATE = _PERSON | {
    "exempt": False, "deferred": False, "sat": False, "sat_first": False, "sat_makeup": False,
    "passed": False, "passed_first": False, "excellent": False, "voided": False, "unmarked": False,
    "score": -1,
}  # fmt: skip


def candidates(*rows: dict[str, Any], stage: Stage = OVER) -> pd.DataFrame:
    filled = [{"person_id": n} | _CANDIDATE | row for n, row in enumerate(rows)]
    frame = pd.DataFrame(filled, columns=list(CANDIDATES)).astype(CANDIDATES)
    return rates.counted(frame, stage)


def sat(score: int, **given: Any) -> dict[str, Any]:
    return {
        "sat": True, "sat_first": True, "score": score * 100, "passed": score >= 60,
        "passed_first": score >= 60, "excellent": score >= 90,
    } | given  # fmt: skip


def made_up(score: int, **given: Any) -> dict[str, Any]:
    """Somebody who sat only the makeup."""
    return {
        "sat": True, "sat_makeup": True, "score": score * 100, "passed": score >= 60,
    } | given  # fmt: skip


def voided(**given: Any) -> dict[str, Any]:
    return {"sat": True, "sat_first": True, "voided": True, "score": 0} | given


def unit(name: str, position: int) -> dict[str, Any]:
    return {"unit": name, "unit_id": position, "unit_position": position}
