"""What is counted of each person, and the same added up into cells. Pure.

A frame of facts has one row a person and one whole number a count; a frame of cells has the same
columns, one row for each unit, line, rank group and category of staff that there is. Both are what
analytics.tables makes rows of, so that a figure and the people behind it come of the same numbers.
"""

import hashlib
import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from accounts.standing import RankGroup, StaffCategory
from analytics import tables
from analytics.board.measures import BOARD, COUNTS, TOTALS
from analytics.tables import Row, hundredths

LINES = (tables.RANKED, tables.APART, tables.OTHERS)
RANKS = tuple(each.value for each in RankGroup)
CATEGORIES = tuple(each.value for each in StaffCategory)
GROUP = ("unit_id", "line", "rank_group", "staff_category")
#: Nobody's score.
NONE = -1
#: Seconds credited in each month of a period; a year has twelve.
MONTHS = tuple(f"month_{place}" for place in range(12))
_CODES: Mapping[str, Sequence[str]] = {
    "line": LINES, "rank_group": RANKS, "staff_category": CATEGORIES,
}  # fmt: skip
NUMBERS = (*COUNTS, *TOTALS, *MONTHS)
#: Numbers that older editions lack, by what they were then the same as: an exam counted from when
#: its scores were out.
SAME = {"exam_told": "exam_due"}
#: A frame of facts, and how it is kept. ``score``: hundredths, NONE without one.
FACTS = {
    "person_id": "int64",
    "unit_id": "int64",
    "line": "str",
    "rank_group": "str",
    "staff_category": "str",
    "score": "int64",
    **dict.fromkeys(NUMBERS, "int64"),
}


def packed(facts: pd.DataFrame) -> bytes:
    """A frame of facts as bytes: the same frame, the same bytes."""
    columns = {}
    for key in FACTS:
        if key in _CODES:
            places = {name: place for place, name in enumerate(_CODES[key])}
            columns[key] = facts[key].map(places).to_numpy(dtype=np.uint8)
        else:
            numbers = facts[key].to_numpy(dtype=np.int64)
            columns[key] = numbers.astype(np.min_scalar_type(_reach(numbers)))
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **columns)  # type: ignore[arg-type]  # its stub has one keyword
    return buffer.getvalue()


def _reach(numbers: Any) -> int:
    """A number whose smallest type holds all of them."""
    if not len(numbers):
        return 0
    low, high = int(numbers.min()), int(numbers.max())
    return high if low >= 0 else min(low, -high - 1)


def unpacked(data: bytes, columns: Collection[str] = tuple(FACTS)) -> pd.DataFrame:
    """The columns of a frame of facts; names of groups as categories, which take less room."""
    with np.load(io.BytesIO(data), allow_pickle=False) as kept:
        names = {key: key if key in kept else SAME[key] for key in columns}
        return pd.DataFrame(
            {
                key: pd.Categorical.from_codes(kept[name], categories=pd.Index(list(_CODES[key])))
                if key in _CODES
                else kept[name].astype(np.int64)
                for key, name in names.items()
            }
        )


def current(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Cells of an edition with all the numbers that are counted now."""
    return [{key: cell[name] for key, name in SAME.items()} | dict(cell) for cell in found]


def cells(facts: pd.DataFrame) -> list[dict[str, Any]]:
    """The facts added up, in the order of unit, line, rank group and category; as plain JSON.

    ``scores`` says how many people came to each score, in hundredths.
    """
    found = []
    for key, rows in facts.groupby(list(GROUP), sort=True, observed=True):
        scores = rows.loc[rows["score"].ne(NONE), "score"].value_counts().sort_index()
        found.append(
            {
                "unit_id": int(str(key[0])),
                "line": key[1],
                "rank_group": key[2],
                "staff_category": key[3],
            }
            | {name: int(rows[name].sum()) for name in NUMBERS}
            | {"scores": {str(score): int(people) for score, people in scores.items()}}
        )
    return sorted(found, key=lambda cell: [cell[name] for name in GROUP])


def frame(found: Sequence[Mapping[str, Any]], units: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Cells as a frame with the names and places of their units: [id, name, position]."""
    columns = [*GROUP, *NUMBERS, "scores"]
    cells_ = pd.DataFrame.from_records(current(found), columns=columns)
    names = pd.DataFrame(
        [tuple(each) for each in units], columns=["unit_id", "unit", "unit_position"]
    )
    kinds = dict.fromkeys(("unit_id", *NUMBERS), "int64")
    return cells_.astype(kinds).merge(names.astype({"unit_id": "int64"}), on="unit_id", how="left")


def named(facts: pd.DataFrame, units: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Facts with the names and places of their units, as tables want them."""
    names = pd.DataFrame(
        [tuple(each) for each in units], columns=["unit_id", "unit", "unit_position"]
    )
    return facts.merge(names.astype({"unit_id": "int64"}), on="unit_id", how="left")


def rows(found: pd.DataFrame) -> list[Row]:
    """The department table of facts or cells; 合计 is the last."""
    return tables.table(found, _summary)


def _summary(found: pd.DataFrame) -> tables.Summed:
    sums = found[[*COUNTS, *TOTALS]].to_numpy().sum(axis=0).tolist()
    values: dict[str, Any] = dict(zip((*COUNTS, *TOTALS), sums, strict=True))
    for key in TOTALS:
        values[key] = hundredths(int(values[key]))
    return values, BOARD.figures(values)


def narrowed(found: pd.DataFrame, rank: str | None, category: str | None) -> pd.DataFrame:
    """Those of a rank group and a category of staff; None for all."""
    if rank:
        found = found[found["rank_group"].eq(rank)]
    if category:
        found = found[found["staff_category"].eq(category)]
    return found


def digest(content: Any) -> str:
    """SHA-256 of plain JSON, however it was laid out."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
