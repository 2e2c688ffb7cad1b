"""The evaluation of a year as a section of somebody's archive. Pure."""

from collections.abc import Mapping
from typing import Any

from analytics.evaluation import scoring
from analytics.evaluation.rules import Rules
from core import figures
from study.archive.sections import Figure, Section


def section(title: str, inputs: Mapping[str, Any], rules: Rules, level: str) -> Section:
    made = scoring.score(inputs, rules)
    rows = [
        [
            each.indicator.label,
            each.dimension.label,
            each.note,
            figures.plain(each.weight),
            "剔除" if each.missing else figures.plain(scoring.rounded(each.points)),
        ]
        for each in made.parts
    ]
    return Section(
        "evaluation",
        "学法用法评价",
        [
            Figure("得分", "—" if made.total is None else figures.plain(made.total)),
            Figure("等次", level),
        ],
        ["项目", "维度", "怎样计", "权重", "得分"],
        rows,
        f"{title}，已定版；只作参考，不是公务员年度考核等次。",
    )
