"""The evaluation of a year as sections of somebody's archive. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from analytics.evaluation import scoring
from analytics.evaluation.kinds import ReportItem
from analytics.evaluation.rules import Rules
from core import figures
from study.archive.sections import UNIT_WORDS, WORDS, Figure, Section


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


def unit_words(mark: int, note: str, items: Sequence[str], said_by: str) -> Section:
    """部门评价: what the head of the unit entered, of which the evaluation was made."""
    told = "、".join(each.label for each in ReportItem if each.value in items) or "无"
    usage = f"用法评分 {mark} 分（满分 {scoring.USAGE_MARKS} 分）" + (f"：{note}" if note else "")
    return Section(
        UNIT_WORDS, WORDS[UNIT_WORDS],
        text=[f"{usage}。".replace("。。", "。"), f"讲法述法：{told}。", said_by],
    )  # fmt: skip
