"""The department table of learning from people and their required courses. Pure.

Hours are whole hundredths in frames and Decimal hours in rows.
"""

from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from analytics import tables
from analytics.measures import LEARNING
from analytics.tables import Row, hundredths
from core.labels import Labelled
from courses.hours import duties

#: Sums of hours in frames and rows: of everything, of each bucket, and across buckets.
HOURS = [each.key for each in LEARNING.totals]
_KEYS = [each.key for each in LEARNING.counts if each.key != "attained"]


class Basis(Labelled):
    """Which hours a target asks for: hours of one bucket never stand in for another's."""

    ONLINE = "online", "网络培训"
    CONCENTRATED = "accredited", "集中培训（主管部门认可）"
    SELF_STUDY = "self_study", "自学"
    GROUP_STUDY = "group_study", "集体学习"
    LAW = "law", "法治学时（不分桶）"


@dataclass(frozen=True)
class Target:
    """Hours a year; each person's are folded by the months on the books, each with its factor."""

    hours: Decimal
    basis: Basis


def counted(people: pd.DataFrame, pairs: pd.DataFrame, target: Target | None) -> pd.DataFrame:
    """The people (frames.learning.LEARNERS) with one column a count.

    ``pairs`` (frames.learning.PAIRS) holds one row for each person and required course. People
    with nothing required count in neither end of 必修完成率: neither as 0 nor as finished.
    """
    due = ~people["excluded"]
    by_person = pairs.groupby("person_id")["done"]
    required = people["person_id"].map(by_person.size()).fillna(0).astype("int64")
    done = people["person_id"].map(by_person.sum()).fillna(0).astype("int64")
    obliged = due & required.gt(0)
    return people.assign(
        due=due,
        studied=due & people["studied"],
        obliged=obliged,
        finished=obliged & done.ge(required),
        attained=due & _attained(people, target),
        pairs_due=required.where(due, 0),
        pairs_done=done.where(due, 0),
        **{key: people[key].where(due, 0) for key in HOURS},
    )


def _attained(people: pd.DataFrame, target: Target | None) -> pd.Series:
    """Hours reach personal_target(); in whole hundredths, half up as there."""
    if target is None:
        return pd.Series(False, index=people.index)
    wanted = (int(target.hours * 100) * people["share"] + 600) // 1200
    return people[target.basis.value].ge(wanted)


def personal_target(target: Target, share: int) -> Decimal:
    """A person's own target in hours, as duties fold theirs; ``share`` in hundredths."""
    return duties.target(target.hours, Decimal(share) / 100, 12)


def department_table(people: pd.DataFrame, target: Target | None) -> list[Row]:
    """The table of counted people; 学时达标 stays empty without a target."""

    def summary(group: pd.DataFrame) -> tables.Summed:
        values = tables.counts(group, _KEYS)
        values["attained"] = int(group["attained"].sum()) if target else None
        for key in HOURS:
            values[key] = hundredths(int(group[key].sum()))
        return values, LEARNING.figures(values)

    return tables.table(people, summary)
