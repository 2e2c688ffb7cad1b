"""The people behind a figure: of its numerator, its denominator, and those left out. Pure."""

import pandas as pd

from analytics import tables
from analytics.measures import Measures, Ratio
from core.labels import Labelled


class Part(Labelled):
    """Which people of a ratio's row."""

    NUMERATOR = "numerator", "计入分子"
    DENOMINATOR = "denominator", "计入分母"
    REST = "rest", "在分母、未计入分子"
    ASIDE = "aside", "不在分母"


def behind(
    people: pd.DataFrame, measures: Measures, *, row: str, key: str, part: Part
) -> pd.DataFrame:
    """The people of a row whom a count, a total or a part of a ratio counts.

    Raises KeyError for a row or a figure that there is not.
    """
    mine = tables.behind(people, row)
    record = measures.record(key)
    if not isinstance(record, Ratio):
        return mine[_counted(mine, key)]
    numerator, denominator = _counted(mine, record.numerator), _counted(mine, record.denominator)
    chosen = {
        Part.NUMERATOR: numerator & denominator,
        Part.DENOMINATOR: denominator,
        Part.REST: denominator & ~numerator,
        Part.ASIDE: ~denominator,
    }
    return mine[chosen[part]]


def _counted(people: pd.DataFrame, key: str) -> pd.Series:
    """Whether each of the people adds something to a count or a total."""
    match key:
        case "score_sum":
            return people["scored"]
        case "highest":
            return people["scored"] & people["score"].eq(
                people.loc[people["scored"], "score"].max()
            )
        case "lowest":
            return people["scored"] & people["score"].eq(
                people.loc[people["scored"], "score"].min()
            )
    return people[key].gt(0) if people[key].dtype != bool else people[key]
