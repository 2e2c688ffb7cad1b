"""What a calibration offers to be accepted: item by item, on the scale in use. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from analytics.psychometrics import linking
from analytics.psychometrics.fit import ItemFit
from analytics.psychometrics.flags import Flag
from analytics.psychometrics.irt import Calibration, Unsuitable
from analytics.psychometrics.responses import Responses

#: Fewer common items than this bring nothing onto a scale.
COMMON = 5
#: A slope below and an error beyond this say too little; so does a difficulty beyond all abilities.
FLATTEST, VAGUEST, FARTHEST = 0.25, 0.6, 4.0
#: P of the fit below which an item does not follow the model.
MISFIT = 0.01
#: A common item that moved by more than so much, and more than its errors allow, links nothing.
DRIFT, DRIFT_ERRORS = 0.5, 3.0


@dataclass(frozen=True)
class Known:
    """Parameters of a revision on the scale in use."""

    a: float
    b: float
    b_error: float


@dataclass(frozen=True)
class Row:
    slot: int
    revision_id: int
    people: int
    #: Zero where nothing could be calibrated.
    a: float = 0.0
    b: float = 0.0
    a_error: float = 0.0
    b_error: float = 0.0
    fit: float | None = None
    partial: bool = False
    #: Why it cannot be accepted; "" if it can.
    obstacle: str = ""
    #: What a person should weigh.
    doubts: Sequence[str] = ()


@dataclass(frozen=True)
class Link:
    slope: float
    shift: float
    #: Revisions that carried it, and those that were left out because they moved.
    common: Sequence[int]
    drifted: Sequence[int]

    def move(self, row: Row) -> Row:
        return replace(
            row,
            a=row.a / self.slope,
            a_error=row.a_error / self.slope,
            b=self.slope * row.b + self.shift,
            b_error=self.slope * row.b_error,
        )


def rows(
    calibration: Calibration,
    right: Responses,
    fits: Sequence[ItemFit],
    revisions: Sequence[int],
    flags: Sequence[Sequence[Flag]],
    partial: Sequence[bool],
    least: int,
) -> list[Row]:
    """One of each column of the responses, on the calibration's own scale."""
    places = {column: place for place, column in enumerate(calibration.columns)}
    asked = right.asked.sum(axis=0)
    found = []
    for column, revision_id in enumerate(revisions):
        row = Row(column + 1, revision_id, int(asked[column]), partial=partial[column])
        if (place := places.get(column)) is None:
            found.append(replace(row, obstacle="全部答对或全部答错，无法标定"))
            continue
        row = replace(
            row,
            a=float(calibration.a[place]),
            b=float(calibration.b[place]),
            a_error=float(calibration.a_error[place]),
            b_error=float(calibration.b_error[place]),
            fit=fits[place].p_value if fits else None,
        )
        found.append(
            replace(row, obstacle=_obstacle(row, least), doubts=_doubts(row, flags[column]))
        )
    return found


def _obstacle(row: Row, least: int) -> str:
    if row.people < least:
        return f"只有 {row.people} 人答过，少于 {least} 人"
    if not np.isfinite([row.a, row.b, row.a_error, row.b_error]).all() or row.a < FLATTEST:
        return "区分度太低，难度测不出来"
    if abs(row.b) > FARTHEST:
        return "难度超出能力范围，测不准"
    if row.b_error > VAGUEST:
        return f"难度的标准误 {row.b_error:.2f}，超过 {VAGUEST}"
    return ""


def _doubts(row: Row, flags: Sequence[Flag]) -> list[str]:
    found = [each.label for each in flags if each in (Flag.WRONG_KEY, Flag.NEGATIVE)]
    if row.fit is not None and row.fit < MISFIT:
        found.append("不拟合")
    return found


def link(found: Sequence[Row], current: Mapping[int, Known]) -> Link:
    """Onto the scale in use by the items that both have (Stocking–Lord).

    An item that moved against the others is left out, and the rest linked once more. Raises
    Unsuitable with too few common items.
    """
    usable = [each for each in found if not each.obstacle and not each.doubts]
    shared = [each for each in usable if each.revision_id in current]
    _must_be_enough(shared, "")
    first = _linked(shared, current)
    drifted = [each.revision_id for each in shared if _moved(first.move(each), current)]
    if not drifted:
        return first
    kept = [each for each in shared if each.revision_id not in drifted]
    _must_be_enough(kept, f"（另有 {len(drifted)} 道前后难度相差太大，不能作共同题）")
    return replace(_linked(kept, current), drifted=drifted)


def _must_be_enough(shared: Sequence[Row], beside: str) -> None:
    if len(shared) < COMMON:
        raise Unsuitable(
            f"与题库中已标定的试题只有 {len(shared)} 道共同题{beside}，少于 {COMMON} 道，"
            "不能换算到同一把尺上"
        )


def _linked(shared: Sequence[Row], current: Mapping[int, Known]) -> Link:
    old = [current[each.revision_id] for each in shared]
    slope, shift = linking.solve(
        (np.array([each.a for each in old]), np.array([each.b for each in old])),
        (np.array([each.a for each in shared]), np.array([each.b for each in shared])),
        linking.Method.STOCKING_LORD,
    )
    if not (np.isfinite([slope, shift]).all() and 0.2 < slope < 5):
        raise Unsuitable("共同题前后差别太大，换算不出来")
    return Link(slope, shift, [each.revision_id for each in shared], [])


def _moved(row: Row, current: Mapping[int, Known]) -> bool:
    known = current[row.revision_id]
    return abs(row.b - known.b) > max(DRIFT, DRIFT_ERRORS * sqrt(row.b_error**2 + known.b_error**2))


def digest(found: Sequence[Row]) -> str:
    """Of what somebody looked through: other figures, another digest."""
    said = ";".join(f"{each.revision_id},{each.a:.4f},{each.b:.4f}" for each in found)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
