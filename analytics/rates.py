"""The department table of an exam from its candidates. Pure: frames in, rows out."""

from dataclasses import dataclass

import pandas as pd

from analytics import tables
from analytics.measures import EXAM
from analytics.tables import Row, hundredths

_KEYS = [each.key for each in EXAM.counts]


@dataclass(frozen=True)
class Stage:
    """How far a session and its makeups have come."""

    closed: bool
    #: There was a makeup and the last one has ended.
    makeup_over: bool = False


def counted(candidates: pd.DataFrame, stage: Stage) -> pd.DataFrame:
    """The candidates (frames.exam.CANDIDATES) with one boolean column a count.

    ``score`` keeps hundredths of the score that counts for those whose papers are marked, else 0.
    Always: due = taken + absent + pending + waiting, and taken = scored + unmarked.
    """
    roster = ~candidates["excluded"]
    due = roster & ~candidates["exempt"]
    deferred = due & candidates["deferred"]
    first_due = due & ~deferred
    taken = due & candidates["sat"]
    first_taken = first_due & candidates["sat_first"]
    unmarked = taken & candidates["unmarked"]
    scored = taken & ~unmarked
    missing = due & ~taken
    pending = missing & deferred & (not stage.makeup_over)
    waiting = missing & ~deferred & (not stage.closed)
    return candidates.assign(
        roster=roster,
        exempt=roster & candidates["exempt"],
        deferred=deferred,
        due=due,
        first_due=first_due,
        taken=taken,
        scored=scored,
        unmarked=unmarked,
        first_taken=first_taken,
        passed=taken & candidates["passed"],
        first_passed=first_taken & candidates["passed_first"],
        excellent=taken & candidates["excellent"],
        absent=missing & ~pending & ~waiting,
        pending=pending,
        waiting=waiting,
        voided=taken & candidates["voided"],
        score=candidates["score"].where(scored, 0),
    )


#: How a person stands, the first that is true.
_STANDINGS = {
    "excluded": "不计入",
    "exempt": "免考",
    "voided": "成绩无效",
    "unmarked": "待阅卷",
    "pending": "缓考，待补考",
    "waiting": "尚未参考",
    "absent": "缺考",
}


def standing(people: pd.DataFrame) -> pd.Series:
    """In a word, where each of the counted candidates stands."""
    named = pd.Series("正常", index=people.index, dtype="str")
    named[people["taken"] & ~people["sat_first"]] = "补考"
    named[people["taken"] & people["sat_first"] & people["sat_makeup"]] = "首考、补考"
    for key, label in reversed(_STANDINGS.items()):
        named[people[key]] = label
    return named


def department_table(people: pd.DataFrame) -> list[Row]:
    """The table of counted candidates: ranked by 合格率（应考）, mean, 参考率."""
    rows = tables.table(people, _summary)
    return tables.ranked(rows, size="due", by=("pass_due", "mean", "participation"))


def _summary(people: pd.DataFrame) -> tables.Summed:
    values = tables.counts(people, _KEYS)
    scores = people.loc[people["scored"], "score"]
    some = len(scores) > 0
    values["score_sum"] = hundredths(int(scores.sum()))
    values["highest"] = hundredths(int(scores.max())) if some else None
    values["lowest"] = hundredths(int(scores.min())) if some else None
    return values, EXAM.figures(values)
